import { decodeEntities } from './html-entities.js';
import { isAttribution, isDateField, isDivider, isFromField } from './quote-marks.js';
import { type QuoteCutter } from './unique-text.js';

const voidElements = new Set([
  ...['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr'],
]);
/** Elements that begin or end a line of text. */
const blocks = new Set([
  ...[
    'address',
    'article',
    'blockquote',
    'body',
    'br',
    'center',
    'dd',
    'div',
    'dl',
    'dt',
    'h1',
    'h2',
    'h3',
    'h4',
  ],
  ...['h5', 'h6', 'hr', 'li', 'ol', 'p', 'pre', 'section', 'table', 'tbody', 'td', 'tr', 'ul'],
]);
/** Elements whose content is no markup. */
const rawElements = new Set(['script', 'style', 'title', 'textarea']);
/** Not by text in lower case: some letters grow longer in it, and all behind them would be somewhere else. */
const rawEnds = Object.fromEntries([...rawElements].map((name) => [name, new RegExp(`</${name}`, 'i')]));

/** Elements that hold nothing but a quotation, by their classes and ids; web mail puts `x_` before those of others. */
const quoteNames =
  /(?:^|\s)(?:x_)*(?:gmail_quote(?:_container)?|yahoo_quoted|ydp\w*yahoo_quoted\w*|protonmail_quote|tutanota_quote|moz-cite-prefix|zmail_extra|moz-email-headers-table|iwcquote|bloop_original_html)(?=\s|$)/i;
/** Elements behind which all is quoted: Outlook in its many forms, Zimbra. */
const endNames =
  /(?:^|\s)(?:x_)*(?:divrplyfwdmsg|appendonsend|mail-editor-reference-message-container|ms-outlook-mobile-reference-message|olk_src_body_section|outlookmessageheader|stopspelling|zwchr)(?=\s|$)/i;
/** The line Outlook draws above the header it copies. */
const outlookBorder = /border-top:\s*solid\s+#(?:B5C4DF|E1E1E1)\s+1(?:\.0)?pt/i;

/** A tag longer than this is passed on as it is, its attributes unread. */
const longestTag = 16 * 1024;
/** What is held back at most while it is not clear what a line is. */
const longestHeld = 32 * 1024;
const deepestNesting = 256;
const linesHeld = 4;

interface HeldLine {
  tokens: { readonly source: string; readonly isTag: boolean }[];
  text: string;
}

const newLine = (): HeldLine => ({ tokens: [], text: '' });

/**
 * HTML: takes out the elements in which mail programs quote, with the line that introduces them, and all behind a divider or
 * a copied header. What is given back is as well-formed as what came in: elements left open by a cut are closed.
 */
export class UniqueHtml implements QuoteCutter<string> {
  ended = false;
  hasText = false;
  private rest = '';
  private raw: string | null = null;
  /** The element that is being left out, and how many of its name are open. */
  private dropping: { readonly name: string; depth: number } | null = null;
  private open: string[] = [];
  private held: HeldLine[] = [newLine()];
  private heldSize = 0;
  private ready = '';

  write(html: string): string {
    if (this.ended) return '';
    this.rest += html;
    while (this.rest !== '' && !this.ended && this.step(false));
    return this.take();
  }

  end(): string {
    while (this.rest !== '' && !this.ended && this.step(true));
    if (!this.ended) this.release(0);
    return this.take();
  }

  private take(): string {
    const ready = this.ready;
    this.ready = '';
    return ready;
  }

  /** Reads one token; false if it is not whole yet. */
  private step(last: boolean): boolean {
    if (this.raw !== null) return this.rawText(this.raw, last);
    const at = this.rest.indexOf('<');
    if (at !== 0) {
      // An entity may be cut in two between pieces; its text only matters for the line it is in.
      this.text(this.consume(at < 0 ? this.rest.length : at));
      return true;
    }
    if (this.rest.startsWith('<!--')) return this.comment(last);
    if (this.rest.length < 4 && !last) return false;
    if (!/^<[a-z/!?]/i.test(this.rest)) {
      this.text(this.consume(1));
      return true;
    }
    const end = tagEnd(this.rest);
    if (end === 0 && this.rest.length < longestTag && !last) return false;
    if (end > 0) this.tag(this.consume(end));
    else this.markup(this.consume(longestTag));
    return true;
  }

  private consume(length: number): string {
    const taken = this.rest.slice(0, length);
    this.rest = this.rest.slice(length);
    return taken;
  }

  private rawText(name: string, last: boolean): boolean {
    const end = this.rest.search(rawEnds[name]!);
    if (end < 0 && !last) {
      const safe = this.rest.length - name.length - 2;
      if (safe <= 0) return false;
      this.markup(this.consume(safe));
      return false;
    }
    this.markup(this.consume(end < 0 ? this.rest.length : end));
    this.raw = null;
    return true;
  }

  private comment(last: boolean): boolean {
    const end = this.rest.indexOf('-->', 4);
    if (end < 0 && !last && this.rest.length < longestTag) return false;
    // A comment that never ends hides all that follows, for every reader.
    this.markup(this.consume(end < 0 ? this.rest.length : end + 3));
    return true;
  }

  private markup(source: string): void {
    if (!this.dropping) this.hold({ source, isTag: true });
  }

  private text(source: string): void {
    if (this.dropping) return;
    this.hold({ source, isTag: false });
    const line = this.held.at(-1)!;
    if (line.text.length < 2_000) line.text += decodeEntities(source);
  }

  private tag(source: string): void {
    const match = /^<(\/?)([a-z][\w:-]*)/i.exec(source);
    const name = match?.[2]?.toLowerCase() ?? '';
    if (name === '') return this.markup(source);
    const closing = match?.[1] === '/';
    const empty = voidElements.has(name) || source.endsWith('/>');
    if (this.dropping) return this.tagInQuote(name, closing, empty);
    if (blocks.has(name)) this.lineEnd();
    if (this.ended) return;
    if (!closing && this.beginsQuote(name, source, empty)) return;
    this.track(name, closing, empty);
    this.hold({ source, isTag: true });
    if (!closing && !empty && rawElements.has(name)) this.raw = name;
  }

  private tagInQuote(name: string, closing: boolean, empty: boolean): void {
    if (!this.dropping || name !== this.dropping.name || empty) return;
    this.dropping.depth += closing ? -1 : 1;
    if (this.dropping.depth === 0) this.dropping = null;
  }

  private beginsQuote(name: string, source: string, empty: boolean): boolean {
    const names = `${attribute(source, 'class')} ${attribute(source, 'id')}`;
    if (endNames.test(names) || (name === 'div' && outlookBorder.test(attribute(source, 'style')))) {
      this.cutAt(this.held.length);
      return true;
    }
    const isCite = name === 'blockquote' && /^cite$/i.test(attribute(source, 'type'));
    const isNamed = name === 'div' && /^(?:x_)*quote$/i.test(attribute(source, 'name'));
    if (empty || !(isCite || isNamed || quoteNames.test(names))) return false;
    this.dropAttribution();
    this.dropping = { name, depth: 1 };
    return true;
  }

  private track(name: string, closing: boolean, empty: boolean): void {
    if (empty) return;
    if (!closing) {
      if (this.open.length < deepestNesting) this.open.push(name);
      return;
    }
    const at = this.open.lastIndexOf(name);
    if (at >= 0) this.open.splice(at);
  }

  private hold(token: HeldLine['tokens'][number]): void {
    this.held.at(-1)!.tokens.push(token);
    this.heldSize += token.source.length;
    if (this.heldSize > longestHeld) this.release(0);
  }

  /** A line with text is over: is it the begin of a quotation? */
  private lineEnd(): void {
    const text = this.held.at(-1)!.text.replace(/\s+/g, ' ').trim();
    if (text === '') return;
    if (isDivider(text)) return this.cutAt(this.held.length - 1);
    if (isDateField(text)) {
      const from = this.held.findIndex((line) => isFromField(line.text.replace(/\s+/g, ' ').trim()));
      if (from >= 0) return this.cutAt(from);
    }
    this.held.push(newLine());
    this.release(linesHeld);
  }

  /** Takes the text of the last line out; its tags stay, because others may rely on them. */
  private dropAttribution(): void {
    const line = this.held.findLast(({ text }) => text.trim() !== '');
    if (!line || !isAttribution(line.text.replace(/\s+/g, ' '))) return;
    line.tokens = line.tokens.filter(({ isTag }) => isTag);
    line.text = '';
  }

  /** All from this held line on is quoted. */
  private cutAt(index: number): void {
    const dropped = this.held.splice(index);
    this.held.push({
      tokens: dropped.flatMap(({ tokens }) => tokens).filter(({ isTag }) => isTag),
      text: '',
    });
    this.release(0);
    this.ready += this.open
      .toReversed()
      .map((name) => `</${name}>`)
      .join('');
    this.ended = true;
  }

  private release(keep: number): void {
    while (this.held.length > keep) {
      const line = this.held.shift()!;
      this.hasText ||= line.text.replace(/[\s\u00a0\u200b-\u200f\ufeff]/g, '') !== '';
      for (const { source } of line.tokens) {
        this.ready += source;
        this.heldSize -= source.length;
      }
    }
    if (this.held.length === 0) this.held.push(newLine());
  }
}

/** Index behind the `>` that ends the tag at the begin of the text, or 0. A `>` between quotes is none. */
function tagEnd(text: string): number {
  let quote = '';
  for (let i = 1; i < Math.min(text.length, longestTag); i++) {
    const char = text[i]!;
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '>') return i + 1;
    else if ((char === '"' || char === "'") && /[=\s]/.test(text[i - 1]!)) quote = char;
  }
  return 0;
}

const attributes = Object.fromEntries(
  ['class', 'id', 'name', 'style', 'type'].map((name) => [
    name,
    new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>"']+))`, 'i'),
  ]),
);

/** The value of an attribute, or ''. */
function attribute(tag: string, name: string): string {
  const match = attributes[name]?.exec(tag);
  return match?.[1] ?? match?.[2] ?? match?.[3] ?? '';
}
