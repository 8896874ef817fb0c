import type { Readable } from 'node:stream';
import type {
  BackendFolder,
  ChangeNotice,
  ChangePage,
  ChangesRequest,
  ItemDeleter,
  ItemMover,
  MailState,
  MailStateWriter,
  MessageStore,
  PartContent,
  PartReader,
  ReadResult,
  View,
  Watch,
} from '#backend';
import { changes } from './changes.js';
import { folders } from './folders.js';
import { moveItems } from './move.js';
import type { Pool } from './pool.js';
import { readMails } from './read.js';
import { PartReading } from './read-part.js';
import type { Watcher } from './watcher.js';
import { append, deleteItems, updateState } from './write.js';

/** One account at an IMAP server. Several may share the connections of the account. */
export class ImapBackend implements MailStateWriter, ItemDeleter, ItemMover, MessageStore, PartReader {
  readonly kind = 'imap';
  readonly #pool: Pool;
  readonly #watcher: Watcher;
  readonly #parts: PartReading;
  readonly #release: () => Promise<void>;
  readonly #watches = new Set<Watch>();
  #closing: Promise<void> | null = null;

  /** `release` is called once, when the account is closed. */
  constructor(pool: Pool, watcher: Watcher, release: () => Promise<void>) {
    this.#pool = pool;
    this.#watcher = watcher;
    this.#parts = new PartReading(pool);
    this.#release = release;
  }

  folders(): Promise<BackendFolder[]> {
    return this.#pool.use(null, 'reads', folders);
  }

  changes(request: ChangesRequest): Promise<ChangePage> {
    return this.#pool.use(request.folder, 'reads', (session) => changes(session, request));
  }

  read(folder: string, ids: readonly string[], view: View): AsyncIterable<ReadResult> {
    return readMails(this.#pool, folder, ids, view);
  }

  async watch(watched: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    const running = await this.#watcher.add(watched, notify);
    const watch: Watch = {
      close: async () => {
        this.#watches.delete(watch);
        await running.close();
      },
    };
    this.#watches.add(watch);
    return watch;
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
    return updateState(this.#pool, folder, id, state);
  }

  deleteItems(folder: string, ids: readonly string[]): Promise<{ failed: readonly string[] }> {
    return deleteItems(this.#pool, folder, ids);
  }

  moveItems(
    folder: string,
    ids: readonly string[],
    target: string,
  ): Promise<ReadonlyMap<string, { id: string; version: string }>> {
    return moveItems(this.#pool, folder, ids, target);
  }

  append(folder: string, message: Readable, size: number, state: MailState): Promise<{ id: string | null }> {
    return append(this.#pool, folder, message, size, state);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    await Promise.all([...this.#watches].map((watch) => watch.close()));
    await this.#release();
  }
}
