import { TextDecoder } from 'node:util';
import { latin1 } from './byte-text.js';
import { type CharsetDecoder } from './charset-decoder.js';

/** Charsets that switch between ASCII and a double-byte set by escapes, which neither ICU's table nor iconv-lite has. */
export type EscapeCharset = 'iso-2022-kr' | 'hz-gb-2312' | 'iso-2022-cn';

/**
 * Each double-byte set is 7-bit here and 8-bit in an EUC charset which ICU knows. So decoding is: find the shifts, set
 * the high bit of what stands between them, and hand it on. CNS 11643 plane 2 and higher have no such twin and are
 * replaced (RFC 1922 2; nobody was seen to mail them).
 */
type Shift = 'ascii' | 'euc-kr' | 'gbk' | 'unknown';

interface Escape {
  /** Latin-1 bytes of the sequence. */
  readonly sequence: string;
  /** What the shift-out set is from here on. */
  readonly designate?: Shift;
  /** The set in use from here on: `designated` is what the last designation named. */
  readonly use?: 'ascii' | 'designated' | 'gbk';
  readonly text?: string;
}

const esc = String.fromCharCode(0x1b);
const shiftOut = String.fromCharCode(0x0e);
const shiftIn = String.fromCharCode(0x0f);

const tables: Readonly<Record<EscapeCharset, readonly Escape[]>> = {
  'iso-2022-kr': [
    { sequence: `${esc}$)C`, designate: 'euc-kr' },
    { sequence: shiftOut, use: 'designated' },
    { sequence: shiftIn, use: 'ascii' },
  ],
  'iso-2022-cn': [
    { sequence: `${esc}$)A`, designate: 'gbk' },
    { sequence: `${esc}$)E`, designate: 'gbk' },
    { sequence: `${esc}$)G`, designate: 'unknown' },
    { sequence: `${esc}$*H`, designate: 'unknown' },
    { sequence: shiftOut, use: 'designated' },
    { sequence: shiftIn, use: 'ascii' },
  ],
  'hz-gb-2312': [
    { sequence: '~{', use: 'gbk' },
    { sequence: '~}', use: 'ascii' },
    { sequence: '~~', text: '~' },
    { sequence: '~\n', text: '' },
  ],
};

/** A streaming decoder for one of the charsets (RFC 1557, RFC 1922, RFC 1843). */
export function escapeDecoder(charset: EscapeCharset): CharsetDecoder {
  return new EscapeDecoder(tables[charset], charset === 'iso-2022-kr' ? 'euc-kr' : 'gbk');
}

class EscapeDecoder implements CharsetDecoder {
  private using: Shift = 'ascii';
  /** Bytes at the end of a piece that may be the begin of a sequence, or half a character. */
  private rest = '';

  constructor(
    private readonly escapes: readonly Escape[],
    private designated: Shift,
  ) {}

  write(bytes: Uint8Array): string {
    const source = this.rest + latin1(bytes);
    this.rest = '';
    return this.decode(source, false);
  }

  end(): string {
    const source = this.rest;
    this.rest = '';
    return this.decode(source, true);
  }

  private decode(source: string, final: boolean): string {
    let text = '';
    let run = 0;
    let at = 0;
    while (at < source.length) {
      const found = this.escapes.find(({ sequence }) => source.startsWith(sequence, at));
      if (found) {
        text += this.translate(source.slice(run, at));
        text += this.apply(found);
        at += found.sequence.length;
        run = at;
      } else if (!final && this.mayBeginEscape(source, at)) {
        this.rest = source.slice(at);
        return text + this.translate(source.slice(run, at));
      } else if (source[at] === '\n') {
        // All of these return to ASCII at a line end, which keeps one lost shift from spoiling the whole text.
        text += this.translate(source.slice(run, at)) + '\n';
        this.using = 'ascii';
        run = ++at;
      } else if (this.using === 'ascii') {
        at++;
      } else if (at + 1 >= source.length && !final) {
        this.rest = source.slice(at);
        return text + this.translate(source.slice(run, at));
      } else {
        at += 2;
      }
    }
    return text + this.translate(source.slice(run));
  }

  private mayBeginEscape(source: string, at: number): boolean {
    const rest = source.slice(at, at + 4);
    return (
      at + rest.length === source.length && this.escapes.some(({ sequence }) => sequence.startsWith(rest))
    );
  }

  private apply(found: Escape): string {
    if (found.designate) this.designated = found.designate;
    if (found.use) this.using = found.use === 'designated' ? this.designated : found.use;
    return found.text ?? '';
  }

  private translate(run: string): string {
    if (run === '' || this.using === 'ascii') return run;
    if (this.using === 'unknown') return '\ufffd'.repeat(Math.ceil(run.length / 2));
    const bytes = Buffer.from(run, 'latin1');
    for (let i = 0; i < bytes.length; i++) bytes[i]! |= 0x80;
    return new TextDecoder(this.using).decode(bytes);
  }
}
