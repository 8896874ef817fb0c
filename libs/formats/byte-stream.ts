const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** The bytes `first` to `last` (both inclusive) of a stream. Ends the source as soon as they have passed. */
export async function* sliceBytes(
  source: AsyncIterable<Uint8Array>,
  first: number,
  last: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = 0;
  for await (const piece of source) {
    const from = Math.max(0, first - position);
    const to = Math.min(piece.length, last + 1 - position);
    if (from < to) yield piece.subarray(from, to);
    position += piece.length;
    if (position > last) return;
  }
}

/** How many bytes a stream has. */
export async function countBytes(source: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const piece of source) size += piece.length;
  return size;
}

/** The same lines, all ended by CRLF, as messages travel (RFC 5322 2.1). */
export async function* crlfBytes(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let last = 0;
  for await (const piece of source) {
    const target = Buffer.allocUnsafe(piece.length * 2);
    let size = 0;
    for (const byte of piece) {
      if (byte === lineFeed && last !== carriageReturn) target[size++] = carriageReturn;
      target[size++] = byte;
      last = byte;
    }
    if (size > 0) yield target.subarray(0, size);
  }
}
