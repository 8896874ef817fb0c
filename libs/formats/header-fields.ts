import { latin1 } from './byte-text.js';
import { guessCharset, decodeCharset } from './charset.js';
import { cleanLine } from './clean-text.js';
import { decodeWords } from './encoded-words.js';

/** The header fields an EmailItem is made of: what a source must be asked for, in lower case. */
export const neededHeaderFields: readonly string[] = [
  'from',
  'sender',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'date',
  'importance',
  'priority',
  'x-priority',
  'x-msmail-priority',
  'thread-topic',
  'thread-index',
  'message-id',
  'references',
  'in-reply-to',
];

const maximumHeaderBytes = 256 * 1024;

/** The fields of a header block, unfolded, not decoded. Names are found in any case. */
export class HeaderFields {
  private readonly fields = new Map<string, string[]>();

  /** `block` is a header as it stands in a message; what follows an empty line, and all over 256 KB, is ignored. */
  static parse(block: Uint8Array): HeaderFields {
    const headers = new HeaderFields();
    const text = toText(block.subarray(0, maximumHeaderBytes));
    let field = '';
    for (const line of text.split(/\r\n|\n|\r/)) {
      if (/^[ \t]/.test(line) && line.trim() !== '' && field !== '') {
        field += ' ' + line.trim();
        continue;
      }
      headers.add(field);
      field = line;
      if (line === '' && headers.fields.size > 0) break;
    }
    headers.add(field);
    return headers;
  }

  private add(field: string): void {
    const colon = field.indexOf(':');
    if (colon < 1) return;
    const name = field.slice(0, colon).trim().toLowerCase();
    const values = this.fields.get(name);
    if (values) values.push(field.slice(colon + 1).trim());
    else this.fields.set(name, [field.slice(colon + 1).trim()]);
  }

  /** The first field of this name as it stands, or ''. */
  raw(name: string): string {
    return this.fields.get(name.toLowerCase())?.[0] ?? '';
  }

  /** All fields of this name joined by commas: address lists that somebody wrote as several fields. */
  list(name: string): string {
    return (this.fields.get(name.toLowerCase()) ?? []).join(', ');
  }

  /** The first field of this name with its encoded words decoded, on one line. */
  text(name: string): string {
    return cleanLine(decodeWords(this.raw(name)));
  }

  has(name: string): boolean {
    return this.fields.has(name.toLowerCase());
  }
}

/** Headers are ASCII by the book; raw UTF-8 (RFC 6532) and raw Latin-1 are met and told apart. */
function toText(bytes: Uint8Array): string {
  const text = latin1(bytes);
  return /[\x80-\xff]/.test(text) ? decodeCharset(bytes, guessCharset(bytes, '', true)) : text;
}
