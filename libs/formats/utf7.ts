import iconv from 'iconv-lite';
import { latin1 } from './byte-text.js';
import { type CharsetDecoder } from './charset-decoder.js';

/** A run of base64 longer than this is decoded although it may go on; a character at the seam is lost. */
const longestRun = 64 * 1024;

/** UTF-7 (RFC 2152) in pieces: iconv-lite's own decoder loses what stands at the border of two. */
export class Utf7Decoder implements CharsetDecoder {
  private rest = '';

  write(bytes: Uint8Array): string {
    const source = this.rest + latin1(bytes);
    const open = openRun(source);
    const end = source.length - open < longestRun ? open : source.length;
    this.rest = source.slice(end);
    return decode(source.slice(0, end));
  }

  end(): string {
    const source = this.rest;
    this.rest = '';
    return decode(source);
  }
}

const isBase64 = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x2f && code <= 0x39) ||
  code === 0x2b;

/** Where a base64 run begins that has not ended, or the end of the text. */
function openRun(source: string): number {
  let from = source.length;
  while (from > 0 && isBase64(source.charCodeAt(from - 1))) from--;
  const plus = source.indexOf('+', from);
  return plus < 0 ? source.length : plus;
}

const decode = (source: string): string => iconv.decode(Buffer.from(source, 'latin1'), 'utf-7');
