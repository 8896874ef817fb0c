import { decodeCharset } from './charset.js';
import { cleanText } from './clean-text.js';
import { decodeBase64 } from './transfer-encoding.js';

const word = /=\?([^?\s]{1,60})\?([bq])\?([^?]*)\?=/gi;

/** Neighbouring words of one charset: their bytes are one text, because senders cut multi-byte characters in two. */
class WordRun {
  private readonly texts: { encoding: string; text: string }[] = [];

  constructor(readonly charset: string) {}

  add(encoding: string, text: string): void {
    const last = this.texts.at(-1);
    // Some even cut between the letters of one base64 group.
    if (last?.encoding === encoding) last.text += text;
    else this.texts.push({ encoding, text });
  }

  decode(): string {
    const bytes = this.texts.map(({ encoding, text }) =>
      encoding === 'b' ? decodeBase64(text) : decodeQ(text),
    );
    return cleanText(decodeCharset(Buffer.concat(bytes), this.charset));
  }
}

/**
 * Decodes the encoded words of a header value (RFC 2047). Never throws; what is no valid word stays as it is. The result
 * may hold line ends: it is not yet fit for a header.
 */
export function decodeWords(value: string): string {
  if (!value.includes('=?')) return value;
  let result = '';
  let end = 0;
  let run: WordRun | null = null;
  for (const match of value.matchAll(word)) {
    const between = value.slice(end, match.index);
    const charset = match[1]!.replace(/\*.*$/, '').toLowerCase();
    // White space between two words is part of neither (RFC 2047 6.2).
    const neighbour = run !== null && between.trim() === '';
    if (run && !(neighbour && run.charset === charset)) {
      result += run.decode();
      run = null;
    }
    if (!neighbour) result += between;
    run ??= new WordRun(charset);
    run.add(match[2]!.toLowerCase(), match[3]!);
    end = match.index + match[0].length;
  }
  return result + (run?.decode() ?? '') + value.slice(end);
}

function decodeQ(text: string): Buffer {
  const bytes = text
    .replace(/_/g, ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  // A word should be ASCII; one that is not was decoded from raw UTF-8 before.
  return /[\u0100-\uffff]/.test(bytes) ? Buffer.from(bytes, 'utf8') : Buffer.from(bytes, 'latin1');
}
