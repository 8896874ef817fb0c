import { canShareFolders, type Backend, type BackendFolder, type ItemClass } from '#backend';
import type { SharedFolderRow } from '#store';

/** A folder of somebody else. */
export interface SharedFolder {
  readonly folder: BackendFolder;
  /** Whether this device is shown it; else it is another one of the account. */
  readonly isShown: boolean;
}

/**
 * The folders that administrators show to devices of the account, called as these say; what the user may not read, or has
 * among his own, is left out. A folder is there once: the device's own share of it counts before that of another device.
 */
export async function askSharedFolders(
  backend: Backend,
  shares: readonly SharedFolderRow[],
  own: readonly BackendFolder[],
): Promise<SharedFolder[]> {
  if (shares.length === 0 || !canShareFolders(backend)) return [];
  const places = shares.map(({ itemClass, path }) => ({ itemClass: itemClass as ItemClass, path }));
  const found = await backend.sharedFolders(places);
  const ownPaths = new Set(own.map(({ path }) => path));
  const shared = new Map<string, SharedFolder>();
  for (const [index, folder] of found.entries()) {
    const share = shares[index];
    if (!folder || !share || ownPaths.has(folder.path)) continue;
    if (shared.get(folder.path)?.isShown === true && !share.isShown) continue;
    shared.set(folder.path, {
      folder: { ...folder, parent: null, role: null, name: share.name ?? folder.name },
      isShown: share.isShown,
    });
  }
  return [...shared.values()];
}
