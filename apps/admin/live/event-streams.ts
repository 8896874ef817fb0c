import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refused } from '../call.js';

/**
 * Milliseconds between two signs of life: proxies end connections that say nothing for a minute. As often it is looked
 * whether who reads still may.
 */
const HEARTBEAT = 15_000;
/** Heartbeats that find what was sent before still not taken: nobody is there any more. */
const PATIENCE = 4;
/** Streams open at a time: each costs a little with every change. */
const MOST = 200;
/** Seconds after which somebody who found no room may come back. */
const RETRY_AFTER = 30;

/** A request that is answered with a stream. */
export interface StreamCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whether the caller is still signed in, with the same rights. */
  readonly isStill: () => Promise<boolean>;
}

/** One reader of server-sent events. Nothing is kept for a reader that is too slow. */
export class EventStream {
  private isEnded = false;
  private readonly ends = new Set<() => void>();
  /** Heartbeats since the reader took something. */
  private stuck = 0;
  private readonly response: ServerResponse;
  /** Whether who reads still may. */
  readonly isStill: () => Promise<boolean>;

  constructor({ request, response, isStill }: StreamCall) {
    this.response = response;
    this.isStill = isStill;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      // nginx gathers answers otherwise until it has a page of them.
      'X-Accel-Buffering': 'no',
    });
    response.write(': Godwit\n\n');
    request.socket.setNoDelay(true);
    response.once('close', () => this.finish());
  }

  /** False: the reader has not taken what it was sent before, and this was left out. */
  send(event: string, data: unknown): boolean {
    if (this.isEnded || this.response.writableNeedDrain) return false;
    // JSON has no line ends of its own.
    this.response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    return true;
  }

  /** Calls back once when a reader that was too slow has taken everything. */
  whenTaken(callback: () => void): void {
    this.response.once('drain', callback);
  }

  /** Calls back when nobody reads any more; at once if it is so already. */
  onEnd(callback: () => void): void {
    if (this.isEnded) callback();
    else this.ends.add(callback);
  }

  beat(): void {
    this.stuck = this.response.writableNeedDrain ? this.stuck + 1 : 0;
    if (this.stuck >= PATIENCE) this.close();
    else if (this.stuck === 0) this.response.write(': here\n\n');
  }

  close(): void {
    // Who does not take what was sent before takes no end either.
    if (this.response.writableNeedDrain) this.response.destroy();
    else this.response.end();
    this.finish();
  }

  private finish(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    for (const end of this.ends) end();
    this.ends.clear();
  }
}

export interface EventStreamsOptions {
  /** Told why nobody knows whether readers still may: they go on meanwhile. */
  readonly report: (error: unknown) => void;
}

/** All readers of this process. */
export class EventStreams {
  private readonly open = new Set<EventStream>();
  private readonly timer: NodeJS.Timeout;
  private isLooking = false;

  constructor(private readonly options: EventStreamsOptions) {
    this.timer = setInterval(() => {
      this.beat();
      void this.look();
    }, HEARTBEAT).unref();
  }

  /** How many read. */
  get size(): number {
    return this.open.size;
  }

  /** Answers a call with a stream. Throws Refused 503 where too many are open. */
  begin(call: StreamCall): EventStream {
    if (this.open.size >= MOST)
      throw new Refused(503, 'too-many-streams', 'Too many live views are open.', undefined, RETRY_AFTER);
    const stream = new EventStream(call);
    this.open.add(stream);
    stream.onEnd(() => this.open.delete(stream));
    return stream;
  }

  /** Gives all readers a sign of life, and ends those that give none. */
  beat(): void {
    for (const stream of [...this.open]) stream.beat();
  }

  /** Ends the streams of those who may not read any more, as they were when they came: they may come back as they are. */
  async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      for (const stream of [...this.open]) if (!(await stream.isStill())) stream.close();
    } catch (error) {
      // While the database is away nobody is signed out either.
      this.options.report(error);
    } finally {
      this.isLooking = false;
    }
  }

  close(): void {
    clearInterval(this.timer);
    for (const stream of [...this.open]) stream.close();
  }
}
