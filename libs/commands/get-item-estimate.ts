import { classOfFolderId, type EstimateAnswer } from '#device';
import { EasStatusError, GetItemEstimateRequest, GetItemEstimateResponse } from '#eas';
import { isFilterAllowed } from '#sync';
import type { CommandContext } from './context.js';
import { readDocument } from './read-document.js';
import { document, type Reply } from './reply.js';

type Collection = NonNullable<GetItemEstimateRequest['Collections']['Collection']>[number];

/** More collections than this in one request are refused as Exchange does. */
const MAX_COLLECTIONS = 1_000;
const TOO_MANY = 103;
const BAD_FILTER = 110;

function filterOf(collection: Collection): number | null {
  const filter =
    collection.FilterType ?? collection.Options?.find((block) => block.FilterType !== undefined)?.FilterType;
  if (filter === undefined) return null;
  const itemClass = classOfFolderId(collection.CollectionId) ?? 'Email';
  if (isFilterAllowed(itemClass, filter)) return filter;
  throw new EasStatusError('GetItemEstimate', BAD_FILTER, `FilterType ${filter} is none of ${itemClass}`);
}

const response = ({ id, status, estimate }: EstimateAnswer) => ({
  Status: status,
  Collection: { CollectionId: id, ...(status === 1 && { Estimate: estimate }) },
});

/** MS-ASCMD 2.2.1.9 GetItemEstimate: how many changes a Sync of each collection would bring. */
export async function getItemEstimate(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, GetItemEstimateRequest);
  const asked = value.Collections.Collection ?? [];
  if (asked.length > MAX_COLLECTIONS) {
    throw new EasStatusError('GetItemEstimate', TOO_MANY, `${asked.length} collections`);
  }
  const { collections } = await context.devices.ask(context.asker, {
    type: 'Estimate',
    collections: asked.map((collection) => ({
      id: collection.CollectionId,
      key: collection.SyncKey ?? '0',
      filterType: filterOf(collection),
    })),
  });
  return document(GetItemEstimateResponse, { Response: collections.map(response) });
}
