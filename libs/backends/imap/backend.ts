import type { Readable } from 'node:stream';
import type {
  BackendFolder,
  ChangeNotice,
  ChangePage,
  ChangesRequest,
  ConversationFinder,
  FolderEditor,
  FolderEmptier,
  FolderSharer,
  ItemClass,
  ItemDeleter,
  ItemMover,
  MailHit,
  MailSearcher,
  MailState,
  MailStateWriter,
  MessageStore,
  NoticeAsker,
  PartContent,
  PartReader,
  ReadResult,
  SharedPlace,
  View,
  Watch,
} from '#backend';
import { changing } from './account.js';
import { changes } from './changes.js';
import { conversation } from './conversation.js';
import { emptyFolder } from './empty-folder.js';
import { ImapFolderEditor } from './folder-editor.js';
import { folders } from './folders.js';
import { moveItems } from './move.js';
import { askForNotices } from './notices.js';
import { OpenWatches } from './open-watches.js';
import type { Pool } from './pool.js';
import { readMails } from './read.js';
import { PartReading } from './read-part.js';
import { searchMail } from './search.js';
import { sharedFolders } from './shared-folders.js';
import type { Watcher } from './watcher.js';
import { append, deleteItems, updateState } from './write.js';

/** One account at an IMAP server. Several may share the connections of the account. */
export class ImapBackend
  implements
    MailStateWriter,
    ItemDeleter,
    ItemMover,
    MessageStore,
    PartReader,
    FolderEditor,
    FolderEmptier,
    FolderSharer,
    MailSearcher,
    ConversationFinder,
    NoticeAsker
{
  readonly kind = 'imap';
  readonly #pool: Pool;
  readonly #watcher: Watcher;
  readonly #parts: PartReading;
  readonly #editor: ImapFolderEditor;
  readonly #release: () => Promise<void>;
  readonly #watches = new OpenWatches();
  #closing: Promise<void> | null = null;

  /** `release` is called once, when the account is closed. */
  constructor(pool: Pool, watcher: Watcher, release: () => Promise<void>) {
    this.#pool = pool;
    this.#watcher = watcher;
    this.#parts = new PartReading(pool);
    this.#editor = new ImapFolderEditor(pool);
    this.#release = release;
  }

  folders(): Promise<BackendFolder[]> {
    return this.#pool.use(null, 'reads', (session) => folders(this.#pool, session));
  }

  sharedFolders(places: readonly SharedPlace[]): Promise<readonly (BackendFolder | null)[]> {
    return this.#pool.use(null, 'reads', (session) => sharedFolders(this.#pool, session, places));
  }

  createFolder(parent: string | null, name: string, itemClass: ItemClass): Promise<BackendFolder> {
    return this.#editor.create(parent, name, itemClass);
  }

  moveFolder(path: string, parent: string | null, name: string): Promise<string> {
    return this.#editor.move(path, parent, name);
  }

  deleteFolder(path: string): Promise<void> {
    return this.#editor.delete(path);
  }

  emptyFolder(path: string): Promise<void> {
    return changing(this.#pool, path, 'delete', () => emptyFolder(this.#pool, path));
  }

  changes(request: ChangesRequest): Promise<ChangePage> {
    return this.#pool.use(request.folder, 'reads', (session) => changes(session, request));
  }

  read(folder: string, ids: readonly string[], view: View): AsyncIterable<ReadResult> {
    return readMails(this.#pool, folder, ids, view);
  }

  async watch(watched: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    return this.#watches.add(await this.#watcher.add(watched, notify));
  }

  askForNotices(user: string): Promise<boolean> {
    return this.#pool.use(null, 'writes', (session) => askForNotices(session, user));
  }

  readPart(
    folder: string,
    id: string,
    part: string,
    range?: { first: number; last: number },
  ): Promise<PartContent> {
    return this.#parts.read(folder, id, part, range);
  }

  updateState(folder: string, id: string, state: MailState): Promise<{ version: string }> {
    return changing(this.#pool, folder, 'flags', () => updateState(this.#pool, folder, id, state));
  }

  deleteItems(folder: string, ids: readonly string[]): Promise<{ failed: readonly string[] }> {
    return changing(this.#pool, folder, 'delete', () => deleteItems(this.#pool, folder, ids));
  }

  moveItems(
    folder: string,
    ids: readonly string[],
    target: string,
  ): Promise<ReadonlyMap<string, { id: string; version: string }>> {
    return changing(this.#pool, folder, 'delete', () =>
      changing(this.#pool, target, 'insert', () => moveItems(this.#pool, folder, ids, target)),
    );
  }

  append(folder: string, message: Readable, size: number, state: MailState): Promise<{ id: string | null }> {
    return changing(this.#pool, folder, 'insert', () =>
      append(this.#pool, folder, message, size, state),
    ).finally(() => void message.destroy());
  }

  searchMail(
    request: Parameters<MailSearcher['searchMail']>[0],
  ): Promise<{ total: number; hits: readonly MailHit[] }> {
    return searchMail(this.#pool, () => this.folders(), request);
  }

  conversation(id: Uint8Array): Promise<readonly MailHit[] | null> {
    return conversation(this.#pool, () => this.folders(), id);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    await this.#watches.closeAll();
    await this.#release();
  }
}
