import { decodeEntities, longestEntity } from './html-entities.js';
import { TextLayout } from './text-layout.js';

/** Elements whose content is not text to be read. */
const unread = new Set(['script', 'style', 'title', 'template', 'xml']);
/** Not by text in lower case: some letters grow longer in it, and all behind them would be somewhere else. */
const unreadEnds = Object.fromEntries([...unread].map((name) => [name, new RegExp(`</${name}`, 'i')]));
/** Elements that stand apart by an empty line, and those that only begin a new one. */
const paragraphs = new Set([
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'dl',
  'table',
  'blockquote',
  'pre',
  'hr',
]);
const lines = new Set([
  ...[
    'div',
    'tr',
    'li',
    'dt',
    'dd',
    'section',
    'article',
    'header',
    'footer',
    'main',
    'nav',
    'aside',
    'address',
  ],
  ...['form', 'fieldset', 'figure', 'figcaption', 'center', 'caption', 'body', 'tbody', 'thead', 'option'],
]);
const cells = new Set(['td', 'th']);

/** No more of a tag is kept: enough for its name and a link. */
const longestTag = 2048;

type State = 'text' | 'tag' | 'comment' | 'unread';

/**
 * Makes readable plain text of HTML as it comes. Every character is looked at once and nothing is gathered, whatever the
 * document does: a tree of a million open elements costs no more than a letter of the same length. (Library converters
 * build the tree, and were measured to need 20 s for one megabyte of `<div>`.)
 */
export class HtmlStripper {
  private readonly layout = new TextLayout();
  private state: State = 'text';
  private rest = '';
  private tag = '';
  private quote = '';
  private unreadName = '';
  private href: string | null = null;

  /** Text that is ready. */
  write(html: string): string {
    let source = this.rest + html;
    this.rest = '';
    while (source !== '') source = this.step(source);
    return this.layout.take();
  }

  /** What is left; the document ends here. */
  end(): string {
    if (this.state === 'text') this.layout.text(decodeEntities(this.rest));
    return this.layout.take() + this.layout.end();
  }

  /** Takes a piece from the begin of the source; returns what is left to do now. */
  private step(source: string): string {
    switch (this.state) {
      case 'text':
        return this.readText(source);
      case 'tag':
        return this.readTag(source);
      case 'comment':
        return this.skipTo(source, '-->', source.indexOf('-->'));
      case 'unread':
        return this.skipTo(source, `</${this.unreadName}`, source.search(unreadEnds[this.unreadName]!));
    }
  }

  private readText(source: string): string {
    const open = source.indexOf('<');
    if (open < 0) {
      const amp = source.lastIndexOf('&');
      const hold =
        amp >= 0 && source.length - amp < longestEntity && !source.includes(';', amp) ? amp : source.length;
      this.layout.text(decodeEntities(source.slice(0, hold)));
      this.rest = source.slice(hold);
      return '';
    }
    if (open > 0) this.layout.text(decodeEntities(source.slice(0, open)));
    const rest = source.slice(open);
    // Four characters tell a comment from a tag, and a tag from a sign for "less than".
    if (rest.length < 4) {
      this.rest = rest;
      return '';
    }
    if (rest.startsWith('<!--')) {
      this.state = 'comment';
      return rest.slice(4);
    }
    if (!/[a-zA-Z/!?]/.test(rest[1]!)) {
      this.layout.text('<');
      return rest.slice(1);
    }
    this.state = 'tag';
    this.tag = '';
    this.quote = '';
    return rest.slice(1);
  }

  private readTag(source: string): string {
    let from = 0;
    for (let at = 0; at < source.length; at++) {
      const char = source[at]!;
      if (this.quote !== '') {
        if (char === this.quote) this.quote = '';
      } else if (char === '>') {
        this.keepTag(source.slice(from, at));
        this.state = 'text';
        this.element(this.tag);
        return source.slice(at + 1);
      } else if ((char === '"' || char === "'") && this.endsInEquals(source, at)) {
        this.quote = char;
      }
      if (at - from >= longestTag) {
        this.keepTag(source.slice(from, at));
        from = at;
      }
    }
    this.keepTag(source.slice(from));
    return '';
  }

  /** Only a quote behind `=` opens a value; others are strays that must not swallow the rest of the document. */
  private endsInEquals(source: string, at: number): boolean {
    let before = at - 1;
    while (before >= 0 && source[before] === ' ') before--;
    return before >= 0 ? source[before] === '=' : this.tag.trimEnd().endsWith('=');
  }

  private keepTag(text: string): void {
    if (this.tag.length < longestTag) this.tag = (this.tag + text).slice(0, longestTag);
  }

  /** Skips to a mark. Without one the end is kept, since the mark may have begun there. */
  private skipTo(source: string, mark: string, found: number): string {
    if (found < 0) {
      this.rest = source.slice(Math.max(0, source.length - mark.length + 1));
      return '';
    }
    this.state = 'text';
    return source.slice(found + (mark === '-->' ? mark.length : 0));
  }

  private element(tag: string): void {
    const name = /^\/?([a-zA-Z][a-zA-Z0-9:]*)/.exec(tag)?.[1]?.toLowerCase() ?? '';
    const closing = tag.startsWith('/');
    if (unread.has(name) && !closing && !tag.endsWith('/')) {
      this.state = 'unread';
      this.unreadName = name;
    } else if (name === 'br') this.layout.lineBreak();
    else if (name === 'a') this.anchor(tag, closing);
    else if (paragraphs.has(name)) this.block(name, closing);
    else if (lines.has(name)) {
      this.layout.newLine();
      if (name === 'li' && !closing) this.layout.bullet();
    } else if (cells.has(name)) this.layout.text(' ');
  }

  private block(name: string, closing: boolean): void {
    this.layout.newParagraph();
    if (name === 'blockquote') this.layout.quote(closing ? -1 : 1);
    if (name === 'pre') this.layout.preserve(!closing);
    if (name === 'hr') this.layout.rule();
  }

  private anchor(tag: string, closing: boolean): void {
    if (this.href !== null) {
      const text = this.layout.endLink();
      if (text !== '' && !this.href.includes(text) && !text.includes(this.href))
        this.layout.text(` <${this.href}>`);
    }
    this.href = closing ? null : linkTarget(tag);
    if (this.href !== null) this.layout.beginLink();
  }
}

/** What a link leads to, if that is something a reader can use. */
function linkTarget(tag: string): string | null {
  const match = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(tag);
  const target = decodeEntities(match?.[1] ?? match?.[2] ?? match?.[3] ?? '').trim();
  if (!/^(?:https?:|mailto:|tel:)/i.test(target)) return null;
  return target.replace(/^(?:mailto|tel):/i, '').replace(/[\s<>]/g, '');
}
