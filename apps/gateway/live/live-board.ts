import type { Bus, LiveRequest } from '#bus';

/** A request in hand. Asked what it is only while somebody watches. */
export interface OnBoard {
  live(): LiveRequest;
}

export interface LiveBoardOptions {
  readonly bus: Bus;
  readonly node: string;
  /** Milliseconds between two messages of what changed; default 500. */
  readonly every?: number;
  readonly now?: () => number;
}

/** Requests in one message: telling ten thousand at once would hold up the phones meanwhile. */
const SLICE = 250;

/**
 * The requests this node has in hand. Unwatched it is a set; watched it tells all it has once, in slices, and then what
 * changed, in batches. Watching ends by itself when nobody says any more that he watches.
 */
export class LiveBoard {
  private readonly all = new Set<OnBoard>();
  private readonly changed = new Set<OnBoard>();
  private readonly options: Required<LiveBoardOptions>;
  private readonly leave: () => void;
  private until = 0;
  private ticker: NodeJS.Timeout | null = null;
  /** What of the whole is still to be told. */
  private telling: Iterator<OnBoard> | null = null;

  constructor(options: LiveBoardOptions) {
    this.options = { every: 500, now: Date.now, ...options };
    this.leave = options.bus.subscribe('live-wanted', ({ until, whole }) =>
      this.watch(until, whole === true),
    );
  }

  /** How many requests are in hand. */
  get size(): number {
    return this.all.size;
  }

  get isWatched(): boolean {
    return this.ticker !== null;
  }

  begin(request: OnBoard): void {
    this.all.add(request);
    this.change(request);
  }

  /** Something about it is otherwise than before. */
  change(request: OnBoard): void {
    if (this.ticker) this.changed.add(request);
  }

  end(request: OnBoard): void {
    if (this.all.delete(request)) this.change(request);
  }

  close(): void {
    this.leave();
    this.stop();
  }

  private watch(until: number, whole: boolean): void {
    const isNew = this.ticker === null;
    this.until = Math.max(this.until, until);
    if (this.until <= this.options.now()) return;
    this.ticker ??= setInterval(() => this.tick(), this.options.every).unref();
    if (isNew || whole) this.tellAll();
    else this.tellChanges(true);
  }

  private tick(): void {
    if (this.options.now() >= this.until) this.stop();
    else this.tellChanges(false);
  }

  private stop(): void {
    if (this.ticker) clearInterval(this.ticker);
    this.ticker = null;
    this.telling = null;
    this.changed.clear();
  }

  private tellAll(): void {
    const isUnderWay = this.telling !== null;
    // A set's iterator leaves out what ended meanwhile and finds what began: no copy is needed.
    this.telling = this.all.values();
    this.tellSlice(true);
    if (!isUnderWay) this.goOn();
  }

  private goOn(): void {
    setImmediate(() => {
      if (!this.telling) return;
      this.tellSlice(false);
      this.goOn();
    });
  }

  private tellSlice(whole: boolean): void {
    const requests: LiveRequest[] = [];
    while (this.telling && requests.length < SLICE) {
      const next = this.telling.next();
      if (next.done === true) {
        this.telling = null;
        break;
      }
      requests.push(next.value.live());
    }
    const more = this.telling !== null;
    this.options.bus.publish('live', { node: this.options.node, whole, ...(more && { more }), requests });
  }

  /** What is told in slices just now stays for the next batch: a change must not come before what it changes. */
  private tellChanges(evenNone: boolean): void {
    if (this.telling || (this.changed.size === 0 && !evenNone)) return;
    const requests = Array.from(this.changed, (request) => request.live());
    this.changed.clear();
    this.options.bus.publish('live', { node: this.options.node, whole: false, requests });
  }
}
