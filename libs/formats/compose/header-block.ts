import { isAscii } from 'node:buffer';
import { decodeCharset, guessCharset } from '../charset.js';
import { cleanLine } from '../clean-text.js';
import { decodeWords } from '../encoded-words.js';
import { encodeHeaderText } from './encode-text.js';

interface Field {
  /** Lower case. */
  readonly name: string;
  /** The field as it will be written, one byte a character, line ends between folded lines only. */
  readonly text: string;
}

/** Fields whose text is for readers: raw 8-bit text in them becomes encoded words. In all others it is dropped. */
const readable = new Set(['subject', 'comments', 'thread-topic', 'content-description', 'keywords']);
const addressFields = new Set([
  'from',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'sender',
  'disposition-notification-to',
]);
const longestLine = 998;
const nonAscii = /[\x80-\xff]/;

/**
 * The header of a message as it is being changed. Every field is one that a strict reader finds, too: lines that are no
 * field are dropped, lines that are too long are folded, raw 8-bit text is encoded.
 */
export class HeaderBlock {
  private readonly fields: readonly Field[];

  private constructor(fields: readonly Field[]) {
    this.fields = fields;
  }

  /** `block` is a header with CRLF line ends, without the empty line. */
  static parse(block: Uint8Array): HeaderBlock {
    const lines: string[][] = [];
    for (const line of Buffer.from(block).toString('latin1').split('\r\n')) {
      if (/^[ \t]/.test(line)) {
        // A continuation of nothing but blanks ends the header for some readers (RFC 5322 3.2.2).
        if (line.trim() !== '') lines.at(-1)?.push(line);
      } else if (line !== '') lines.push([line]);
    }
    return new HeaderBlock(lines.flatMap((field) => parseField(field) ?? []));
  }

  /** The first field of this name, unfolded, not decoded; '' if there is none. */
  raw(name: string): string {
    const field = this.fields.find((one) => one.name === name);
    return field === undefined ? '' : valueOf(field);
  }

  /** All fields of this name, unfolded, joined by commas: address lists that somebody wrote as several fields. */
  list(name: string): string {
    return this.fields
      .filter((field) => field.name === name)
      .map(valueOf)
      .join(', ');
  }

  count(name: string): number {
    return this.fields.filter((field) => field.name === name).length;
  }

  has(name: string): boolean {
    return this.fields.some((field) => field.name === name);
  }

  without(isUnwanted: (name: string) => boolean): HeaderBlock {
    return new HeaderBlock(this.fields.filter(({ name }) => !isUnwanted(name)));
  }

  only(isWanted: (name: string) => boolean): HeaderBlock {
    return this.without((name) => !isWanted(name));
  }

  /** With this field in place of all others of its name. `value` is encoded and folded already; UTF-8 stays UTF-8. */
  with(name: string, value: string): HeaderBlock {
    const lower = name.toLowerCase();
    return new HeaderBlock([
      ...this.fields.filter((field) => field.name !== lower),
      { name: lower, text: fold(inBytes(`${name}: ${value}`)) },
    ]);
  }

  /** Adds whole field lines that were made here. */
  adding(lines: readonly string[]): HeaderBlock {
    const added = lines.map((text) => ({
      name: text.slice(0, text.indexOf(':')).toLowerCase(),
      text: fold(inBytes(text)),
    }));
    return new HeaderBlock([...this.fields, ...added]);
  }

  lines(): string[] {
    return this.fields.map(({ text }) => text);
  }

  /** The header's bytes, the empty line behind it included. */
  bytes(): Buffer {
    return Buffer.from(`${this.lines().join('\r\n')}\r\n\r\n`, 'latin1');
  }
}

/** One byte a character, as fields are held. */
const inBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const valueOf = ({ text }: Field): string =>
  Buffer.from(text.slice(text.indexOf(':') + 1), 'latin1')
    .toString('utf8')
    .replace(/\r\n[ \t]*/g, ' ')
    .trim();

function parseField([first = '', ...more]: readonly string[]): Field | null {
  const colon = first.indexOf(':');
  const name = first.slice(0, Math.max(colon, 0)).trimEnd();
  // Printable ASCII without blanks (RFC 5322 3.6.8); a blank before the colon is met and mended.
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) return null;
  const lower = name.toLowerCase();
  const value = [first.slice(colon + 1), ...more].join('\r\n');
  const text = nonAscii.test(value) ? asciiValue(lower, value) : value;
  return { name: lower, text: fold(`${name}:${text.startsWith(' ') ? '' : ' '}${text}`) };
}

/** RFC 6532 would take it as it is, but only where every server on the way does (SMTPUTF8). */
function asciiValue(name: string, value: string): string {
  const bytes = Buffer.from(value.replace(/\r\n[ \t]*/g, ' '), 'latin1');
  const text = isAscii(bytes)
    ? bytes.toString('latin1')
    : decodeCharset(bytes, guessCharset(bytes, '', true));
  if (addressFields.has(name)) return asciiAddresses(text);
  if (readable.has(name) || name.startsWith('x-')) return encodeHeaderText(decodeWords(text));
  return cleanLine(text).replace(/[^\x20-\x7e]+/g, '?');
}

/**
 * Address fields keep their form; only runs of words that hold other characters are encoded, and never what stands in angle
 * brackets or looks like an address: that is for the envelope to decide.
 */
function asciiAddresses(text: string): string {
  return cleanLine(text).replace(
    /"((?:[^"\\]|\\.)*)"|<[^>]*>|[^\s<>",;:]+/g,
    (token, quoted: string | undefined) => {
      if (/^[\x20-\x7e]*$/.test(token)) return token;
      if (quoted !== undefined) return encodeHeaderText(decodeWords(quoted.replace(/\\(.)/g, '$1')));
      return token.startsWith('<') || token.includes('@')
        ? Buffer.from(token, 'utf8').toString('latin1')
        : encodeHeaderText(token);
    },
  );
}

/** Folds lines that are too long at white space, else behind a comma, else anywhere. */
function fold(text: string): string {
  if (text.length <= longestLine) return text;
  return text.split('\r\n').flatMap(foldLine).join('\r\n');
}

const foldAt = 900;

function foldLine(line: string): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > longestLine) {
    const head = rest.slice(0, foldAt);
    // The name and the blank behind it stay together: an empty first line is no field for some readers.
    const blank = Math.max(head.lastIndexOf(' '), head.lastIndexOf('\t'));
    const at = blank > 80 ? blank : head.lastIndexOf(',') > 80 ? head.lastIndexOf(',') + 1 : foldAt;
    lines.push(rest.slice(0, at));
    rest = ` ${rest.slice(at).trimStart()}`;
  }
  return [...lines, rest];
}
