import { BackendError, type FolderRole } from '#backend';
import { MemoryFolder } from './memory-folder.js';
import { type MemoryDelivery } from './memory-mail.js';

/** Everything one account has: folders by path (`Inbox`, `Work/2026`), and who wants to hear of changes. */
export class MemoryMailbox {
  private readonly folders = new Map<string, MemoryFolder>();
  private readonly listeners = new Set<(path: string) => void>();
  private lastIdentity = 0;

  constructor() {
    this.createFolder('Inbox', 'inbox');
  }

  createFolder(path: string, role: FolderRole | null = null): string {
    if (this.folders.has(path))
      throw new BackendError('conflict', `folder ${path} exists`, { reason: 'exists' });
    const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : null;
    if (parent !== null && !this.folders.has(parent)) this.createFolder(parent);
    this.folders.set(path, new MemoryFolder(`f${++this.lastIdentity}`, role, () => this.changed(path)));
    return path;
  }

  /** Gives a folder another name; what is below it moves along. */
  renameFolder(path: string, target: string): string {
    this.folder(path);
    for (const [name, folder] of [...this.folders]) {
      if (name !== path && !name.startsWith(`${path}/`)) continue;
      const renamed = target + name.slice(path.length);
      this.folders.delete(name);
      this.folders.set(renamed, folder);
      folder.onChange = () => this.changed(renamed);
    }
    return target;
  }

  deleteFolder(path: string): void {
    for (const name of [...this.folders.keys()]) {
      if (name === path || name.startsWith(`${path}/`)) this.folders.delete(name);
    }
  }

  /** Throws `gone` if there is no such folder. */
  folder(path: string): MemoryFolder {
    const folder = this.folders.get(path);
    if (!folder) throw new BackendError('gone', `no folder ${path}`, { reason: 'no-such-folder' });
    return folder;
  }

  /** Paths in order, so that parents come before their children. */
  entries(): [string, MemoryFolder][] {
    return [...this.folders].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Throws `gone` if there is no such folder. */
  emptyFolder(path: string): void {
    const folder = this.folder(path);
    for (const id of folder.ids) folder.remove(id);
  }

  deliver(path: string, message: Uint8Array, delivery: MemoryDelivery = {}): string {
    return this.folder(path).add(message, delivery);
  }

  listen(listener: (path: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(path: string): void {
    for (const listener of this.listeners) listener(path);
  }
}
