import type { Caller, RequestOf, ResponseOf } from './caller.js';
import type { BodyPreference, Collection } from './collection.js';
import type { CallOptions } from './link.js';
import type { ItemData } from './mailbox.js';
import { UnexpectedAnswer } from './outcome.js';
import type { Timing } from './timing.js';

type Operation = Extract<RequestOf<'ItemOperations'>, readonly unknown[]>[number];
type FetchOperation = Extract<Operation, { Fetch: unknown }>['Fetch'];
type Answered = NonNullable<ResponseOf<'ItemOperations'>['Response']>[number];
type FetchAnswer = Extract<Answered, { Fetch: unknown }>['Fetch'];

export interface FetchAttachmentOptions extends CallOptions {
  /** First and last byte, both inclusive. */
  readonly range?: readonly [first: number, last: number];
}

export interface FetchItemOptions extends CallOptions {
  readonly bodyPreference?: BodyPreference;
  readonly mimeSupport?: 0 | 1 | 2;
}

export interface FetchedAttachment {
  readonly status: number;
  readonly contentType: string | undefined;
  /** As the server tells them. */
  readonly range: string | undefined;
  readonly total: number | undefined;
  readonly data: Buffer;
  readonly timing: Timing;
}

export interface FetchedItem {
  readonly status: number;
  readonly data: ItemData;
  /** The body's text, from the document or from its part. */
  readonly body: string | undefined;
  readonly timing: Timing;
}

/** ItemOperations Fetch by FileReference. `multipart` asks for the bytes as they are instead of in base64. */
export async function fetchAttachment(
  caller: Caller,
  fileReference: string,
  { range, ...call }: FetchAttachmentOptions,
): Promise<FetchedAttachment> {
  const { answer, parts, timing } = await fetchOne(
    caller,
    {
      Store: 'Mailbox',
      FileReference: fileReference,
      ...(range && { Options: { Range: `${range[0]}-${range[1]}` } }),
    },
    call,
  );
  const properties = answer.Properties;
  const part = properties?.Part === undefined ? undefined : parts[properties.Part - 1];
  return {
    status: answer.Status,
    contentType: properties?.ContentType,
    range: properties?.Range,
    total: properties?.Total,
    data: part ?? Buffer.from(properties?.Data ?? '', 'base64'),
    timing,
  };
}

/** ItemOperations Fetch of one item. */
export async function fetchItem(
  caller: Caller,
  { id: collectionId, itemClass }: Pick<Collection, 'id' | 'itemClass'>,
  serverId: string,
  { bodyPreference = { Type: 1 }, mimeSupport, ...call }: FetchItemOptions,
): Promise<FetchedItem> {
  const { answer, parts, timing } = await fetchOne(
    caller,
    {
      Store: 'Mailbox',
      CollectionId: collectionId,
      ServerId: serverId,
      Options: {
        ...(mimeSupport !== undefined && { MIMESupport: mimeSupport }),
        BodyPreference: [bodyPreference],
      },
    },
    call,
  );
  const data = answer.Properties ?? {};
  const body = data[itemClass]?.Body;
  const part = body?.Part === undefined ? undefined : parts[body.Part - 1]?.toString('utf8');
  return { status: answer.Status, data, body: part ?? body?.Data, timing };
}

async function fetchOne(
  caller: Caller,
  operation: FetchOperation,
  call: CallOptions,
): Promise<{ answer: FetchAnswer; parts: readonly Buffer[]; timing: Timing }> {
  const outcome = await caller.command('ItemOperations', [{ Fetch: operation }], call);
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('ItemOperations', outcome);
  const { parts, timing } = outcome;
  for (const answer of outcome.value.Response ?? []) {
    if ('Fetch' in answer) return { answer: answer.Fetch, parts, timing };
  }
  return { answer: { Status: outcome.value.Status }, parts, timing };
}
