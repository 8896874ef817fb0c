import type { ByteSink } from './sink.js';
import {
  CHARSET_UTF8,
  END,
  HAS_CONTENT,
  OPAQUE,
  PUBLIC_ID_UNKNOWN,
  STR_I,
  SWITCH_PAGE,
  VERSION,
} from './tokens.js';

/** Most documents are small: their only chunk comes from the runtime's pool. */
const FIRST_CHUNK = 1024;
const CHUNK = 16 * 1024;
/** Pieces from this size on go to the sink as they are, without being copied into the chunk. */
const PASS_THROUGH = 4 * 1024;
/** Strings up to this length are cheaper to write in a loop here than by a call into the runtime. */
const SHORT = 40;
/** UTF-16 units written at once; three times as many bytes must fit into a chunk. */
const SLICE = 4 * 1024;
const MAX_UTF8_PER_UNIT = 3;

/**
 * A NUL would end the inline string early; the other control characters and the two non-characters upset clients and
 * cannot stand in XML (trap 13). Tab, line feed and carriage return stay.
 */
const UNWANTED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/**
 * Writes one WBXML document. Writing is synchronous and never fails for want of room: full chunks go to the sink at once.
 * Whoever writes much asks `congested` now and then and awaits `flush()` when it is true.
 */
export class WbxmlWriter {
  readonly #sink: ByteSink;
  #buffer: Buffer = Buffer.allocUnsafe(FIRST_CHUNK);
  /** Bytes before this index belong to the sink already. */
  #start = 0;
  #position = 0;
  #page = 0;
  #depth = 0;
  #congested = false;
  /** Index of the last byte written if that is a tag with content still open, else -1. */
  #openTag = -1;

  constructor(sink: ByteSink) {
    this.#sink = sink;
    // Version 1.3, unknown public id, UTF-8, no string table: MS-ASWBXML 2.1.2 knows no other header.
    for (const byte of [VERSION, PUBLIC_ID_UNKNOWN, CHARSET_UTF8, 0]) this.#buffer[this.#position++] = byte;
  }

  /** The sink asked to wait; `flush()` will. */
  get congested(): boolean {
    return this.#congested;
  }

  /** Bytes written but not yet given to the sink. */
  get pending(): number {
    return this.#position - this.#start;
  }

  /** Opens an element; its page is switched to when it is not the current one. Without content it is closed already. */
  startTag(page: number, token: number, hasContent = true): void {
    this.#reserve(3);
    if (page !== this.#page) this.#switchPage(page);
    this.#openTag = hasContent ? this.#position : -1;
    this.#buffer[this.#position++] = hasContent ? token | HAS_CONTENT : token;
    if (hasContent) this.#depth++;
  }

  /** Closes the innermost open element. One that got no content is turned into the empty form `<X/>`. */
  endTag(): void {
    if (this.#depth-- <= 0) throw new Error('WBXML: end without start');
    if (this.#openTag >= this.#start && this.#openTag === this.#position - 1) {
      this.#buffer[this.#openTag] = (this.#buffer[this.#openTag] ?? 0) & ~HAS_CONTENT;
      this.#openTag = -1;
      return;
    }
    this.#reserve(1);
    this.#buffer[this.#position++] = END;
  }

  /** Writes text as one inline string, without characters that a client could stumble over. Lone surrogates become U+FFFD. */
  string(text: string): void {
    this.#openString();
    this.#text(text);
    this.#closeString();
  }

  /**
   * Writes one inline string as its pieces come. Pieces of bytes must be UTF-8 and go out unchanged but for NULs; large
   * ones are handed to the sink uncopied, so they must not be reused.
   */
  async stringStream(pieces: AsyncIterable<string | Uint8Array>): Promise<void> {
    this.#openString();
    let half = '';
    for await (const piece of pieces) {
      if (typeof piece === 'string') {
        const text = half + piece;
        half = endsInHalfPair(text) ? text.slice(-1) : '';
        this.#text(half === '' ? text : text.slice(0, -1));
      } else {
        this.#bytesWithoutNul(piece);
      }
      if (this.#congested) await this.flush();
    }
    if (half !== '') this.#text(half);
    this.#closeString();
  }

  opaque(bytes: Uint8Array): void {
    this.#openOpaque(bytes.length);
    this.#bytes(bytes);
  }

  /** Writes an opaque block of exactly `length` bytes as its pieces come; throws when they are more or fewer. */
  async opaqueStream(length: number, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    this.#openOpaque(length);
    let rest = length;
    for await (const piece of pieces) {
      rest -= piece.length;
      if (rest < 0) break;
      this.#bytes(piece);
      if (this.#congested) await this.flush();
    }
    if (rest !== 0) throw new Error(`WBXML: opaque block announced ${length} bytes, got ${length - rest}`);
  }

  /**
   * Two bytes that mean nothing: a switch to the page that is current already (trap 11). They keep a connection alive and
   * may stand wherever a tag may.
   */
  keepAlive(): void {
    this.#reserve(2);
    this.#switchPage(this.#page);
  }

  /** Gives what is pending to the sink, without waiting. */
  push(): void {
    if (this.#position === this.#start) return;
    const chunk = this.#buffer.subarray(this.#start, this.#position);
    this.#start = this.#position;
    this.#send(chunk);
  }

  /** Gives what is pending to the sink; the promise, if there is one, waits until the sink wants more. */
  flush(): void | Promise<void> {
    this.push();
    if (!this.#congested) return;
    return this.#sink.drained().then(() => {
      this.#congested = false;
    });
  }

  #send(chunk: Uint8Array): void {
    if (!this.#sink.write(chunk)) this.#congested = true;
  }

  #reserve(bytes: number): void {
    if (this.#position + bytes <= this.#buffer.length) return;
    this.push();
    this.#buffer = Buffer.allocUnsafe(CHUNK);
    this.#start = this.#position = 0;
    this.#openTag = -1;
  }

  #switchPage(page: number): void {
    this.#buffer[this.#position++] = SWITCH_PAGE;
    this.#buffer[this.#position++] = page;
    this.#page = page;
  }

  #openString(): void {
    this.#reserve(1);
    this.#buffer[this.#position++] = STR_I;
  }

  #closeString(): void {
    this.#reserve(1);
    this.#buffer[this.#position++] = 0;
  }

  #openOpaque(length: number): void {
    const size = multiByteLength(length);
    this.#reserve(1 + size);
    this.#buffer[this.#position++] = OPAQUE;
    for (let shift = 7 * (size - 1); shift > 0; shift -= 7) {
      this.#buffer[this.#position++] = ((length >>> shift) & 0x7f) | 0x80;
    }
    this.#buffer[this.#position++] = length & 0x7f;
  }

  #text(text: string): void {
    if (text.length <= SHORT && this.#shortAscii(text)) return;
    const clean = text.replace(UNWANTED, '');
    for (let from = 0; from < clean.length;) {
      let to = Math.min(from + SLICE, clean.length);
      if (to < clean.length && isHighSurrogate(clean.charCodeAt(to - 1))) to--;
      const slice = from === 0 && to === clean.length ? clean : clean.slice(from, to);
      this.#reserve(slice.length * MAX_UTF8_PER_UNIT);
      this.#position += this.#buffer.write(slice, this.#position, 'utf8');
      from = to;
    }
  }

  /** Writes printable ASCII; at the first other character it takes everything back and returns false. */
  #shortAscii(text: string): boolean {
    this.#reserve(text.length);
    const buffer = this.#buffer;
    let position = this.#position;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x20 || unit > 0x7e) return false;
      buffer[position++] = unit;
    }
    this.#position = position;
    return true;
  }

  #bytesWithoutNul(piece: Uint8Array): void {
    let from = 0;
    for (let nul = piece.indexOf(0); nul >= 0; nul = piece.indexOf(0, from)) {
      this.#bytes(piece.subarray(from, nul));
      from = nul + 1;
    }
    this.#bytes(from === 0 ? piece : piece.subarray(from));
  }

  #bytes(piece: Uint8Array): void {
    if (piece.length >= PASS_THROUGH) {
      this.push();
      this.#send(piece);
      return;
    }
    this.#reserve(piece.length);
    this.#buffer.set(piece, this.#position);
    this.#position += piece.length;
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

const endsInHalfPair = (text: string): boolean => isHighSurrogate(text.charCodeAt(text.length - 1));

function multiByteLength(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw new RangeError(`WBXML: length ${value}`);
  let size = 1;
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) size++;
  return size;
}
