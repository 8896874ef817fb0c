import { constants } from 'node:fs';
import { access, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError, storableFolderName, type BackendFolder, type PimClass } from '#backend';
import { cleanLine } from '#formats';
import type { FolderEdits } from '#objects';
import { codeOf, fileFailure } from './file-failure.js';
import { isFolderPath, isObjectName, isPlainName, ROOT, suffixOf } from './file-names.js';
import type { VdirStore } from './vdir-store.js';

/** Metadata of vdirsyncer: a file of one line. */
const DISPLAY_NAME = 'displayname';
const metadata = new Set([DISPLAY_NAME, 'color', 'description', 'order']);

interface Collection {
  readonly path: string;
  readonly name: string;
  readonly identity: string;
  readonly born: bigint;
  readonly writable: boolean;
}

/** The collections under a root: its subfolders, and the root itself if files lie in it or nothing else does. */
export class VdirFolders {
  constructor(
    private readonly store: VdirStore,
    private readonly itemClass: PimClass,
    private readonly readOnly: boolean,
  ) {}

  async list(): Promise<BackendFolder[]> {
    const found = (await this.collections()).sort(byAge);
    const first = found.find(({ path }) => path === ROOT) ?? found[0];
    return found.map((collection) => ({
      path: collection.path,
      parent: null,
      name: collection.name,
      itemClass: this.itemClass,
      role: collection === first ? 'default' : null,
      identity: collection.identity,
      selectable: true,
      readOnly: this.readOnly || !collection.writable,
    }));
  }

  private async collections(): Promise<Collection[]> {
    if (!this.readOnly) await mkdir(this.store.root, { recursive: true }).catch(() => undefined);
    const entries = await readdir(this.store.root, { withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isDirectory() && isPlainName(entry.name))
      .map(({ name }) => name);
    const isCollection = entries.some(
      (entry) =>
        isObjectName(entry.name, '.vcf') || isObjectName(entry.name, '.ics') || metadata.has(entry.name),
    );
    const found = await Promise.all(
      [...(isCollection || paths.length === 0 ? [ROOT] : []), ...paths].map((path) => this.collection(path)),
    );
    return found.filter((collection) => collection !== null);
  }

  /** Null if it is one of the other kind, or is gone. */
  private async collection(path: string): Promise<Collection | null> {
    const directory = this.store.directory(path);
    try {
      const names = await readdir(directory);
      const has = (suffix: string): boolean => names.some((name) => isObjectName(name, suffix));
      const own = suffixOf(this.itemClass);
      if (!has(own) && has(own === '.vcf' ? '.ics' : '.vcf')) return null;
      const { ino, birthtimeNs } = await stat(directory, { bigint: true });
      const writable = await access(directory, constants.W_OK).then(
        () => true,
        () => false,
      );
      const name = (await this.displayName(directory)) ?? (path === ROOT ? this.itemClass : path);
      return {
        path,
        name,
        identity: `${ino.toString(36)}-${birthtimeNs.toString(36)}`,
        born: birthtimeNs,
        writable,
      };
    } catch (error) {
      if (['ENOENT', 'EACCES', 'EPERM'].includes(codeOf(error))) return null;
      throw error;
    }
  }

  private async displayName(directory: string): Promise<string | null> {
    const text = await readFile(join(directory, DISPLAY_NAME), 'utf8').catch(() => '');
    return cleanLine(text.slice(0, longestName)) || null;
  }

  readonly edits: FolderEdits = {
    createFolder: (parent, name) => this.edit(() => this.create(parent, name)),
    moveFolder: (path, parent, name) => this.edit(() => this.move(path, parent, name)),
    deleteFolder: (path) => this.edit(() => this.remove(path)),
  };

  private async edit<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.store.exclusively(this.store.root, work);
    } catch (error) {
      throw fileFailure(error);
    }
  }

  private async create(parent: string | null, wanted: string): Promise<BackendFolder> {
    await this.atTop(parent);
    const before = await this.list();
    const name = this.free(before, wanted);
    const path = directoryFor(name);
    // An empty root is a collection only as long as it is alone: it stays one.
    if (before.some((folder) => folder.path === ROOT)) await this.pin();
    await mkdir(this.store.directory(path)).catch((error: unknown) => {
      throw codeOf(error) === 'EEXIST' ? exists(name) : error;
    });
    if (path !== name) await this.name(path, name);
    this.store.forget(path);
    return (await this.list()).find((folder) => folder.path === path)!;
  }

  private async move(path: string, parent: string | null, wanted: string): Promise<string> {
    const before = await this.list();
    const folder = this.changeable(before, path);
    await this.atTop(parent);
    if (wanted === folder.name) return path;
    const name = this.free(before, wanted);
    const target = directoryFor(name);
    if (await stat(this.store.directory(target)).catch(() => null)) throw exists(name);
    await rename(this.store.directory(path), this.store.directory(target));
    const named = await this.displayName(this.store.directory(target));
    if (named !== null || target !== name) await this.name(target, name);
    this.store.forget(path);
    this.store.forget(target);
    return target;
  }

  private async remove(path: string): Promise<void> {
    this.changeable(await this.list(), path);
    const directory = this.store.directory(path);
    const entries = await readdir(directory, { withFileTypes: true });
    const suffix = suffixOf(this.itemClass);
    const others = entries.filter(
      ({ name }) => !name.startsWith('.') && !isObjectName(name, suffix) && !metadata.has(name),
    );
    if (others.length > 0) {
      throw new BackendError('invalid', `${path} holds files of others`, { reason: 'not-empty' });
    }
    await rm(directory, { recursive: true });
    this.store.forget(path);
  }

  private free(folders: readonly BackendFolder[], wanted: string): string {
    const name = storableFolderName(wanted, '/');
    if (folders.some((folder) => folder.name === name)) throw exists(name);
    return name;
  }

  private changeable(folders: readonly BackendFolder[], path: string): BackendFolder {
    const folder = isFolderPath(path) ? folders.find((one) => one.path === path) : undefined;
    if (!folder) throw noFolder(path);
    if (folder.role === null) return folder;
    throw new BackendError('invalid', `${path} has a purpose and stays`, { reason: 'special-folder' });
  }

  private async atTop(parent: string | null): Promise<void> {
    if (this.readOnly) throw new BackendError('invalid', 'nobody may write here', { reason: 'read-only' });
    if (parent === null) return;
    if (!(await this.list()).some(({ path }) => path === parent)) throw noFolder(parent);
    throw new BackendError('invalid', 'collections do not nest', { reason: 'nested' });
  }

  private pin(): Promise<void> {
    return writeFile(join(this.store.root, DISPLAY_NAME), `${this.itemClass}\n`, { flag: 'wx' }).catch(
      () => undefined,
    );
  }

  private name(path: string, name: string): Promise<void> {
    return writeFile(join(this.store.directory(path), DISPLAY_NAME), `${name}\n`);
  }
}

const longestName = 1000;

/** The oldest first, so that a new folder never takes another's place as the default one. */
const byAge = (one: Collection, other: Collection): number =>
  one.born < other.born ? -1 : one.born > other.born ? 1 : one.path < other.path ? -1 : 1;

export const noFolder = (path: string): BackendError =>
  new BackendError('gone', `no folder ${path}`, { reason: 'no-such-folder' });

const exists = (name: string): BackendError =>
  new BackendError('conflict', `${name} exists`, { reason: 'exists' });

/** The folder of a name; a name that cannot be one stands in the metadata. */
const directoryFor = (name: string): string =>
  isPlainName(name) && !metadata.has(name) && !/\.(?:vcf|ics)$/i.test(name)
    ? name
    : `folder-${Buffer.from(name, 'utf8').toString('hex').slice(0, 60)}`;
