import { LONGEST_TEXT, MalformedText } from '../codec.js';
import { ContentLine } from './content-line.js';
import { componentText, escapeText, escapeUri, splitValue, unescapeText } from './escapes.js';

/** Labels of Apple's address book: `_$!<Assistant>!$_`. */
const appleLabel = /^_\$!<(.*)>!\$_$/;
/** More properties than any contact has; what is beyond is hostile. */
const mostLines = 10_000;
/** More components than any property has; what follows is kept in one. */
const mostComponents = 16;

/**
 * A vCard whose properties can be read and set one by one, and which else stays as it was written. Only the first card of
 * a text is looked at; what stands before and behind it is kept.
 */
export class VCard {
  /** `2.1`, `3.0` or `4.0`; a card that does not say is read as 3.0. */
  readonly version: string;
  private readonly lines: ContentLine[];
  private readonly eol: string;
  private readonly before: string;
  private readonly behind: string;

  private constructor(parts: CardParts) {
    ({
      version: this.version,
      lines: this.lines,
      eol: this.eol,
      before: this.before,
      behind: this.behind,
    } = parts);
  }

  /** Throws MalformedText if there is no vCard in the text. */
  static parse(text: string): VCard {
    return new VCard(takeApart(text));
  }

  /** A card of version 3.0 without any property. */
  static empty(): VCard {
    return new VCard({
      version: '3.0',
      lines: [ContentLine.make('VERSION', '3.0', '3.0')],
      eol: '\r\n',
      before: 'BEGIN:VCARD\r\n',
      behind: 'END:VCARD\r\n',
    });
  }

  /** Properties of these names, in the order they stand. */
  all(...names: readonly string[]): ContentLine[] {
    return this.lines.filter(({ name }) => name !== '' && names.includes(name));
  }

  /** All that are properties. */
  get properties(): readonly ContentLine[] {
    return this.lines.filter(({ name }) => name !== '');
  }

  first(...names: readonly string[]): ContentLine | undefined {
    for (const name of names) {
      const line = this.lines.find((candidate) => candidate.name === name);
      if (line) return line;
    }
    return undefined;
  }

  /** What the user called a property in Apple's address book (X-ABLabel in its group), in lower case; empty: nothing. */
  labelOf(line: ContentLine): string {
    if (line.group === '') return '';
    const label = this.lines.find(({ name, group }) => name === 'X-ABLABEL' && sameGroup(group, line.group));
    const text = label ? unescapeText(label.value).trim() : '';
    return (appleLabel.exec(text)?.[1] ?? text).toLowerCase();
  }

  /** The value as a text; empty if it is too long for anything a phone has a place for. */
  text(line: ContentLine): string {
    return line.isShort ? unescapeText(line.value) : '';
  }

  /** As `text`, however long. */
  longText(line: ContentLine): string {
    return unescapeText(line.value);
  }

  /** The values of a property that is a list (NICKNAME, CATEGORIES). */
  list(line: ContentLine): string[] {
    return line.isShort ? splitValue(line.value, ',').map(unescapeText) : [];
  }

  /** One component of a structured property, as text. */
  component(line: ContentLine, index: number): string {
    return line.isShort ? componentText(splitValue(line.value, ';', mostComponents)[index]) : '';
  }

  /** Sets components of a structured property; those that are not named keep their letters. */
  setComponents(line: ContentLine, texts: ReadonlyMap<number, string>): void {
    const parts = splitValue(line.value, ';', mostComponents);
    for (const [index, text] of texts) {
      while (parts.length <= index) parts.push('');
      parts[index] = escapeText(text, this.version);
    }
    line.setValue(parts.join(';'));
  }

  setText(line: ContentLine, text: string): void {
    line.setValue(escapeText(text, this.version));
  }

  setUri(line: ContentLine, uri: string): void {
    line.setValue(escapeUri(uri));
  }

  setList(line: ContentLine, values: readonly string[]): void {
    line.setValue(values.map((value) => escapeText(value, this.version)).join(','));
  }

  /** A new property at the end. `head`: its name with parameters. Its value is empty. */
  add(head: string): ContentLine {
    const line = ContentLine.make(head, '', this.version);
    this.lines.push(line);
    return line;
  }

  /** Takes a property away, and the label that stood for it alone. */
  remove(line: ContentLine): void {
    this.drop(line);
    if (line.group === '') return;
    const rest = this.lines.filter(({ group }) => sameGroup(group, line.group));
    if (rest.every(({ name }) => name.startsWith('X-AB'))) for (const label of rest) this.drop(label);
  }

  toString(): string {
    return this.before + this.lines.map((line) => line.toString(this.eol)).join('') + this.behind;
  }

  private drop(line: ContentLine): void {
    const at = this.lines.indexOf(line);
    if (at >= 0) this.lines.splice(at, 1);
  }
}

const sameGroup = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

interface CardParts {
  readonly version: string;
  readonly lines: ContentLine[];
  readonly eol: string;
  readonly before: string;
  readonly behind: string;
}

/** Physical lines with their ends. */
function physicalLines(text: string): string[] {
  const end = text.includes('\n') ? '\n' : '\r';
  const lines: string[] = [];
  for (let from = 0; from < text.length;) {
    const at = text.indexOf(end, from);
    const next = at < 0 ? text.length : at + 1;
    lines.push(text.slice(from, next));
    from = next;
  }
  return lines;
}

const withoutEnd = (line: string): string => line.replace(/[\r\n]+$/, '');
const isBegin = (line: string): boolean => /^\s*(?:[\w-]+\.)?BEGIN\s*:\s*VCARD\s*$/i.test(line.slice(0, 100));
const isEnd = (line: string): boolean => /^\s*(?:[\w-]+\.)?END\s*:\s*VCARD\s*$/i.test(line.slice(0, 100));

function takeApart(text: string): CardParts {
  if (text.length > LONGEST_TEXT) throw new MalformedText('The vCard is too long');
  const physical = physicalLines(text);
  const begin = physical.findIndex((line, index) =>
    isBegin(index === 0 ? line.replace(/^\ufeff/, '') : line),
  );
  if (begin < 0) throw new MalformedText('There is no vCard');
  const end = cardEnd(physical, begin + 1);
  const inside = physical.slice(begin + 1, end);
  const version = versionOf(inside);
  const eol = physical[begin]!.endsWith('\r\n') ? '\r\n' : physical[begin]!.endsWith('\r') ? '\r' : '\n';
  // A card that was cut off is closed where it ends.
  const last = inside.at(-1);
  if (last !== undefined && !/[\r\n]$/.test(last)) inside[inside.length - 1] = last + eol;
  return {
    version,
    lines: contentLines(inside, version),
    eol,
    before: physical.slice(0, begin + 1).join(''),
    behind: end < physical.length ? physical.slice(end).join('') : `END:VCARD${eol}`,
  };
}

/** Index of the END that belongs to the card; cards within cards (AGENT of vCard 2.1) are read over. */
function cardEnd(lines: readonly string[], from: number): number {
  let depth = 1;
  for (let at = from; at < lines.length; at++) {
    const line = lines[at]!;
    if (isBegin(line)) depth++;
    else if (isEnd(line) && --depth === 0) return at;
  }
  // Never closed: a card that begins anew at the same depth is the next one.
  const next = lines.findIndex((line, index) => index >= from && isBegin(line));
  const first = lines.findIndex((line, index) => index >= from && isEnd(line));
  if (first >= 0) return first;
  return next >= 0 ? next : lines.length;
}

function versionOf(lines: readonly string[]): string {
  for (const line of lines) {
    const version = /^VERSION\s*(?:;[^:]*)?:\s*([\d.]+)/i.exec(line.slice(0, 100))?.[1];
    if (version !== undefined)
      return version.startsWith('2') ? '2.1' : version.startsWith('4') ? '4.0' : '3.0';
  }
  return '3.0';
}

function contentLines(physical: readonly string[], version: string): ContentLine[] {
  const lines: ContentLine[] = [];
  let depth = 0;
  for (let at = 0; at < physical.length;) {
    const next = lineEnd(physical, at);
    const own = physical.slice(at, next);
    const written = own.join('');
    if (isBegin(own[0]!)) depth++;
    // Lines of a card within the card are nobody's properties.
    lines.push(
      depth > 0
        ? ContentLine.read(written, '', version)
        : ContentLine.read(written, unfold(own, version), version),
    );
    if (depth > 0 && isEnd(own[0]!)) depth--;
    if (lines.length > mostLines) throw new MalformedText('The vCard has too many properties');
    at = next;
  }
  return lines;
}

const isFolded = (line: string | undefined): boolean =>
  line !== undefined && (line.startsWith(' ') || line.startsWith('\t')) && withoutEnd(line).length > 0;
const isQuotedPrintable = (line: string): boolean => /^[^:]*QUOTED-PRINTABLE/i.test(line.slice(0, 1000));

/** Index behind the last physical line of the property that begins at `at`. */
function lineEnd(physical: readonly string[], at: number): number {
  let next = at + 1;
  const soft = isQuotedPrintable(physical[at]!);
  const base64 = /^[^:]*ENCODING=(?:BASE64|B)[;:]/i.test(physical[at]!.slice(0, 1000));
  while (next < physical.length) {
    const before = withoutEnd(physical[next - 1]!);
    const line = physical[next]!;
    const goesOn =
      isFolded(line) ||
      (soft && before.endsWith('=')) ||
      (base64 && /^[A-Za-z0-9+/]{8,}={0,2}$/.test(withoutEnd(line)));
    if (!goesOn) break;
    next++;
  }
  return next;
}

/** RFC 6350 3.2: the line end and one blank go. vCard 2.1 folds where a blank is, and keeps it. */
function unfold(lines: readonly string[], version: string): string {
  const [first = '', ...rest] = lines.map(withoutEnd);
  if (rest.length === 0) return first;
  if (isQuotedPrintable(first)) {
    return [first, ...rest]
      .map((line, index) => (index < rest.length ? line.replace(/=$/, '') : line))
      .join('');
  }
  const keepsBlank = version === '2.1' && !/^[^:]*BASE64/i.test(first.slice(0, 1000));
  return [first, ...rest.map((line) => (keepsBlank ? line : line.replace(/^[ \t]/, '')))].join('');
}
