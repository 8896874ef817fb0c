const lineEnd = '\r\n';
const deepestQuote = 8;
/** How much of a link's text is kept, to compare it with its target. */
const longestLink = 2048;

/** Sets words into lines: white space collapsed, blocks apart, quotes marked. Gives text as soon as it is sure. */
export class TextLayout {
  private ready = '';
  /** Line ends owed before the next word; they are only written if a word follows. */
  private owed = 0;
  private space = false;
  private started = false;
  private quoteDepth = 0;
  private preserving = false;
  /** Text of the link that is being written, or null outside of links. */
  private link: string | null = null;

  text(text: string): void {
    if (this.preserving) {
      this.preformatted(text);
      return;
    }
    const words = text.replace(/[ \t\r\n\f\u00a0]+/g, ' ');
    if (words === '') return;
    if (words.startsWith(' ')) this.space = true;
    const trimmed = words.trim();
    if (trimmed === '') return;
    this.word(trimmed);
    this.space = words.endsWith(' ');
  }

  private preformatted(text: string): void {
    for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
      if (index > 0) this.lineBreak();
      if (line !== '') this.word(line);
    }
  }

  private word(word: string): void {
    const atLineStart = this.owed > 0 || !this.started;
    if (this.started) this.put(lineEnd.repeat(Math.min(this.owed, 3)));
    if (atLineStart && this.quoteDepth > 0) this.put(`${'>'.repeat(this.quoteDepth)} `);
    if (!atLineStart && this.space) this.remember(' ');
    this.remember(word);
    this.owed = 0;
    this.space = false;
    this.started = true;
  }

  private put(text: string): void {
    this.ready += text;
  }

  private remember(text: string): void {
    this.put(text);
    if (this.link !== null && this.link.length < longestLink) this.link += text;
  }

  beginLink(): void {
    this.link = '';
  }

  /** Words written since the link began, without white space around. */
  endLink(): string {
    const text = this.link?.trim() ?? '';
    this.link = null;
    return text;
  }

  newLine(): void {
    this.owed = Math.max(this.owed, 1);
    this.space = false;
  }

  newParagraph(): void {
    this.owed = Math.max(this.owed, 2);
    this.space = false;
  }

  lineBreak(): void {
    this.owed++;
    this.space = false;
  }

  bullet(): void {
    this.word('*');
    this.space = true;
  }

  rule(): void {
    this.word('----------');
    this.newParagraph();
  }

  quote(change: 1 | -1): void {
    this.quoteDepth = Math.min(deepestQuote, Math.max(0, this.quoteDepth + change));
  }

  preserve(on: boolean): void {
    this.preserving = on;
  }

  take(): string {
    const text = this.ready;
    this.ready = '';
    return text;
  }

  end(): string {
    return this.started ? lineEnd : '';
  }
}
