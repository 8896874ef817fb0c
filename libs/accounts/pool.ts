import {
  BackendError,
  besideMail,
  failureBesideMail,
  type Backend,
  type Directory,
  type FreeBusy,
  type Identity,
  type ItemClass,
  type OutOfOffice,
  type Submitter,
} from '#backend';
import { asCalendars, CalendarFreeBusy, type SchedulingSetting } from '#scheduling';
import { silentLog, type Log, type Metrics } from '#ops';
import type { Account } from './account.js';
import { identitiesOf } from './identities.js';
import { countFailure, measured } from './measured-backend.js';
import { noSource, type IdentitiesOf, type Services, type TenantSources } from './sources.js';

/** The mail's source judges the password; no other's refusal may sign a phone out. */
async function opened(
  sources: TenantSources,
  itemClass: ItemClass,
  account: Account,
  identities: IdentitiesOf,
): Promise<Backend> {
  if (itemClass === 'Email') return sources.open(itemClass, account);
  try {
    return besideMail(await sources.open(itemClass, account, identities));
  } catch (error) {
    throw failureBesideMail(error);
  }
}

/** What is open for one account. Whoever leased it shares it with everybody else of the account in this process. */
class Entry {
  leases = 0;
  /** When the last lease ended. */
  idleSince = 0;
  evicted = false;
  readonly backends = new Map<ItemClass, Promise<Backend>>();
  readonly services = new Map<keyof Services, Promise<{ close(): Promise<void> } | null>>();
  constructor(readonly account: Account) {}
}

/**
 * The right to use what is open for an account, until released. What is opened through it stays open for others, and
 * for a while after the last release.
 */
export class Lease {
  private released = false;
  constructor(
    private readonly pool: AccountPool,
    private readonly entry: Entry,
  ) {}

  get account(): Account {
    return this.entry.account;
  }

  /** The classes this account has a source for. */
  get itemClasses(): readonly ItemClass[] {
    return this.pool.itemClassesOf(this.entry);
  }

  /** The backend of an item class, opened on first use. Throws BackendError. */
  backend(itemClass: ItemClass): Promise<Backend> {
    return this.pool.backendOf(this.entry, itemClass);
  }

  /** What hands over mail; throws BackendError `unsupported` if the tenant has none. */
  async submitter(): Promise<Submitter> {
    const submitter = await this.pool.serviceOf(this.entry, 'submitter');
    if (!submitter) throw new BackendError('unsupported', 'the tenant has no submission');
    return submitter;
  }

  directory(): Promise<Directory | null> {
    return this.pool.serviceOf(this.entry, 'directory');
  }

  outOfOffice(): Promise<OutOfOffice | null> {
    return this.pool.serviceOf(this.entry, 'outOfOffice');
  }

  /** By the account's own calendars, and for others by what their server tells; null where there is neither. */
  async freeBusy(): Promise<FreeBusy | null> {
    const server = await this.pool.serviceOf(this.entry, 'freeBusy');
    const hasCalendars = this.itemClasses.includes('Calendar');
    if (!server && !hasCalendars) return null;
    return new CalendarFreeBusy({
      calendars: async () => (hasCalendars ? asCalendars(await this.backend('Calendar')) : null),
      owner: async () => ({ identities: await this.identities() }),
      ask: server && ((address, start, end) => server.ask(address, start, end)),
    });
  }

  /** The addresses the account may send from, the main one first. */
  identities(): Promise<readonly Identity[]> {
    return identitiesOf(this.entry.account, () => this.directory());
  }

  /** Who sends scheduling mail, as the tenant is configured. */
  get scheduling(): SchedulingSetting {
    return this.entry.account.tenant.settings.scheduling;
  }

  /** Ends the lease; a second call does nothing. */
  release(): void {
    if (this.released) return;
    this.released = true;
    this.pool.released(this.entry);
  }
}

export interface PoolOptions {
  /** Milliseconds an account stays open without a lease. */
  readonly idle?: number;
  readonly now?: () => number;
  readonly log?: Log;
  readonly metrics?: Metrics;
}

/** Opened accounts of this process, one entry for each account and password. */
export class AccountPool {
  private readonly entries = new Map<string, Entry>();
  private readonly sweeper: NodeJS.Timeout;
  private readonly idle: number;
  private readonly now: () => number;
  private readonly log: Log;
  private readonly metrics: Metrics | undefined;

  constructor(
    private readonly sourcesOf: (tenant: string) => TenantSources,
    options: PoolOptions = {},
  ) {
    this.idle = options.idle ?? 90_000;
    this.now = options.now ?? (() => performance.now());
    this.log = options.log ?? silentLog;
    this.metrics = options.metrics;
    this.sweeper = setInterval(() => void this.sweep(), Math.min(10_000, this.idle)).unref();
  }

  /** Leases an account. Nothing is opened before it is asked for. */
  lease(account: Account): Lease {
    let entry = this.entries.get(account.digest);
    if (!entry) {
      entry = new Entry(account);
      this.entries.set(account.digest, entry);
    } else entry.account.renew(account);
    entry.leases++;
    return new Lease(this, entry);
  }

  /** Takes over a backend that was opened to judge a password, unless there is one already. */
  async adopt(account: Account, itemClass: ItemClass, backend: Backend): Promise<void> {
    const lease = this.lease(account);
    const entry = this.entries.get(account.digest);
    if (entry && !entry.backends.has(itemClass)) {
      entry.backends.set(itemClass, Promise.resolve(this.measured(backend)));
      this.metrics?.openBackends.inc({ backend: backend.kind });
    } else await backend.close();
    lease.release();
  }

  /** The account's password is no longer good: nobody gets at what is open with it; it closes with its last lease. */
  async evict(account: Account): Promise<void> {
    const entry = this.entries.get(account.digest);
    if (!entry) return;
    this.entries.delete(account.digest);
    entry.evicted = true;
    if (entry.leases === 0) await this.closeEntry(entry);
  }

  /** Closes accounts nobody used for the idle time. Called by a timer; tests call it with a clock of their own. */
  async sweep(): Promise<void> {
    const due = [...this.entries].filter(
      ([, entry]) => entry.leases === 0 && this.now() - entry.idleSince >= this.idle,
    );
    for (const [digest] of due) this.entries.delete(digest);
    await Promise.all(due.map(([, entry]) => this.closeEntry(entry)));
  }

  /** Closes everything, leased or not. */
  async close(): Promise<void> {
    clearInterval(this.sweeper);
    const entries = [...this.entries.values()];
    this.entries.clear();
    await Promise.all(entries.map((entry) => this.closeEntry(entry)));
  }

  /** @internal For leases. */
  itemClassesOf(entry: Entry): readonly ItemClass[] {
    return this.sourcesOf(entry.account.tenant.name).itemClasses;
  }

  /** @internal For leases. */
  async backendOf(entry: Entry, itemClass: ItemClass): Promise<Backend> {
    const known = entry.backends.get(itemClass);
    if (known) return known;
    const opening = this.open(entry, itemClass);
    entry.backends.set(itemClass, opening);
    // A failure is not remembered: whoever asks next tries again. Those who wait now all get it.
    opening.catch(() => entry.backends.delete(itemClass));
    return opening;
  }

  /** @internal For leases. */
  async serviceOf<Name extends keyof Services>(entry: Entry, name: Name): Promise<Services[Name] | null> {
    const known = entry.services.get(name);
    const opening = known ?? this.sourcesOf(entry.account.tenant.name).openService(name, entry.account);
    if (!known) {
      entry.services.set(name, opening);
      opening.catch(() => entry.services.delete(name));
    }
    return opening as Promise<Services[Name] | null>;
  }

  /** @internal For leases. */
  released(entry: Entry): void {
    entry.leases--;
    entry.idleSince = this.now();
    if (entry.evicted && entry.leases === 0) void this.closeEntry(entry);
  }

  private async open(entry: Entry, itemClass: ItemClass): Promise<Backend> {
    const started = performance.now();
    const { account } = entry;
    const sources = this.sourcesOf(account.tenant.name);
    if (!sources.itemClasses.includes(itemClass)) throw noSource(itemClass);
    const identities = () => identitiesOf(account, () => this.serviceOf(entry, 'directory'));
    const backend = await opened(sources, itemClass, account, identities).catch((error: unknown) => {
      // Of what could not be opened only the class is known.
      countFailure(this.metrics, itemClass, error);
      throw error;
    });
    this.metrics?.openBackends.inc({ backend: backend.kind });
    const ms = Math.round(performance.now() - started);
    this.log.event('backend.opened', {
      tenant: account.tenant.name,
      user: account.user,
      kind: backend.kind,
      ms,
    });
    return this.measured(backend);
  }

  private measured(backend: Backend): Backend {
    return this.metrics ? measured(backend, this.metrics) : backend;
  }

  private async closeEntry(entry: Entry): Promise<void> {
    const backends = [...entry.backends.values()];
    entry.backends.clear();
    const services = [...entry.services.values()];
    entry.services.clear();
    // What never opened needs no closing; its failure was told to whoever asked for it.
    await Promise.allSettled([
      ...backends.map(async (opening) => {
        const backend = await opening;
        this.metrics?.openBackends.dec({ backend: backend.kind });
        await backend.close();
      }),
      ...services.map(async (opening) => (await opening)?.close()),
    ]);
    const { account } = entry;
    if (backends.length > 0)
      this.log.event('backend.closed', { tenant: account.tenant.name, user: account.user });
  }
}
