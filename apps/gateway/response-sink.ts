import type { ServerResponse } from 'node:http';

/** Where an encoder's bytes go: wbxml's ByteSink over an HTTP answer. */
export class ResponseSink {
  /** Bytes of body given to the socket. */
  bytes = 0;
  /** When the head and the first of the body were given to the socket (performance.now); null until then. */
  begunAt: number | null = null;
  private first: Uint8Array | null = null;
  private started = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly contentType: string,
    private readonly headers: Readonly<Record<string, string>> = {},
    private readonly tap?: (chunk: Uint8Array) => void,
  ) {}

  /** True once a single chunk turned out not to be all: headers are out, chunks leave as they come. */
  write(chunk: Uint8Array): boolean {
    this.bytes += chunk.byteLength;
    this.tap?.(chunk);
    if (!this.started && !this.first) {
      this.first = chunk;
      return true;
    }
    if (!this.started) this.start();
    return this.response.write(chunk);
  }

  drained(): Promise<void> {
    if (this.response.destroyed) return Promise.reject(new Disconnected());
    if (!this.response.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        this.response.off('drain', settle);
        this.response.off('close', settle);
        if (this.response.destroyed) reject(new Disconnected());
        else resolve();
      };
      this.response.on('drain', settle);
      this.response.on('close', settle);
    });
  }

  /** Ends the answer; one that fitted into a chunk gets a Content-Length. Resolves when the socket has taken it. */
  end(): Promise<void> {
    const { response } = this;
    if (response.destroyed) return Promise.reject(new Disconnected());
    return new Promise((resolve, reject) => {
      const broken = (): void => reject(new Disconnected());
      response.once('close', broken);
      const done = (): void => {
        response.off('close', broken);
        resolve();
      };
      if (this.started) {
        response.end(done);
        return;
      }
      const body = this.first ?? new Uint8Array();
      this.started = true;
      this.first = null;
      this.begunAt = performance.now();
      response.writeHead(200, {
        ...this.headers,
        'Content-Type': this.contentType,
        'Content-Length': body.byteLength,
      });
      response.end(body, done);
    });
  }

  private start(): void {
    this.started = true;
    this.begunAt = performance.now();
    this.response.writeHead(200, { ...this.headers, 'Content-Type': this.contentType });
    if (this.first) this.response.write(this.first);
    this.first = null;
  }
}

/** The phone hung up. Nobody is left to be told. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected';
}
