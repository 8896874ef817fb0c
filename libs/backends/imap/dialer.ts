import type { Credentials } from '#backend';
import type { Gate } from '#connections';
import type { ImapSettings } from './config.js';
import { troubleOfOpening } from './errors.js';
import { ownLogin } from './login.js';
import { Session } from './session.js';

/** Opens the connections of one account, each when the gate of its host says that it is its turn. */
export class Dialer {
  /** Read for each connection: a token may have been renewed. */
  credentials: Credentials;
  readonly #closing = new AbortController();

  constructor(
    private readonly settings: ImapSettings,
    credentials: Credentials,
    private readonly gate: Gate,
  ) {
    this.credentials = credentials;
  }

  /** Milliseconds anybody waits for a connection. */
  get patience(): number {
    return this.gate.limits.patience;
  }

  get host(): string {
    return this.gate.host;
  }

  /** Throws BackendError `auth`, `unavailable`, `throttled`. */
  async open(purpose: 'work' | 'watch'): Promise<Session> {
    const { connection, slot } = await this.gate.open(
      { account: this.credentials.user, purpose, signal: this.#closing.signal },
      () => Session.open(this.settings, ownLogin(this.credentials)),
      troubleOfOpening,
    );
    connection.belongsTo(slot);
    return connection;
  }

  /** Nobody waits for his turn any longer. */
  close(): void {
    this.#closing.abort();
  }
}
