import { readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError, type BackendFolder, type ChangeNotice, type PimClass, type Watch } from '#backend';
import { decodeCharset, LONGEST_TEXT } from '#formats';
import type { FolderEdits, ObjectChanges, ObjectSource, StoredObject } from '#objects';
import { createFile, placeNew, replaceFile } from './atomic-file.js';
import { hashOf, inside, type ScannedFile } from './collection-scan.js';
import { codeOf, fileFailure } from './file-failure.js';
import { isFolderPath, isObjectName, suffixOf } from './file-names.js';
import { noFolder, VdirFolders } from './vdir-folders.js';
import { VdirStore } from './vdir-store.js';
import { VdirWatch } from './vdir-watch.js';

export interface VdirOptions {
  /** The directory of the collections; created when it is missing. */
  readonly root: string;
  readonly itemClass: PimClass;
  /** Nobody may write, whatever the files' permissions say. */
  readonly readOnly?: boolean;
}

const components: Readonly<Record<PimClass, string | null>> = {
  Contacts: null,
  Calendar: 'VEVENT',
  Tasks: 'VTODO',
  Notes: 'VJOURNAL',
};

/** Folders of .vcf or .ics files as a source of one item class. */
export class VdirSource implements ObjectSource {
  readonly kind = 'vdir';
  readonly editor: FolderEdits | null;
  private readonly store: VdirStore;
  private readonly list: VdirFolders;
  private readonly suffix: string;

  constructor(private readonly options: VdirOptions) {
    this.store = VdirStore.of(options.root);
    this.suffix = suffixOf(options.itemClass);
    this.list = new VdirFolders(this.store, options.itemClass, options.readOnly === true);
    this.editor = options.readOnly === true ? null : this.list.edits;
  }

  folders(): Promise<BackendFolder[]> {
    return failing(() => this.list.list());
  }

  async changes(folder: string, token: string | null): Promise<ObjectChanges> {
    const files = await this.files(folder);
    const snapshot = new Map([...files].map(([name, { version }]) => [name, version]));
    return this.store.recent(folder, this.options.itemClass).changes(snapshot, token);
  }

  /** The folder's files of this class; a file without any component is broken, and everybody's. */
  private async files(folder: string): Promise<ReadonlyMap<string, ScannedFile>> {
    const { itemClass } = this.options;
    const own = components[itemClass];
    this.directory(folder);
    const files = await failing(() => this.store.scan(folder, itemClass).files());
    const isOwn = ({ components: has }: ScannedFile): boolean =>
      own === null || has.size === 0 || has.has(own);
    return new Map([...files].filter(([, file]) => isOwn(file)));
  }

  async *fetch(
    folder: string,
    names: readonly string[],
  ): AsyncGenerator<StoredObject | { readonly name: string; readonly failure: string }> {
    this.directory(folder);
    for (const name of names) {
      const found = await this.readObject(folder, name);
      if (found) yield found;
    }
  }

  private async readObject(
    folder: string,
    name: string,
  ): Promise<StoredObject | { readonly name: string; readonly failure: string } | null> {
    if (!isObjectName(name, this.suffix)) return null;
    try {
      const bytes = await this.bytes(folder, name);
      if (bytes === null) return null;
      if (bytes === 'too large') return { name, failure: 'the file is too large' };
      return { name, version: hashOf(bytes), text: textOf(bytes) };
    } catch (error) {
      return { name, failure: `the file cannot be read: ${codeOf(error)}` };
    }
  }

  /** Null if there is no such file within the root. */
  private async bytes(folder: string, name: string): Promise<Buffer | 'too large' | null> {
    try {
      const path = await inside(this.store.root, this.path(folder, name));
      if (path === null) return null;
      const status = await stat(path);
      if (!status.isFile()) return null;
      return status.size > LONGEST_TEXT ? 'too large' : await readFile(path);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return null;
      throw error;
    }
  }

  async put(
    folder: string,
    name: string,
    text: string,
    over: string | null,
  ): Promise<{ readonly version: string | null }> {
    const path = this.writable(folder, name);
    await failing(() =>
      this.store.exclusively(path, async () => {
        if (over === null) return createFile(path, text);
        const isThere = async (): Promise<boolean> => (await this.versionOf(folder, name)) === over;
        if (!(await isThere())) throw changed(name);
        const { mode } = await stat(path);
        return replaceFile(path, text, mode & 0o777, isThere);
      }),
    );
    return { version: hashOf(Buffer.from(text, 'utf8')) };
  }

  async remove(folder: string, name: string, over: string | null): Promise<void> {
    const path = this.writable(folder, name);
    await failing(() =>
      this.store.exclusively(path, async () => {
        const version = await this.versionOf(folder, name);
        if (version === null) return;
        if (over !== null && version !== over) throw changed(name);
        await unlink(path).catch((error: unknown) => {
          if (codeOf(error) !== 'ENOENT') throw error;
        });
      }),
    );
  }

  readonly move = async (folder: string, name: string, target: string, newName: string): Promise<void> => {
    const [from, to] = [this.writable(folder, name), this.writable(target, newName)];
    await failing(() =>
      this.store.exclusively(from, async () => {
        if ((await this.versionOf(folder, name)) === null) {
          throw new BackendError('gone', `no ${name} in ${folder}`, { reason: 'no-such-item' });
        }
        await placeNew(from, to);
        await unlink(from).catch(() => undefined);
      }),
    );
  };

  private async versionOf(folder: string, name: string): Promise<string | null> {
    const bytes = await this.bytes(folder, name);
    return bytes === null ? null : bytes === 'too large' ? '' : hashOf(bytes);
  }

  async namesOfUid(folder: string, uid: string): Promise<readonly string[]> {
    return [...(await this.files(folder)).values()]
      .filter((file) => file.uid === uid)
      .map(({ name }) => name);
  }

  async watch(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    const directories = new Map(
      folders.filter(isFolderPath).map((folder) => [folder, this.store.directory(folder)]),
    );
    return new VdirWatch(directories, notify).begin();
  }

  async schedulesItself(): Promise<boolean> {
    return false;
  }

  async openUrl(): Promise<null> {
    return null;
  }

  async close(): Promise<void> {}

  /** Throws `gone` for a path that leads elsewhere. */
  private directory(folder: string): string {
    if (!isFolderPath(folder)) throw noFolder(folder);
    return this.store.directory(folder);
  }

  private path(folder: string, name: string): string {
    return join(this.directory(folder), name);
  }

  private writable(folder: string, name: string): string {
    if (this.options.readOnly === true) {
      throw new BackendError('invalid', 'nobody may write here', { reason: 'read-only' });
    }
    if (isObjectName(name, this.suffix)) return this.path(folder, name);
    throw new BackendError('invalid', 'this can be no file’s name', { reason: 'file-name' });
  }
}

const changed = (name: string): BackendError => new BackendError('conflict', `${name} is another one`);

async function failing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileFailure(error);
  }
}

/** UTF-8, or what old programs wrote. */
function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return decodeCharset(bytes, 'windows-1252');
  }
}
