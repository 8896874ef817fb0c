import { BackendError, type BackendFolder, type PimClass } from '#backend';
import type { ObjectSource } from './object-source.js';

/** Milliseconds for which the folders are taken as they were. */
const freshFor = 60_000;

/** A source's folders of one class, with what may be done in them. */
export class ObjectFolders {
  private known: { readonly folders: readonly BackendFolder[]; readonly at: number } | null = null;

  constructor(
    private readonly source: ObjectSource,
    private readonly itemClass: PimClass,
    private readonly now: () => Date,
  ) {}

  async list(): Promise<BackendFolder[]> {
    const folders = (await this.source.folders()).filter(({ itemClass }) => itemClass === this.itemClass);
    this.known = { folders, at: this.now().getTime() };
    return folders;
  }

  /** The folders that can be written, the default one first. */
  async writable(): Promise<readonly BackendFolder[]> {
    const folders = (await this.recent()).filter(({ selectable, readOnly }) => selectable && !readOnly);
    return [
      ...folders.filter(({ role }) => role === 'default'),
      ...folders.filter(({ role }) => role !== 'default'),
    ];
  }

  /** Throws `gone` for a folder that is not there, `invalid` with reason `read-only` where nobody may write. */
  async mustBeWritable(path: string): Promise<void> {
    const at = (folders: readonly BackendFolder[]) => folders.find((folder) => folder.path === path);
    const folder = at(await this.recent()) ?? at(await this.list());
    if (!folder) throw new BackendError('gone', `no folder ${path}`, { reason: 'no-such-folder' });
    if (folder.readOnly) throw readOnly(`${path} cannot be written`);
  }

  /** Folders change: what is known of them is forgotten. */
  forget(): void {
    this.known = null;
  }

  /** All folders as of a moment ago. */
  async recent(): Promise<readonly BackendFolder[]> {
    const age = this.known === null ? Infinity : this.now().getTime() - this.known.at;
    return this.known !== null && age >= 0 && age < freshFor ? this.known.folders : this.list();
  }
}

export const readOnly = (message: string): BackendError =>
  new BackendError('invalid', message, { reason: 'read-only' });
