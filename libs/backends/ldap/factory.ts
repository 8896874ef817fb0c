import { BackendError, type Directory } from '#backend';
import type { LdapConfig, LdapUser } from './config.js';
import { LdapConnection, type Bind } from './connection.js';
import { LdapDirectory, Searches } from './directory.js';
import { escapeDnValue, fillTemplate } from './filters.js';

/** The directories of one LDAP server. */
export class LdapFactory {
  readonly kind = 'ldap';
  readonly #config: LdapConfig;
  readonly #now: () => number;
  readonly #open = new Set<LdapConnection>();
  /** What all users share who do not bind as themselves. */
  #shared: Searches | null = null;

  constructor(config: LdapConfig, now: () => number = () => performance.now()) {
    this.#config = config;
    this.#now = now;
  }

  /** The directory as the account sees it. Costs nothing until something is asked. Throws BackendError `unsupported`. */
  directoryFor(user: LdapUser): Directory {
    const { bindDn, password } = this.#config;
    if (bindDn !== undefined && password === undefined) return this.#ownDirectory(bindDn, user);
    const bind = bindDn === undefined ? null : { dn: bindDn, password: password ?? '' };
    this.#shared ??= this.#searches(bind);
    return new LdapDirectory(this.#shared, user, this.#now, () => Promise.resolve());
  }

  async close(): Promise<void> {
    this.#shared = null;
    const open = [...this.#open];
    this.#open.clear();
    await Promise.all(open.map((connection) => connection.close()));
  }

  #ownDirectory(template: string, user: LdapUser): Directory {
    // A bind with a name and no password succeeds as nobody (RFC 4513 5.1.2).
    if (user.password === '') throw new BackendError('unsupported', 'directory: no password to bind with');
    // Active Directory also takes a login where others take a DN; there is nothing to be escaped in it.
    const escape = template.includes('=') ? escapeDnValue : (value: string) => value;
    const searches = this.#searches({ dn: fillTemplate(template, user, escape), password: user.password });
    const { connection } = searches;
    return new LdapDirectory(searches, user, this.#now, async () => {
      this.#open.delete(connection);
      await connection.close();
    });
  }

  #searches(bind: Bind | null): Searches {
    const connection = new LdapConnection(this.#config, bind, this.#now);
    this.#open.add(connection);
    return new Searches(this.#config, connection, this.#now);
  }
}
