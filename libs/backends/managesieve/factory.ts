import { BackendError, type Credentials, type OutOfOffice } from '#backend';
import { SieveClient } from './client.js';
import type { ManageSieveConfig } from './config.js';
import { SieveOutOfOffice, type RepliesFor } from './out-of-office.js';

export type { RepliesFor } from './out-of-office.js';

/** Automatic replies on one ManageSieve server. */
export class ManageSieveFactory {
  readonly kind = 'managesieve';
  readonly #config: ManageSieveConfig;
  readonly #now: () => number;
  /** What the last attempt met with, and until when nobody tries again. */
  #down: { readonly until: number; readonly error: BackendError } | null = null;

  constructor(config: ManageSieveConfig, now: () => number = () => performance.now()) {
    this.#config = config;
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
      const client = await SieveClient.open(this.#config, credentials);
      this.#down = null;
      return client;
    } catch (error) {
      if (error instanceof BackendError && error.kind === 'unavailable') {
        this.#down = { until: this.#now() + (this.#config.rest ?? 10_000), error };
      }
      throw error;
    }
  }
}
