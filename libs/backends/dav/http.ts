import type { Dispatcher, Pool } from 'undici';
import { BackendError } from '#backend';
import type { Connections, Gate, Slot } from '#connections';
import type { DavSettings } from './config.js';
import {
  connectionError,
  DavRefused,
  isStaleConnection,
  retryAfterOf,
  troubleOfRequest,
  type Refusal,
} from './errors.js';
import { readMultistatus, type MultistatusPart } from './multistatus.js';
import { dav } from './names.js';
import { garbage, readXml } from './read-xml.js';
import type { Rest } from './rest.js';
import { mayHaveCredentials } from './trust.js';

export interface DavRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** XML unless the headers say otherwise. */
  readonly body?: string;
}

export interface DavAnswer {
  readonly status: number;
  /** Where it came from, after redirects. */
  readonly url: URL;
  header(name: string): string | undefined;
  /** Must be read, or `drop` called. */
  readonly body: AsyncIterable<Uint8Array>;
  drop(): void;
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 5;
/** Methods that may be sent twice without harm. */
const repeatable: ReadonlySet<string> = new Set(['PROPFIND', 'REPORT', 'GET', 'OPTIONS']);
/** Bytes of a refusal that are looked through for preconditions. */
const refusalLimits = { depth: 8, elements: 200, text: 10_000, silence: 100_000, bytes: 100_000 };
/** Bytes of an answer taken from the server before anybody reads them: a hundred events or people as they are met with. */
const readAhead = 512 * 1024;
/** A body may take so many timeouts in all, so that one byte now and then does not last for ever. */
const patience = 10;

/** The kept connections of all accounts, by origin. */
export class Pools {
  readonly #pools = new Map<string, Pool>();

  constructor(
    private readonly settings: DavSettings,
    private readonly connections: Connections,
  ) {}

  /** Whose turn it is at a host: a slot is a request under way, since connections are kept for everybody. */
  gateOf({ hostname, port, protocol }: URL): Gate {
    const { maxConnections: most } = this.settings;
    // Answers of one account are read side by side, and a slow phone leaves one half read: with a single slot they would wait
    // for each other.
    const mostOfAccount = Math.min(most, Math.max(4, Math.ceil(most / 4)));
    const standard = protocol === 'https:' ? 443 : 80;
    return this.connections.to(
      { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? standard : Number(port) },
      { most, mostOfAccount, isOfRequests: true },
    );
  }

  async to(origin: string): Promise<Pool> {
    // Only now: who has no DAV server does without its megabytes.
    const { Pool } = await import('undici');
    const known = this.#pools.get(origin);
    if (known) return known;
    const { ca, verifyCertificate, timeoutSeconds, maxConnections } = this.settings;
    const timeout = timeoutSeconds * 1000;
    const pool = new Pool(origin, {
      connections: maxConnections,
      pipelining: 1,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      connect: { rejectUnauthorized: verifyCertificate, timeout, ...(ca === undefined ? {} : { ca }) },
    });
    this.#pools.set(origin, pool);
    return pool;
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }
}

/** One account's way to its server: requests with its credentials, which never leave the server's own hosts. */
export class DavHttp {
  constructor(
    readonly settings: DavSettings,
    /** The configured address; it decides who may have the credentials. */
    readonly home: URL,
    private readonly pools: Pools,
    /** The header of the next request: a token may have been renewed since the last one. */
    private readonly authorization: () => string,
    private readonly rest: Rest,
    private readonly account: string,
  ) {}

  /** Sends a request. Throws BackendError for every answer that is no success; the caller reads the body or drops it. */
  async ask(request: DavRequest): Promise<DavAnswer> {
    this.rest.check();
    if (!mayHaveCredentials(this.home, request.url))
      throw new BackendError('gone', `not at ${this.home.origin}: ${request.url.origin}`);
    try {
      const answer = await this.#followed(request);
      if (answer.status >= 200 && answer.status < 300) {
        this.rest.answered();
        return answer;
      }
      throw new DavRefused(`${request.method} ${request.url.pathname}`, await refusalOf(answer));
    } catch (error) {
      const failure = connectionError(request.url.origin, error);
      this.rest.failed(failure);
      throw failure;
    }
  }

  /** As ask, for answers whose body says nothing. */
  async do(request: DavRequest): Promise<DavAnswer> {
    const answer = await this.ask(request);
    answer.drop();
    return answer;
  }

  /** Responses of a multistatus, as they come. `url` of each is where the request ended up. */
  async *multistatus(request: DavRequest): AsyncGenerator<MultistatusPart & { readonly url: URL }> {
    const answer = await this.ask(request);
    if (answer.status !== 207) {
      answer.drop();
      throw garbage(`HTTP ${answer.status} instead of 207`);
    }
    try {
      for await (const part of readMultistatus(answer.body)) yield { ...part, url: answer.url };
    } finally {
      answer.drop();
    }
  }

  async #followed(first: DavRequest): Promise<DavAnswer> {
    let request = first;
    for (let hops = 0; hops <= mostRedirects; hops += 1) {
      const answer = await this.#sent(request);
      const location = answer.header('location');
      if (!redirects.has(answer.status) || location === undefined) return answer;
      answer.drop();
      request = { ...request, url: this.#redirected(request.url, location) };
    }
    throw new BackendError('unavailable', `${first.url.href}: redirected in circles`, {
      reason: 'redirects',
      retryAfter: 60,
    });
  }

  #redirected(from: URL, location: string): URL {
    const url = URL.canParse(location, from.href) ? new URL(location, from) : null;
    if (url !== null && mayHaveCredentials(this.home, url)) return url;
    throw new BackendError(
      'unavailable',
      `${from.origin} redirects to another host: ${location.slice(0, 200)}`,
      {
        reason: 'foreign-redirect',
        retryAfter: 300,
      },
    );
  }

  async #sent(request: DavRequest): Promise<DavAnswer> {
    try {
      return await this.#exchange(request, 'first');
    } catch (error) {
      if (!repeatable.has(request.method) || !isStaleConnection(error)) throw error;
      return this.#exchange(request, 'again');
    }
  }

  async #exchange(request: DavRequest, attempt: 'first' | 'again'): Promise<DavAnswer> {
    const slot = await this.pools.gateOf(request.url).enter({ account: this.account });
    try {
      return await this.#answered(request, slot);
    } catch (error) {
      // A kept connection that was stale tells nothing of the host.
      if (attempt === 'first' && isStaleConnection(error)) slot.release();
      else slot.failed(troubleOfRequest(error));
      throw error;
    }
  }

  /** The slot is given back when the server has said all, though the phone may not have read it yet. */
  async #answered({ method, url, headers = {}, body }: DavRequest, slot: Slot): Promise<DavAnswer> {
    const timeout = this.settings.timeoutSeconds * 1000;
    const waiting = new AbortController();
    // Covers the time in the queue for a connection, which undici's own timeouts do not.
    const timer = setTimeout(() => waiting.abort(new DOMException('no answer', 'TimeoutError')), timeout);
    const received = new Received();
    try {
      const pool = (await this.pools.to(url.origin)).compose(received.interceptor);
      const answer = await pool.request({
        method,
        path: url.pathname + url.search,
        headers: {
          authorization: this.authorization(),
          'user-agent': this.settings.clientName,
          ...(body === undefined ? {} : { 'content-type': 'application/xml; charset=utf-8' }),
          ...headers,
        },
        signal: waiting.signal,
        highWaterMark: readAhead,
        ...(body === undefined ? {} : { body }),
      });
      if (isDown(answer.statusCode)) slot.failed('account');
      else slot.connected();
      slot.answered();
      received.whenWhole(() => slot.release());
      answer.body.once('close', () => slot.release());
      return answerOf(url, answer, timeout);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Notices the end of an answer as it arrives; a body tells its end only to who reads it. */
class Received {
  #isWhole = false;
  #wanted: () => void = () => undefined;

  readonly interceptor: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart: (...told) => handler.onRequestStart?.(...told),
      onRequestUpgrade: (...told) => handler.onRequestUpgrade?.(...told),
      onResponseStart: (...told) => handler.onResponseStart?.(...told),
      onResponseData: (...told) => handler.onResponseData?.(...told),
      onResponseEnd: (...told) => {
        this.#isWhole = true;
        this.#wanted();
        handler.onResponseEnd?.(...told);
      },
      onResponseError: (...told) => handler.onResponseError?.(...told),
    });

  /** Calls back when all has arrived; never if it breaks off. */
  whenWhole(callback: () => void): void {
    if (this.#isWhole) callback();
    else this.#wanted = callback;
  }
}

/** A gateway before the server says that it is away; it may be only this account's part of it. */
const isDown = (status: number): boolean => status === 502 || status === 503 || status === 504;

function answerOf(
  url: URL,
  { statusCode, headers, body }: Dispatcher.ResponseData,
  timeout: number,
): DavAnswer {
  // A dropped body complains that it was cut short; nobody listens any more.
  body.on('error', () => undefined);
  return {
    status: statusCode,
    url,
    // A list may come in several lines: Cyrus sends DAV so.
    header: (name) => (headers[name] === undefined ? undefined : [headers[name]].flat().join(', ')),
    body: impatiently(body, timeout * patience, url.origin),
    drop: () => void body.destroy(),
  };
}

/** The chunks, as long as the time spent in waiting for the server (not for the reader) stays below `most` milliseconds. */
async function* impatiently(
  body: AsyncIterable<Uint8Array>,
  most: number,
  origin: string,
): AsyncGenerator<Uint8Array> {
  let waited = 0;
  let since = performance.now();
  try {
    for await (const chunk of body) {
      waited += performance.now() - since;
      if (waited > most) throw new DOMException('the answer takes too long', 'TimeoutError');
      yield chunk;
      since = performance.now();
    }
  } catch (error) {
    throw connectionError(origin, error);
  }
}

async function refusalOf(answer: DavAnswer): Promise<Refusal> {
  const preconditions = new Set<string>();
  try {
    if (/xml/i.test(answer.header('content-type') ?? ''))
      for await (const { name } of readXml(answer.body, dav('error'), refusalLimits)) preconditions.add(name);
  } catch {
    // Whatever else the page says: the status stands.
  } finally {
    answer.drop();
  }
  const retryAfter = retryAfterOf(answer.header('retry-after'), Date.now());
  return { status: answer.status, preconditions, retryAfter };
}
