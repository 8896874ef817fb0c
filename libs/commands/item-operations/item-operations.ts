import {
  EasStatusError,
  ItemOperationsRequest,
  ItemOperationsResponse,
  type ItemOperation,
  type ItemOperationsResult,
} from '#eas';
import type { ResolvedFolder } from '#device';
import type { AccountLease, CommandContext } from '../context.js';
import { readDocument } from '../read-document.js';
import { document, type Reply } from '../reply.js';
import { emptyFolderContents } from './empty-folder.js';
import { Fetcher } from './fetch.js';
import { moveConversation } from './move-conversation.js';
import { MultipartBodies } from './multipart-bodies.js';

/** MS-ASCMD 2.2.3.177.8. */
const Status = { success: 1, tooLarge: 11 } as const;

/** More operations than this are refused (MS-ASCMD 3.1.5.10). */
const MAX_OPERATIONS = 100;

/** What the operations of one request work with. */
interface Tools {
  readonly lease: AccountLease;
  readonly folders: Readonly<Record<string, ResolvedFolder>>;
  readonly fetcher: Fetcher;
}

async function operate(
  { lease, folders, fetcher }: Tools,
  operation: ItemOperation,
): Promise<ItemOperationsResult> {
  if ('Fetch' in operation) return { Fetch: await fetcher.fetch(operation.Fetch) };
  if ('Move' in operation) return { Move: await moveConversation(lease, folders, operation.Move) };
  const { EmptyFolderContents } = operation;
  return { EmptyFolderContents: await emptyFolderContents(lease, folders, EmptyFolderContents) };
}

/** The folders the operations speak of. */
const foldersOf = (operations: ItemOperationsRequest): string[] => [
  ...new Set(
    operations.flatMap((operation) => {
      if ('Fetch' in operation) return Fetcher.foldersOf([operation.Fetch]);
      return 'Move' in operation ? [operation.Move.DstFldId] : [operation.EmptyFolderContents.CollectionId];
    }),
  ),
];

/** In order, each when the one before has left: what it streams is read at the phone's pace (trap 71). */
async function* results(
  tools: Tools,
  operations: ItemOperationsRequest,
): AsyncGenerator<ItemOperationsResult> {
  try {
    for (const operation of operations) {
      yield await operate(tools, operation);
      await tools.fetcher.close();
    }
  } finally {
    await tools.fetcher.close();
  }
}

/** MS-ASCMD 2.2.1.10 ItemOperations: whole items and attachments, inline or multipart; folders emptied, conversations moved. */
export async function itemOperations(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, ItemOperationsRequest);
  if (value.length > MAX_OPERATIONS) {
    throw new EasStatusError('ItemOperations', Status.tooLarge, `${value.length} operations`);
  }
  const lease = context.account.lease();
  try {
    const { folders } = await context.devices.ask(context.asker, {
      type: 'Resolve',
      folders: foldersOf(value),
    });
    if (context.acceptMultiPart)
      return await multipart(new MultipartBodies(), context, value, lease, folders);
    const fetcher = new Fetcher(context, lease, folders, null);
    return document(
      ItemOperationsResponse,
      { Status: Status.success, Response: results({ lease, folders, fetcher }, value) },
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
  lease: AccountLease,
  folders: Tools['folders'],
): Promise<Reply> {
  const release = async (): Promise<void> => {
    bodies.dispose();
    lease.release();
  };
  try {
    const fetcher = new Fetcher(context, lease, folders, bodies);
    const all: ItemOperationsResult[] = [];
    for await (const result of results({ lease, folders, fetcher }, operations)) all.push(result);
    const value = { Status: Status.success, Response: all };
    return { kind: 'multipart', schema: ItemOperationsResponse, value, parts: bodies.parts, ended: release };
  } catch (error) {
    bodies.dispose();
    throw error;
  }
}
