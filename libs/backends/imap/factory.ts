import { createHmac, randomBytes } from 'node:crypto';
import { isToken, proofOf, type Backend, type BackendFactory, type Credentials } from '#backend';
import { Connections, type Gate } from '#connections';
import { noteCodec, type Owner } from '#formats';
import { MemoryNameBook, openObjectBackend, type NameBook } from '#objects';
import { ImapBackend } from './backend.js';
import { settingsOf, type ImapConfig, type ImapSettings } from './config.js';
import { Dialer } from './dialer.js';
import { ServerTraits } from './folder-identity.js';
import { ImapNotesSource } from './notes/notes-source.js';
import { Pool } from './pool.js';
import { Watcher } from './watcher.js';

interface Account {
  readonly pool: Pool;
  readonly watcher: Watcher;
  readonly noteNames: NameBook;
  users: number;
}

/** So long one sign-in, in milliseconds, speaks for others with the same password: many devices start at once. */
const signInHolds = 60_000;

/** Opens accounts at one IMAP server. Accounts with the same credentials share their connections. */
export class ImapFactory implements BackendFactory {
  readonly kind = 'imap';
  readonly judges = true;
  readonly #settings: ImapSettings;
  readonly #gate: Gate;
  readonly #traits = new ServerTraits();
  readonly #accounts = new Map<string, Account>();
  /** Accounts are found by a keyed hash: no table of passwords lies around in memory. */
  readonly #key = randomBytes(32);

  /** `connections`: those of the process, whose limits hold here, too. */
  constructor(config: ImapConfig, connections = new Connections()) {
    this.#settings = settingsOf(config);
    this.#gate = connections.to(this.#settings);
  }

  async open(credentials: Credentials): Promise<Backend> {
    const { account, release } = await this.#enter(credentials);
    return new ImapBackend(account.pool, account.watcher, release);
  }

  /**
   * The notes of the account, over the same connections. `folder` is what people read, levels parted by `/`; it should be
   * among the hidden folders of the mail. Throws BackendError.
   */
  async openNotes(
    credentials: Credentials,
    {
      folder,
      names,
      feedsElsewhere = false,
    }: { readonly folder: string; readonly names?: NameBook; readonly feedsElsewhere?: boolean },
  ): Promise<Backend> {
    const { account, release } = await this.#enter(credentials);
    const source = new ImapNotesSource(account, folder, release);
    // Nobody is invited to a note: whose it is says nothing.
    const owner = async (): Promise<Owner> => ({
      identities: [{ address: credentials.user.toLowerCase(), displayName: null }],
    });
    return openObjectBackend(source, noteCodec, {
      names: names ?? account.noteNames,
      owner,
      feedsElsewhere,
    });
  }

  async #enter(credentials: Credentials): Promise<{ account: Account; release: () => Promise<void> }> {
    const key = createHmac('sha256', this.#key).update(proofOf(credentials)).digest('hex');
    const account = this.#accounts.get(key) ?? this.#create(credentials);
    // Who came last has the token that lives longest.
    if (isToken(credentials)) account.pool.dialer.credentials = credentials;
    account.users += 1;
    this.#accounts.set(key, account);
    try {
      if (Date.now() - account.pool.lastSignIn > signInHolds) await account.pool.signIn();
    } catch (error) {
      await this.#leave(key, account);
      throw error;
    }
    return { account, release: () => this.#leave(key, account) };
  }

  async close(): Promise<void> {
    const accounts = [...this.#accounts.values()];
    this.#accounts.clear();
    await Promise.all(accounts.map(shut));
  }

  #create(credentials: Credentials): Account {
    const dialer = new Dialer(this.#settings, credentials, this.#gate);
    const pool = new Pool(this.#settings, dialer, this.#traits);
    return { pool, watcher: new Watcher(pool), noteNames: new MemoryNameBook(), users: 0 };
  }

  async #leave(key: string, account: Account): Promise<void> {
    account.users -= 1;
    if (account.users > 0) return;
    if (this.#accounts.get(key) === account) this.#accounts.delete(key);
    await shut(account);
  }
}

async function shut({ pool, watcher }: Account): Promise<void> {
  // A watcher that waits for its turn at the host would be waited for.
  pool.dialer.close();
  await watcher.close();
  await pool.close();
}
