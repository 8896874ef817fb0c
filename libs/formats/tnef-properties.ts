import { decodeCharset } from './charset.js';
import { cleanText } from './clean-text.js';

/** The MAPI properties a mail program's winmail.dat holds, as far as they are wanted (MS-OXTNEF 2.1.3.4). */
export type MapiProperties = ReadonlyMap<number, Uint8Array | string | number>;

/** Property ids (MS-OXPROPS). */
export const MapiProperty = {
  body: 0x1000,
  rtfCompressed: 0x1009,
  html: 0x1013,
  displayName: 0x3001,
  attachFilename: 0x3704,
  attachMethod: 0x3705,
  attachLongFilename: 0x3707,
  attachMimeTag: 0x370e,
  attachContentId: 0x3712,
  internetCodePage: 0x3fde,
} as const;

const wanted: ReadonlySet<number> = new Set(Object.values(MapiProperty));

const multiple = 0x1000;
const named = 0x8000;
const Type = { short: 0x02, long: 0x03, object: 0x0d, string8: 0x1e, unicode: 0x1f, binary: 0x102 } as const;
const variable: ReadonlySet<number> = new Set([Type.object, Type.string8, Type.unicode, Type.binary]);
/** Octets of a value of fixed length, padded to four. */
const fixedSizes: Readonly<Record<number, number>> = {
  ...{ 0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0a: 4, 0x0b: 4, 0x14: 8, 0x40: 8, 0x48: 16 },
};
const mostProperties = 5_000;

/** Label of a Windows code page for the charset decoder. */
export function codePageCharset(codePage: number): string {
  const special: Readonly<Record<number, string>> = {
    ...{ 65001: 'utf-8', 20127: 'us-ascii', 932: 'shift_jis', 936: 'gbk', 949: 'euc-kr', 950: 'big5' },
    ...{ 20866: 'koi8-r', 21866: 'koi8-u', 50220: 'iso-2022-jp', 51932: 'euc-jp', 54936: 'gb18030' },
  };
  if (codePage >= 28591 && codePage <= 28605) return `iso-8859-${codePage - 28590}`;
  return special[codePage] ?? `cp${codePage}`;
}

/** Reads what it can; a value that reaches behind the end, or of an unknown type, ends the reading. Never throws. */
export function readProperties(bytes: Uint8Array, charset: string): MapiProperties {
  const found = new Map<number, Uint8Array | string | number>();
  const cursor = new Cursor(bytes);
  const count = Math.min(mostProperties, cursor.word() ?? 0);
  for (let index = 0; index < count; index++) {
    const tag = cursor.word();
    if (tag === null) break;
    const [type, id] = [tag & 0xffff, tag >>> 16];
    if (id >= named && !cursor.skipName()) break;
    const value = readValue(cursor, type, charset);
    if (value === undefined) break;
    if (value !== null && wanted.has(id)) found.set(id, value);
  }
  return found;
}

type Value = Uint8Array | string | number;

/** Null for a value nobody asks for; undefined if it cannot be read. */
function readValue(cursor: Cursor, type: number, charset: string): Value | null | undefined {
  const kind = type & ~multiple;
  const size = fixedSizes[kind];
  if (size !== undefined) return readFixed(cursor, type, size);
  return variable.has(kind) ? readVariable(cursor, type, charset) : undefined;
}

function readFixed(cursor: Cursor, type: number, size: number): Value | null | undefined {
  const count = type & multiple ? cursor.word() : 1;
  const taken = count === null ? null : cursor.take(count * size);
  if (!taken) return undefined;
  return type === Type.short || type === Type.long ? taken.readInt32LE(0) : null;
}

/** The first one, if there are several. */
function readVariable(cursor: Cursor, type: number, charset: string): Value | null | undefined {
  const count = cursor.word();
  if (count === null) return undefined;
  let first: Buffer | null = null;
  for (let index = 0; index < count; index++) {
    const length = cursor.word();
    const taken = length === null ? null : cursor.take(length);
    if (!taken) return undefined;
    first ??= taken;
  }
  if (!first || type & multiple || type === Type.object) return null;
  return type === Type.binary ? first : textValue(first, type === Type.unicode ? 'utf-16le' : charset);
}

const textValue = (bytes: Uint8Array, charset: string): string =>
  cleanText(decodeCharset(bytes, charset).replace(/\0[^]*$/, ''));

/** A place in the bytes; values are padded to four. */
class Cursor {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  word(): number | null {
    return this.take(4)?.readUInt32LE(0) ?? null;
  }

  take(length: number): Buffer | null {
    if (length > this.bytes.length - this.at) return null;
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at = Math.min(this.bytes.length, this.at + Math.ceil(length / 4) * 4);
    return taken;
  }

  /** A GUID, and a number or a name in it. */
  skipName(): boolean {
    if (!this.take(16)) return false;
    const kind = this.word();
    const length = this.word();
    if (kind === null || length === null) return false;
    return kind === 0 || this.take(length) !== null;
  }
}
