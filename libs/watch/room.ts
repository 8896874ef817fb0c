import { BackendError, type Backend, type ChangeNotice, type Watch } from '#backend';
import { merge, type EndReason, type Folders, type Hold, type Holder } from './hold.js';

/** A watch that may want a look at all it covers from time to time. */
export interface StandingWatch extends Watch {
  /** Milliseconds between two looks; absent where nothing is missed. */
  readonly recheck?: number;
}

/** What is watched for an account: its backend, and how to let go of it. */
export interface WatchedBackend {
  readonly backend: {
    watch(...args: Parameters<Backend['watch']>): Promise<StandingWatch>;
  };
  release(): void;
}

/** What a room needs of the hub. Times in milliseconds. */
export interface RoomContext<A> {
  readonly settle: number;
  readonly linger: number;
  readonly recheck: number;
  open(account: A): Promise<WatchedBackend>;
  /** The hold is out of its room. */
  left(hold: Hold): void;
  closed(room: Room<A>): void;
  now(): number;
  random(): number;
  readonly observer: WatchObserver<A>;
}

/** How far a watch had told of an account. */
export interface Heard {
  readonly watch: StandingWatch | null;
  readonly happenings: number;
}

/** What an operator wants to know. Every method is optional. */
export interface WatchObserver<A> {
  /** Phones waiting: +1 and -1. */
  held?(change: 1 | -1): void;
  /** Accounts watched: +1 and -1. */
  watched?(change: 1 | -1): void;
  /** A source told of something. */
  event?(): void;
  /** A watch could not be opened, for the `attempt`th time in a row. */
  failed?(account: A, attempt: number, error: unknown): void;
  /** A watch was opened after `attempts` failures. */
  restored?(account: A, attempts: number): void;
  /** A waiter rejected, which it must not. */
  bug?(error: unknown): void;
}

/** New folders are watched together with those that other requests bring along at the same time. */
const GATHER = 20;
const FIRST_RETRY = 1000;
const LAST_RETRY = 60_000;
const NONE: ReadonlySet<string> = new Set();

/** Everybody who waits for news of one account, and the one watch that serves them. */
export class Room<A> implements Holder {
  readonly holds = new Set<Hold>();
  private watch: StandingWatch | null = null;
  private source: WatchedBackend | null = null;
  /** Folders the open watch covers. */
  private covered: ReadonlySet<string> = NONE;
  private opening = false;
  private closing = false;
  private attempts = 0;
  private retryAt = Infinity;
  private recheckAt = Infinity;
  /** When everybody is asked once more, whatever the source tells. */
  private lookAgainAt = Infinity;
  /** How often in a row nobody could find out whether there is news. */
  private misses = 0;
  private emptySince = Infinity;
  private happened: Folders | undefined;
  /** How often the source told of something. */
  private happenings = 0;
  private settling: NodeJS.Timeout | null = null;

  constructor(
    readonly key: string,
    /** As of the newest request: its password is the one most likely to be right. */
    public account: A,
    private readonly context: RoomContext<A>,
  ) {}

  join(hold: Hold): void {
    this.holds.add(hold);
    this.emptySince = Infinity;
    this.context.observer.held?.(1);
    // Unless an attempt is due anyhow. One that came when nobody waited was none.
    if (this.retryAt === Infinity && !this.covers(hold)) this.openSoon();
  }

  leave(hold: Hold): void {
    if (hold.ended) return;
    hold.ended = true;
    this.holds.delete(hold);
    this.context.observer.held?.(-1);
    this.context.left(hold);
    if (this.holds.size === 0) this.emptySince = this.context.now();
  }

  end(hold: Hold, reason: EndReason): void {
    if (hold.ended) return;
    this.leave(hold);
    hold.waiter.onEnd(reason);
  }

  endAll(reason: EndReason): void {
    for (const hold of [...this.holds]) this.end(hold, reason);
  }

  /** Asks everybody at that time, unless it is to be done earlier. */
  lookAt(time: number): void {
    this.lookAgainAt = Math.min(this.lookAgainAt, time);
  }

  /** An event must not be lost because the actors were busy or away in that moment; those who wait must not keep them so. */
  asked(isKnown: boolean): void {
    if (!isKnown) {
      this.misses += 1;
      this.lookAt(this.context.now() + this.delayAfter(this.misses));
    } else if ([...this.holds].every(({ isUnsure }) => !isUnsure)) this.misses = 0;
  }

  heard(): Heard {
    return { watch: this.watch, happenings: this.happenings };
  }

  /** Whether one watch has covered these folders since then, and told of nothing. */
  isQuietSince({ watch, happenings }: Heard, folders: readonly string[]): boolean {
    const stood = !this.closing && watch !== null && watch === this.watch;
    return stood && happenings === this.happenings && folders.every((folder) => this.covered.has(folder));
  }

  /** Something happened; who it concerns is told when no more has come for the settle time. */
  happen(folders: Folders): void {
    if (this.closing) return;
    this.context.observer.event?.();
    this.happenings++;
    this.happened = merge(this.happened, folders);
    this.settling ??= setTimeout(() => {
      const happened = this.happened ?? null;
      this.settling = null;
      this.happened = undefined;
      this.tell(happened);
    }, this.context.settle).unref();
  }

  /** Called about once a second. */
  tick(now: number): void {
    if (now - this.emptySince >= this.context.linger) return void this.close();
    if (now >= this.retryAt && !this.opening) {
      this.retryAt = Infinity;
      this.opening = true;
      void this.openWatch();
    }
    if (now >= this.lookAgainAt) {
      this.lookAgainAt = Infinity;
      this.tell(null);
    }
    if (now >= this.recheckAt) {
      this.recheckAt = this.nextLook(this.watch?.recheck ?? this.context.recheck);
      this.tell(null);
    }
  }

  /** Ends the watch. Holds must have left. */
  async close(): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    if (this.settling) clearTimeout(this.settling);
    this.context.closed(this);
    await this.drop(this.watch, this.source);
    this.watch = null;
    this.source = null;
  }

  waiterFailed(error: unknown): void {
    this.context.observer.bug?.(error);
  }

  private tell(folders: Folders): void {
    for (const hold of [...this.holds]) hold.tell(folders);
  }

  private covers(hold: Hold): boolean {
    return hold.folders.every((folder) => this.covered.has(folder));
  }

  private openSoon(): void {
    if (this.opening) return;
    this.opening = true;
    setTimeout(() => void this.openWatch(), GATHER).unref();
  }

  /** Opens a watch over all folders waited for, and only then closes the one before: nothing is missed in between. */
  private async openWatch(): Promise<void> {
    const folders = [...new Set([...this.holds].flatMap((hold) => hold.folders))];
    if (this.closing || folders.length === 0) {
      this.opening = false;
      return;
    }
    let source: WatchedBackend | null = null;
    try {
      source = await this.context.open(this.account);
      const watch = await source.backend.watch(folders, (notice: ChangeNotice) =>
        this.happen(notice.folders),
      );
      await this.opened(watch, source, folders);
    } catch (error) {
      source?.release();
      this.failed(error);
    }
  }

  private async opened(
    watch: StandingWatch,
    source: WatchedBackend,
    folders: readonly string[],
  ): Promise<void> {
    if (this.closing) return this.drop(watch, source);
    const before = { watch: this.watch, source: this.source, covered: this.covered };
    this.watch = watch;
    this.source = source;
    this.covered = new Set(folders);
    if (this.attempts > 0) this.context.observer.restored?.(this.account, this.attempts);
    if (!before.watch) this.context.observer.watched?.(1);
    this.attempts = 0;
    this.retryAt = Infinity;
    this.recheckAt = watch.recheck === undefined ? Infinity : this.nextLook(watch.recheck);
    this.opening = false;
    // What happened after the device was last looked at and before the watch stood has been told by nobody.
    for (const hold of [...this.holds]) {
      const fresh = hold.folders.filter((folder) => !before.covered.has(folder));
      if (fresh.length > 0) hold.tell(fresh);
    }
    // Somebody may have come with other folders while this watch was being opened.
    if ([...this.holds].some((hold) => !this.covers(hold))) this.openSoon();
    if (before.watch) await closeQuietly(before.watch);
    before.source?.release();
  }

  private failed(error: unknown): void {
    this.opening = false;
    if (this.closing) return;
    this.attempts++;
    this.context.observer.failed?.(this.account, this.attempts, error);
    if (error instanceof BackendError && error.kind === 'auth') {
      // The phones are to come again and sign in; as long as they wait they would not notice.
      this.endAll('refused');
      void this.close();
      return;
    }
    this.retryAt = this.context.now() + this.delayAfter(this.attempts);
    if (this.recheckAt === Infinity) this.recheckAt = this.nextLook(this.context.recheck);
  }

  /** Spread, so that the accounts of a node are not all looked at in the same second. */
  private nextLook(interval: number): number {
    return this.context.now() + interval * (0.75 + this.context.random() / 2);
  }

  /** Milliseconds until the next attempt. Spread, so that the accounts of a server that comes back do not all knock at once. */
  private delayAfter(failures: number): number {
    return Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (failures - 1)) * (0.5 + this.context.random());
  }

  private async drop(watch: Watch | null, source: WatchedBackend | null): Promise<void> {
    if (watch) await closeQuietly(watch);
    if (watch && watch === this.watch) this.context.observer.watched?.(-1);
    source?.release();
  }
}

/** Watch.close never throws by contract; a backend that breaks it must not end the room. */
async function closeQuietly(watch: Watch): Promise<void> {
  await watch.close().catch(() => undefined);
}
