/** How far back from the wanted size a cut may go to stay out of a tag. */
const longestTag = 4096;
/** `&CounterClockwiseContourIntegral;` */
const longestEntity = 33;
const lessThan = 0x3c;
const greaterThan = 0x3e;
const ampersand = 0x26;
const equals = 0x3d;
const quotes: ReadonlySet<number> = new Set([0x22, 0x27]);
/** Bytes that go on a character of UTF-8: at most three. */
const mostContinuations = 3;

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/**
 * Where to cut UTF-8 text to at most `limit` bytes: on a character border, and in HTML outside of tags and entities.
 * `bytes` is the text from `offset` on, and must reach from somewhat before the limit to just behind it.
 */
export function cutPosition(bytes: Uint8Array, limit: number, html: boolean, offset = 0): number {
  const end = Math.min(bytes.length, limit - offset);
  if (end <= 0) return Math.max(0, limit);
  const border = characterBorder(bytes, end);
  return offset + (html ? beforeOpenMarkup(bytes, border) : border);
}

/** Bytes that are no UTF-8 (a message with raw Latin-1) are cut where they are wanted to be. */
function characterBorder(bytes: Uint8Array, end: number): number {
  for (let back = 0; back <= Math.min(mostContinuations, end); back++) {
    if (!isContinuation(bytes[end - back])) return end - back;
  }
  return end;
}

function beforeOpenMarkup(bytes: Uint8Array, end: number): number {
  const tag = openTag(bytes, Math.max(0, end - longestTag), end);
  if (tag !== null) return tag;
  for (let at = end - 1; at >= Math.max(0, end - longestEntity); at--) {
    if (bytes[at] === ampersand) return at;
    if (!isEntityByte(bytes[at]!)) break;
  }
  return end;
}

const isEntityByte = (byte: number): boolean =>
  isLetter(byte) || (byte >= 0x30 && byte <= 0x39) || byte === 0x23;

/**
 * Where the tag begins that is open at the end; null outside of tags. Read forwards, because a `>` in a quoted value ends no
 * tag; where the first byte stands within one, the reading falls into step with the next.
 */
function openTag(bytes: Uint8Array, from: number, end: number): number | null {
  let open: number | null = null;
  let quote = 0;
  let before = 0;
  for (let at = from; at < end; at++) {
    const byte = bytes[at]!;
    if (open === null) {
      if (byte === lessThan && (at + 1 === end || beginsTag(bytes[at + 1]!))) open = at;
    } else if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === greaterThan) open = null;
    else if (quotes.has(byte) && before === equals) quote = byte;
    if (!isBlank(byte)) before = byte;
  }
  return open;
}

/** A letter, `/`, `!` or `?`: any other makes `<` a sign for "less than". */
const beginsTag = (byte: number): boolean =>
  isLetter(byte) || byte === 0x2f || byte === 0x21 || byte === 0x3f;

/** How many bytes before the limit cutPosition may look at. */
export const cutLookBehind = longestTag + mostContinuations + 1;
