import { createHmac, randomBytes } from 'node:crypto';
import { BackendError } from '#backend';
import { Connections } from '#connections';
import { DavAccount } from './account.js';
import {
  authorizationOf,
  davProofOf,
  settingsOf,
  type DavConfig,
  type DavCredentials,
  type DavSettings,
} from './config.js';
import { DavHttp, Pools } from './http.js';
import { Rest } from './rest.js';
import { DavSource } from './source.js';
import { Watcher } from './watcher.js';

interface Shared {
  /** Holds those of who came last: a token among them lives longest. */
  readonly holder: { credentials: DavCredentials };
  readonly account: DavAccount;
  readonly watcher: Watcher;
  users: number;
}

/** Opens accounts at one CalDAV or CardDAV server. Those with the same credentials share what is known, and one watch. */
export class DavFactory {
  readonly kind: 'caldav' | 'carddav';
  readonly #settings: DavSettings;
  readonly #pools: Pools;
  readonly #accounts = new Map<string, Shared>();
  /** Accounts are found by a keyed hash: no table of passwords lies around in memory. */
  readonly #key = randomBytes(32);

  /** `connections`: those of the process, whose limits hold here, too. */
  constructor(config: DavConfig, connections = new Connections()) {
    this.kind = config.kind;
    this.#settings = settingsOf(config);
    this.#pools = new Pools(this.#settings, connections);
  }

  /** Costs nothing: the server is asked, and judges the credentials, when the source is first used. Throws BackendError `invalid` for an address that is none. */
  open(credentials: DavCredentials): Promise<DavSource> {
    const key = createHmac('sha256', this.#key).update(davProofOf(credentials)).digest('hex');
    return Promise.resolve().then(() => {
      const shared = this.#accounts.get(key) ?? this.#create(credentials);
      shared.holder.credentials = credentials;
      shared.users += 1;
      this.#accounts.set(key, shared);
      let isOpen = true;
      return new DavSource(shared.account, shared.watcher, async () => {
        if (isOpen) await this.#leave(key, shared);
        isOpen = false;
      });
    });
  }

  async close(): Promise<void> {
    const accounts = [...this.#accounts.values()];
    this.#accounts.clear();
    await Promise.all(accounts.map(({ watcher }) => watcher.close()));
    await this.#pools.close();
  }

  #create(credentials: DavCredentials): Shared {
    const holder = { credentials };
    const http = new DavHttp(
      this.#settings,
      homeOf(credentials.address ?? this.#settings.url, credentials.user),
      this.#pools,
      () => authorizationOf(holder.credentials),
      new Rest(this.#settings.rest),
      credentials.user ?? credentials.address ?? '',
    );
    const account = new DavAccount(http);
    return { holder, account, watcher: new Watcher(account), users: 0 };
  }

  async #leave(key: string, shared: Shared): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    if (this.#accounts.get(key) === shared) this.#accounts.delete(key);
    await shared.watcher.close();
  }
}

function homeOf(template: string, user = ''): URL {
  const address = template.replaceAll('{user}', encodeURIComponent(user));
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new BackendError('invalid', `no http or https address: ${template}`, { reason: 'url' });
}
