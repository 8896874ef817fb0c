import type { Caller } from './caller.js';
import type { Hierarchy } from './hierarchy.js';
import { UnexpectedAnswer } from './outcome.js';

/** FolderCreate (MS-ASCMD 2.2.1.3). The phone shows the folder at once; `id` is only there with Status 1. */
export async function folderCreate(
  caller: Caller,
  hierarchy: Hierarchy,
  { name, parentId = '0', type = 12 }: { name: string; parentId?: string; type?: number },
): Promise<{ status: number; id: string | undefined }> {
  const request = { SyncKey: hierarchy.key, ParentId: parentId, DisplayName: name, Type: type };
  const outcome = await caller.command('FolderCreate', request);
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('FolderCreate', outcome);
  const { Status: status, SyncKey, ServerId: id } = outcome.value;
  if (status === 1 && id !== undefined) hierarchy.made({ id, parentId, name, type }, SyncKey);
  return { status, id };
}

/** FolderUpdate (MS-ASCMD 2.2.1.6): the folder gets this name, below this parent. Returns the Status. */
export async function folderUpdate(
  caller: Caller,
  hierarchy: Hierarchy,
  { id, name, parentId }: { id: string; name: string; parentId: string },
): Promise<number> {
  const request = { SyncKey: hierarchy.key, ServerId: id, ParentId: parentId, DisplayName: name };
  const outcome = await caller.command('FolderUpdate', request);
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('FolderUpdate', outcome);
  const { Status: status, SyncKey } = outcome.value;
  const type = hierarchy.folders.get(id)?.type ?? 12;
  if (status === 1) hierarchy.made({ id, parentId, name, type }, SyncKey);
  return status;
}

/** FolderDelete (MS-ASCMD 2.2.1.4). Folders below stay until FolderSync tells of them. Returns the Status. */
export async function folderDelete(caller: Caller, hierarchy: Hierarchy, id: string): Promise<number> {
  const outcome = await caller.command('FolderDelete', { SyncKey: hierarchy.key, ServerId: id });
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('FolderDelete', outcome);
  const { Status: status, SyncKey } = outcome.value;
  if (status === 1) hierarchy.unmade(id, SyncKey);
  return status;
}

/** ItemOperations EmptyFolderContents; returns its Status. */
export async function emptyFolder(caller: Caller, id: string, deleteSubFolders: boolean): Promise<number> {
  const options = deleteSubFolders ? { Options: { DeleteSubFolders: true as const } } : {};
  const outcome = await caller.command('ItemOperations', [
    { EmptyFolderContents: { CollectionId: id, ...options } },
  ]);
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('ItemOperations', outcome);
  const [first] = outcome.value.Response ?? [];
  return first && 'EmptyFolderContents' in first ? first.EmptyFolderContents.Status : outcome.value.Status;
}

/** ItemOperations Move of a whole conversation; returns its Status. */
export async function moveConversation(
  caller: Caller,
  conversationId: Uint8Array,
  folderId: string,
): Promise<number> {
  const Move = { ConversationId: conversationId, DstFldId: folderId, Options: { MoveAlways: true as const } };
  const outcome = await caller.command('ItemOperations', [{ Move }]);
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('ItemOperations', outcome);
  const [first] = outcome.value.Response ?? [];
  return first && 'Move' in first ? first.Move.Status : outcome.value.Status;
}
