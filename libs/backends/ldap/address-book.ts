import type { Entry } from 'ldapts';
import type { Searches } from './directory.js';
import { textAttributes } from './contact.js';
import { addressBookFilter } from './filters.js';
import { idOf, rosterOf, versionOf, type Listed, type RecentRosters, type Roster } from './roster.js';

/** Who an entry is, whatever it is called: RFC 4530, Active Directory, 389 Directory Server. */
const identities = ['entryUUID', 'objectGUID', 'nsUniqueId'] as const;
/** What is another one after each change: OpenLDAP, Active Directory, RFC 4512 3.4.4. */
const stamps = ['entryCSN', 'uSNChanged', 'modifyTimestamp'] as const;
/** People beyond which a directory is not for phones to carry about. */
const mostPeople = 50_000;
/** Of so many people not more than half go at once: a listing that says so is believed when the next one says the same. */
const company = 20;
const mostRest = 60_000;

/** Everybody of a directory as a whole, for all who see the same: listed by one of them, at most now and then. */
export class AddressBook {
  private roster: Roster | null = null;
  private listedAt = 0;
  private failed: { readonly until: number; readonly error: unknown } | null = null;
  private running: Promise<Roster> | null = null;
  private doubted: string | null = null;
  /** Whether the server tells no stamps, so that all attributes have to be looked at. */
  private needsTexts = false;
  private readonly listeners = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly searches: Searches,
    readonly recent: RecentRosters,
    private readonly refresh: number,
    private readonly now: () => number,
  ) {}

  /** Everybody, as of the last listing that succeeded. Throws BackendError while there never was one. */
  async people(): Promise<Roster> {
    const isFresh = this.now() - this.listedAt < this.refresh;
    if (this.roster && isFresh) return this.roster;
    if (this.failed && this.now() < this.failed.until) {
      if (this.roster) return this.roster;
      throw this.failed.error;
    }
    this.running ??= this.listAnew().finally(() => (this.running = null));
    return this.running;
  }

  /** Calls back when a listing brought news, until closed; as long as anybody listens people are listed in time. */
  listen(changed: () => void): () => void {
    // One and the same function may listen twice.
    const listener = () => changed();
    this.listeners.add(listener);
    this.timer ??= setInterval(() => void this.people().catch(() => undefined), this.refresh).unref();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.stop();
    };
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private async listAnew(): Promise<Roster> {
    try {
      const roster = this.recent.add(rosterOf(await this.list(), this.roster));
      this.failed = null;
      this.listedAt = this.now();
      return this.believed(roster);
    } catch (error) {
      this.failed = { until: this.now() + Math.min(this.refresh, mostRest), error };
      // What phones have stays what they have: nobody is gone because a server is.
      if (this.roster) return this.roster;
      throw error;
    }
  }

  private believed(roster: Roster): Roster {
    const before = this.roster;
    const isLoss =
      before !== null && before.people.length >= company && roster.people.length < before.people.length / 2;
    if (isLoss && this.doubted !== roster.digest) {
      this.doubted = roster.digest;
      return before;
    }
    this.doubted = null;
    this.roster = roster;
    if (before?.digest !== roster.digest) for (const listener of [...this.listeners]) listener();
    return roster;
  }

  private async list(): Promise<Listed[]> {
    const entries = await this.entries(this.needsTexts);
    const isStamped = (entry: Entry) => stampOf(entry) !== null;
    if (this.needsTexts || entries.every(isStamped)) return entries.map((entry) => this.listed(entry));
    this.needsTexts = true;
    return this.list();
  }

  private entries(withTexts: boolean): Promise<Entry[]> {
    const { schema } = this.searches;
    const texts = withTexts ? textAttributes(schema.attributes) : [];
    return this.searches.everybody(
      addressBookFilter(schema),
      [...identities, ...stamps, ...texts],
      mostPeople,
    );
  }

  private listed(entry: Entry): Listed {
    const identity = identities.map((name) => first(entry[name])).find((value) => value !== null);
    // What is shown of an entry may be another thing after the configuration was changed.
    const shown = JSON.stringify(this.searches.schema.attributes);
    const state = (this.needsTexts ? null : stampOf(entry)) ?? JSON.stringify(entry);
    return {
      id: idOf(identity ?? entry.dn.toLowerCase()),
      version: versionOf(`${state} ${shown}`),
      dn: entry.dn,
    };
  }
}

function first(value: Entry[string] | undefined): string | Buffer | null {
  const [one] = Array.isArray(value) ? value : [value];
  return one === undefined || one.length === 0 ? null : one;
}

function stampOf(entry: Entry): string | null {
  const stamp = stamps.map((name) => first(entry[name])).find((value) => value !== null);
  return stamp?.toString() ?? null;
}
