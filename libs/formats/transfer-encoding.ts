import { latin1 } from './byte-text.js';

/** Undoes a Content-Transfer-Encoding piece by piece. Garbage gives some bytes, never an error. */
export interface TransferDecoder {
  write(bytes: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

const nothing = new Uint8Array(0);

/** A decoder for `encoding` (lower case); unknown ones pass bytes through, as 7bit, 8bit and binary do. */
export function transferDecoder(encoding: string): TransferDecoder {
  switch (encoding) {
    case 'base64':
      return new Base64Decoder();
    case 'quoted-printable':
      return new QuotedPrintableDecoder();
    case 'uuencode':
    case 'x-uuencode':
    case 'x-uue':
    case 'uue':
      return new UuDecoder();
    default:
      return { write: (bytes) => bytes, end: () => nothing };
  }
}

/** The content of a part with its transfer encoding undone. */
export async function* decodeTransfer(
  source: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decoder = transferDecoder(encoding);
  for await (const piece of source) {
    const decoded = decoder.write(piece);
    if (decoded.length > 0) yield decoded;
  }
  const rest = decoder.end();
  if (rest.length > 0) yield rest;
}

class Base64Decoder implements TransferDecoder {
  private rest = '';

  write(bytes: Uint8Array): Uint8Array {
    const text = this.rest + base64Letters(latin1(bytes));
    // Padding inside is a seam of two encoded texts: each is decoded by itself.
    const seam = text.lastIndexOf('=');
    const whole = seam >= 0 ? seam + 1 + (((text.length - seam - 1) >> 2) << 2) : (text.length >> 2) << 2;
    this.rest = text.slice(whole);
    return decodeBase64(text.slice(0, whole));
  }

  end(): Uint8Array {
    return decodeBase64(this.rest);
  }
}

const foreign = /[^A-Za-z0-9+/=_-]+/g;

/** Line ends are what stands between the letters in all but broken mail. */
function base64Letters(text: string): string {
  const joined = text.replaceAll('\r\n', '');
  return joined.search(foreign) < 0 ? joined : joined.replace(foreign, '');
}

/** Bytes of base64 text, which may be several texts glued together at their padding. */
export function decodeBase64(text: string): Buffer {
  if (!text.includes('=')) return Buffer.from(text, 'base64');
  return Buffer.concat(text.split(/=+/).map((piece) => Buffer.from(piece, 'base64')));
}

const equals = 0x3d;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09;

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

class QuotedPrintableDecoder implements TransferDecoder {
  private rest: Uint8Array = nothing;

  write(bytes: Uint8Array): Uint8Array {
    return this.decode(this.rest.length > 0 ? Buffer.concat([this.rest, bytes]) : bytes, false);
  }

  end(): Uint8Array {
    return this.decode(this.rest, true);
  }

  private decode(source: Uint8Array, final: boolean): Uint8Array {
    const target = Buffer.allocUnsafe(source.length);
    let size = 0;
    let at = 0;
    const limit = final ? source.length : holdFrom(source);
    while (at < limit) {
      const byte = source[at]!;
      if (byte !== equals) {
        target[size++] = byte;
        at++;
        continue;
      }
      const after = softBreakEnd(source, at + 1);
      const high = hexDigit(source[at + 1]);
      const low = hexDigit(source[at + 2]);
      if (after > 0) at = after;
      else if (high >= 0 && low >= 0) {
        target[size++] = (high << 4) | low;
        at += 3;
      } else {
        target[size++] = byte;
        at++;
      }
    }
    // Bounded: a run of blanks behind "=" that never ends a line is passed on as it is.
    this.rest = source.slice(at);
    return target.subarray(0, size);
  }
}

/** Longest tail that may belong to an escape or soft line break which the next piece completes. */
const longestTail = 1024;

function holdFrom(source: Uint8Array): number {
  const from = Math.max(0, source.length - longestTail);
  for (let i = source.length - 1; i >= from; i--) {
    const byte = source[i]!;
    if (byte === equals) return source.length - i < 3 || onlyBlanks(source, i + 1) ? i : source.length;
    if (!isBlank(byte) && byte !== carriageReturn && source.length - i > 2) break;
  }
  return source.length;
}

function onlyBlanks(source: Uint8Array, from: number): boolean {
  for (let i = from; i < source.length; i++) {
    if (!isBlank(source[i]!) && source[i] !== carriageReturn) return false;
  }
  return true;
}

/** Index behind the soft line break whose "=" stands before `from`, or 0 if there is none. */
function softBreakEnd(source: Uint8Array, from: number): number {
  let at = from;
  while (at < source.length && isBlank(source[at]!)) at++;
  if (source[at] === carriageReturn) at++;
  if (source[at] === lineFeed) return at + 1;
  // The text's last "=" has nothing behind it to escape; a carriage return alone ends a line for some.
  return at >= source.length || (at > from && source[at - 1] === carriageReturn) ? at : 0;
}

class UuDecoder implements TransferDecoder {
  private rest = '';
  private inside = false;

  write(bytes: Uint8Array): Uint8Array {
    const lines = (this.rest + latin1(bytes)).split('\n');
    this.rest = (lines.pop() ?? '').slice(0, 4096);
    return Buffer.concat(lines.map((line) => this.line(line)));
  }

  end(): Uint8Array {
    return this.line(this.rest);
  }

  private line(text: string): Uint8Array {
    const line = text.replace(/\r$/, '');
    if (!this.inside) {
      this.inside = /^begin [0-7]{3,4} /.test(line);
      return nothing;
    }
    if (line === 'end') {
      this.inside = false;
      return nothing;
    }
    return uuLine(line);
  }
}

const sixBits = (line: string, at: number): number => (line.charCodeAt(at) - 0x20) & 0x3f;

function uuLine(line: string): Uint8Array {
  if (line === '') return nothing;
  const padded = line.padEnd(line.length + 4, ' ');
  const size = Math.min(sixBits(line, 0), Math.ceil((line.length - 1) / 4) * 3);
  const bytes = Buffer.alloc(Math.ceil(size / 3) * 3);
  for (let from = 1, to = 0; to < size; from += 4, to += 3) {
    const [a, b, c, d] = [0, 1, 2, 3].map((offset) => sixBits(padded, from + offset)) as [
      number,
      number,
      number,
      number,
    ];
    bytes[to] = (a << 2) | (b >> 4);
    bytes[to + 1] = ((b & 15) << 4) | (c >> 2);
    bytes[to + 2] = ((c & 3) << 6) | d;
  }
  return bytes.subarray(0, size);
}
