import { BackendError } from '#backend';
import type { ImapSettings } from './config.js';
import type { Dialer } from './dialer.js';
import { FolderAccess } from './folder-access.js';
import { KnownIdentities, ServerTraits } from './folder-identity.js';
import type { Session } from './session.js';
import { WaitingList } from './waiting-list.js';

/**
 * The connections of one account. Each is lent to one caller at a time, for as long as its commands take: a slow phone
 * holds none. A caller that wants a mailbox gets the connection that has it open, if it is free.
 */
export class Pool {
  readonly settings: ImapSettings;
  readonly dialer: Dialer;
  readonly #idle = new Set<Session>();
  readonly #busy = new Set<Session>();
  readonly #waiting: WaitingList<Session | null>;
  #opening = 0;
  #signingIn: Promise<void> | null = null;
  #closed = false;
  #sweeper: NodeJS.Timeout | null = null;
  /** When the server last accepted the password, in milliseconds. */
  lastSignIn = 0;
  /** What is known of the server and of the account's folders. */
  readonly traits: ServerTraits;
  readonly identities = new KnownIdentities();
  readonly access = new FolderAccess();

  constructor(settings: ImapSettings, dialer: Dialer, traits = new ServerTraits()) {
    this.settings = settings;
    this.dialer = dialer;
    this.#waiting = new WaitingList(dialer.patience, `the account's connections to ${dialer.host}`);
    this.traits = traits;
  }

  /**
   * Only then does a change of a folder need a look at its rights first. A single folder of others may be shown whatever
   * namespaces are.
   */
  mayBeForeign(path: string): boolean {
    return path !== 'INBOX' && !this.access.knows(path);
  }

  /** Ends the resting connections that have one of these mailboxes open. */
  async closeIdle(paths: readonly string[]): Promise<void> {
    const affected = [...this.#idle].filter(
      ({ selected }) => selected !== null && paths.includes(selected.path),
    );
    for (const session of affected) this.#idle.delete(session);
    await Promise.all(affected.map((session) => session.wire.close()));
  }

  /** These paths name other mailboxes now, or none: whoever has one open opens it again before its next use. */
  reopen(paths: readonly string[]): void {
    for (const session of [...this.#idle, ...this.#busy]) session.reopen(paths);
  }

  get closed(): boolean {
    return this.#closed;
  }

  get size(): number {
    return this.#idle.size + this.#busy.size + this.#opening;
  }

  /** Proves the password with a new connection, which joins the pool. Throws `auth`, `unavailable`. */
  signIn(): Promise<void> {
    this.#signingIn ??= this.#open('proof')
      .then((session) => this.#release(session))
      .finally(() => (this.#signingIn = null));
    return this.#signingIn;
  }

  /** Opens a connection outside the pool, for a watcher. */
  dedicated(): Promise<Session> {
    return this.dialer.open('watch');
  }

  /**
   * Lends a connection for `work`. Work that only reads is done once more on another connection if the first one breaks:
   * servers drop connections that rested for a while without a word.
   */
  async use<T>(
    path: string | null,
    kind: 'reads' | 'writes',
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const session = await this.#acquire(path);
      try {
        const result = await work(session);
        session.slot?.answered();
        return result;
      } catch (error) {
        const broken =
          session.wire.closed && error instanceof BackendError && error.reason === 'connection-lost';
        // One that is tried again has told nothing yet: the second attempt will.
        if (broken && kind === 'reads' && attempt === 1 && !this.#closed) continue;
        noteFailure(session, error);
        throw error;
      } finally {
        this.#release(session);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    this.dialer.close();
    this.#waiting.close(shutDown());
    const sessions = [...this.#idle];
    this.#idle.clear();
    await Promise.all(sessions.map((session) => session.wire.close()));
  }

  async #acquire(path: string | null): Promise<Session> {
    if (this.#closed) throw shutDown();
    const free = this.#waiting.isEmpty ? this.#take(path) : null;
    if (free !== null) return free;
    if (this.size < this.settings.maxConnections) return this.#openFor();
    return (await this.#waiting.wait()) ?? this.#openFor();
  }

  /** The free connection that has the mailbox open, else the one that rested longest. */
  #take(path: string | null): Session | null {
    let best: Session | null = null;
    for (const session of this.#idle) {
      if (session.wire.closed) {
        this.#idle.delete(session);
        continue;
      }
      if (path !== null && session.selected?.path === path) {
        best = session;
        break;
      }
      if (best === null || session.lastUsed < best.lastUsed) best = session;
    }
    if (best === null) return null;
    this.#idle.delete(best);
    // Another account needed the room: it is being closed, and not there any more.
    if (best.slot?.resume() === false) return this.#take(path);
    this.#busy.add(best);
    return best;
  }

  async #openFor(): Promise<Session> {
    const session = await this.#open('work');
    if (this.#closed) {
      session.wire.destroy();
      throw shutDown();
    }
    this.#busy.add(session);
    return session;
  }

  async #open(purpose: 'proof' | 'work'): Promise<Session> {
    this.#opening += 1;
    try {
      const session = await this.dialer.open(purpose);
      // A connection of the master user says nothing of the password.
      if (purpose === 'proof' || !this.dialer.mustProve) this.lastSignIn = Date.now();
      session.wire.onClose = () => this.#idle.delete(session);
      return session;
    } catch (error) {
      // Whoever waits for a connection that will not come tries for himself, and learns why.
      this.#waiting.hand(null);
      throw error;
    } finally {
      this.#opening -= 1;
    }
  }

  #release(session: Session): void {
    this.#busy.delete(session);
    if (this.#closed) {
      void session.wire.close();
      return;
    }
    const alive = !session.wire.closed;
    if (this.#waiting.hand(alive ? session : null)) {
      if (alive) this.#busy.add(session);
      return;
    }
    if (!alive) return;
    session.lastUsed = Date.now();
    this.#idle.add(session);
    session.slot?.rest(() => {
      this.#idle.delete(session);
      void session.wire.close();
    });
    this.#sweeper ??= setInterval(() => this.#sweep(), Math.max(100, this.settings.idleTimeout / 4)).unref();
  }

  #sweep(): void {
    const oldest = Date.now() - this.settings.idleTimeout;
    for (const session of this.#idle) {
      if (session.lastUsed > oldest) continue;
      this.#idle.delete(session);
      void session.wire.close();
    }
    if (this.size > 0 || this.#sweeper === null) return;
    clearInterval(this.#sweeper);
    this.#sweeper = null;
  }
}

/** Whether a failed command speaks for the account's connections or against them. */
function noteFailure({ wire, slot }: Session, error: unknown): void {
  if (!(error instanceof BackendError) || error.kind !== 'unavailable') slot?.answered();
  else if (wire.closed) slot?.failed('account');
}

const shutDown = (): BackendError =>
  new BackendError('unavailable', 'the account was closed', { reason: 'closed' });
