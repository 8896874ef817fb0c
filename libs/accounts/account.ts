import type { Credentials } from '#backend';
import type { Login, Tenant } from './tenants.js';

/** Somebody who signed in, or on whose behalf a message came. Never printed with the password. */
export class Account {
  readonly tenant: Tenant;
  readonly login: Login;
  /** A keyed hash of tenant, user and password, only good in this process. */
  readonly digest: string;
  readonly #password: string;

  constructor(tenant: Tenant, login: Login, password: string, digest: string) {
    this.tenant = tenant;
    this.login = login;
    this.digest = digest;
    this.#password = password;
  }

  /** The account name the state is kept under. */
  get user(): string {
    return this.login.user;
  }

  /** Names the account within this installation. */
  get key(): string {
    return `${this.tenant.name}/${this.login.user}`;
  }

  /** The address mail of this account is from. A login without a domain gets its tenant's. */
  get address(): string {
    if (this.login.domain) return this.login.user;
    const domain = this.tenant.settings.domains.find((name) => name !== '*') ?? 'localhost';
    return `${this.login.local}@${domain}`;
  }

  /** What a backend is opened with; `user` as that backend wants it. */
  credentials(user: string = this.login.user): Credentials {
    return { user, password: this.#password };
  }
}
