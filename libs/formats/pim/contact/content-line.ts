import ICAL from 'ical.js';
import { decodeCharset } from '../../charset.js';

/** Characters of a line in which its name and parameters must end; a longer head is not understood, only kept. */
const longestHead = 16 * 1024;
/** Characters of a value beyond which no element of a phone is meant. */
const longestShort = 256 * 1024;
/** Octets of a folded line (RFC 6350 3.2). */
const foldAt = 75;

/**
 * One property of a vCard. As long as nobody sets its value it is written out as it was read, folds and all, so that a
 * property nobody understands keeps its bytes.
 */
export class ContentLine {
  /** `item1` of `item1.TEL`; empty if it stands alone. */
  readonly group: string;
  /** In capitals; empty for a line that is none and is only kept. */
  readonly name: string;
  /** Group and name as they are written. */
  private readonly label: string;
  /** Parameters as they are written: `TYPE=HOME`, `PREF`. */
  private tokens: readonly string[];
  private known: ReadonlyMap<string, readonly string[]> | null = null;

  private constructor(
    private written: string | null,
    head: string,
    private raw: string,
    private readonly version: string,
  ) {
    const [first = '', ...tokens] = splitOutside(head, ';');
    const dot = first.indexOf('.');
    this.group = dot < 0 ? '' : first.slice(0, dot).trim();
    this.name = first
      .slice(dot + 1)
      .trim()
      .toUpperCase();
    this.label = first.trim();
    this.tokens = tokens;
  }

  /** A line as it was read: `written` with its folds and line end, `unfolded` without. */
  static read(written: string, unfolded: string, version: string): ContentLine {
    const colon = headEnd(unfolded);
    if (colon < 0) return new ContentLine(written, '', '', version);
    return new ContentLine(written, unfolded.slice(0, colon), unfolded.slice(colon + 1), version);
  }

  /** A new line; `head` is the name with its parameters, `value` is escaped already. */
  static make(head: string, value: string, version: string): ContentLine {
    const line = new ContentLine(null, head, '', version);
    line.setValue(value);
    return line;
  }

  /** Values of a parameter by its name in lower case; in the order they stand. */
  parameter(name: string): readonly string[] {
    this.known ??= parametersOf(this.tokens);
    return this.known.get(name) ?? [];
  }

  /** What the property is for: TYPE and the bare words of vCard 2.1, in lower case. */
  get types(): ReadonlySet<string> {
    return new Set(this.parameter('type').map((type) => type.toLowerCase()));
  }

  get encoding(): string {
    return (this.parameter('encoding')[0] ?? '').toLowerCase();
  }

  get isShort(): boolean {
    return this.raw.length <= longestShort;
  }

  /** The value, with quoted-printable and its charset undone; escapes still stand in it. */
  get value(): string {
    if (this.encoding !== 'quoted-printable') return this.raw;
    return decodeCharset(quotedPrintable(this.raw), this.parameter('charset')[0] ?? 'utf-8');
  }

  /** Gives the property another value, escaped already; its parameters stay, but for how the old value was encoded. */
  setValue(value: string): void {
    const wasEncoded = this.encoding === 'quoted-printable';
    if (wasEncoded)
      this.setParameters(
        this.tokens.filter((token) => !/^(?:charset=|encoding=|quoted-printable$)/i.test(token)),
      );
    // Only vCard 2.1 has no other way for line ends, and takes 7 bits for granted.
    const encode = this.version === '2.1' && /[^\x20-\x7e]/.test(value);
    if (encode) this.setParameters([...this.tokens, 'CHARSET=UTF-8', 'ENCODING=QUOTED-PRINTABLE']);
    this.raw = encode ? toQuotedPrintable(value) : value.replace(/\r\n|\r|\n/g, '\\n');
    this.written = null;
  }

  /** Sets one parameter, or takes it away. */
  setParameter(name: string, value: string | null): void {
    const others = this.tokens.filter((token) => parameterName(token) !== name.toLowerCase());
    if (value === null && others.length === this.tokens.length) return;
    this.setParameters(value === null ? others : [...others, `${name}=${value}`]);
    this.written = null;
  }

  /** The line with its line end. */
  toString(eol: string): string {
    if (this.written !== null) return this.written;
    const line = `${[this.label, ...this.tokens].join(';')}:${this.raw}`;
    // vCard 2.1 folds where a blank is, so that other lines must not be.
    return (this.version === '2.1' && this.encoding !== 'base64' ? line : fold(line, eol)) + eol;
  }

  private setParameters(tokens: readonly string[]): void {
    this.tokens = tokens;
    this.known = null;
  }
}

const parameterName = (token: string): string => token.split('=', 1)[0]!.trim().toLowerCase();

/** Where the value begins; -1 if this is no property. */
function headEnd(line: string): number {
  let quoted = false;
  const end = Math.min(line.length, longestHead);
  for (let at = 0; at < end; at++) {
    const char = line[at];
    if (char === '"') quoted = !quoted;
    else if (char === ':' && !quoted) return at;
  }
  // A quote that is never closed is a broken parameter, not a reason to lose the line.
  return quoted ? line.slice(0, end).indexOf(':') : -1;
}

function splitOutside(head: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < head.length; at++) {
    if (head[at] === '"') quoted = !quoted;
    else if (head[at] === separator && !quoted) {
      parts.push(head.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, head.slice(from)];
}

/** Bare words of vCard 2.1 (2.1.2): an encoding, a kind of value, else a type. */
function named(token: string): string {
  if (token.includes('=')) return token;
  if (/^(?:quoted-printable|base64|8bit|7bit)$/i.test(token.trim())) return `ENCODING=${token}`;
  if (/^(?:inline|url|uri|content-id|cid)$/i.test(token.trim())) return `VALUE=${token}`;
  return `TYPE=${token}`;
}

interface Parameter {
  /** In lower case. */
  readonly name: string;
  readonly values: readonly string[];
}

/** Every parameter by its name; one that cannot be read is as if it were not there. */
function parametersOf(tokens: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const token of tokens) {
    const one = known.get(token) ?? remembered(token);
    found.set(one.name, [...(found.get(one.name) ?? []), ...one.values]);
  }
  return found;
}

/** The few parameters all address books are made of: reading one is slow, and there are ten in every card. */
const known = new Map<string, Parameter>();
const mostKnown = 500;

function remembered(token: string): Parameter {
  const parameter = parameterOf(named(token));
  if (known.size >= mostKnown) known.clear();
  if (token.length < 100) known.set(token, parameter);
  return parameter;
}

function parameterOf(token: string): Parameter {
  const name = parameterName(token);
  // The library takes VALUE for itself.
  if (name === 'value') return { name, values: [token.slice(token.indexOf('=') + 1).trim()] };
  try {
    const property: unknown = ICAL.parse.property(`X-LINE;${token}:`, ICAL.design.vcard3);
    const parameters = Array.isArray(property) ? (property[1] as Record<string, unknown>) : {};
    const values = [parameters[name]].flat(3).filter((value) => typeof value === 'string');
    return { name, values: values.map((value) => value.trim()) };
  } catch {
    return { name, values: [] };
  }
}

/** Cut after 75 octets at most, never within a character (RFC 6350 3.2). */
function fold(line: string, eol: string): string {
  if (line.length * 3 <= foldAt) return line;
  const bytes = Buffer.from(line, 'utf8');
  const pieces: string[] = [];
  let from = 0;
  let room = foldAt;
  while (bytes.length - from > room) {
    let end = from + room;
    while ((bytes[end]! & 0xc0) === 0x80) end--;
    pieces.push(bytes.toString('utf8', from, end));
    from = end;
    // The space at the begin of the next line counts.
    room = foldAt - 1;
  }
  pieces.push(bytes.toString('utf8', from));
  return pieces.join(`${eol} `);
}

function quotedPrintable(text: string): Buffer {
  const joined = text.replace(/=\r?\n/g, '');
  const parts = joined.split(/((?:=[0-9a-f]{2})+)/i);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 1 ? Buffer.from(part.replace(/=/g, ''), 'hex') : Buffer.from(part, 'utf8'),
    ),
  );
}

const toQuotedPrintable = (text: string): string =>
  [...Buffer.from(text.replace(/\r\n|\r|\n/g, '\r\n'), 'utf8')]
    .map((byte) =>
      byte < 0x20 || byte > 0x7e || byte === 0x3d
        ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
        : String.fromCharCode(byte),
    )
    .join('');
