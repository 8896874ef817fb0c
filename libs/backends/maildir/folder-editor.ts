import { access, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError, type BackendFolder, type ItemClass } from '#backend';
import { asBackendError, errorCode } from './deliver.js';
import { folderDirectory, inboxPath, uniqueName } from './file-names.js';
import { createMailFolder, folderPath, type MaildirStore } from './maildir-store.js';

/**
 * Folders of a Maildir++ as the gateway may change them (FolderEditor). All lie side by side in the mailbox and only
 * their names make a tree, so that a move renames one directory after the other: the deepest first, because whoever
 * looks meanwhile then finds every mail in a folder of the old name or of the new one.
 */
export class MaildirFolderEditor {
  constructor(private readonly store: MaildirStore) {}

  async create(parent: string | null, name: string, itemClass: ItemClass): Promise<BackendFolder> {
    if (itemClass !== 'Email') throw new BackendError('unsupported', `no folders of class ${itemClass}`);
    return this.store.exclusive.run(async () => {
      const folders = await this.store.folders();
      if (parent !== null) existing(folders, parent);
      const path = await createMailFolder(this.store.root, name, parent);
      const created = (await this.store.folders()).find((folder) => folder.path === path);
      if (!created) throw new BackendError('gone', 'the folder vanished', { reason: 'no-such-folder' });
      return created;
    });
  }

  async move(path: string, parent: string | null, name: string): Promise<string> {
    return this.store.exclusive.run(async () => {
      const folders = await this.store.folders();
      changeable(existing(folders, path));
      if (parent !== null) existing(folders, parent);
      const target = folderPath(name, parent);
      if (target === path) return path;
      if (isBelow(target, path))
        throw new BackendError('invalid', 'a folder cannot be moved into itself', { reason: 'into-itself' });
      // Also a level that nobody created: what lies below it would get company.
      if (folders.some((folder) => folder.path === target)) throw exists();
      const moves = (await this.tree(path)).map((from) => [from, target + from.slice(path.length)] as const);
      for (const [, to] of moves) await this.expectFree(to);
      for (const [from, to] of moves) await this.renameDirectory(from, to);
      this.store.forget(moves.flat());
      return target;
    });
  }

  async delete(path: string): Promise<void> {
    return this.store.exclusive.run(async () => {
      const folders = await this.store.folders();
      existing(folders, path);
      for (const folder of folders)
        if (folder.path === path || isBelow(folder.path, path)) changeable(folder);
      const doomed = await this.tree(path);
      for (const each of doomed) await this.removeDirectory(each);
      this.store.forget(doomed);
    });
  }

  /** All directories of the folder and below it, deepest first, those that hold no mail, too. */
  private async tree(path: string): Promise<string[]> {
    const names = await readdir(this.store.root).catch((error: unknown) => {
      throw asBackendError(error);
    });
    return names
      .filter((name) => name.startsWith('.'))
      .map((name) => name.slice(1))
      .filter((name) => name === path || isBelow(name, path))
      .sort((a, b) => b.length - a.length);
  }

  private async expectFree(path: string): Promise<void> {
    const taken = await access(join(this.store.root, folderDirectory(path))).then(
      () => true,
      () => false,
    );
    if (taken) throw exists();
  }

  private async renameDirectory(from: string, to: string): Promise<void> {
    const { root } = this.store;
    await rename(join(root, folderDirectory(from)), join(root, folderDirectory(to))).catch(
      (error: unknown) => {
        throw errorCode(error) === 'ENAMETOOLONG'
          ? new BackendError('invalid', 'name too long', { reason: 'folder-name' })
          : asBackendError(error);
      },
    );
  }

  /** Out of sight at once, and then piece by piece: nobody ever sees half a folder. */
  private async removeDirectory(path: string): Promise<void> {
    const directory = join(this.store.root, folderDirectory(path));
    const hidden = join(this.store.root, 'tmp', `${uniqueName()}.deleted`);
    try {
      await rename(directory, hidden);
      await rm(hidden, { recursive: true, force: true });
    } catch (error) {
      throw asBackendError(error);
    }
  }
}

const exists = (): BackendError => new BackendError('conflict', 'the folder exists', { reason: 'exists' });

const isBelow = (path: string, ancestor: string): boolean => path.startsWith(`${ancestor}.`);

function existing(folders: readonly BackendFolder[], path: string): BackendFolder {
  const folder = folders.find((candidate) => candidate.path === path);
  if (!folder) throw new BackendError('gone', 'no such folder', { reason: 'no-such-folder' });
  return folder;
}

/** Folders with a purpose stay what they are: the gateway itself puts mail into them. */
function changeable({ path, role }: BackendFolder): void {
  if (path !== inboxPath && role === null) return;
  throw new BackendError('invalid', 'the folder has a purpose and stays', { reason: 'special-folder' });
}
