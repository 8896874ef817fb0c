import type { Sealer } from '#actors';
import type { Bus, TraceEntry } from '#bus';
import type { Log } from '#ops';
import type { KeptTrace, TracedDevice, TraceStore } from '#store';

/** Milliseconds between two announcements: nodes forget a trace nobody announces. */
const ANNOUNCE = 10_000;
/** Characters kept of one trace: a phone that loads everything for a day must not fill the database. */
const MOST = 100_000_000;
/** Entries that may wait for the database. */
const WAITING = 500;

interface Kept {
  readonly device: TracedDevice;
  until: number;
  characters: number;
  readonly hearers: Set<(entry: TraceEntry) => void>;
}

export interface TraceKeeperOptions {
  readonly bus: Bus;
  readonly store: TraceStore;
  readonly sealer: Sealer;
  readonly log: Log;
  readonly now?: () => number;
}

const purpose = (deviceRowId: string): string => `trace/${deviceRowId}`;

const keyOf = ({ tenant, user, device }: { tenant: string; user: string; device: string }): string =>
  `${tenant}/${user}/${device}`;

const named = ({ identity: { tenant, user, deviceId } }: TracedDevice) => ({
  tenant,
  user,
  device: deviceId,
});

/**
 * Tells the nodes which devices are traced, keeps what they send, sealed, and passes it on to who looks. Each administrators'
 * process has one; an entry that several hear is kept once.
 */
export class TraceKeeper {
  private readonly traced = new Map<string, Kept>();
  private readonly leave: () => void;
  private readonly timer: NodeJS.Timeout;
  private readonly now: () => number;
  private waiting: KeptTrace[] = [];
  private writing: Promise<void> | null = null;

  constructor(private readonly options: TraceKeeperOptions) {
    this.now = options.now ?? Date.now;
    this.leave = options.bus.subscribe('trace', ({ entries }) =>
      entries.forEach((entry) => this.hear(entry)),
    );
    this.timer = setInterval(() => void this.refresh(), ANNOUNCE).unref();
    void this.refresh();
  }

  /** Traces a device until then. False: it is gone. */
  async start(device: TracedDevice, until: Date): Promise<boolean> {
    if (!(await this.options.store.set(device.id, until))) return false;
    this.take({ ...device, until });
    this.announce(device, until.getTime());
    this.options.log.event('trace.started', { ...named(device), until: until.toISOString() });
    return true;
  }

  /** Ends a trace and forgets what was written. */
  async stop(device: TracedDevice): Promise<void> {
    await this.end(device, 'stopped');
    await this.writing;
    await this.options.store.forget(device.id);
  }

  /** What was written after the entry with this number, oldest first. */
  async page(device: TracedDevice, after: string, limit: number) {
    const rows = await this.options.store.page(device.id, after, limit);
    return rows.map(({ id, sealed }) => ({ id, entry: this.opened(device, sealed) }));
  }

  /** Passes on what comes until the returned function is called. `ended` is called when the trace is over. */
  follow(device: TracedDevice, hear: (entry: TraceEntry) => void): () => void {
    const kept = this.take(device);
    kept.hearers.add(hear);
    return () => void kept.hearers.delete(hear);
  }

  /** Resolves when everything heard so far is kept. */
  async close(): Promise<void> {
    this.leave();
    clearInterval(this.timer);
    await this.writing;
  }

  private take(device: TracedDevice): Kept {
    const key = keyOf(named(device));
    const until = device.until?.getTime() ?? 0;
    const kept = this.traced.get(key) ?? { device, until, characters: 0, hearers: new Set() };
    kept.until = until;
    this.traced.set(key, kept);
    return kept;
  }

  private announce(device: TracedDevice, until: number): void {
    this.options.bus.publish('trace-wanted', { ...named(device), until });
  }

  private async end(device: TracedDevice, reason: 'stopped' | 'full'): Promise<void> {
    await this.options.store.set(device.id, null);
    this.take({ ...device, until: null });
    this.announce(device, 0);
    this.options.log.event('trace.ended', { ...named(device), reason });
  }

  /** What other processes began or ended is only known from the database. */
  private async refresh(): Promise<void> {
    const { store, log } = this.options;
    const now = new Date(this.now());
    try {
      for (const device of await store.expire(now))
        log.event('trace.ended', { ...named(device), reason: 'over' });
      const active = await store.active(now);
      const keys = new Set(active.map((device) => keyOf(named(device))));
      for (const [key, { hearers }] of this.traced)
        if (!keys.has(key) && hearers.size === 0) this.traced.delete(key);
      for (const device of active) this.take(device);
    } catch (error) {
      // Those that are known go on.
      log.event('store.unavailable', { error });
    }
    for (const { device, until } of this.traced.values())
      if (until > this.now()) this.announce(device, until);
  }

  private hear(entry: TraceEntry): void {
    const kept = this.traced.get(keyOf(entry));
    if (!kept || kept.until === 0) return;
    for (const hear of kept.hearers) hear(entry);
    kept.characters += entry.text.length;
    if (kept.characters > MOST) {
      kept.until = 0;
      this.end(kept.device, 'full').catch((error: unknown) =>
        this.options.log.event('store.unavailable', { error }),
      );
      return;
    }
    this.keep(kept.device, entry);
  }

  private keep({ id }: TracedDevice, entry: TraceEntry): void {
    if (this.waiting.length >= WAITING) return;
    this.waiting.push({
      deviceRowId: id,
      at: new Date(entry.at),
      name: `${entry.request} ${entry.kind}`,
      sealed: this.options.sealer.seal(entry, purpose(id)),
    });
    this.writing ??= this.write().finally(() => (this.writing = null));
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const entries = this.waiting;
      this.waiting = [];
      await this.options.store.add(entries).catch((error: unknown) => {
        this.options.log.event('trace.not-kept', { entries: entries.length, error });
      });
    }
  }

  private opened({ id }: TracedDevice, sealed: string): TraceEntry | null {
    try {
      return this.options.sealer.open(sealed, purpose(id)) as TraceEntry;
    } catch {
      // Written under another secret, which is configured no more.
      return null;
    }
  }
}
