import {
  request as plainRequest,
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as tlsRequest, type RequestOptions } from 'node:https';
import { Stopwatch, type Timing } from './timing.js';

export interface HttpRequest {
  readonly method: 'POST' | 'OPTIONS';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Milliseconds of silence after which the exchange fails with TimedOut. */
  readonly silence: number;
  readonly signal: AbortSignal | undefined;
  /** Cuts the connection once so many bytes of the answer's body came: an answer lost on its way. */
  readonly dropAfter: number | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Throws LostAnswer when the connection is cut before its end. */
  readonly body: AsyncIterable<Uint8Array>;
  timing(): Timing;
}

export interface TransportOptions {
  /** Keeps connections, and bounds how many there are. Default: Node's own agent. */
  readonly agent: Agent | undefined;
  readonly rejectUnauthorized: boolean;
}

/** Nothing came for too long. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
  readonly code = 'ETIMEDOUT';
}

/** The connection ended within the answer, by the phone's own will or not. */
export class LostAnswer extends Error {
  override readonly name = 'LostAnswer';
  constructor(
    readonly bytes: number,
    options: { cause?: unknown } = {},
  ) {
    super(`the answer was lost after ${bytes} bytes`, options);
  }
}

/**
 * One HTTP exchange. Resolves with the answer's head; network errors come out as Node's own. A kept connection that the
 * server had closed meanwhile costs one more try, as RFC 9112 9.3.1 has it: the server has not seen the request.
 */
export async function exchange(request: HttpRequest, options: TransportOptions): Promise<HttpAnswer> {
  const stopwatch = new Stopwatch();
  try {
    return await attempt(request, options, stopwatch);
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    return attempt(request, options, stopwatch);
  }
}

class StaleConnection extends Error {
  override readonly name = 'StaleConnection';
}

function attempt(request: HttpRequest, options: TransportOptions, stopwatch: Stopwatch): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const send = request.url.protocol === 'https:' ? tlsRequest : plainRequest;
    const outgoing = send(request.url, requestOptions(request, options), (incoming) => {
      stopwatch.headersCame();
      resolve({
        status: incoming.statusCode ?? 0,
        headers: incoming.headers,
        body: bodyOf(incoming, request.dropAfter, stopwatch),
        timing: () => stopwatch.read(),
      });
    });
    outgoing.setTimeout(request.silence, () =>
      outgoing.destroy(new TimedOut(`no sign of life for ${Math.round(request.silence / 1000)} s`)),
    );
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(isStale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    outgoing.end(request.body);
  });
}

function requestOptions(request: HttpRequest, options: TransportOptions): RequestOptions {
  const { method, headers, body, signal } = request;
  return {
    method,
    headers: method === 'POST' ? { ...headers, 'Content-Length': String(body.byteLength) } : headers,
    ...(signal && { signal }),
    ...(options.agent && { agent: options.agent }),
    ...(request.url.protocol === 'https:' && { rejectUnauthorized: options.rejectUnauthorized }),
  };
}

async function* bodyOf(
  incoming: IncomingMessage,
  dropAfter: number | undefined,
  stopwatch: Stopwatch,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  const dropped = (): boolean => {
    if (dropAfter === undefined || bytes < dropAfter) return false;
    incoming.destroy();
    return true;
  };
  try {
    if (dropped()) throw new LostAnswer(bytes);
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      stopwatch.bytesCame(chunk.byteLength);
      if (dropped()) throw new LostAnswer(bytes);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof LostAnswer || error instanceof TimedOut
      ? error
      : new LostAnswer(bytes, { cause: error });
  }
}
