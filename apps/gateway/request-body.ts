import type { IncomingMessage } from 'node:http';
import { Disconnected } from './response-sink.js';

/** The body is larger than the configuration allows: HTTP 413. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
  constructor(readonly bytes: number) {
    super(`request body over ${bytes} bytes`);
  }
}

/** A request's body, counted. */
export interface RequestBody {
  readonly content: AsyncIterable<Uint8Array>;
  readonly isPresent: boolean;
  /** Bytes read so far. */
  readonly bytes: () => number;
  /** Ends the reading. What is left is thrown away as it comes, so that the connection can carry the next request. */
  readonly discard: () => Promise<void>;
}

/** Bodies up to this are taken in at once: a Sync without news is a hundred bytes, and iterating a stream costs more. */
const SMALL = 16 * 1024;

/** Bytes that are read once. Whoever waits for news after that keeps the object, and not the bytes. */
class Once implements AsyncIterable<Uint8Array> {
  constructor(private bytes: Uint8Array | null) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { bytes } = this;
    this.bytes = null;
    if (bytes) yield bytes;
  }
}

/** The whole of a small body; at once if it came together with the head. Rejects if the phone hangs up meanwhile. */
function gather(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const take = (chunk: Buffer): void => void chunks.push(chunk);
    // A held request lives for an hour: its listeners would, too, and with them what they have seen.
    const leave = (): void => {
      request.off('data', take).off('end', whole).off('error', broken).off('close', broken);
    };
    const whole = (): void => {
      leave();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
    };
    const broken = (): void => {
      if (request.complete) return;
      leave();
      reject(new Disconnected());
    };
    request.on('data', take).on('end', whole).on('error', broken).on('close', broken);
  });
}

async function smallBody(request: IncomingMessage): Promise<RequestBody> {
  const bytes = await gather(request);
  const { length } = bytes;
  return {
    content: new Once(bytes),
    isPresent: length > 0,
    bytes: () => length,
    discard: () => Promise.resolve(),
  };
}

/**
 * The body as it comes, at most `limit` bytes of it. Throws BodyTooLarge at once if the head already tells. Whether there
 * is a body at all is only known from its first chunk where the head tells no length: proxies send empty ones in chunks.
 */
export async function requestBody(request: IncomingMessage, limit: number): Promise<RequestBody> {
  const declared = request.headers['content-length'];
  const length = declared === undefined ? null : Number(declared);
  if (length !== null && length > limit) throw new BodyTooLarge(limit);
  if (length !== null && length <= SMALL) return smallBody(request);
  // A reader that stops early must not take the socket with it: the answer says why.
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  const isChunked = length === null && request.headers['transfer-encoding'] !== undefined;
  const first = isChunked ? await chunks.next() : null;
  let bytes = 0;
  async function* counted(): AsyncIterable<Uint8Array> {
    for (let next = first ?? (await chunks.next()); next.done !== true; next = await chunks.next()) {
      bytes += next.value.length;
      if (bytes > limit) throw new BodyTooLarge(limit);
      yield next.value;
    }
  }
  const isPresent = isChunked ? first?.done !== true : (length ?? 0) > 0;
  const discard = async (): Promise<void> => {
    // An iterator left in the middle keeps the stream paused, and with it the phone's connection.
    await chunks.return?.();
    request.resume();
  };
  return { content: counted(), isPresent, bytes: () => bytes, discard };
}
