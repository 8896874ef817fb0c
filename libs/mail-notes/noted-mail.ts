import type { Readable } from 'node:stream';
import {
  BackendError,
  NOTED,
  type Backend,
  type BackendFolder,
  type ChangeNotice,
  type ChangePage,
  type ChangesRequest,
  type ConversationFinder,
  type FolderEditor,
  type FolderEmptier,
  type FolderSharer,
  type Item,
  type ItemClass,
  type ItemDeleter,
  type ItemMover,
  type MailHit,
  type MailQuery,
  type MailSearcher,
  type MailState,
  type MailStateWriter,
  type MessageReplacer,
  type MessageStore,
  type NoticeAsker,
  type PartContent,
  type PartReader,
  type ReadResult,
  type SharedPlace,
  type View,
  type Watch,
} from '#backend';
import type { MailNotesStore, NotedRow } from '#store';
import { CategoryNames } from './category-names.js';
import { folderAndBelow } from './folders-below.js';
import { withNote } from './note.js';
import { joined, livingAliases, notedIn, noted } from './noted-feed.js';
import { isNoted, withRevision } from './noted-version.js';
import { NotesDesk } from './notes-desk.js';
import { mapKeywords } from './query-keywords.js';
import { Replacement } from './replacement.js';
import { notePatch, NotedState } from './noted-state.js';

/** All that a source of mail may be able to do. */
export type MailSource = MailStateWriter &
  ItemDeleter &
  ItemMover &
  MessageStore &
  PartReader &
  FolderEditor &
  FolderEmptier &
  FolderSharer &
  MailSearcher &
  ConversationFinder &
  NoticeAsker;

export interface NotedMailOptions {
  /** Told when the store could not be asked and the mail is shown without what it knows. */
  readonly onUnavailable?: (error: unknown) => void;
  readonly now?: () => number;
}

/** Which abilities rest on which of the source. */
const abilities: Readonly<Record<string, readonly (keyof MailSource)[]>> = {
  updateState: ['updateState'],
  deleteItems: ['deleteItems'],
  moveItems: ['moveItems'],
  append: ['append'],
  replaceMessage: ['append', 'deleteItems', 'updateState'],
  readPart: ['readPart'],
  createFolder: ['createFolder'],
  moveFolder: ['moveFolder'],
  deleteFolder: ['deleteFolder'],
  emptyFolder: ['emptyFolder'],
  sharedFolders: ['sharedFolders'],
  searchMail: ['searchMail'],
  conversation: ['conversation'],
  askForNotices: ['askForNotices'],
};

/**
 * A source of mail with what it cannot keep itself. `account` names the account within the installation. The result has
 * the abilities of `inner`, and can replace messages if that can append and delete.
 */
export function notedMail(
  inner: Backend,
  notes: MailNotesStore,
  account: string,
  options: NotedMailOptions = {},
): Backend {
  const source = inner as MailSource;
  const backend = new NotedMail(source, notes, account, options);
  for (const [ability, needs] of Object.entries(abilities)) {
    // Abilities are told by their methods: what the source cannot do must not seem to be there.
    if (needs.some((method) => typeof source[method] !== 'function'))
      Object.defineProperty(backend, ability, { value: undefined });
  }
  return backend;
}

class NotedMail implements MailSource, MessageReplacer {
  readonly kind: string;
  private readonly desk: NotesDesk;
  private readonly categories: CategoryNames;
  private readonly states: NotedState;

  constructor(
    private readonly inner: MailSource,
    notes: MailNotesStore,
    account: string,
    { onUnavailable = () => undefined, now = Date.now }: NotedMailOptions,
  ) {
    this.kind = inner.kind;
    this.desk = new NotesDesk(notes, account, onUnavailable);
    this.categories = new CategoryNames(notes, account, now);
    this.states = new NotedState(inner, this.desk);
  }

  folders(): Promise<BackendFolder[]> {
    return this.inner.folders();
  }

  sharedFolders(places: readonly SharedPlace[]): Promise<readonly (BackendFolder | null)[]> {
    return this.inner.sharedFolders(places);
  }

  watch(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    return this.inner.watch(folders, notify);
  }

  askForNotices(user: string): Promise<boolean> {
    return this.inner.askForNotices(user);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  /**
   * Throws `unavailable` without the store: a page without notes would be another page, and phones would be told of
   * changes that never were.
   */
  async changes(request: ChangesRequest): Promise<ChangePage> {
    const { folder } = request;
    let page = await this.inner.changes(request);
    const isStart = request.cursor === null && page.listed !== undefined;
    const mails = notedIn(page);
    // An id that went may live on in another message; what is noted is told by the entries themselves.
    if (mails.length === 0 && page.removed.length === 0 && !isStart) return page;
    let rows = await this.desk.find(folder, mails);
    if (isStart && page.more && livingAliases(rows).size > 0) {
      page = await this.wholeListing(request, page);
      rows = await this.desk.find(folder, notedIn(page));
    }
    const told = noted(page, rows);
    if (told.gone.length > 0)
      await this.desk.ask((notes, account) => notes.forget(account, folder, told.gone));
    return told.page;
  }

  /** A mail with a stable id stands elsewhere in the source's order: only the whole listing says which ids there are. */
  private async wholeListing(request: ChangesRequest, first: ChangePage): Promise<ChangePage> {
    const pages = [first];
    const limit = Math.max(request.limit, 500);
    for (let last = first; last.more && last.listed; pages.push(last))
      last = await this.inner.changes({ ...request, limit, cursor: last.cursor });
    return joined(pages);
  }

  async *read(folder: string, ids: readonly string[], view: View): AsyncGenerator<ReadResult> {
    const lookup = this.desk.lookup(folder, ids);
    let live = await lookup.known();
    let rest = [...ids];
    while (rest.length > 0) {
      const stable = new Map([...live].map(([id, item]) => [item, id]));
      let missed: string | null = null;
      const asked = rest.map((id) => live.get(id) ?? id);
      for await (const result of this.inner.read(folder, asked, view)) {
        const id = stable.get(result.id) ?? result.id;
        if ('failure' in result && result.failure === 'gone' && !lookup.isDone) {
          live = await lookup.aliases();
          if (rest.some((each) => live.has(each))) {
            // Asked again from here: some of the ids mean other messages.
            missed = id;
            break;
          }
        }
        yield 'item' in result
          ? { id, item: await this.dressed(result.item, () => lookup.note(result.id), view) }
          : { ...result, id };
      }
      rest = missed === null ? [] : rest.slice(rest.indexOf(missed));
    }
  }

  /** The item with names for its categories, without our mark, and with its note. */
  private async dressed(item: Item, note: () => Promise<NotedRow | undefined>, view: View): Promise<Item> {
    const { Categories, ...rest } = item;
    if (!Categories) return item;
    const keywords: string[] = [];
    for await (const keyword of Categories.Category ?? []) keywords.push(keyword);
    const others = keywords.filter((keyword) => keyword.toLowerCase() !== NOTED.toLowerCase());
    const row = others.length < keywords.length ? await note() : undefined;
    const plain = view.protocolVersion >= 140 ? { ...rest, Categories: await this.named(others) } : rest;
    return row ? withNote(plain, row, view.protocolVersion) : plain;
  }

  private async named(keywords: readonly string[]): Promise<NonNullable<Item['Categories']>> {
    if (keywords.length === 0) return {};
    const names = await this.desk.orElse(
      () => this.categories.namesOf(keywords),
      () => this.categories.knownNamesOf(keywords),
    );
    return { Category: names };
  }

  async updateState(folder: string, id: string, state: MailState): Promise<{ version: string }> {
    const { followUp: _, lastVerb: __, ...rest } = state;
    const patch = notePatch(state);
    const forSource = await this.inKeywords(rest);
    return this.onLive(folder, id, (item) => this.states.update({ folder, item }, forSource, patch));
  }

  private async inKeywords(state: MailState): Promise<MailState> {
    const { keywords: names } = state;
    if (names === undefined) return state;
    return { ...state, keywords: await this.desk.ask(() => this.categories.keywordsOf(names)) };
  }

  /** Does something with the message that phones know by this id. */
  private async onLive<T>(folder: string, id: string, action: (item: string) => Promise<T>): Promise<T> {
    const lookup = this.desk.lookup(folder, [id]);
    const known = (await lookup.known()).get(id);
    try {
      return await action(known ?? id);
    } catch (error) {
      if (!(error instanceof BackendError) || error.kind !== 'gone' || lookup.isDone) throw error;
      const item = (await lookup.aliases()).get(id);
      if (item === undefined) throw error;
      return action(item);
    }
  }

  async deleteItems(folder: string, ids: readonly string[]): Promise<{ failed: readonly string[] }> {
    // What is not there counts as deleted: that a message lives under another id must be known beforehand.
    const rows = await this.desk.find(folder, ids);
    const aliases = livingAliases(rows);
    const owner = new Map<string, string>();
    for (const id of ids) {
      owner.set(id, id);
      const alias = aliases.get(id);
      if (alias) owner.set(alias.item, id);
    }
    const { failed } = await this.inner.deleteItems(folder, [...owner.keys()]);
    const left = new Set(failed);
    const gone = rows.map(({ item }) => item).filter((item) => owner.has(item) && !left.has(item));
    if (gone.length > 0) await this.desk.forget(folder, gone);
    return { failed: [...new Set(failed.map((item) => owner.get(item) ?? item))] };
  }

  async moveItems(
    folder: string,
    ids: readonly string[],
    target: string,
  ): Promise<ReadonlyMap<string, { id: string; version: string }>> {
    const lookup = this.desk.lookup(folder, ids);
    const known = await lookup.known();
    const live = new Map(ids.map((id) => [id, known.get(id) ?? id]));
    const moved = new Map(await this.inner.moveItems(folder, [...live.values()], target));
    if (!lookup.isDone && moved.size < live.size) {
      const aliases = await lookup.aliases();
      const others = ids.filter((id) => !moved.has(id) && aliases.has(id));
      for (const id of others) live.set(id, aliases.get(id)!);
      if (others.length > 0) {
        const more = await this.inner.moveItems(
          folder,
          others.map((id) => live.get(id)!),
          target,
        );
        for (const [id, to] of more) moved.set(id, to);
      }
    }
    const revisions = await this.relocated(folder, target, moved);
    const told = new Map<string, { id: string; version: string }>();
    for (const [id, item] of live) {
      const to = moved.get(item);
      if (to) told.set(id, { id: to.id, version: withRevision(to.version, revisions.get(to.id)) });
    }
    return told;
  }

  /** The notes of moved mails, at their new place. The mails are there already: nothing may fail any more. */
  private async relocated(
    folder: string,
    target: string,
    moved: ReadonlyMap<string, { id: string; version: string }>,
  ): Promise<ReadonlyMap<string, string>> {
    const marked = new Map([...moved].flatMap(([id, to]) => (isNoted(to.version) ? [[id, to.id]] : [])));
    if (marked.size === 0) return new Map();
    return this.desk.orElse(
      () => this.desk.ask((notes, account) => notes.relocate(account, folder, target, marked)),
      () => new Map<string, string>(),
    );
  }

  async append(
    folder: string,
    message: Readable,
    size: number,
    state: MailState,
  ): Promise<{ id: string | null }> {
    return this.inner.append(folder, message, size, await this.inKeywords(state));
  }

  async replaceMessage(
    folder: string,
    id: string,
    message: Readable,
    size: number,
    state: MailState,
  ): Promise<{ id: string; version: string }> {
    try {
      const replacement = new Replacement(this.inner, this.desk, folder, id);
      return await replacement.run(message, size, await this.inKeywords(state));
    } finally {
      message.destroy();
    }
  }

  readPart(
    folder: string,
    id: string,
    part: string,
    range?: { first: number; last: number },
  ): Promise<PartContent> {
    return this.onLive(folder, id, (item) => this.inner.readPart(folder, item, part, range));
  }

  createFolder(parent: string | null, name: string, itemClass: ItemClass): Promise<BackendFolder> {
    return this.inner.createFolder(parent, name, itemClass);
  }

  async moveFolder(path: string, parent: string | null, name: string): Promise<string> {
    const moving = folderAndBelow(await this.inner.folders(), path);
    const moved = await this.inner.moveFolder(path, parent, name);
    const paths = new Map(moving.map((old) => [old, moved + old.slice(path.length)]));
    if (moved !== path) await this.desk.try((notes, account) => notes.renameFolders(account, paths));
    return moved;
  }

  async deleteFolder(path: string): Promise<void> {
    const doomed = folderAndBelow(await this.inner.folders(), path);
    await this.inner.deleteFolder(path);
    await this.desk.try((notes, account) => notes.forgetFolders(account, doomed));
  }

  async emptyFolder(path: string): Promise<void> {
    await this.inner.emptyFolder(path);
    await this.desk.forget(path, null);
  }

  async searchMail(request: {
    readonly folders: readonly string[] | null;
    readonly query: MailQuery;
    readonly limit: number;
  }): Promise<{ readonly total: number; readonly hits: readonly MailHit[] }> {
    const query = await mapKeywords(request.query, (name) =>
      this.desk.ask(() => this.categories.searchedFor(name)),
    );
    const { total, hits } = await this.inner.searchMail({ ...request, query });
    return { total, hits: await this.desk.stable(hits) };
  }

  async conversation(id: Uint8Array): Promise<readonly MailHit[] | null> {
    const hits = await this.inner.conversation(id);
    return hits && this.desk.stable(hits);
  }
}
