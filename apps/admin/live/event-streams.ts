import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refused } from '../call.js';

/** Milliseconds between two signs of life: proxies end connections that say nothing for a minute. */
const HEARTBEAT = 15_000;
/** Streams open at a time: each costs a little with every change. */
const MOST = 200;
/** Seconds after which somebody who found no room may come back. */
const RETRY_AFTER = 30;

/** One reader of server-sent events. Nothing is kept for a reader that is too slow. */
export class EventStream {
  private isEnded = false;
  private readonly ends = new Set<() => void>();
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    private readonly response: ServerResponse,
    request: IncomingMessage,
  ) {
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
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT).unref();
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

  close(): void {
    this.response.end();
    this.finish();
  }

  private beat(): void {
    if (!this.response.writableNeedDrain) this.response.write(': here\n\n');
  }

  private finish(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    clearInterval(this.heartbeat);
    for (const end of this.ends) end();
  }
}

/** All readers of this process. */
export class EventStreams {
  private readonly open = new Set<EventStream>();

  /** Answers a call with a stream. Throws Refused 503 where too many are open. */
  begin({ request, response }: { request: IncomingMessage; response: ServerResponse }): EventStream {
    if (this.open.size >= MOST)
      throw new Refused(503, 'too-many-streams', 'Too many live views are open.', undefined, RETRY_AFTER);
    const stream = new EventStream(response, request);
    this.open.add(stream);
    stream.onEnd(() => this.open.delete(stream));
    return stream;
  }

  close(): void {
    for (const stream of [...this.open]) stream.close();
  }
}
