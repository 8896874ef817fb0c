import {
  EasStatusError,
  ItemOperationsRequest,
  ItemOperationsResponse,
  type ItemOperation,
  type ItemOperationsResult,
} from '#eas';
import type { CommandContext } from '../context.js';
import { readDocument } from '../read-document.js';
import { document, type Reply } from '../reply.js';
import { Fetcher } from './fetch.js';
import { MultipartBodies } from './multipart-bodies.js';

/** MS-ASCMD 2.2.3.177.8. */
const Status = { success: 1, tooLarge: 11, moveAlwaysRequired: 155, notSupported: 156 } as const;

/** More operations than this are refused (MS-ASCMD 3.1.5.10). */
const MAX_OPERATIONS = 100;

async function operate(fetcher: Fetcher, operation: ItemOperation): Promise<ItemOperationsResult> {
  if ('Fetch' in operation) return { Fetch: await fetcher.fetch(operation.Fetch) };
  if ('Move' in operation) {
    const { ConversationId, Options } = operation.Move;
    // Trap 71. No source of this version knows whole conversations.
    const status = Options?.MoveAlways === true ? Status.notSupported : Status.moveAlwaysRequired;
    return { Move: { Status: status, ConversationId } };
  }
  const { CollectionId } = operation.EmptyFolderContents;
  return { EmptyFolderContents: { Status: Status.notSupported, CollectionId } };
}

/** In order, each when the one before has left: what it streams is read at the phone's pace (trap 71). */
async function* results(
  fetcher: Fetcher,
  operations: ItemOperationsRequest,
): AsyncGenerator<ItemOperationsResult> {
  try {
    for (const operation of operations) {
      yield await operate(fetcher, operation);
      await fetcher.close();
    }
  } finally {
    await fetcher.close();
  }
}

/** MS-ASCMD 2.2.1.10 ItemOperations: whole items and attachments, inline or multipart. */
export async function itemOperations(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, ItemOperationsRequest);
  const fetches = value.filter((operation) => 'Fetch' in operation);
  if (value.length > MAX_OPERATIONS) {
    throw new EasStatusError('ItemOperations', Status.tooLarge, `${value.length} operations`);
  }
  const lease = context.account.lease();
  try {
    const { folders } = await context.devices.ask(context.asker, {
      type: 'Resolve',
      folders: Fetcher.foldersOf(
        fetches.flatMap((operation) => ('Fetch' in operation ? [operation.Fetch] : [])),
      ),
    });
    if (context.acceptMultiPart)
      return await multipart(new MultipartBodies(), context, value, lease, folders);
    const fetcher = new Fetcher(context, lease, folders, null);
    return document(
      ItemOperationsResponse,
      { Status: Status.success, Response: results(fetcher, value) },
      { ended: async () => lease.release() },
    );
  } catch (error) {
    lease.release();
    throw error;
  }
}

/** All sizes stand at the front of a multipart answer, so that everything is looked at before its first byte (trap 70). */
async function multipart(
  bodies: MultipartBodies,
  context: CommandContext,
  operations: ItemOperationsRequest,
  lease: ReturnType<CommandContext['account']['lease']>,
  folders: ConstructorParameters<typeof Fetcher>[2],
): Promise<Reply> {
  const release = async (): Promise<void> => {
    bodies.dispose();
    lease.release();
  };
  try {
    const fetcher = new Fetcher(context, lease, folders, bodies);
    const all: ItemOperationsResult[] = [];
    for await (const result of results(fetcher, operations)) all.push(result);
    const value = { Status: Status.success, Response: all };
    return { kind: 'multipart', schema: ItemOperationsResponse, value, parts: bodies.parts, ended: release };
  } catch (error) {
    bodies.dispose();
    throw error;
  }
}
