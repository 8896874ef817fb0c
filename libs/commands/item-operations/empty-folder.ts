import {
  BackendError,
  canEditFolders,
  canEmptyFolder,
  type Backend,
  type BackendFolder,
  type FolderEditor,
} from '#backend';
import type { ResolvedFolder } from '#device';
import type { ItemOperation, ItemOperationsResult } from '#eas';
import type { AccountLease } from '../context.js';
import { bulkStatus, BulkStatus } from './bulk-status.js';

type EmptyRequest = Extract<ItemOperation, { EmptyFolderContents: unknown }>['EmptyFolderContents'];
type EmptyAnswer = Extract<ItemOperationsResult, { EmptyFolderContents: unknown }>['EmptyFolderContents'];

/**
 * MS-ASCMD 2.2.3.58 EmptyFolderContents: all items of a folder go for good, and with DeleteSubFolders the folders below.
 * The phone learns of the items by Sync and of the folders by FolderSync.
 */
export async function emptyFolderContents(
  lease: AccountLease,
  folders: Readonly<Record<string, ResolvedFolder>>,
  { CollectionId, Options }: EmptyRequest,
): Promise<EmptyAnswer> {
  const folder = folders[CollectionId];
  if (!folder) return { Status: BulkStatus.notFound, CollectionId };
  if (folder.isRecipientCache) return { Status: BulkStatus.accessDenied, CollectionId };
  try {
    const backend = await lease.backend(folder.itemClass);
    if (!canEmptyFolder(backend)) return { Status: BulkStatus.notSupported, CollectionId };
    await backend.emptyFolder(folder.path);
    const isWhole = Options?.DeleteSubFolders !== true || (await deleteBelow(backend, folder));
    return { Status: isWhole ? BulkStatus.success : BulkStatus.partial, CollectionId };
  } catch (error) {
    return { Status: bulkStatus(error), CollectionId };
  }
}

/** False if some of them had to stay. */
async function deleteBelow(backend: Backend, { path, itemClass }: ResolvedFolder): Promise<boolean> {
  const all = (await backend.folders()).filter((folder) => folder.itemClass === itemClass);
  const children = all.filter((folder) => folder.parent === path);
  if (children.length === 0) return true;
  if (!canEditFolders(backend)) return false;
  let isWhole = true;
  for (const child of children) isWhole = (await deleted(backend, child, all)) && isWhole;
  return isWhole;
}

/** A folder every mailbox needs stays, and so do those above it; what happens to one folder does not stop the others. */
async function deleted(
  editor: FolderEditor,
  folder: BackendFolder,
  all: readonly BackendFolder[],
): Promise<boolean> {
  const inside = new Set([folder.path]);
  const below = all.filter(({ path, parent }) => parent !== null && inside.has(parent) && inside.add(path));
  if ([folder, ...below].some(({ role }) => role !== null)) return false;
  try {
    await editor.deleteFolder(folder.path);
    return true;
  } catch (error) {
    if (!(error instanceof BackendError) || error.kind === 'auth') throw error;
    return error.kind === 'gone';
  }
}
