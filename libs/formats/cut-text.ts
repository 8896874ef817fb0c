/** How far back from the wanted size a cut may go to stay out of a tag. */
const longestTag = 4096;
const lessThan = 0x3c;
const greaterThan = 0x3e;
const ampersand = 0x26;
const semicolon = 0x3b;

/**
 * Where to cut UTF-8 text to at most `limit` bytes: on a character border, and in HTML outside of tags and entities.
 * `bytes` is the text from `offset` on, and must reach from somewhat before the limit to just behind it.
 */
export function cutPosition(bytes: Uint8Array, limit: number, html: boolean, offset = 0): number {
  let end = Math.min(bytes.length, limit - offset);
  if (end <= 0) return Math.max(0, limit);
  while (end > 0 && end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end--;
  return offset + (html ? beforeOpenMarkup(bytes, end) : end);
}

function beforeOpenMarkup(bytes: Uint8Array, end: number): number {
  const from = Math.max(0, end - longestTag);
  for (let i = end - 1; i >= from; i--) {
    if (bytes[i] === greaterThan) break;
    if (bytes[i] === lessThan) return i;
  }
  for (let i = end - 1; i >= Math.max(0, end - 12); i--) {
    if (bytes[i] === semicolon) break;
    if (bytes[i] === ampersand) return i;
  }
  return end;
}

/** How many bytes before the limit cutPosition may look at. */
export const cutLookBehind = longestTag + 4;
