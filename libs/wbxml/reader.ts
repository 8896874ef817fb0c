import { WbxmlError, type WbxmlErrorCode } from './error.js';
import { defaultLimits, type WbxmlLimits } from './limits.js';
import {
  CHARSET_UTF8,
  END,
  ENTITY,
  FIRST_TAG,
  HAS_ATTRIBUTES,
  HAS_CONTENT,
  LITERAL,
  OPAQUE,
  STR_I,
  STR_T,
  SWITCH_PAGE,
  TAG_MASK,
} from './tokens.js';

/**
 * What `read()` met:
 * `start`, `end`: a tag; an empty one gets its `end` too.
 * `text`, `opaque`: a piece of content. A long one comes in several pieces; `last` marks the final one.
 * `more`: the buffered bytes are used up, await `fill()` and read on.
 * `done`: the root element is closed.
 */
export type WbxmlEvent = 'start' | 'end' | 'text' | 'opaque' | 'more' | 'done';

type Mode = 'header' | 'tokens' | 'string' | 'opaque' | 'done';

const MAX_STRING_TABLE = 4096;
/** How far to look for the end of a string here before the runtime is asked, which is faster only on long strings. */
const NEAR = 48;
const NOTHING = Buffer.alloc(0);

/**
 * Reads one WBXML document from chunks of any size. Everything that is buffered is read synchronously; a promise is needed
 * only for more bytes. Throws nothing but WbxmlError (and what the source throws).
 */
export class WbxmlReader {
  readonly #source: AsyncIterator<Uint8Array> | null;
  readonly #limits: WbxmlLimits;
  #buffer: Buffer = NOTHING;
  #position = 0;
  /** Offset in the document of the buffer's first byte. */
  #base = 0;
  #mode: Mode = 'header';
  #strings: Buffer = NOTHING;
  #page = 0;
  #depth = 0;
  #elements = 0;
  #closing = false;
  /** Bytes of the running string read so far, or of the running opaque block still to come. */
  #count = 0;

  /** Of the last `start`. */
  page = 0;
  token = 0;
  hasContent = false;
  /** Of the last `opaque`: length in bytes of the whole block; -1 for `text`, whose length nobody knows beforehand. */
  length = -1;
  /** Of the last `text` or `opaque`: no further piece follows. */
  last = true;
  #piece: Buffer = NOTHING;
  #from = 0;
  #to = 0;

  constructor(source: AsyncIterable<Uint8Array> | Uint8Array, limits: Partial<WbxmlLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    if (source instanceof Uint8Array) {
      this.#source = null;
      this.#append(source);
    } else {
      this.#source = source[Symbol.asyncIterator]();
    }
  }

  /** Bytes of the document consumed so far. */
  get offset(): number {
    return this.#base + this.#position;
  }

  /** The current piece of text or opaque data; a view that stays valid. */
  get bytes(): Uint8Array {
    return this.#piece.subarray(this.#from, this.#to);
  }

  /** The current piece as text. Only a piece that is the first and the last one is sure to hold whole characters. */
  get text(): string {
    return this.#piece.toString('utf8', this.#from, this.#to);
  }

  /** Reads on synchronously. */
  read(): WbxmlEvent {
    switch (this.#mode) {
      case 'tokens':
        return this.#readToken();
      case 'string':
        return this.#readString();
      case 'opaque':
        return this.#readOpaque();
      case 'done':
        return 'done';
      case 'header':
        if (!this.#readHeader()) return 'more';
        this.#mode = 'tokens';
        return this.#readToken();
    }
  }

  /** Like `read`, but waits for bytes where they are needed; never answers `more`. */
  next(): Exclude<WbxmlEvent, 'more'> | Promise<Exclude<WbxmlEvent, 'more'>> {
    const event = this.read();
    return event === 'more' ? this.#waitForNext() : event;
  }

  /** Waits for the next chunk. Throws `truncated` when there is none. */
  async fill(): Promise<void> {
    const next = await this.#source?.next();
    if (!next || next.done === true) return this.#fail('truncated', 'the document ends too early');
    this.#append(next.value);
  }

  /**
   * The current piece and all further ones of the same string or opaque block. Reads the source as it is iterated; what
   * is not iterated is still to be read (`skipContent`).
   */
  async *content(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#from < this.#to) yield this.bytes;
    while (!this.last) {
      if (this.read() === 'more') await this.fill();
      else if (this.#from < this.#to) yield this.bytes;
    }
  }

  /** Reads over what is left of the current string or opaque block. */
  async skipContent(): Promise<void> {
    while (!this.last) if (this.read() === 'more') await this.fill();
  }

  /** Reads the source to its end after `done`, so that a connection can be used again. Further bytes are ignored. */
  async drain(): Promise<void> {
    this.#position = this.#buffer.length;
    for (
      let next = await this.#source?.next();
      next && next.done !== true;
      next = await this.#source?.next()
    ) {
      this.#append(next.value);
      this.#position = this.#buffer.length;
    }
  }

  async #waitForNext(): Promise<Exclude<WbxmlEvent, 'more'>> {
    for (;;) {
      await this.fill();
      const event = this.read();
      if (event !== 'more') return event;
    }
  }

  #append(chunk: Uint8Array): void {
    const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const rest = this.#buffer.length - this.#position;
    this.#base += this.#position;
    // A rest is at most the head of one token (or of the document): a few bytes.
    this.#buffer = rest === 0 ? view : Buffer.concat([this.#buffer.subarray(this.#position), view]);
    this.#position = 0;
    if (this.#base + this.#buffer.length > this.#limits.total)
      this.#fail('too-big', 'the document is too big');
  }

  #readHeader(): boolean {
    const start = this.#position;
    const header = this.#header();
    if (!header) this.#position = start;
    return header;
  }

  #header(): boolean {
    if (this.#position >= this.#buffer.length) return false;
    const version = this.#buffer[this.#position++] ?? 0;
    if (version > 0x03) this.#fail('malformed', `this is no WBXML (version 0x${version.toString(16)})`);
    const publicId = this.#multiByte();
    if (publicId < 0) return false;
    // A public id of 0 is followed by its index in the string table (WBXML 1.3, 5.5).
    if (publicId === 0 && this.#multiByte() < 0) return false;
    const charset = this.#multiByte();
    if (charset < 0) return false;
    if (charset !== CHARSET_UTF8 && charset !== 0) this.#fail('unsupported', `charset ${charset}`);
    const length = this.#multiByte();
    if (length < 0) return false;
    if (length > MAX_STRING_TABLE) this.#fail('too-big', 'the string table is too big');
    if (this.#position + length > this.#buffer.length) return false;
    this.#strings = this.#buffer.subarray(this.#position, this.#position + length);
    this.#position += length;
    return true;
  }

  #readToken(): WbxmlEvent {
    if (this.#closing) {
      this.#closing = false;
      return this.#end();
    }
    for (;;) {
      const start = this.#position;
      if (start >= this.#buffer.length) return 'more';
      const token = this.#buffer[start] ?? 0;
      if (token === SWITCH_PAGE) {
        if (start + 1 >= this.#buffer.length) return 'more';
        this.#page = this.#buffer[start + 1] ?? 0;
        this.#position = start + 2;
        continue;
      }
      if ((token & TAG_MASK) >= FIRST_TAG) return this.#startTag(token);
      if (this.#depth === 0)
        this.#fail('malformed', `token 0x${token.toString(16)} outside of the root element`);
      this.#position = start + 1;
      const event = this.#globalToken(token);
      if (event === 'more' && this.#mode === 'tokens') this.#position = start;
      return event;
    }
  }

  #globalToken(token: number): WbxmlEvent {
    switch (token) {
      case END:
        return this.#end();
      case STR_I:
        this.#mode = 'string';
        this.#count = 0;
        this.length = -1;
        return this.#readString();
      case OPAQUE:
        return this.#openOpaque();
      case STR_T:
        return this.#tableString();
      case ENTITY:
        return this.#entity();
      default:
        return this.#fail(
          'unsupported',
          token === LITERAL ? 'a literal tag' : `token 0x${token.toString(16)}`,
        );
    }
  }

  #startTag(token: number): WbxmlEvent {
    if ((token & HAS_ATTRIBUTES) !== 0) this.#fail('unsupported', 'a tag with attributes');
    this.#position++;
    this.page = this.#page;
    this.token = token & TAG_MASK;
    this.hasContent = (token & HAS_CONTENT) !== 0;
    this.#closing = !this.hasContent;
    if (++this.#depth > this.#limits.depth) this.#fail('too-deep', 'elements are nested too deeply');
    if (++this.#elements > this.#limits.elements) this.#fail('too-many-elements', 'too many elements');
    return 'start';
  }

  #end(): WbxmlEvent {
    if (--this.#depth === 0) this.#mode = 'done';
    return 'end';
  }

  #readString(): WbxmlEvent {
    const from = this.#position;
    if (from >= this.#buffer.length) return 'more';
    const end = this.#indexOfNul(from);
    this.last = end >= 0;
    const to = this.last ? end : this.#buffer.length;
    this.#count += to - from;
    if (this.#count > this.#limits.text) this.#fail('text-too-long', 'a string is too long');
    if (this.last) this.#mode = 'tokens';
    this.#position = this.last ? end + 1 : to;
    return this.#give('text', this.#buffer, from, to);
  }

  #indexOfNul(from: number): number {
    const buffer = this.#buffer;
    const near = Math.min(from + NEAR, buffer.length);
    for (let i = from; i < near; i++) if (buffer[i] === 0) return i;
    return near === buffer.length ? -1 : buffer.indexOf(0, near);
  }

  #openOpaque(): WbxmlEvent {
    const length = this.#multiByte();
    if (length < 0) return 'more';
    if (length > this.#limits.opaque) this.#fail('opaque-too-long', 'an opaque block is too long');
    this.#mode = 'opaque';
    this.#count = this.length = length;
    return this.#readOpaque(true);
  }

  /** `announce`: the first piece is given out even if it is empty, so that the length is known at once. */
  #readOpaque(announce = false): WbxmlEvent {
    const from = this.#position;
    const to = Math.min(from + this.#count, this.#buffer.length);
    if (from === to && this.#count > 0 && !announce) return 'more';
    this.#position = to;
    this.#count -= to - from;
    this.last = this.#count === 0;
    if (this.last) this.#mode = 'tokens';
    return this.#give('opaque', this.#buffer, from, to);
  }

  #tableString(): WbxmlEvent {
    const index = this.#multiByte();
    if (index < 0) return 'more';
    const end = index < this.#strings.length ? this.#strings.indexOf(0, index) : -1;
    if (end < 0) this.#fail('malformed', 'a string is not in the string table');
    this.length = -1;
    this.last = true;
    return this.#give('text', this.#strings, index, end);
  }

  #entity(): WbxmlEvent {
    const code = this.#multiByte();
    if (code < 0) return 'more';
    if (code > 0x10ffff) this.#fail('malformed', 'an entity is no character');
    const character = Buffer.from(String.fromCodePoint(code), 'utf8');
    this.length = -1;
    this.last = true;
    return this.#give('text', character, 0, character.length);
  }

  #give(event: 'text' | 'opaque', piece: Buffer, from: number, to: number): WbxmlEvent {
    this.#piece = piece;
    this.#from = from;
    this.#to = to;
    return event;
  }

  /** mb_u_int32 (WBXML 1.3, 5.1), or -1 if the buffer ends inside it. */
  #multiByte(): number {
    let value = 0;
    for (let i = 0; i < 5; i++) {
      const byte = this.#buffer[this.#position++];
      if (byte === undefined) return -1;
      value = value * 128 + (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    return this.#fail('malformed', 'a number is too long');
  }

  #fail(code: WbxmlErrorCode, message: string): never {
    throw new WbxmlError(code, message, this.offset);
  }
}
