import type { Credentials } from '#backend';
import type { Login, Tenant } from './tenants.js';

/** What opens an account's sources. */
export type Secret =
  | { readonly password: string }
  /** A judged token (RFC 6750) and when it ends, in milliseconds since 1970. */
  | { readonly accessToken: string; readonly expiresAt: number }
  /** An app password was right: the master user opens the mailbox. */
  | { readonly isVouched: true };

export interface AccountDigests {
  /** Names what is open for the account: the same for all who share it, and for every token of one user. */
  readonly digest: string;
  /** Names what the phone brought; the same as `digest` but for tokens. */
  readonly proof: string;
}

/** Somebody who signed in, or on whose behalf a message came. Never printed with the password. */
export class Account {
  readonly tenant: Tenant;
  readonly login: Login;
  /** A keyed hash, only good in this process. See AccountDigests. */
  readonly digest: string;
  readonly proof: string;
  #secret: Secret;

  constructor(tenant: Tenant, login: Login, secret: Secret, { digest, proof }: AccountDigests) {
    this.tenant = tenant;
    this.login = login;
    this.digest = digest;
    this.proof = proof;
    this.#secret = secret;
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

  /** For the way to another process, sealed. */
  get secret(): Secret {
    return this.#secret;
  }

  /** The mailbox's password; null if it is a token, or the master user, that opens the sources. */
  get password(): string | null {
    return 'password' in this.#secret ? this.#secret.password : null;
  }

  /** What a backend is opened with; `user` as that backend wants it. A token is always the newest of the account. */
  credentials(user: string = this.login.user): Credentials {
    const secret = this.#secret;
    if ('password' in secret) return { user, password: secret.password };
    if ('isVouched' in secret) return { user, isVouched: true };
    const newest = (): string =>
      'accessToken' in this.#secret ? this.#secret.accessToken : secret.accessToken;
    return {
      user,
      get accessToken() {
        return newest();
      },
    };
  }

  /** Takes over the token of `other`, the same account, if it lives longer: what is open goes on with it. */
  renew(other: Account): void {
    const [own, given] = [this.#secret, other.#secret];
    if ('accessToken' in own && 'accessToken' in given && given.expiresAt > own.expiresAt)
      this.#secret = given;
  }
}
