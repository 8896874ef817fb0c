import {
  BackendError,
  canDelete,
  canEditFolders,
  canEmptyFolder,
  canMove,
  canReadPart,
  canSearchItems,
  canWriteItems,
  type Backend,
  type BackendFolder,
  type ChangeNotice,
  type ChangePage,
  type ChangesRequest,
  type Expectation,
  type FolderEditor,
  type FolderEmptier,
  type ItemChange,
  type ItemClass,
  type ItemDeleter,
  type ItemHit,
  type ItemMover,
  type ItemSearcher,
  type ItemWriter,
  type PartContent,
  type PartReader,
  type ReadResult,
  type View,
  type Watch,
  type WrittenItem,
} from '#backend';

/** One of the sources that are shown as one. */
export interface Member {
  /** Stands before the paths of its folders; empty for the main source, whose paths stay as they are. */
  readonly prefix: string;
  readonly backend: Backend;
}

/** Where a folder is. */
interface Place {
  readonly member: Member;
  readonly path: string;
}

const readOnly = (): BackendError =>
  new BackendError('invalid', 'nobody may write here', { reason: 'read-only' });

/**
 * Several sources of one class as one: the user's address books, the company's directory, the people he wrote to. The first
 * is the main one: it has the default folder, and new folders are made there. One that is down takes part of nothing, and
 * what the others have goes on; only the list of folders wants all of them, as a missing folder is a deleted one to phones.
 */
export class CombinedBackend
  implements ItemWriter, ItemDeleter, FolderEmptier, ItemMover, ItemSearcher, FolderEditor, PartReader
{
  readonly kind: string;
  private readonly main: Member;
  private readonly seen = new Map<Member, readonly BackendFolder[]>();

  /** `members`: the main one first. */
  constructor(private readonly members: readonly [Member, ...Member[]]) {
    this.main = members[0];
    this.kind = this.main.backend.kind;
  }

  async folders(): Promise<BackendFolder[]> {
    const lists = await Promise.all(
      this.members.map(async (member) => {
        const folders = await this.foldersOf(member);
        return folders.map((folder) => this.shown(member, folder));
      }),
    );
    return lists.flat();
  }

  /** Of a member that is down those that it had: its folders must not go, nor those of the others stay unseen. */
  private async foldersOf(member: Member): Promise<readonly BackendFolder[]> {
    try {
      const folders = await member.backend.folders();
      this.seen.set(member, folders);
      return folders;
    } catch (error) {
      const before = this.seen.get(member);
      if (!before || !(error instanceof BackendError) || !error.retryable) throw error;
      return before;
    }
  }

  changes(request: ChangesRequest): Promise<ChangePage> {
    const { member, path } = this.place(request.folder);
    return member.backend.changes({ ...request, folder: path });
  }

  read(folder: string, ids: readonly string[], view: View): AsyncIterable<ReadResult> {
    const { member, path } = this.place(folder);
    return member.backend.read(path, ids, view);
  }

  async watch(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    const running = await Promise.allSettled(
      this.members.map(async (member) => {
        const paths = folders.flatMap((folder) => {
          const place = this.place(folder);
          return place.member === member ? [place.path] : [];
        });
        if (paths.length === 0) return null;
        return member.backend.watch(paths, ({ folders: told }) =>
          notify({ folders: told?.map((path) => `${member.prefix}${path}`) ?? null }),
        );
      }),
    );
    const watches = running.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
    const failed = running.find((one) => one.status === 'rejected');
    if (watches.length === 0 && failed) throw failed.reason;
    return {
      close: async () => {
        await Promise.all(watches.map((watch) => watch.close()));
      },
    };
  }

  async createItem(folder: string, change: ItemChange, name: string): Promise<WrittenItem> {
    const { member, path } = this.place(folder);
    if (!canWriteItems(member.backend)) throw readOnly();
    return member.backend.createItem(path, change, name);
  }

  async changeItem(
    folder: string,
    id: string,
    change: ItemChange,
    expected: Expectation,
  ): Promise<WrittenItem> {
    const { member, path } = this.place(folder);
    if (!canWriteItems(member.backend)) throw readOnly();
    return member.backend.changeItem(path, id, change, expected);
  }

  async deleteOccurrence(
    folder: string,
    id: string,
    instance: Date,
    expected: Expectation,
  ): Promise<WrittenItem> {
    const { member, path } = this.place(folder);
    if (!canWriteItems(member.backend)) throw readOnly();
    return member.backend.deleteOccurrence(path, id, instance, expected);
  }

  async deleteItems(folder: string, ids: readonly string[]): Promise<{ failed: readonly string[] }> {
    const { member, path } = this.place(folder);
    if (!canDelete(member.backend)) throw readOnly();
    return member.backend.deleteItems(path, ids);
  }

  async emptyFolder(folder: string): Promise<void> {
    const { member, path } = this.place(folder);
    if (!canEmptyFolder(member.backend)) throw readOnly();
    return member.backend.emptyFolder(path);
  }

  /** Throws `unsupported` from one source into another: neither knows the other's items. */
  async moveItems(
    folder: string,
    ids: readonly string[],
    target: string,
  ): Promise<ReadonlyMap<string, { id: string; version: string }>> {
    const [from, to] = [this.place(folder), this.place(target)];
    if (!canMove(from.member.backend)) throw readOnly();
    if (from.member !== to.member)
      throw new BackendError('unsupported', 'items do not move between two sources');
    return from.member.backend.moveItems(from.path, ids, to.path);
  }

  async searchItems(request: Parameters<ItemSearcher['searchItems']>[0]): Promise<readonly ItemHit[]> {
    const found: ItemHit[] = [];
    for (const member of this.members) {
      const folders = request.folders && this.pathsIn(member, request.folders);
      if (!canSearchItems(member.backend) || folders?.length === 0) continue;
      const limit = request.limit - found.length;
      if (limit <= 0) break;
      const hits = await member.backend.searchItems({ ...request, folders, limit });
      found.push(...hits.map((hit) => ({ ...hit, folder: `${member.prefix}${hit.folder}` })));
    }
    return found;
  }

  async readPart(
    folder: string,
    id: string,
    part: string,
    range?: { first: number; last: number },
  ): Promise<PartContent> {
    const { member, path } = this.place(folder);
    if (!canReadPart(member.backend)) throw new BackendError('gone', 'items here have no files');
    return member.backend.readPart(path, id, part, range);
  }

  async createFolder(parent: string | null, name: string, itemClass: ItemClass): Promise<BackendFolder> {
    const { member, path } = parent === null ? { member: this.main, path: null } : this.place(parent);
    if (!canEditFolders(member.backend)) throw readOnly();
    return this.shown(member, await member.backend.createFolder(path, name, itemClass));
  }

  async moveFolder(path: string, parent: string | null, name: string): Promise<string> {
    const from = this.place(path);
    const to = parent === null ? null : this.place(parent);
    if (!canEditFolders(from.member.backend)) throw readOnly();
    if (to && to.member !== from.member)
      throw new BackendError('unsupported', 'folders do not move between two sources');
    const moved = await from.member.backend.moveFolder(from.path, to?.path ?? null, name);
    return `${from.member.prefix}${moved}`;
  }

  async deleteFolder(folder: string): Promise<void> {
    const { member, path } = this.place(folder);
    if (!canEditFolders(member.backend)) throw readOnly();
    return member.backend.deleteFolder(path);
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map(({ backend }) => backend.close()));
  }

  private shown(member: Member, folder: BackendFolder): BackendFolder {
    const { prefix } = member;
    return {
      ...folder,
      path: `${prefix}${folder.path}`,
      parent: folder.parent === null ? null : `${prefix}${folder.parent}`,
      // The class's default folder is that of the main source.
      role: member !== this.main && folder.role === 'default' ? null : folder.role,
    };
  }

  private place(folder: string): Place {
    const member = this.members.find(({ prefix }) => prefix !== '' && folder.startsWith(prefix)) ?? this.main;
    return { member, path: folder.slice(member.prefix.length) };
  }

  private pathsIn(member: Member, folders: readonly string[]): string[] {
    return folders.flatMap((folder) => {
      const place = this.place(folder);
      return place.member === member ? [place.path] : [];
    });
  }
}
