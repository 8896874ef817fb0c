import { silentLog, type Configuration, type Log, type Metrics } from '#ops';
import type { Account } from './account.js';
import { AccountPool, type Lease } from './pool.js';
import { SignIn, type SignInResult } from './sign-in.js';
import type { TenantSources } from './sources.js';
import { Tenants, type Tenant } from './tenants.js';

/** Hides text on its way between processes; libs/actors has one. */
export interface Sealer {
  seal(text: string): string;
  /** Throws if the text was not sealed with the same secret. */
  open(sealed: string): string;
}

export interface AccountsOptions {
  readonly configuration: Pick<Configuration, 'tenants' | 'signIn'>;
  readonly sealer: Sealer;
  /** Opens a tenant's sources; called once for each tenant, when it is first needed. */
  readonly connect: (tenant: Tenant) => TenantSources;
  readonly log?: Log;
  readonly metrics?: Metrics;
}

/** Accounts of this installation: who they are, whether the password is right, and what is open for them. */
export class Accounts {
  readonly tenants: Tenants;
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
    this.signIn = new SignIn({ settings: configuration.signIn, tenants, pool, sourcesOf, ...common });
  }

  /** See SignIn.authenticate. */
  authenticate(authorization: string | undefined, remoteAddress: string): Promise<SignInResult> {
    return this.signIn.authenticate(authorization, remoteAddress);
  }

  /** To be called when a backend answered `auth` to a signed-in account. */
  distrust(account: Account): Promise<void> {
    return this.signIn.distrust(account);
  }

  /** Leases what is open for the account; to be released. */
  lease(account: Account): Lease {
    return this.pool.lease(account);
  }

  /** The account as a text another process of this installation can open with `unseal`. */
  seal(account: Account): string {
    const { user, password } = account.credentials();
    return this.options.sealer.seal(JSON.stringify([account.tenant.name, user, password]));
  }

  /** The account another process sealed. Throws if it was not sealed here, or its tenant is gone from the configuration. */
  unseal(sealed: string): Account {
    const parts = JSON.parse(this.options.sealer.open(sealed)) as unknown;
    const [name, user, password] = Array.isArray(parts) ? (parts as unknown[]).map(String) : [];
    const tenant = name === undefined ? null : this.tenants.named(name);
    const account = tenant && this.signIn.vouchedFor(tenant, user ?? '', password ?? '');
    if (!account) throw new Error('the sealed account belongs to no tenant');
    return account;
  }

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
      sources = this.options.connect(tenant);
      this.sources.set(name, sources);
    }
    return sources;
  }
}
