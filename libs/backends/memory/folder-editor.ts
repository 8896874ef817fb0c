import { BackendError, storableFolderName, type BackendFolder, type ItemClass } from '#backend';
import type { MemoryMailbox } from './memory-mailbox.js';

const delimiter = '/';

export const parentOf = (path: string): string | null =>
  path.includes(delimiter) ? path.slice(0, path.lastIndexOf(delimiter)) : null;

const isBelow = (path: string, ancestor: string): boolean => path.startsWith(ancestor + delimiter);

/** Folders as the gateway may change them (FolderEditor); the mailbox itself lets the world outside do as it likes. */
export class MemoryFolderEditor {
  constructor(private readonly mailbox: MemoryMailbox) {}

  folders(): BackendFolder[] {
    return this.mailbox.entries().map(([path, folder]) => ({
      path,
      parent: parentOf(path),
      name: path.slice(path.lastIndexOf(delimiter) + 1),
      itemClass: 'Email',
      role: folder.role,
      identity: folder.identity,
      selectable: true,
      readOnly: false,
    }));
  }

  create(parent: string | null, name: string, itemClass: ItemClass): BackendFolder {
    if (itemClass !== 'Email') throw new BackendError('unsupported', `no folders of class ${itemClass}`);
    const path = this.free(this.place(parent, name));
    this.mailbox.createFolder(path);
    const created = this.folders().find((folder) => folder.path === path);
    if (!created) throw new BackendError('gone', `folder ${path} vanished`);
    return created;
  }

  move(path: string, parent: string | null, name: string): string {
    this.changeable(path);
    const target = this.place(parent, name);
    if (target === path) return path;
    if (isBelow(target, path))
      throw new BackendError('invalid', 'a folder cannot be moved into itself', { reason: 'into-itself' });
    return this.mailbox.renameFolder(path, this.free(target));
  }

  delete(path: string): void {
    this.changeable(path);
    this.mailbox.deleteFolder(path);
  }

  private place(parent: string | null, name: string): string {
    const level = storableFolderName(name, delimiter);
    if (parent !== null) this.mailbox.folder(parent);
    return parent === null ? level : parent + delimiter + level;
  }

  /** Throws `conflict` if the path is taken; the Inbox is in every spelling. */
  private free(path: string): string {
    const taken = this.mailbox
      .entries()
      .some(([other, { role }]) => (role === 'inbox' ? sameLetters(other, path) : other === path));
    if (taken) throw new BackendError('conflict', `folder ${path} exists`, { reason: 'exists' });
    return path;
  }

  private changeable(path: string): void {
    if (this.mailbox.folder(path).role === null) return;
    throw new BackendError('invalid', `${path} has a purpose and stays`, { reason: 'special-folder' });
  }
}

const sameLetters = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
