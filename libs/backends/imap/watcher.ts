import { BackendError } from '#backend';
import type { ChangeNotice, Watch } from '#backend';
import { mailboxStates } from './mailbox-states.js';
import { Namespaces } from './namespaces.js';
import { responseCode, text, type Untagged } from './nodes.js';
import type { Pool } from './pool.js';
import type { Session } from './session.js';
import type { UntaggedName } from './wire.js';

interface Entry {
  readonly folders: ReadonlySet<string>;
  readonly notify: (notice: ChangeNotice) => void;
}

/** A command at least so often shows a dead connection, and keeps servers and address translators from dropping it. */
const keepAlive = 9 * 60_000;
const firstDelay = 500;
const longestDelay = 60_000;
const inboxNews: ReadonlySet<UntaggedName> = new Set(['EXISTS', 'EXPUNGE', 'VANISHED', 'FETCH']);

/**
 * Watches one account for all its devices over one connection of its own. Where the server has NOTIFY it tells of every
 * folder; elsewhere IDLE watches the Inbox, and the state of the other watched folders is asked for now and then.
 */
export class Watcher {
  readonly #pool: Pool;
  readonly #entries = new Set<Entry>();
  /** Set while a connection is kept up; resolves when it has ended. */
  #running: Promise<void> | null = null;
  #starting: Promise<void> | null = null;
  #closed = false;
  /** The state that each folder which does not tell by itself had when it was last asked for. */
  #states: Map<string, string> | null = null;
  #tellsItself: (folder: string) => boolean = () => false;
  #wake: () => void = () => undefined;
  #lingering: NodeJS.Timeout | null = null;
  #lingeringSince = 0;
  #roundDone: (() => void)[] = [];

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Resolves when what happens from then on is told. Throws if the server cannot be reached at all. */
  async add(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    const entry: Entry = { folders: new Set(folders), notify };
    this.#entries.add(entry);
    if (this.#lingering !== null) clearTimeout(this.#lingering);
    try {
      await this.#start();
      // A folder nobody asked about before has no state to compare with yet.
      const isNew = (folder: string): boolean =>
        !this.#tellsItself(folder) && this.#states?.has(folder) === false;
      if (folders.some(isNew)) await this.#round();
    } catch (error) {
      this.#remove(entry);
      throw error;
    }
    return { close: async () => this.#remove(entry) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#entries.clear();
    if (this.#lingering !== null) clearTimeout(this.#lingering);
    this.#wake();
    await this.#running;
  }

  #remove(entry: Entry): void {
    if (!this.#entries.delete(entry) || this.#entries.size > 0) return;
    // A phone that was answered comes back in a moment.
    this.#lingering = setTimeout(() => {
      if (this.#entries.size === 0) this.#wake();
    }, this.#pool.settings.idleTimeout).unref();
    this.#lingeringSince = Date.now();
  }

  get #wanted(): boolean {
    if (this.#closed) return false;
    return this.#entries.size > 0 || Date.now() - this.#lingeringSince < this.#pool.settings.idleTimeout;
  }

  #start(): Promise<void> {
    if (this.#closed)
      return Promise.reject(new BackendError('unavailable', 'the account was closed', { reason: 'closed' }));
    if (this.#running !== null && this.#starting !== null) return this.#starting;
    this.#starting = new Promise((resolve, reject) => {
      this.#running = this.#keepWatching(resolve, reject).finally(() => (this.#running = null));
    });
    return this.#starting;
  }

  async #keepWatching(ready: () => void, failed: (error: unknown) => void): Promise<void> {
    let delay = firstDelay;
    let isFirst = true;
    do {
      try {
        const session = await this.#pool.dedicated();
        try {
          await this.#watchBy(session, () => {
            if (!isFirst) this.#tell(null);
            isFirst = false;
            delay = firstDelay;
            ready();
          });
        } finally {
          this.#states = null;
          await session.wire.close();
        }
      } catch (error) {
        if (isFirst) {
          failed(error);
          return;
        }
        // The others have all the room for watching: until there is some again, whoever waits looks for himself.
        if (error instanceof BackendError && error.reason === 'no-room-to-watch') this.#tell(null);
      }
      // Widely spread: those of a host that comes back had all been cut off at one moment.
      if (this.#wanted) await this.#sleep(delay * (0.5 + Math.random()));
      delay = Math.min(delay * 2, longestDelay);
    } while (this.#wanted);
  }

  async #watchBy(session: Session, ready: () => void): Promise<void> {
    session.wire.onClose = () => this.#wake();
    if (!session.has('NOTIFY') || !(await this.#notifySet(session))) return this.#byPolling(session, ready);
    // NOTIFY tells of the user's own folders: Dovecot takes other namespaces and stays silent about them.
    const namespaces = new Namespaces(session.wire);
    this.#tellsItself = (folder) => !namespaces.isForeign(folder);
    this.#states = new Map();
    await this.#rounds(session, ready, {
      look: async () => {
        if (this.#isAsking) await this.#poll(session, 'alone');
        else await session.run('NOOP', '');
      },
      rest: () =>
        this.#sleep(this.#isAsking ? Math.min(this.#pool.settings.pollInterval, keepAlive) : keepAlive),
    });
  }

  /** Whether some watched folder has to be asked for its state. */
  get #isAsking(): boolean {
    return [...this.#entries].some(({ folders }) =>
      [...folders].some((folder) => !this.#tellsItself(folder)),
    );
  }

  /** Looks and rests by turns for as long as somebody watches; a new watcher cuts a rest short. */
  async #rounds(
    session: Session,
    ready: () => void,
    { look, rest }: { readonly look: () => Promise<void>; readonly rest: () => Promise<void> },
  ): Promise<void> {
    for (let isFirst = true; this.#wanted && !session.wire.closed; isFirst = false) {
      await look();
      if (isFirst) ready();
      for (const done of this.#roundDone.splice(0)) done();
      if (this.#roundDone.length === 0) await rest();
    }
  }

  /** Asks for events of all own mailboxes; none is selected, so each event is a STATUS of its mailbox (RFC 5465 5). */
  async #notifySet(session: Session): Promise<boolean> {
    session.wire.onNews = (name, untagged) => this.#hear(session, name, untagged);
    try {
      await session.run('NOTIFY', 'SET (personal (MessageNew MessageExpunge FlagChange))');
      return true;
    } catch (error) {
      if (session.wire.closed) throw error;
      return false;
    }
  }

  #hear(session: Session, name: UntaggedName, untagged: Untagged): void {
    if (name === 'STATUS') this.#tell(mailboxName(text(untagged.attributes?.[0]) ?? ''));
    if (name === 'OK' && text(responseCode(untagged)[0])?.toUpperCase() === 'NOTIFICATIONOVERFLOW') {
      // The server gave up watching: the connection is begun anew, which tells everybody to look.
      session.wire.destroy();
    }
  }

  async #byPolling(session: Session, ready: () => void): Promise<void> {
    const idles = session.has('IDLE');
    session.wire.onNews = (name) => {
      if (inboxNews.has(name)) this.#tell('INBOX');
    };
    if (idles) await session.select('INBOX');
    this.#tellsItself = (folder) => idles && folder === 'INBOX';
    this.#states = new Map();
    await this.#rounds(session, ready, {
      look: () => this.#poll(session, 'together'),
      rest: () => this.#rest(session, idles),
    });
  }

  /**
   * Compares the state of each watched folder with the last one; those that tell by themselves are passed over. `alone`
   * asks for no more than them, so that what the server tells of others meanwhile is heard.
   */
  async #poll(session: Session, how: 'alone' | 'together'): Promise<void> {
    const watched = new Set([...this.#entries].flatMap(({ folders }) => [...folders]));
    const asked = [...watched].filter((folder) => !this.#tellsItself(folder));
    for (const [folder, state] of await mailboxStates(session, asked, how)) {
      const before = this.#states?.get(folder);
      this.#states?.set(folder, state);
      if (before !== undefined && before !== state) this.#tell(folder);
    }
    // The others are known from here on, too; folders that do not exist have no state to wait for.
    for (const folder of ['INBOX', ...watched]) {
      if (this.#states?.has(folder) === false) this.#states.set(folder, '');
    }
  }

  async #rest(session: Session, idles: boolean): Promise<void> {
    const { pollInterval } = this.#pool.settings;
    if (!idles) return this.#sleep(pollInterval);
    const idle = await session.wire.idle();
    await this.#sleep(Math.min(pollInterval, keepAlive));
    idle.done();
    const limit = setTimeout(() => session.wire.destroy(), this.#pool.settings.commandTimeout);
    await idle.ended.finally(() => clearTimeout(limit));
  }

  /** Waits until all watched folders were looked at once more. */
  #round(): Promise<void> {
    return new Promise((resolve) => {
      this.#roundDone.push(resolve);
      this.#wake();
    });
  }

  /** Waits, at most until something has to be done. */
  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#wake = () => undefined;
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.#wake = end;
    });
  }

  #tell(folder: string | null): void {
    for (const { folders, notify } of this.#entries) {
      if (folder === null) notify({ folders: null });
      else if (folders.has(folder)) notify({ folders: [folder] });
    }
  }
}

const mailboxName = (name: string): string => (name.toUpperCase() === 'INBOX' ? 'INBOX' : name);
