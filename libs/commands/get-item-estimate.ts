import { classOfFolderId, type EstimateAnswer } from '#device';
import { EasStatusError, GetItemEstimateRequest, GetItemEstimateResponse } from '#eas';
import { isFilterAllowed } from '#sync';
import type { CommandContext } from './context.js';
import { readDocument } from './read-document.js';
import { document, type Reply } from './reply.js';
import { blockOf } from './view.js';

type Collection = NonNullable<GetItemEstimateRequest['Collections']['Collection']>[number];

/** More collections than this in one request are refused as Exchange does. */
const MAX_COLLECTIONS = 1_000;
/** MS-ASCMD 2.2.3.68.1: of a value no class has 103, of another class's 110, which 12.1 would read as HTTP 500. */
const INVALID = 103;
const BAD_FILTER = 110;
const LAST_FILTER = 8;
const STATUSES_SINCE = 140;

function filterOf(collection: Collection, version: number): number | null {
  const itemClass = classOfFolderId(collection.CollectionId);
  if (itemClass === null) return null;
  const filter = collection.FilterType ?? blockOf(collection.Options, itemClass)?.FilterType;
  if (filter === undefined) return null;
  if (isFilterAllowed(itemClass, filter)) return filter;
  const status = filter > LAST_FILTER || version < STATUSES_SINCE ? INVALID : BAD_FILTER;
  throw new EasStatusError('GetItemEstimate', status, `FilterType ${filter} is none of ${itemClass}`);
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
    throw new EasStatusError('GetItemEstimate', INVALID, `${asked.length} collections`);
  }
  const { collections } = await context.devices.ask(context.asker, {
    type: 'Estimate',
    collections: asked.map((collection) => ({
      id: collection.CollectionId,
      key: collection.SyncKey ?? '0',
      filterType: filterOf(collection, context.version),
    })),
  });
  return document(GetItemEstimateResponse, { Response: collections.map(response) });
}
