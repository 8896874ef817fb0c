import { BackendError, type Backend, type Directory } from '#backend';
import { Connections, type Gate } from '#connections';
import { AddressBookBackend, PeopleViewer } from './address-book-backend.js';
import { AddressBook } from './address-book.js';
import type { AddressBookConfig, LdapConfig, LdapUser } from './config.js';
import { LdapConnection, type Bind } from './connection.js';
import { LdapDirectory, Searches } from './directory.js';
import { escapeDnValue, fillTemplate } from './filters.js';
import { RecentRosters } from './roster.js';

/** Rosters that are remembered: some hours of a directory in which people come and go. */
const ROSTERS = 16;

/** The directories of one LDAP server. */
export class LdapFactory {
  readonly kind = 'ldap';
  readonly #config: LdapConfig;
  readonly #now: () => number;
  readonly #gate: Gate;
  readonly #open = new Set<LdapConnection>();
  readonly #rosters = new RecentRosters(ROSTERS);
  readonly #viewer: PeopleViewer;
  readonly #books = new Set<AddressBook>();
  /** What all users share who do not bind as themselves. */
  #shared: Searches | null = null;
  #sharedBook: AddressBook | null = null;

  /** `connections`: those of the process, whose limits hold here, too. */
  constructor(
    config: LdapConfig,
    now: () => number = () => performance.now(),
    connections = new Connections(),
  ) {
    this.#config = config;
    this.#now = now;
    this.#gate = connections.to(placeOf(config.url));
    this.#viewer = new PeopleViewer(now);
  }

  /** The directory as the account sees it. Costs nothing until something is asked. Throws BackendError `unsupported`. */
  directoryFor(user: LdapUser): Directory {
    if (!this.#bindsAsUser) {
      this.#shared ??= this.#sharedSearches();
      return new LdapDirectory(this.#shared, user, this.#now, () => Promise.resolve());
    }
    const searches = this.#ownSearches(user);
    return new LdapDirectory(searches, user, this.#now, () => this.#close(searches));
  }

  /** Everybody in it as a folder of contacts. As `directoryFor`. */
  addressBookFor(user: LdapUser, config: AddressBookConfig): Backend {
    if (!this.#bindsAsUser) {
      this.#sharedBook ??= this.#book(this.#sharedSearches(), config);
      return new AddressBookBackend(this.#sharedBook, config, this.#viewer, () => Promise.resolve());
    }
    const book = this.#book(this.#ownSearches(user), config);
    return new AddressBookBackend(book, config, this.#viewer, async () => {
      book.stop();
      this.#books.delete(book);
      await this.#close(book.searches);
    });
  }

  async close(): Promise<void> {
    this.#shared = null;
    this.#sharedBook = null;
    for (const book of this.#books) book.stop();
    this.#books.clear();
    const open = [...this.#open];
    this.#open.clear();
    await Promise.all(open.map((connection) => connection.close()));
  }

  get #bindsAsUser(): boolean {
    return this.#config.bindDn !== undefined && this.#config.password === undefined;
  }

  #book(searches: Searches, { refresh }: AddressBookConfig): AddressBook {
    const book = new AddressBook(searches, this.#rosters, refresh, this.#now);
    this.#books.add(book);
    return book;
  }

  #sharedSearches(): Searches {
    const { bindDn, password = '' } = this.#config;
    return this.#searches(bindDn === undefined ? null : { dn: bindDn, password });
  }

  #ownSearches(user: LdapUser): Searches {
    // A bind with a name and no password succeeds as nobody (RFC 4513 5.1.2).
    if (user.password === null || user.password === '')
      throw new BackendError('unsupported', 'directory: no password to bind with');
    const template = this.#config.bindDn ?? '';
    // Active Directory also takes a login where others take a DN; there is nothing to be escaped in it.
    const escape = template.includes('=') ? escapeDnValue : (value: string) => value;
    return this.#searches({ dn: fillTemplate(template, user, escape), password: user.password });
  }

  async #close({ connection }: Searches): Promise<void> {
    this.#open.delete(connection);
    await connection.close();
  }

  #searches(bind: Bind | null): Searches {
    const connection = new LdapConnection(this.#config, bind, this.#now, this.#gate);
    this.#open.add(connection);
    return new Searches(this.#config, connection, this.#now);
  }
}

function placeOf(address: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(address);
  const standard = protocol === 'ldaps:' ? 636 : 389;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? standard : Number(port) };
}
