import { BackendError, type Credentials, type OutOfOffice } from '#backend';
import { Connections, type Gate } from '#connections';
import { SieveClient } from './client.js';
import type { ManageSieveConfig } from './config.js';
import { troubleOfOpening } from './errors.js';
import { SieveOutOfOffice, type RepliesFor } from './out-of-office.js';

export type { RepliesFor } from './out-of-office.js';

/** Automatic replies on one ManageSieve server. */
export class ManageSieveFactory {
  readonly kind = 'managesieve';
  readonly #config: ManageSieveConfig;
  readonly #now: () => number;
  readonly #gate: Gate;
  /** What the last attempt met with, and until when nobody tries again. */
  #down: { readonly until: number; readonly error: BackendError } | null = null;

  /** `connections`: those of the process, whose limits hold here, too. */
  constructor(
    config: ManageSieveConfig,
    connections = new Connections(),
    now: () => number = () => performance.now(),
  ) {
    this.#config = config;
    this.#gate = connections.to(config);
    this.#now = now;
  }

  /** Costs nothing until something is asked. */
  outOfOfficeFor(credentials: Credentials, account: RepliesFor): OutOfOffice {
    return new SieveOutOfOffice(() => this.#open(credentials), account);
  }

  /** A server that is down is asked again after a rest only: each phone that asked would wait for its timeout. */
  async #open(credentials: Credentials): Promise<SieveClient> {
    if (this.#down && this.#now() < this.#down.until) throw this.#down.error;
    try {
      const { connection, slot } = await this.#gate.open(
        { account: credentials.user },
        () => SieveClient.open(this.#config, credentials),
        troubleOfOpening,
      );
      slot.answered();
      connection.afterwards(() => slot.release());
      this.#down = null;
      return connection;
    } catch (error) {
      // What fails behind the greeting may be the account's own trouble.
      if (error instanceof BackendError && troubleOfOpening(error) === 'host') {
        this.#down = { until: this.#now() + (this.#config.rest ?? 10_000), error };
      }
      throw error;
    }
  }
}
