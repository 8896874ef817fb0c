import {
  decode,
  encodeToBuffer,
  formatVersion,
  ProtocolError,
  type CommandName,
  type Element,
  type Encodable,
  type Infer,
  type DecodeLimits,
} from '#eas';
import type { IncomingHttpHeaders } from 'node:http';
import { splitMultipart } from './multipart.js';
import type { Outcome } from './outcome.js';
import { buildQuery, type QueryForm } from './query.js';
import { exchange, LostAnswer, type HttpAnswer, type TransportOptions } from './transport.js';

export const WBXML = 'application/vnd.ms-sync.wbxml';
const MULTIPART = 'application/vnd.ms-sync.multipart';
const MESSAGE = 'message/rfc822';
export const ENDPOINT = '/Microsoft-Server-ActiveSync';

const MiB = 1024 * 1024;
/** The phone is ours and so is its memory: a server may send it whole attachments. */
const LIMITS: Partial<DecodeLimits> = {
  gathered: 512 * MiB,
  text: 256 * MiB,
  opaque: 256 * MiB,
  total: 1024 * MiB,
  elements: 10_000_000,
};
const EXCERPT = 400;

/** A WBXML answer as it came. `version` times ten. */
export interface AnswerDocument {
  readonly command: CommandName;
  readonly version: number;
  readonly document: Uint8Array;
}

/** Who calls whom, and how. */
export interface Identity extends TransportOptions {
  readonly user: string;
  readonly password: string;
  readonly deviceId: string;
  readonly deviceType: string;
  readonly userAgent: string;
  /** Times ten. */
  readonly version: number;
  readonly query: QueryForm;
  /** Is given every document that could be decoded; it is held in memory for that. */
  readonly onDocument: ((answer: AnswerDocument) => void) | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds of silence that are too much; default 60,000. */
  readonly silence?: number;
  /** Loses the answer: cuts the connection after so many bytes of body; true is "before the first". */
  readonly dropAnswer?: boolean | number;
  /** Counts the body's bytes instead of decoding them. */
  readonly discard?: boolean;
  /** Asks for a multipart answer (ItemOperations). */
  readonly multipart?: boolean;
}

/** A request body that is no WBXML: the mail itself, up to 12.1. */
export interface RawMessage {
  readonly mime: Uint8Array;
  readonly saveInSent: boolean;
  /** The original of a reply or a forwarded mail. */
  readonly collectionId?: string;
  readonly itemId?: string;
}

export interface Call<Request extends Element, Response extends Element> extends CallOptions {
  readonly command: CommandName;
  readonly request: Request;
  readonly response: Response;
  /** Null sends no body: "the same as last time". */
  readonly value: Encodable<Request> | null;
  readonly message?: RawMessage;
}

/** Adds the path that every ActiveSync server answers on, unless the URL has one. */
export function endpointOf(url: string | URL): URL {
  const endpoint = new URL(url);
  if (endpoint.pathname === '/' || endpoint.pathname === '') endpoint.pathname = ENDPOINT;
  endpoint.hash = '';
  endpoint.search = '';
  return endpoint;
}

/** The wire between a phone and its server: one command out, one outcome back. Knows nothing of keys and folders. */
export class Link {
  readonly identity: Identity;
  /** Changes when the server sends the phone elsewhere (HTTP 451). */
  url: URL;
  policyKey: string | undefined;

  constructor(url: URL, identity: Identity) {
    this.url = url;
    this.identity = identity;
  }

  /** OPTIONS (MS-ASHTTP 2.2.3): what the server speaks is in the headers. */
  options(silence = 60_000): Promise<HttpAnswer> {
    return exchange(
      {
        method: 'OPTIONS',
        url: this.url,
        headers: this.#commonHeaders(),
        body: new Uint8Array(),
        silence,
        signal: undefined,
        dropAfter: undefined,
      },
      this.identity,
    );
  }

  /** Sends one command. Network errors come out as Node's own; everything the server says is an outcome. */
  async call<Q extends Element, R extends Element>(call: Call<Q, R>): Promise<Outcome<Infer<R>>> {
    const { version } = this.identity;
    const body =
      call.message?.mime ??
      (call.value === null ? new Uint8Array() : await encodeToBuffer(call.request, call.value, { version }));
    const answer = await exchange(
      {
        method: 'POST',
        url: this.#urlOf(call),
        headers: this.#headersOf(call, body.byteLength > 0),
        body,
        silence: call.silence ?? 60_000,
        signal: call.signal,
        dropAfter: call.dropAnswer === true ? 0 : call.dropAnswer === false ? undefined : call.dropAnswer,
      },
      this.identity,
    );
    return this.#read(answer, call);
  }

  #urlOf(call: Call<Element, Element>): URL {
    const { identity, policyKey } = this;
    const url = new URL(this.url);
    url.search = buildQuery(identity.query, {
      command: call.command,
      user: identity.user,
      deviceId: identity.deviceId,
      deviceType: identity.deviceType,
      version: identity.version,
      policyKey,
      acceptMultiPart: call.multipart === true,
      saveInSent: call.message?.saveInSent === true,
      attachmentName: undefined,
      collectionId: call.message?.collectionId,
      itemId: call.message?.itemId,
    });
    return url;
  }

  #commonHeaders(): Record<string, string> {
    const { user, password, userAgent } = this.identity;
    const credentials = Buffer.from(`${user}:${password}`).toString('base64');
    return { Authorization: `Basic ${credentials}`, 'User-Agent': userAgent };
  }

  /** The base64 query tells version, policy key and multipart itself (trap 1). */
  #headersOf(call: Call<Element, Element>, hasBody: boolean): Record<string, string> {
    const headers = this.#commonHeaders();
    if (hasBody) headers['Content-Type'] = call.message === undefined ? WBXML : MESSAGE;
    if (this.identity.query === 'base64') return headers;
    headers['MS-ASProtocolVersion'] = formatVersion(this.identity.version);
    headers['X-MS-PolicyKey'] = this.policyKey ?? '0';
    if (call.multipart === true) headers['MS-ASAcceptMultiPart'] = 'T';
    return headers;
  }

  async #read<Q extends Element, R extends Element>(
    answer: HttpAnswer,
    call: Call<Q, R>,
  ): Promise<Outcome<Infer<R>>> {
    const head = { http: answer.status, headers: answer.headers };
    const excerpt = new Excerpt(answer.body);
    try {
      if (answer.status !== 200) {
        await excerpt.drain();
        return {
          ...head,
          kind: 'refused',
          ...refusalOf(answer.headers, excerpt.text),
          timing: answer.timing(),
        };
      }
      if (call.discard === true) {
        await excerpt.drain();
        return { ...head, kind: 'discarded', timing: answer.timing() };
      }
      const first = await excerpt.begin();
      if (!first) return { ...head, kind: 'empty', timing: answer.timing() };
      const read = await this.#document(call, answer.headers, excerpt.all());
      return { ...head, kind: 'document', ...read, timing: answer.timing() };
    } catch (error) {
      if (error instanceof LostAnswer) return { ...head, kind: 'lost', timing: answer.timing() };
      if (!(error instanceof ProtocolError || error instanceof RangeError)) throw error;
      await excerpt.abandon();
      const { text } = excerpt;
      return { ...head, kind: 'malformed', reason: error.message, text, timing: answer.timing() };
    }
  }

  async #document<R extends Element>(
    { command, response }: Call<Element, R>,
    headers: IncomingHttpHeaders,
    body: AsyncIterable<Uint8Array>,
  ): Promise<{ value: Infer<R>; status: number | undefined; parts: Buffer[] }> {
    let source: AsyncIterable<Uint8Array> | Uint8Array = body;
    let parts: Buffer[] = [];
    if (headers['content-type']?.toLowerCase().startsWith(MULTIPART) === true) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      [source, ...parts] = splitMultipart(Buffer.concat(chunks));
    }
    const { version, onDocument } = this.identity;
    const copy = onDocument && new Copy(source);
    const { value } = await decode(response, copy?.all() ?? source, { version, limits: LIMITS });
    if (copy) onDocument({ command, version, document: copy.bytes });
    return { value, status: rootStatus(value), parts };
  }
}

/** Lets bytes through and keeps them. */
class Copy {
  readonly #source: AsyncIterable<Uint8Array> | Uint8Array;
  readonly #chunks: Uint8Array[] = [];

  constructor(source: AsyncIterable<Uint8Array> | Uint8Array) {
    this.#source = source;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  async *all(): AsyncGenerator<Uint8Array, void> {
    const source = this.#source instanceof Uint8Array ? [this.#source] : this.#source;
    for await (const chunk of source) {
      this.#chunks.push(chunk);
      yield chunk;
    }
  }
}

/** Reads a body once and remembers how it began. */
class Excerpt {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #first: Uint8Array | undefined;
  #kept = Buffer.alloc(0);

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#iterator = body[Symbol.asyncIterator]();
  }

  get text(): string {
    return this.#kept.toString('utf8');
  }

  /** Waits for the first bytes; false if there are none. */
  async begin(): Promise<boolean> {
    this.#first = await this.#next();
    return this.#first !== undefined;
  }

  async *all(): AsyncGenerator<Uint8Array, void> {
    for (let chunk = this.#first; chunk !== undefined; chunk = await this.#next()) yield chunk;
  }

  async drain(): Promise<void> {
    while ((await this.#next()) !== undefined);
  }

  /** Leaves the rest unread; the connection is of no use after that. */
  async abandon(): Promise<void> {
    await this.#iterator.return?.();
  }

  async #next(): Promise<Uint8Array | undefined> {
    for (;;) {
      const next = await this.#iterator.next();
      if (next.done === true) return undefined;
      const { value } = next;
      if (value.byteLength === 0) continue;
      if (this.#kept.length < EXCERPT) {
        this.#kept = Buffer.concat([this.#kept, value.subarray(0, EXCERPT - this.#kept.length)]);
      }
      return value;
    }
  }
}

function refusalOf(
  headers: IncomingHttpHeaders,
  text: string,
): { retryAfter: number | undefined; location: string | undefined; text: string } {
  const moved = headers['x-ms-location'] ?? headers.location;
  return {
    retryAfter: retryAfterOf(headers['retry-after']),
    location: Array.isArray(moved) ? moved[0] : moved,
    text,
  };
}

/** Seconds or a date (RFC 9110 10.2.3). */
function retryAfterOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.round((date - Date.now()) / 1000));
}

/** Status of a container, or the Status among the parts of Settings. */
function rootStatus(value: unknown): number | undefined {
  for (const part of Array.isArray(value) ? (value as unknown[]) : [value]) {
    if (typeof part === 'object' && part !== null && 'Status' in part && typeof part.Status === 'number')
      return part.Status;
  }
  return undefined;
}
