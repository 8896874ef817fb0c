import { BackendError, hasPassword, masterRefused, requireOwnName, type Credentials } from '#backend';
import type { Gate } from '#connections';
import type { ImapSettings } from './config.js';
import { troubleOfOpening } from './errors.js';
import { loginOfMaster, ownLogin, type ImapLogin } from './login.js';
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

  /** Whether only a sign-in of their own shows that the credentials are right: others are the master user's. */
  get mustProve(): boolean {
    return this.settings.masterUser !== undefined && hasPassword(this.credentials);
  }

  /**
   * `proof` signs in with the account's own password, whoever else could. Throws BackendError `auth` if that is refused,
   * `unavailable`, `throttled`.
   */
  async open(purpose: 'proof' | 'work' | 'watch'): Promise<Session> {
    const { masterUser } = this.settings;
    const { user } = this.credentials;
    if (masterUser) requireOwnName(masterUser, user);
    if (masterUser === undefined || (purpose === 'proof' && this.mustProve))
      return this.#dial(purpose, () => ownLogin(this.credentials));
    try {
      return await this.#dial(purpose, () => loginOfMaster(masterUser, user));
    } catch (error) {
      throw error instanceof BackendError && error.kind === 'auth' ? masterRefused(error) : error;
    }
  }

  async #dial(purpose: 'proof' | 'work' | 'watch', login: () => ImapLogin): Promise<Session> {
    const entry = {
      account: this.credentials.user,
      purpose: purpose === 'watch' ? purpose : ('work' as const),
      signal: this.#closing.signal,
    };
    const { connection, slot } = await this.gate.open(
      entry,
      () => Session.open(this.settings, login()),
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
