import { createHash } from 'node:crypto';
import {
  BackendError,
  CursorInvalid,
  storableFolderName,
  type BackendFolder,
  type ChangeNotice,
  type ItemClass,
  type Watch,
} from '#backend';
import type { FolderEdits, ObjectChanges, ObjectSource, StoredObject } from '#objects';

/** What goes wrong on purpose. */
export interface MemoryObjectSwitches {
  /** Answers with all there is to tell, whatever the limit. */
  ignoreLimit: boolean;
  /** Has no memory of changes: something new makes it list the whole folder again. */
  listsOnly: boolean;
  /** Stores this instead of what it was given, and does not tell the version. */
  alterOnPut: ((text: string) => string) | null;
  /** The next calls of these methods throw, each once. */
  failNext: Map<keyof ObjectSource, Error>;
  /** Runs before a text is written: somebody else, who is faster. */
  beforePut: (() => void) | null;
  /** Names that can be listed, but not fetched. */
  unfetchable: Set<string>;
}

interface MemoryObjectFolder extends Pick<
  BackendFolder,
  'name' | 'parent' | 'itemClass' | 'role' | 'readOnly'
> {
  readonly identity: string;
  readonly objects: Map<string, StoredObject>;
  /** Names in the order in which they were changed or removed. */
  readonly log: string[];
}

let identities = 0;

/** Objects in memory: the reference of an ObjectSource, and the hands of somebody else in it (`write`, `erase`). */
export class MemoryObjectSource implements ObjectSource {
  readonly kind = 'memory';
  readonly switches: MemoryObjectSwitches = {
    ignoreLimit: false,
    listsOnly: false,
    alterOnPut: null,
    failNext: new Map(),
    beforePut: null,
    unfetchable: new Set(),
  };
  /** How often a method was called, and for `fetched` how many names were asked for. */
  readonly calls: Record<string, number> = {};
  readonly urls = new Map<string, Uint8Array>();
  readonly editor: FolderEdits | null;
  move: ObjectSource['move'] = (folder, name, target, newName) =>
    this.moveObject(folder, name, target, newName);
  schedules = false;
  /** Told by `namesOfUid`; null: it cannot tell. */
  uidOf: ((text: string) => string | null) | null = null;
  private readonly all = new Map<string, MemoryObjectFolder>();
  private readonly listeners = new Set<(path: string) => void>();
  private epoch = 1;

  /** With one folder to begin with, the class's default one, whose path is its name. */
  constructor(
    readonly itemClass: ItemClass,
    name: string = itemClass,
    { editable = true }: { readonly editable?: boolean } = {},
  ) {
    this.addFolder(name, { role: 'default' });
    this.editor = editable ? this.edits() : null;
  }

  addFolder(
    path: string,
    is: Partial<Pick<BackendFolder, 'name' | 'parent' | 'itemClass' | 'role' | 'readOnly'>> = {},
  ): string {
    const identity = `m${(identities += 1)}`;
    const given = { name: path, parent: null, itemClass: this.itemClass, role: null, readOnly: false, ...is };
    this.all.set(path, { ...given, identity, objects: new Map(), log: [] });
    return path;
  }

  removeFolder(path: string): void {
    this.all.delete(path);
  }

  /** Writes without asking; returns the version. */
  write(path: string, name: string, text: string): string {
    const version = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
    const folder = this.folder(path);
    folder.objects.set(name, { name, version, text });
    this.record(path, folder, name);
    return version;
  }

  erase(path: string, name: string): void {
    const folder = this.folder(path);
    if (folder.objects.delete(name)) this.record(path, folder, name);
  }

  /** The texts of a folder by their names. */
  texts(path: string): ReadonlyMap<string, string> {
    return new Map([...this.folder(path).objects.values()].map(({ name, text }) => [name, text]));
  }

  /** No token from before is known any more. */
  forgetTokens(): void {
    this.epoch += 1;
  }

  async folders(): Promise<BackendFolder[]> {
    this.called('folders');
    return [...this.all].map(([path, { objects: _, log: __, ...folder }]) => ({
      ...folder,
      path,
      selectable: true,
    }));
  }

  async changes(path: string, token: string | null, limit: number): Promise<ObjectChanges> {
    this.called('changes');
    const { log, objects, identity } = this.folder(path);
    const tokenAt = (place: number): string => `${identity} ${this.epoch} ${place}`;
    if (token !== null) {
      const [of, epoch, place] = token.split(' ');
      const at = Number(place);
      if (of !== identity || Number(epoch) !== this.epoch || !(at <= log.length)) {
        throw new CursorInvalid(`token ${token} is not of this folder`);
      }
      const isNews = at < log.length;
      if (!isNews || !this.switches.listsOnly) {
        return this.delta(log, objects, at, this.switches.ignoreLimit ? Infinity : limit, tokenAt);
      }
    }
    const changed = [...objects.values()].map(({ name, version }) => ({ name, version }));
    return { changed, removed: [], token: tokenAt(log.length), more: false, isListing: true };
  }

  private delta(
    log: readonly string[],
    objects: ReadonlyMap<string, StoredObject>,
    from: number,
    limit: number,
    tokenAt: (place: number) => string,
  ): ObjectChanges {
    const touched = new Set<string>();
    let at = from;
    for (; at < log.length && touched.size < limit; at++) touched.add(log[at]!);
    const changed = [...touched].flatMap((name) => objects.get(name) ?? []);
    const removed = [...touched].filter((name) => !objects.has(name));
    return {
      changed: changed.map(({ name, version }) => ({ name, version })),
      removed,
      token: tokenAt(at),
      more: at < log.length,
      isListing: false,
    };
  }

  async *fetch(
    path: string,
    names: readonly string[],
  ): AsyncGenerator<StoredObject | { readonly name: string; readonly failure: string }> {
    this.called('fetch');
    this.calls['fetched'] = (this.calls['fetched'] ?? 0) + names.length;
    const { objects } = this.folder(path);
    // Not in the order that was asked for: nobody may count on that.
    for (const name of [...names].reverse()) {
      const object = objects.get(name);
      if (!object) continue;
      yield this.switches.unfetchable.has(name) ? { name, failure: 'marked so' } : object;
    }
  }

  async put(
    path: string,
    name: string,
    text: string,
    over: string | null,
  ): Promise<{ readonly version: string | null }> {
    this.called('put');
    this.switches.beforePut?.();
    const current = this.writable(path).objects.get(name);
    if ((current?.version ?? null) !== over) throw new BackendError('conflict', `${name} is another one`);
    const { alterOnPut } = this.switches;
    const version = this.write(path, name, alterOnPut ? alterOnPut(text) : text);
    return { version: alterOnPut ? null : version };
  }

  async remove(path: string, name: string, over: string | null): Promise<void> {
    this.called('remove');
    const current = this.writable(path).objects.get(name);
    if (current && over !== null && current.version !== over) {
      throw new BackendError('conflict', `${name} is another one`);
    }
    this.erase(path, name);
  }

  async namesOfUid(path: string, uid: string): Promise<readonly string[] | null> {
    const { uidOf } = this;
    if (uidOf === null) return null;
    return [...this.folder(path).objects.values()]
      .filter(({ text }) => uidOf(text) === uid)
      .map(({ name }) => name);
  }

  async watch(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    const wanted = new Set(folders);
    const listener = (path: string): void => {
      if (wanted.has(path)) notify({ folders: [path] });
    };
    this.listeners.add(listener);
    return { close: async () => void this.listeners.delete(listener) };
  }

  async schedulesItself(): Promise<boolean> {
    return this.schedules;
  }

  async openUrl(url: string): Promise<Uint8Array | null> {
    return this.urls.get(url) ?? null;
  }

  async close(): Promise<void> {}

  private async moveObject(path: string, name: string, target: string, newName: string): Promise<void> {
    this.called('move');
    const [from, to] = [this.writable(path), this.writable(target)];
    const object = from.objects.get(name);
    if (!object) throw new BackendError('gone', `no ${name} in ${path}`);
    if (to.objects.has(newName))
      throw new BackendError('conflict', `${newName} exists`, { reason: 'exists' });
    this.erase(path, name);
    this.write(target, newName, object.text);
  }

  private edits(): FolderEdits {
    const free = (name: string): string => {
      const path = storableFolderName(name, '/');
      if (this.all.has(path)) throw new BackendError('conflict', `${path} exists`, { reason: 'exists' });
      return path;
    };
    const changeable = (path: string): MemoryObjectFolder => {
      const folder = this.folder(path);
      if (folder.role === null) return folder;
      throw new BackendError('invalid', `${path} has a purpose and stays`, { reason: 'special-folder' });
    };
    const top = (parent: string | null): void => {
      if (parent !== null) this.folder(parent);
      if (parent !== null) throw new BackendError('invalid', 'folders do not nest', { reason: 'nested' });
    };
    return {
      createFolder: async (parent, name, itemClass) => {
        top(parent);
        const path = this.addFolder(free(name), { itemClass });
        return (await this.folders()).find((folder) => folder.path === path)!;
      },
      moveFolder: async (path, parent, name) => {
        const folder = changeable(path);
        top(parent);
        if (name === folder.name) return path;
        const target = free(name);
        this.all.delete(path);
        this.all.set(target, { ...folder, name: target });
        return target;
      },
      deleteFolder: async (path) => {
        changeable(path);
        this.removeFolder(path);
      },
    };
  }

  private folder(path: string): MemoryObjectFolder {
    const folder = this.all.get(path);
    if (!folder) throw new BackendError('gone', `no folder ${path}`, { reason: 'no-such-folder' });
    return folder;
  }

  private writable(path: string): MemoryObjectFolder {
    const folder = this.folder(path);
    if (folder.readOnly) throw new BackendError('invalid', `${path} is read-only`, { reason: 'read-only' });
    return folder;
  }

  private record(path: string, { log }: MemoryObjectFolder, name: string): void {
    log.push(name);
    for (const listener of this.listeners) listener(path);
  }

  private called(method: keyof ObjectSource): void {
    this.calls[method] = (this.calls[method] ?? 0) + 1;
    const failure = this.switches.failNext.get(method);
    if (!failure) return;
    this.switches.failNext.delete(method);
    throw failure;
  }
}
