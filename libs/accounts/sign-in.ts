import { BackendError } from '#backend';
import { silentLog, type Configuration, type Log, type Metrics } from '#ops';
import { Account } from './account.js';
import { readBasicHeader } from './basic-header.js';
import { addressKey, Failures } from './failures.js';
import type { AccountPool } from './pool.js';
import type { TenantSources } from './sources.js';
import { parseLogin, type Tenant, type Tenants } from './tenants.js';
import { Verdicts } from './verdicts.js';

export type RefusalReason = 'no-credentials' | 'no-tenant' | 'wrong-password' | 'delayed';

/** Nobody is signed in: HTTP 401. With `retryAfter` (seconds) the password was not even looked at: HTTP 429 or 503. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  readonly retryAfter?: number;
}

export type SignInResult = { readonly kind: 'accepted'; readonly account: Account } | Refusal;

export interface SignInOptions {
  readonly settings: Configuration['signIn'];
  readonly tenants: Tenants;
  readonly pool: AccountPool;
  readonly sourcesOf: (tenant: string) => TenantSources;
  readonly log?: Log;
  readonly metrics?: Metrics;
  /** Milliseconds of a steady clock. */
  readonly now?: () => number;
}

/** Guesses without delay: for one user, and for one address, behind which a whole office may stand. */
const FREE_FOR_USER = 5;
const FREE_FOR_ADDRESS = 20;

/**
 * Signs phones in. The backend is the judge of a password; what it accepted is trusted for a while, what it refused is
 * not asked again at once, and guessing gets slower by user and by address. Guessing by others never delays a password
 * that was accepted before.
 */
export class SignIn {
  private readonly verdicts: Verdicts;
  private readonly users: Failures;
  private readonly addresses: Failures;
  /** Sign-ins under way: requests of the same phone that come together share one login. */
  private readonly asking = new Map<string, Promise<boolean>>();
  private readonly log: Log;

  constructor(private readonly options: SignInOptions) {
    const now = options.now ?? (() => performance.now());
    const maxDelay = options.settings.maxDelaySeconds * 1000;
    this.verdicts = new Verdicts(options.settings.trustMinutes * 60_000, now);
    this.users = new Failures({ free: FREE_FOR_USER, maxDelay, now });
    this.addresses = new Failures({ free: FREE_FOR_ADDRESS, maxDelay, now });
    this.log = options.log ?? silentLog;
  }

  /**
   * Judges an Authorization header. `remoteAddress` is the phone's, not the proxy's. Throws BackendError `unavailable`
   * or `throttled` if the judge cannot be asked.
   */
  async authenticate(header: string | undefined, remoteAddress: string): Promise<SignInResult> {
    const given = readBasicHeader(header);
    const login = given && parseLogin(given.user, this.options.settings.defaultDomain);
    if (!given || !login) return { kind: 'refused', reason: 'no-credentials' };
    const tenant = this.options.tenants.find(login);
    if (!tenant) {
      this.addresses.add(addressKey(remoteAddress));
      return this.refused('no-tenant', null, login.user, remoteAddress);
    }
    const digest = this.verdicts.digest(tenant.name, login.user, given.password);
    return this.judge(new Account(tenant, login, given.password, digest), remoteAddress);
  }

  /** The account of a name and password that were judged elsewhere: what a device actor's host is told. */
  vouchedFor(tenant: Tenant, user: string, password: string): Account | null {
    const login = parseLogin(user);
    return (
      login && new Account(tenant, login, password, this.verdicts.digest(tenant.name, login.user, password))
    );
  }

  /** A backend refused the account after all (BackendError `auth`): it is asked again for the next request. */
  async distrust(account: Account): Promise<void> {
    this.verdicts.forget(account.digest);
    this.log.event('auth.distrusted', { tenant: account.tenant.name, user: account.user });
    await this.options.pool.evict(account);
  }

  /** What signs an account in has changed (see Account.key). */
  withdraw(account: string): void {
    this.verdicts.withdraw(account);
  }

  private async judge(account: Account, remoteAddress: string): Promise<SignInResult> {
    const { digest } = account;
    const verdict = this.verdicts.of(digest, account.key);
    if (verdict === 'trusted') return { kind: 'accepted', account };
    if (verdict === 'refused') {
      return this.refused('wrong-password', account.tenant.name, account.user, remoteAddress);
    }
    const address = addressKey(remoteAddress);
    // A password that was right before, or that was tried before, is no guess.
    const wait = verdict === 'new' ? Math.max(this.users.wait(account.key), this.addresses.wait(address)) : 0;
    if (wait > 0) return this.delayed(account, remoteAddress, Math.ceil(wait / 1000));
    if (await this.ask(account, remoteAddress)) {
      this.users.clear(account.key);
      this.options.metrics?.signIns.inc({ outcome: 'accepted' });
      return { kind: 'accepted', account };
    }
    if (verdict === 'new') {
      this.users.add(account.key);
      this.addresses.add(address);
    }
    return this.refused('wrong-password', account.tenant.name, account.user, remoteAddress);
  }

  private ask(account: Account, remoteAddress: string): Promise<boolean> {
    const under = this.asking.get(account.digest);
    if (under) return under;
    const asked = this.askJudge(account, remoteAddress).finally(() => this.asking.delete(account.digest));
    this.asking.set(account.digest, asked);
    return asked;
  }

  private async askJudge(account: Account, address: string): Promise<boolean> {
    const started = performance.now();
    const accepted = await this.accepts(account);
    if (accepted) this.verdicts.accept(account.digest);
    else this.verdicts.refuse(account.digest);
    if (accepted) {
      const ms = Math.round(performance.now() - started);
      this.log.event('auth.accepted', { tenant: account.tenant.name, user: account.user, address, ms });
    }
    return accepted;
  }

  private async accepts(account: Account): Promise<boolean> {
    const sources = this.options.sourcesOf(account.tenant.name);
    try {
      const backend = await sources.open('Email', account);
      await this.options.pool.adopt(account, 'Email', backend);
      return true;
    } catch (error) {
      if (error instanceof BackendError && error.kind === 'auth') return false;
      this.options.metrics?.signIns.inc({ outcome: 'unavailable' });
      throw error;
    }
  }

  private refused(reason: RefusalReason, tenant: string | null, user: string, address: string): Refusal {
    this.options.metrics?.signIns.inc({ outcome: 'refused' });
    this.log.event('auth.refused', { tenant, user, address, reason });
    return { kind: 'refused', reason };
  }

  private delayed(account: Account, address: string, retryAfter: number): Refusal {
    this.options.metrics?.signIns.inc({ outcome: 'delayed' });
    this.log.event('auth.delayed', { user: account.user, address, retryAfter });
    return { kind: 'refused', reason: 'delayed', retryAfter };
  }
}
