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
}

/** The body as it comes, at most `limit` bytes of it. Throws BodyTooLarge at once if the head already tells. */
export function requestBody(request: IncomingMessage, limit: number): RequestBody {
  const declared = request.headers['content-length'];
  const length = declared === undefined ? null : Number(declared);
  if (length !== null && length > limit) throw new BodyTooLarge(limit);
  let bytes = 0;
  async function* counted(): AsyncIterable<Uint8Array> {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limit) throw new BodyTooLarge(limit);
      yield chunk;
    }
  }
  const isPresent = length === null ? request.headers['transfer-encoding'] !== undefined : length > 0;
  return { content: counted(), isPresent, bytes: () => bytes };
}
