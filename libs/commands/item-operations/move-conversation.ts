import {
  canFindConversation,
  canMove,
  type Backend,
  type FolderRole,
  type ItemMover,
  type MailHit,
} from '#backend';
import type { ResolvedFolder } from '#device';
import type { ItemOperation, ItemOperationsResult } from '#eas';
import type { AccountLease } from '../context.js';
import { bulkStatus, BulkStatus } from './bulk-status.js';

type MoveRequest = Extract<ItemOperation, { Move: unknown }>['Move'];
type MoveAnswer = Extract<ItemOperationsResult, { Move: unknown }>['Move'];

/** What the user wrote stays where it is looked for: a conversation is put away, the record of one's own mail is not. */
const STAYING: ReadonlySet<FolderRole | null> = new Set<FolderRole>(['sent', 'drafts']);

/**
 * MS-ASCMD 2.2.3.117.1 Move: all mails of a conversation into one folder. The answer has no new ids, other than that of
 * MoveItems: the phone learns them by Sync, so that nothing is taken for known here. Mails that come later are not moved:
 * no source can be told to.
 */
export async function moveConversation(
  lease: AccountLease,
  folders: Readonly<Record<string, ResolvedFolder>>,
  { ConversationId, DstFldId, Options }: MoveRequest,
): Promise<MoveAnswer> {
  const answer = (Status: number): MoveAnswer => ({ Status, ConversationId });
  // Trap 71.
  if (Options?.MoveAlways !== true) return answer(BulkStatus.moveAlwaysRequired);
  const target = folders[DstFldId];
  if (!target) return answer(BulkStatus.notFound);
  // A conversation is of mail, and so must the folder be (IPF.Note).
  if (target.itemClass !== 'Email') return answer(BulkStatus.notSupported);
  try {
    const backend = await lease.backend('Email');
    if (!canFindConversation(backend) || !canMove(backend)) return answer(BulkStatus.notSupported);
    const hits = await backend.conversation(ConversationId);
    if (hits === null) return answer(BulkStatus.notSupported);
    return answer(await moved(backend, await movable(backend, hits), target.path));
  } catch (error) {
    return answer(bulkStatus(error));
  }
}

async function movable(backend: Backend, hits: readonly MailHit[]): Promise<readonly MailHit[]> {
  const folders = await backend.folders();
  const staying = new Set(folders.filter(({ role }) => STAYING.has(role)).map(({ path }) => path));
  return hits.filter(({ folder }) => !staying.has(folder));
}

/** Folder by folder; one that does not give its mails up leaves the conversation moved in part. */
async function moved(backend: ItemMover, hits: readonly MailHit[], target: string): Promise<number> {
  const sources = new Map<string, string[]>();
  for (const { folder, id } of hits) {
    if (folder !== target) sources.set(folder, [...(sources.get(folder) ?? []), id]);
  }
  const failures: number[] = [];
  for (const [folder, ids] of sources) {
    await backend.moveItems(folder, ids, target).catch((error: unknown) => failures.push(bulkStatus(error)));
  }
  const [first] = failures;
  if (first === undefined) return BulkStatus.success;
  return failures.length === sources.size ? first : BulkStatus.partial;
}
