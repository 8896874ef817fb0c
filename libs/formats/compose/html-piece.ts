/** What becomes of a tag: passed on, taken out alone, or with all up to its end tag. */
type Fate = 'keep' | 'drop' | 'drop-content';

const inner: ReadonlyMap<string, Fate> = new Map<string, Fate>([
  ...['!doctype', '?xml', 'html', 'head', 'body', 'meta', 'base', 'link'].map((name): [string, Fate] => [
    name,
    'drop',
  ]),
  ...['title', 'script'].map((name): [string, Fate] => [name, 'drop-content']),
]);
/** Elements whose content is not markup. */
const raw = new Set(['script', 'style', 'title', 'textarea', 'xmp']);

type State = 'text' | 'keep-tag' | 'drop-tag' | 'comment' | 'raw' | 'drop-raw';

/** Longest name that is looked at before a tag's fate is decided. */
const longestName = 32;

/**
 * Takes a document's frame off as it comes, so that one HTML text can stand inside another: what is left may stand in a
 * `<div>`. Holds a tag's name at most, whatever the document does. `outer` leaves the frame and takes off its end only,
 * so that something can be added behind.
 */
export class HtmlPiece {
  /** The document had an opening `<html>` or `<body>`. */
  hasFrame = false;
  private state: State = 'text';
  private rest = '';
  private quote = '';
  /** The last character of the tag that is no blank: only a quote behind `=` opens a value. */
  private last = '';
  private rawName = '';

  constructor(private readonly part: 'inner' | 'outer') {}

  write(html: string): string {
    let source = this.rest + html;
    let result = '';
    this.rest = '';
    while (source !== '') {
      const [kept, left] = this.step(source);
      result += kept;
      source = left;
    }
    return result;
  }

  /** Ends what the document left open, so that it cannot swallow what follows. */
  end(): string {
    const rest = this.state === 'text' || this.state === 'comment' || this.state === 'raw' ? this.rest : '';
    this.rest = '';
    switch (this.state) {
      case 'keep-tag':
        return `${this.quote}>${this.rawName === '' ? '' : `</${this.rawName}>`}`;
      case 'comment':
        return `${rest}-->`;
      case 'raw':
        return `${rest}</${this.rawName}>`;
      case 'text':
        // A lone beginning of a tag is text here.
        return rest.replace(/</g, '&lt;');
      case 'drop-tag':
      case 'drop-raw':
        return '';
    }
  }

  private step(source: string): readonly [kept: string, left: string] {
    switch (this.state) {
      case 'text':
        return this.text(source);
      case 'keep-tag':
      case 'drop-tag':
        return this.tag(source);
      case 'comment':
        return this.upTo(source, '-->', 0);
      case 'raw':
      case 'drop-raw':
        return this.upTo(source, `</${this.rawName}`, `</${this.rawName}`.length);
    }
  }

  private text(source: string): readonly [string, string] {
    const open = source.indexOf('<');
    if (open < 0) return [source, ''];
    const name = /^<(\/?)([!?a-zA-Z][\w:-]*)?/.exec(source.slice(open, open + longestName))!;
    const undecided = open + name[0].length >= source.length && name[0].length < longestName;
    if (undecided && /^<[!/?a-zA-Z]?/.test(source.slice(open))) {
      this.rest = source.slice(open);
      return [source.slice(0, open), ''];
    }
    if (source.startsWith('<!-', open)) return this.comment(source, open);
    if (name[2] === undefined) return [source.slice(0, open + 1), source.slice(open + 1)];
    return this.element(source, open, name[2].toLowerCase(), name[1] === '/');
  }

  private comment(source: string, open: number): readonly [string, string] {
    if (source.length - open < 4) {
      this.rest = source.slice(open);
      return [source.slice(0, open), ''];
    }
    this.state = source.startsWith('<!--', open) ? 'comment' : 'keep-tag';
    this.rawName = '';
    return [source.slice(0, open + 4), source.slice(open + 4)];
  }

  private element(source: string, open: number, name: string, closing: boolean): readonly [string, string] {
    if (!closing && (name === 'html' || name === 'body')) this.hasFrame = true;
    const fate = this.fateOf(name, closing);
    this.quote = '';
    this.last = '';
    this.rawName = !closing && raw.has(name) ? name : '';
    this.state = fate === 'keep' ? 'keep-tag' : 'drop-tag';
    return fate === 'keep'
      ? [source.slice(0, open + 1), source.slice(open + 1)]
      : [source.slice(0, open), source.slice(open + 1)];
  }

  private fateOf(name: string, closing: boolean): Fate {
    if (this.part === 'inner') return inner.get(name) ?? 'keep';
    // A charset named in the document would be the old one.
    return name === 'meta' || (closing && (name === 'html' || name === 'body')) ? 'drop' : 'keep';
  }

  private tag(source: string): readonly [string, string] {
    for (let at = 0; at < source.length; at++) {
      const character = source[at]!;
      if (this.quote !== '') {
        if (character === this.quote) this.quote = '';
      } else if ((character === '"' || character === "'") && this.last === '=') {
        this.quote = character;
      } else if (character === '>') {
        const keeps = this.state === 'keep-tag';
        if (this.rawName === '') this.state = 'text';
        else this.state = keeps ? 'raw' : 'drop-raw';
        return [keeps ? source.slice(0, at + 1) : '', source.slice(at + 1)];
      }
      if (character.trim() !== '') this.last = character;
    }
    return [this.state === 'keep-tag' ? source : '', ''];
  }

  /** Passes on, or drops, up to a mark; of the mark `back` characters are left to be read again. */
  private upTo(source: string, mark: string, back: number): readonly [string, string] {
    const keeps = this.state !== 'drop-raw';
    const found = source.search(new RegExp(mark, 'i'));
    if (found < 0) {
      const safe = Math.max(0, source.length - mark.length + 1);
      this.rest = source.slice(safe);
      return [keeps ? source.slice(0, safe) : '', ''];
    }
    const end = found + mark.length - back;
    this.state = 'text';
    return [keeps ? source.slice(0, end) : '', source.slice(end)];
  }
}
