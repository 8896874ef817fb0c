import type { QuarantineNotice } from '#backend';
import { QuarantineBackend } from '#backends/quarantine';
import { silentLog, type Configuration, type Log, type Metrics } from '#ops';
import type { AppPasswordStore, MailNotesStore } from '#store';
import type { Recipient, SuggestedContacts } from '#suggested-contacts';
import type { Account, Secret } from './account.js';
import { AppPasswords } from './app-passwords.js';
import { BoundedMap } from './bounded-map.js';
import { LocalFailureCounts, type FailureCounts } from './failures.js';
import { notedSources } from './noted-sources.js';
import { loginsOf } from './logins.js';
import { AccountPool, type Lease } from './pool.js';
import { challengesFor } from './oauth/challenges.js';
import { TokenJudge } from './oauth/token-judge.js';
import type { Sealer } from './sealer.js';
import { SignIn, type Circumstances, type SignInResult } from './sign-in.js';
import type { TenantSources } from './sources.js';
import { Tenants, type Tenant } from './tenants.js';

export interface AccountsOptions {
  readonly configuration: Pick<Configuration, 'tenants' | 'signIn'> & Partial<Pick<Configuration, 'secret'>>;
  readonly sealer: Sealer;
  /** Opens a tenant's sources; called once for each tenant, when it is first needed. */
  readonly connect: (tenant: Tenant) => TenantSources;
  /** Keeps what mail sources cannot; without it flags have no dates, and categories only names that are keywords. */
  readonly notes?: MailNotesStore | undefined;
  /** Remembers whom accounts wrote to, for tenants that want it. */
  readonly suggested?: SuggestedContacts | undefined;
  /** Passwords for phones only. They outlive the process, so the sealer must as well: it has a configured secret. */
  readonly appPasswords?: AppPasswordStore | undefined;
  /** Failed sign-ins; counted by this process alone unless given. */
  readonly failures?: FailureCounts | undefined;
  readonly log?: Log;
  readonly metrics?: Metrics;
}

/** Accounts whose sealed form is remembered. */
const REMEMBERED = 20_000;

/** Accounts of this installation: who they are, whether the password is right, and what is open for them. */
export class Accounts {
  readonly tenants: Tenants;
  /** Null where there can be none: without a database or a configured secret. */
  readonly appPasswords: AppPasswords | null;
  private readonly tokens: TokenJudge | null;
  /** Sealing and opening cost more than everything else in a quiet request: the same account is the same text. */
  private readonly sealed = new BoundedMap<string>(REMEMBERED);
  private readonly unsealed = new BoundedMap<Account>(REMEMBERED);
  private readonly sources = new Map<string, TenantSources>();
  private readonly pool: AccountPool;
  private readonly signIn: SignIn;

  constructor(private readonly options: AccountsOptions) {
    const { log = silentLog, metrics, configuration } = options;
    const common = { log, ...(metrics ? { metrics } : {}) };
    const sourcesOf = (tenant: string) => this.sourcesOf(tenant);
    this.tenants = new Tenants(configuration.tenants);
    this.pool = new AccountPool(sourcesOf, common);
    const { pool, tenants } = this;
    const { signIn: settings } = configuration;
    const { appPasswords: store, sealer, failures } = options;
    const trust = settings.trustMinutes * 60_000;
    this.appPasswords = store ? new AppPasswords({ store, sealer, trust }) : null;
    this.tokens = TokenJudge.of(tenants, { trust, log, defaultDomain: settings.defaultDomain });
    this.signIn = new SignIn({
      ...{ settings, tenants, pool, sourcesOf, ...common },
      appPasswords: this.appPasswords,
      tokens: this.tokens,
      secret: configuration.secret,
      failures: failures ?? new LocalFailureCounts({ maxDelay: settings.maxDelaySeconds * 1000 }),
    });
  }

  /** See SignIn.authenticate. */
  authenticate(
    authorization: string | undefined,
    remoteAddress: string,
    circumstances: Circumstances = {},
  ): Promise<SignInResult> {
    return this.signIn.authenticate(authorization, remoteAddress, circumstances);
  }

  /**
   * Judges the mailbox's own password, for what phones must not do with theirs: the console, new app passwords. Guesses are
   * counted as those of phones are. Throws as `authenticate`.
   */
  authenticateMailbox(user: string, password: string, remoteAddress: string): Promise<SignInResult> {
    const basic = Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
    return this.signIn.authenticate(`Basic ${basic}`, remoteAddress, { mailboxOnly: true });
  }

  /** What a refused phone is told to bring (WWW-Authenticate). `user`: whom it named, if anybody. */
  challenges(user: string | null): Promise<string[]> {
    return challengesFor(this.tokens, user);
  }

  /** Messages about changes may have been missed: what outlives them is looked up again. */
  doubt(): void {
    this.appPasswords?.doubt();
  }

  /** See SignIn.claimed. */
  claimed(authorization: string | undefined, named: string | null): AccountIdentity | null {
    return this.signIn.claimed(authorization, named);
  }

  /** To be called when a backend answered `auth` to a signed-in account. */
  distrust(account: Account): Promise<void> {
    return this.signIn.distrust(account);
  }

  /** What signs the user in has changed, or whether he may: trust in passwords accepted before ends, as do refusals. */
  distrustUser({ tenant, user }: AccountIdentity): void {
    this.signIn.withdraw(`${tenant}/${user}`);
  }

  /** Leases what is open for the account; to be released. */
  lease(account: Account): Lease {
    return this.pool.lease(account);
  }

  /** What a request may use of its account. */
  access(account: Account) {
    const { name, settings } = account.tenant;
    return {
      key: account.key,
      address: account.address,
      lease: () => this.lease(account),
      ...(settings.push && {
        push: { tenant: name, logins: loginsOf(account), settings: settings.push },
      }),
      quarantine: (notice: QuarantineNotice) => new QuarantineBackend(notice, account.address),
      wroteTo: (recipients: readonly Recipient[], own: ReadonlySet<string>) =>
        this.wroteTo(account, recipients, own),
    };
  }

  private async wroteTo(
    account: Account,
    recipients: readonly Recipient[],
    own: ReadonlySet<string>,
  ): Promise<void> {
    if (!account.tenant.settings.suggestedContacts) return;
    await this.options.suggested?.record(account.key, recipients, own);
  }

  /** The credentials as a text only another process of this installation can read, and only as this account's. */
  seal(account: Account): string {
    const known = this.sealed.get(account.proof);
    if (known !== undefined) return known;
    const sealed = this.options.sealer.seal(account.secret, sealedFor(account.tenant.name, account.user));
    this.sealed.set(account.proof, sealed);
    return sealed;
  }

  /**
   * The account another process sealed. Throws if it was sealed elsewhere or for another account, or if its tenant is
   * gone from the configuration.
   */
  unseal(identity: AccountIdentity, sealed: string): Account {
    const { tenant: name, user } = identity;
    const known = this.unsealed.get(sealed);
    if (known && known.tenant.name === name && known.user === user) return known;
    const secret = this.options.sealer.open(sealed, sealedFor(name, user));
    const tenant = this.tenants.named(name);
    const account = tenant && isSecret(secret) ? this.signIn.vouchedFor(tenant, user, secret) : null;
    if (!account) throw new Error(`the sealed account belongs to no tenant named ${name}`);
    this.unsealed.set(sealed, account);
    return account;
  }

  /** Leases the account another process sealed: how a device actor's host comes to its backends. */
  readonly backends = {
    lease: async (identity: AccountIdentity, sealed: string): Promise<Lease> =>
      this.lease(this.unseal(identity, sealed)),
    // An actor asks what changes, and reads nothing: whose mail it is does not matter there.
    quarantine: (notice: QuarantineNotice) => new QuarantineBackend(notice, ''),
  };

  /** Closes everything that is open. */
  async close(): Promise<void> {
    await this.pool.close();
    await Promise.all([...this.sources.values()].map((sources) => sources.close()));
    this.sources.clear();
  }

  private sourcesOf(name: string): TenantSources {
    let sources = this.sources.get(name);
    if (!sources) {
      const tenant = this.tenants.named(name);
      if (!tenant) throw new Error(`no tenant is named ${name}`);
      const { connect, notes, log = silentLog } = this.options;
      const own = connect(tenant);
      sources = notes ? notedSources(own, notes, log) : own;
      this.sources.set(name, sources);
    }
    return sources;
  }
}

/** Who an account is, without its password. */
export interface AccountIdentity {
  readonly tenant: string;
  readonly user: string;
}

const isSecret = (value: unknown): value is Secret =>
  typeof value === 'object' &&
  value !== null &&
  ('password' in value || 'accessToken' in value || 'isVouched' in value);

const sealedFor = (tenant: string, user: string): string => `account/${tenant}/${user}`;
