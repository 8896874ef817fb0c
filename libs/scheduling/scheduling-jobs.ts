import type { ScheduledJob, ScheduledMailStore } from '#store';

/** What became of a piece of work; `later`: something it needs is down. */
export type JobOutcome = 'done' | 'later';

/** Carries a piece of work out for the account it is noted under. */
export type Carrier = (job: ScheduledJob) => Promise<JobOutcome>;

export interface SchedulingJobsOptions {
  readonly store: ScheduledMailStore;
  /** A job that fails in a way that is nobody's fault but ours; or a store that is down, which passes. */
  readonly report: (error: unknown) => void;
  readonly now?: () => number;
  /** Seconds before a failed job is tried again, by how often it was. */
  readonly pause?: (attempts: number) => number;
}

type Noted = Parameters<ScheduledMailStore['add']>[1][number];

/** Jobs that are claimed together. */
const BATCH = 20;
/** Seconds for which a claim holds: longer than a mail takes to be sent, on a server that thinks long over it. */
const CLAIMED = 600;
/** Milliseconds after which it is looked again whether another node, or a process that died, left something to be done. */
const LOOK_AGAIN = 600_000;
/** Accounts of which it is known when they were looked at. */
const MOST_ACCOUNTS = 20_000;

/** From half a minute to half an hour. */
const growing = (attempts: number): number => Math.min(1800, 30 * 2 ** (attempts - 1));

interface Busy {
  /** More was noted while it ran. */
  again: Carrier | null;
  readonly ended: Promise<void>;
}

/**
 * Work about meetings beside the requests of phones: noted in the store first, then carried out here, one account after
 * another's need. What fails is tried again by itself, and, should this process die, by the next one that hears of the
 * account.
 */
export class SchedulingJobs {
  private readonly busy = new Map<string, Busy>();
  private readonly lookedAt = new Map<string, number>();
  private readonly retries = new Map<string, NodeJS.Timeout>();
  private readonly stirred = new Map<string, Carrier>();
  private looking: Promise<void> | null = null;
  private readonly now: () => number;
  private readonly pause: (attempts: number) => number;
  private isClosed = false;

  get store(): ScheduledMailStore {
    return this.options.store;
  }

  constructor(private readonly options: SchedulingJobsOptions) {
    this.now = options.now ?? Date.now;
    this.pause = options.pause ?? growing;
  }

  /** Takes note of work and begins with it. When this returns, it will be done. Throws StoreUnavailable. */
  async add(account: string, jobs: readonly Noted[], carrier: Carrier): Promise<void> {
    if (jobs.length === 0) return;
    await this.options.store.add(account, jobs);
    this.begin(account, carrier);
  }

  /** A phone of the account is here: whatever was left of it is taken up, if nobody looked lately. */
  stir(account: string, carrier: Carrier): void {
    const looked = this.lookedAt.get(account);
    const now = this.now();
    if (this.isClosed || (looked !== undefined && now >= looked && now - looked < LOOK_AGAIN)) return;
    this.remember(account);
    this.stirred.set(account, carrier);
    this.looking ??= this.look();
  }

  /** One look at a time, for all who came since the last one: thousands of phones may come back at once. */
  private async look(): Promise<void> {
    while (this.stirred.size > 0 && !this.isClosed) {
      const asked = new Map(this.stirred);
      this.stirred.clear();
      try {
        for (const account of await this.options.store.due([...asked.keys()]))
          this.begin(account, asked.get(account)!);
      } catch (error) {
        // Nobody has looked: the next phone of the account makes it happen.
        for (const account of asked.keys()) this.lookedAt.delete(account);
        this.options.report(error);
      }
    }
    this.looking = null;
  }

  /** When nothing runs any more. */
  async idle(): Promise<void> {
    while (this.looking !== null || this.busy.size > 0)
      await Promise.all([this.looking, ...[...this.busy.values()].map(({ ended }) => ended)]);
  }

  /** Begins nothing new, and waits for what runs. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const timer of this.retries.values()) clearTimeout(timer);
    this.retries.clear();
    await this.idle();
  }

  private begin(account: string, carrier: Carrier): void {
    if (this.isClosed) return;
    this.remember(account);
    const running = this.busy.get(account);
    if (running) {
      running.again = carrier;
      return;
    }
    clearTimeout(this.retries.get(account));
    this.retries.delete(account);
    const ended = this.run(account, carrier).catch((error: unknown) => this.options.report(error));
    const busy: Busy = { again: null, ended: ended.then(() => this.ended(account)) };
    this.busy.set(account, busy);
  }

  private ended(account: string): void {
    const again = this.busy.get(account)?.again ?? null;
    this.busy.delete(account);
    if (again) this.begin(account, again);
  }

  private async run(account: string, carrier: Carrier): Promise<void> {
    const { store } = this.options;
    let soonest: number | null = null;
    for (let claimed = await store.claim(account, BATCH, CLAIMED); claimed.length > 0;) {
      for (const job of claimed) {
        if ((await this.outcome(job, carrier)) === 'done') {
          await store.settle(account, [job.key]);
          continue;
        }
        const seconds = this.pause(job.attempts);
        await store.postpone(account, job.key, seconds);
        soonest = Math.min(soonest ?? seconds, seconds);
      }
      claimed = this.isClosed ? [] : await store.claim(account, BATCH, CLAIMED);
    }
    if (soonest !== null) this.again(account, carrier, soonest);
  }

  private async outcome(job: ScheduledJob, carrier: Carrier): Promise<JobOutcome> {
    try {
      return await carrier(job);
    } catch (error) {
      this.options.report(error);
      return 'later';
    }
  }

  private again(account: string, carrier: Carrier, seconds: number): void {
    if (this.isClosed) return;
    const due = performance.now() + seconds * 1000;
    const wait = (): void => {
      // Timers count whole milliseconds and may be early by a part of one: what is not due yet would not be found.
      const left = Math.ceil(due - performance.now());
      if (left > 0) {
        this.retries.set(account, setTimeout(wait, left).unref());
        return;
      }
      this.retries.delete(account);
      this.begin(account, carrier);
    };
    wait();
  }

  private remember(account: string): void {
    this.lookedAt.delete(account);
    this.lookedAt.set(account, this.now());
    const [oldest] = this.lookedAt.keys();
    if (this.lookedAt.size > MOST_ACCOUNTS && oldest !== undefined) this.lookedAt.delete(oldest);
  }
}
