import { silentLog, type Configuration, type Log, type Metrics } from '#ops';
import { Account } from './account.js';
import {
  appPasswordDigest,
  appPasswordIn,
  type AppPasswords,
  type KnownAppPassword,
} from './app-passwords.js';
import { BackendJudge } from './backend-judge.js';
import { readBasicHeader, type BasicCredentials } from './basic-header.js';
import { readBearerHeader } from './bearer-header.js';
import { addressKey, type FailureCounts, type Guess } from './failures.js';
import { Guessing } from './guessing.js';
import type { TokenJudge } from './oauth/token-judge.js';
import { isOwner } from './owner.js';
import type { AccountPool } from './pool.js';
import type { TenantSources } from './sources.js';
import { parseLogin, type Login, type Tenant, type Tenants } from './tenants.js';
import { verdictKey, Verdicts } from './verdicts.js';

export type RefusalReason =
  | 'no-credentials'
  | 'no-tenant'
  | 'wrong-password'
  | 'delayed'
  /** The tenant takes app passwords only. */
  | 'app-password-needed'
  | 'app-password-expired'
  /** The app password is bound to another device. */
  | 'other-device'
  /** The mailbox's password behind the app password is right no longer. */
  | 'app-password-stale'
  | 'token-expired'
  | 'token-invalid'
  /** The client certificate is not that of the login's user: HTTP 403. */
  | 'other-certificate';

/** Nobody is signed in: HTTP 401. With `retryAfter` (seconds) the password was not even looked at: HTTP 429 or 503. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  readonly retryAfter?: number;
}

export type SignInResult = { readonly kind: 'accepted'; readonly account: Account } | Refusal;

/** What a request tells beside its Authorization header. */
export interface Circumstances {
  /** Where the request names none (OPTIONS, Autodiscover), an app password of any device is taken. */
  readonly deviceId?: string | null | undefined;
  /** Who the request is said to be of; chooses whom an opaque token is shown, and proves nothing. */
  readonly user?: string | null | undefined;
  /** Names of the phone's certificate, as a trusted proxy told them; null: none was asked for. */
  readonly certificateNames?: readonly string[] | null | undefined;
  /** Only the mailbox's own password counts: it is no phone that signs in. */
  readonly mailboxOnly?: boolean;
}

/** One sign-in. */
interface Attempt extends Circumstances {
  readonly address: string;
}

export interface SignInOptions {
  readonly settings: Configuration['signIn'];
  readonly tenants: Tenants;
  readonly pool: AccountPool;
  readonly sourcesOf: (tenant: string) => TenantSources;
  readonly failures: FailureCounts;
  /** The installation's; without it no other process knows a password again. */
  readonly secret?: string | undefined;
  /** Null where there can be none: without a database or a configured secret. */
  readonly appPasswords: AppPasswords | null;
  /** Null where no tenant has an issuer of tokens. */
  readonly tokens: TokenJudge | null;
  readonly log?: Log;
  readonly metrics?: Metrics;
  /** Milliseconds of a steady clock. */
  readonly now?: () => number;
}

/**
 * Signs phones in. The backend is the judge of a password; what it accepted is trusted for a while, what it refused is
 * not asked again at once, and guessing gets slower by user, device and address. Guessing by others never delays a
 * password that was accepted before. App passwords are looked up, tokens are judged by their issuer's keys.
 */
export class SignIn {
  private readonly verdicts: Verdicts;
  private readonly judge: BackendJudge;
  private readonly guessing: Guessing;
  private readonly log: Log;

  constructor(private readonly options: SignInOptions) {
    const now = options.now ?? (() => performance.now());
    const trust = options.settings.trustMinutes * 60_000;
    this.verdicts = new Verdicts(trust, now, verdictKey(options.secret));
    this.guessing = new Guessing(options.failures);
    this.log = options.log ?? silentLog;
    const judged = ({ proof }: Account, accepted: boolean): void =>
      accepted ? this.verdicts.accept(proof) : this.verdicts.refuse(proof);
    const { pool, sourcesOf, metrics } = options;
    this.judge = new BackendJudge({ pool, sourcesOf, judged, log: this.log, metrics });
  }

  /**
   * Judges an Authorization header. `remoteAddress` is the phone's, not the proxy's. Throws BackendError `unavailable`
   * or `throttled` if the judge cannot be asked, StoreUnavailable if an app password cannot be looked up.
   */
  async authenticate(
    header: string | undefined,
    remoteAddress: string,
    circumstances: Circumstances = {},
  ): Promise<SignInResult> {
    const attempt: Attempt = { ...circumstances, address: remoteAddress };
    const basic = readBasicHeader(header);
    if (basic) return this.byBasic(basic, attempt);
    const token = readBearerHeader(header);
    if (token !== null && this.options.tokens) return this.byToken(token, this.options.tokens, attempt);
    return { kind: 'refused', reason: 'no-credentials' };
  }

  /** Whose account a request is about by its own word, which proves nothing: the login's, else the name in its query. */
  claimed(header: string | undefined, named: string | null): { tenant: string; user: string } | null {
    const login = parseLogin(
      readBasicHeader(header)?.user ?? named ?? '',
      this.options.settings.defaultDomain,
    );
    const tenant = login && this.options.tenants.find(login);
    return login && tenant ? { tenant: tenant.name, user: login.user } : null;
  }

  /** The account of a name and secret that were judged elsewhere: what a device actor's host is told. */
  vouchedFor(tenant: Tenant, user: string, secret: Account['secret']): Account | null {
    const login = parseLogin(user);
    return login && this.accountOf(tenant, login, secret);
  }

  /** A backend refused the account after all (BackendError `auth`): it is asked again for the next request. */
  async distrust(account: Account): Promise<void> {
    this.verdicts.forget(account.proof);
    this.log.event('auth.distrusted', { tenant: account.tenant.name, user: account.user });
    await this.options.pool.evict(account);
  }

  /** What signs an account in has changed (see Account.key). */
  withdraw(account: string): void {
    this.verdicts.withdraw(account);
    this.options.appPasswords?.forget(account);
    this.options.tokens?.forget(account);
  }

  private async byBasic(given: BasicCredentials, attempt: Attempt): Promise<SignInResult> {
    const login = parseLogin(given.user, this.options.settings.defaultDomain);
    if (!login) return { kind: 'refused', reason: 'no-credentials' };
    const tenant = this.options.tenants.find(login);
    if (!tenant) {
      await this.options.failures.add([addressOf(attempt)]);
      return this.refused('no-tenant', { tenant: null, user: login.user }, attempt);
    }
    const who = { tenant: tenant.name, user: login.user };
    const account = this.accountOf(tenant, login, { password: given.password });
    // Before the password: whose certificate it is not learns nothing of it.
    if (!isOwner(account, attempt.certificateNames)) return this.refused('other-certificate', who, attempt);
    if (attempt.mailboxOnly) return this.byMailboxPassword(account, attempt);
    const letters = this.options.appPasswords && appPasswordIn(given.password);
    if (letters !== null) return this.byAppPassword(account, letters, attempt);
    if (tenant.settings.signIn.appPasswordsOnly) return this.refused('app-password-needed', who, attempt);
    return this.byMailboxPassword(account, attempt);
  }

  private async byMailboxPassword(account: Account, attempt: Attempt): Promise<SignInResult> {
    const verdict = this.verdicts.of(account.proof, account.key);
    if (verdict === 'trusted') return { kind: 'accepted', account };
    const who = whoIs(account);
    if (verdict === 'refused') return this.refused('wrong-password', who, attempt);
    const judged = await this.guessing.judged({
      guesses: verdict === 'new' ? guessesOf(account, attempt) : [],
      proof: account.proof,
      judge: () => this.judge.ask(account, attempt.address),
      isWrong: (isGood) => !isGood,
    });
    if (judged.kind === 'delayed') return this.delayed(who.user, judged.milliseconds, attempt);
    return judged.value ? this.accepted(account) : this.refused('wrong-password', who, attempt);
  }

  /** `account` has the app password where others have the mailbox's. It never goes to the mail server. */
  private async byAppPassword(account: Account, letters: string, attempt: Attempt): Promise<SignInResult> {
    const who = whoIs(account);
    const known = await this.lookUp(account, appPasswordDigest(letters), attempt);
    if ('kind' in known) return known;
    const { appPasswords } = this.options;
    if (appPasswords?.isExpired(known)) return this.refused('app-password-expired', who, attempt);
    const isElsewhere =
      attempt.deviceId && known.deviceId !== null && !isSame(known.deviceId, attempt.deviceId);
    if (isElsewhere) return this.refused('other-device', who, attempt);
    return (
      (await this.byKeptPassword(account, known.mailbox, attempt)) ??
      (await this.byMaster(account, attempt)) ??
      this.stale(known, who, attempt)
    );
  }

  /** With the mailbox's password that was kept beside the app password; null if it is not right (any more). */
  private async byKeptPassword(
    { tenant, login }: Account,
    password: string | null,
    attempt: Attempt,
  ): Promise<SignInResult | null> {
    if (password === null) return null;
    const mailbox = this.accountOf(tenant, login, { password });
    const verdict = this.verdicts.of(mailbox.proof, mailbox.key);
    if (verdict === 'trusted') return { kind: 'accepted', account: mailbox };
    // Who knows an app password guesses nothing; a mailbox's password that was changed is not tried at every request,
    // and where there is another way never again.
    if (verdict === 'refused' || (verdict === 'stale' && hasMaster(tenant))) return null;
    return (await this.judge.ask(mailbox, attempt.address)) ? this.accepted(mailbox) : null;
  }

  /** Where a master user opens mailboxes, nobody needs to know their passwords; null elsewhere. */
  private async byMaster({ tenant, login }: Account, attempt: Attempt): Promise<SignInResult | null> {
    if (!hasMaster(tenant)) return null;
    const account = this.accountOf(tenant, login, { isVouched: true });
    if (this.verdicts.of(account.proof, account.key) === 'trusted') return { kind: 'accepted', account };
    return (await this.judge.ask(account, attempt.address)) ? this.accepted(account) : null;
  }

  private async lookUp(
    account: Account,
    digest: string,
    attempt: Attempt,
  ): Promise<KnownAppPassword | Refusal> {
    const { appPasswords } = this.options;
    const trusted = appPasswords?.trusted(digest);
    if (trusted?.account === account.key) return trusted;
    const verdict = this.verdicts.of(account.proof, account.key);
    if (verdict === 'refused') return this.refused('wrong-password', whoIs(account), attempt);
    const isGuess = verdict === 'new' && appPasswords?.wasRight(digest) !== true;
    const judged = await this.guessing.judged({
      guesses: isGuess ? guessesOf(account, attempt) : [],
      proof: account.proof,
      judge: async () => (await appPasswords?.find(digest, account.tenant.name, account.user)) ?? null,
      isWrong: (found) => found === null,
    });
    if (judged.kind === 'delayed') return this.delayed(account.user, judged.milliseconds, attempt);
    if (judged.value === null) {
      this.verdicts.refuse(account.proof);
      return this.refused('wrong-password', whoIs(account), attempt);
    }
    await this.options.failures.remember(account.proof);
    return judged.value;
  }

  private async byToken(token: string, judge: TokenJudge, attempt: Attempt): Promise<SignInResult> {
    const from: Guess = { kind: 'token', name: addressKey(attempt.address) };
    const tried = await this.guessing.judged({
      guesses: judge.isKnown(token) ? [] : [from],
      proof: this.verdicts.digest('', '', `\0${token}`),
      judge: () => judge.judge(token, attempt.user ?? null),
      // One that has expired is no attempt at anything: phones bring it, and fetch the next one.
      isWrong: (said) => said.kind === 'refused' && said.reason === 'token-invalid' && said.isNew,
    });
    if (tried.kind === 'delayed') return this.delayed(attempt.user ?? '', tried.milliseconds, attempt);
    const judged = tried.value;
    if (judged.kind === 'refused')
      return this.refused(judged.reason, { tenant: judged.tenant, user: attempt.user ?? '' }, attempt);
    const { tenant, login, expiresAt } = judged;
    const account = this.accountOf(tenant, login, { accessToken: token, expiresAt });
    const who = whoIs(account);
    if (!isOwner(account, attempt.certificateNames)) return this.refused('other-certificate', who, attempt);
    const verdict = this.verdicts.of(account.proof, account.key);
    if (verdict === 'trusted') return { kind: 'accepted', account };
    const isGood = verdict !== 'refused' && (await this.judge.ask(account, attempt.address));
    return isGood ? this.accepted(account) : this.refused('token-invalid', who, attempt);
  }

  private accountOf(tenant: Tenant, login: Login, secret: Account['secret']): Account {
    const named = (text: string): string => this.verdicts.digest(tenant.name, login.user, text);
    // No password has a NUL: a token is none of them. All tokens of a user open the same.
    if ('password' in secret || 'isVouched' in secret) {
      const proof = named('password' in secret ? secret.password : VOUCHED);
      return new Account(tenant, login, secret, { digest: proof, proof });
    }
    const proof = named(`\0${secret.accessToken}`);
    const digest = named('\0');
    return new Account(tenant, login, secret, { digest, proof });
  }

  private async accepted(account: Account): Promise<SignInResult> {
    const { failures } = this.options;
    await Promise.all([
      failures.clear({ kind: 'user', name: account.key }),
      'password' in account.secret && failures.remember(account.proof),
    ]);
    this.options.metrics?.signIns.inc({ outcome: 'accepted' });
    return { kind: 'accepted', account };
  }

  private stale({ id }: KnownAppPassword, who: Who, attempt: Attempt): Refusal {
    this.log.event('auth.app-password-stale', { ...who, appPassword: id });
    return this.refused('app-password-stale', who, attempt);
  }

  private refused(reason: RefusalReason, who: Who, { address }: Attempt): Refusal {
    this.options.metrics?.signIns.inc({ outcome: 'refused' });
    this.log.event('auth.refused', { ...who, address, reason });
    return { kind: 'refused', reason };
  }

  private delayed(user: string, milliseconds: number, { address }: Attempt): Refusal {
    const retryAfter = Math.ceil(milliseconds / 1000);
    this.options.metrics?.signIns.inc({ outcome: 'delayed' });
    this.log.event('auth.delayed', { user, address, retryAfter });
    return { kind: 'refused', reason: 'delayed', retryAfter };
  }
}

/** Names what app passwords open by the master user; a token, which has no control characters, is never this. */
const VOUCHED = '\0\0vouched';

const hasMaster = ({ settings: { mail } }: Tenant): boolean =>
  mail.kind === 'imap' && mail.masterUser !== undefined;

interface Who {
  readonly tenant: string | null;
  readonly user: string;
}

const whoIs = ({ tenant, user }: Account): { tenant: string; user: string } => ({
  tenant: tenant.name,
  user,
});
const addressOf = ({ address }: Pick<Attempt, 'address'>): Guess => ({
  kind: 'address',
  name: addressKey(address),
});
const guessesOf = ({ key }: Account, { address, deviceId }: Attempt): Guess[] => [
  { kind: 'user', name: key },
  ...(deviceId ? [{ kind: 'device', name: deviceId.toLowerCase() } as const] : []),
  addressOf({ address }),
];
const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
