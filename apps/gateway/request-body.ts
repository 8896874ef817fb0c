import type { IncomingMessage } from 'node:http';

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

/**
 * The body as it comes, at most `limit` bytes of it. Throws BodyTooLarge at once if the head already tells. Whether there
 * is a body at all is only known from its first chunk where the head tells no length: proxies send empty ones in chunks.
 */
export async function requestBody(request: IncomingMessage, limit: number): Promise<RequestBody> {
  const declared = request.headers['content-length'];
  const length = declared === undefined ? null : Number(declared);
  if (length !== null && length > limit) throw new BodyTooLarge(limit);
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
