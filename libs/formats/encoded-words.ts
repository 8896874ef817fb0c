import { decodeCharset } from './charset.js';
import { cleanText } from './clean-text.js';

const word = /=\?([^?\s]{1,60})\?([bq])\?([^?]*)\?=/gi;

/**
 * Decodes the encoded words of a header value (RFC 2047). Neighbours of one charset are decoded as one string of bytes,
 * because senders cut multi-byte characters in two. Never throws; what is no valid word stays as it is.
 */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value;
  let result = '';
  let end = 0;
  let charset = '';
  let bytes: Buffer | null = null;
  const flush = (): void => {
    if (bytes) result += cleanText(decodeCharset(bytes, charset));
    bytes = null;
  };
  for (const match of value.matchAll(word)) {
    const between = value.slice(end, match.index);
    const ownCharset = match[1]!.replace(/\*.*$/, '').toLowerCase();
    const ownBytes = decodeWord(match[2]!.toLowerCase(), match[3]!);
    // White space between two words is part of neither (RFC 2047 6.2).
    const neighbour = bytes !== null && between.trim() === '';
    if (!neighbour || ownCharset !== charset) flush();
    if (!neighbour) result += between;
    bytes = bytes === null ? ownBytes : Buffer.concat([bytes, ownBytes]);
    charset = ownCharset;
    end = match.index + match[0].length;
  }
  flush();
  return result + value.slice(end);
}

function decodeWord(encoding: string, text: string): Buffer {
  if (encoding === 'b') return Buffer.from(text, 'base64');
  const bytes = text
    .replace(/_/g, ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  // A word should be ASCII; one that is not was decoded from raw UTF-8 before.
  return /[\u0100-\uffff]/.test(bytes) ? Buffer.from(bytes, 'utf8') : Buffer.from(bytes, 'latin1');
}
