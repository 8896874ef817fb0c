import { chunkSize, irregular, readOctets, streamOctets, type Section } from './part-stream.js';
import type { Pool } from './pool.js';

/** The shape of base64 as nearly everybody writes it: lines of one length, each ended by CRLF. */
export interface RegularBase64 {
  /** Characters a line; a multiple of four. */
  readonly width: number;
  /** Octets as stored. */
  readonly octets: number;
  /** Bytes after decoding. */
  readonly size: number;
}

const CR = 13;
const LF = 10;
const probeLength = 4 * 1024;
const longestLine = 1_000;

/**
 * The shape of a part, from its begin and its end alone, or null if these are not regular. What lies between is checked
 * when it is read: a part that turns out otherwise there is read as a whole the next time.
 */
export async function probeBase64(
  pool: Pool,
  section: Section,
  octets: number,
): Promise<RegularBase64 | null> {
  const head = Buffer.from(await readOctets(pool, section, 0, Math.min(octets, probeLength)));
  const width = head.indexOf('\r\n');
  if (width <= 0 || width % 4 !== 0 || width > longestLine || !isRegular(head, width)) return null;
  const line = width + 2;
  const tailStart = Math.max(0, Math.floor((octets - 1) / line) - 1) * line;
  const tail = Buffer.from(await readOctets(pool, section, tailStart, octets - tailStart)).toString('latin1');
  const match = /^([A-Za-z0-9+/\r\n]*?)(={0,2})(?:\r\n)*$/.exec(tail);
  if (match === null || !isRegular(Buffer.from(tail.trimEnd() + '\r\n', 'latin1'), width)) return null;
  const characters = (tailStart / line) * width + tail.replace(/[\r\n]/g, '').length;
  if (characters % 4 !== 0) return null;
  return { width, octets, size: (characters / 4) * 3 - (match[2]?.length ?? 0) };
}

/** Whether all lines but the last are `width` long. */
function isRegular(octets: Uint8Array, width: number): boolean {
  for (let at = width; at + 1 < octets.length; at += width + 2) {
    if (octets[at] !== CR || octets[at + 1] !== LF) return octets.length - at <= 2;
  }
  return true;
}

/** The characters of the part without line ends, in pieces of whole quartets. Throws `irregular`. */
export async function* base64Characters(
  pool: Pool,
  section: Section,
  shape: RegularBase64,
  firstLine = 0,
  lastLine = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer, void, undefined> {
  const line = shape.width + 2;
  const chunk = Math.max(1, Math.floor(chunkSize / line)) * line;
  const end = Math.min(shape.octets, (lastLine + 1) * line);
  for await (const octets of streamOctets(pool, section, firstLine * line, end, chunk)) {
    yield withoutLineEnds(Buffer.from(octets.buffer, octets.byteOffset, octets.length), shape.width);
  }
}

/** Closes the gaps in place: a chunk has thousands of lines, and nobody else holds it. */
function withoutLineEnds(octets: Buffer, width: number): Buffer {
  let filled = 0;
  for (let at = 0; at < octets.length; at += width + 2) {
    const end = at + width;
    if (octets[end] !== CR || octets[end + 1] !== LF) {
      const last = lastRow(octets.subarray(at));
      octets.set(last, filled);
      return octets.subarray(0, filled + last.length);
    }
    octets.copyWithin(filled, at, end);
    filled += width;
  }
  return octets.subarray(0, filled);
}

/** A row that is not full has to be the last one. */
function lastRow(octets: Uint8Array): Buffer {
  const text = Buffer.from(octets).toString('latin1');
  const trimmed = text.replace(/[\r\n]+$/, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(trimmed)) throw irregular();
  return Buffer.from(trimmed, 'latin1');
}

/** Decoded bytes `first` to `last` (inclusive) of the part. Throws `irregular` if they are not as many as foretold. */
export async function* decodedRange(
  pool: Pool,
  section: Section,
  shape: RegularBase64,
  first: number,
  last: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const bytesPerLine = (shape.width / 4) * 3;
  const firstLine = Math.floor(first / bytesPerLine);
  let skip = first - firstLine * bytesPerLine;
  let left = last - first + 1;
  const lastLine = Math.floor(last / bytesPerLine);
  for await (const characters of base64Characters(pool, section, shape, firstLine, lastLine)) {
    const decoded = Buffer.from(characters.toString('latin1'), 'base64');
    if (decoded.length < Math.floor((characters.length * 3) / 4) - 2) throw irregular();
    const piece = decoded.subarray(skip, skip + left);
    skip = Math.max(0, skip - decoded.length);
    left -= piece.length;
    if (piece.length > 0) yield piece;
    if (left === 0) return;
  }
  if (left > 0) throw irregular();
}
