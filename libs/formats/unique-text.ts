import { isAttribution, isDateField, isDivider, isFromField } from './quote-marks.js';

/** Takes what a mail quotes out of its text, line by line or piece by piece. */
export interface QuoteCutter<Piece> {
  /** What of the text is sure to be the mail's own so far. */
  write(piece: Piece): Piece;
  /** What is left. The cutter is not used afterwards. */
  end(): Piece;
  /** The rest of the text is quoted: nothing more need be read. */
  readonly ended: boolean;
  /** Some of what was given back can be read. */
  readonly hasText: boolean;
}

/** Lines held back until it is clear that they do not introduce a quotation: a copied header has its date by then. */
const linesHeld = 4;

/** Plain text: `>` before each quoted line, or all behind a divider or a copied header. */
export class UniqueText<Line extends { readonly text: string }> implements QuoteCutter<Line[]> {
  ended = false;
  hasText = false;
  private held: Line[] = [];
  private inQuote = false;

  write(lines: Line[]): Line[] {
    const own: Line[] = [];
    for (const line of lines) {
      if (this.ended) break;
      own.push(...this.line(line));
    }
    return own;
  }

  end(): Line[] {
    return this.ended ? [] : this.release(0);
  }

  private line(line: Line): Line[] {
    if (/^\s{0,3}>/.test(line.text)) return this.quoted();
    // Blank lines between quoted ones belong to the quotation; if text follows, one of them is enough.
    if (this.inQuote && line.text.trim() === '') return [];
    this.inQuote = false;
    if (isDivider(line.text)) return this.cutAt(this.held.length);
    if (isDateField(line.text)) {
      const from = this.held.findIndex(({ text }) => isFromField(text));
      if (from >= 0) return this.cutAt(from);
    }
    this.held.push(line);
    return this.release(linesHeld);
  }

  private quoted(): Line[] {
    if (!this.inQuote) this.dropAttribution();
    this.inQuote = true;
    return this.release(0);
  }

  /** The line that introduces the quotation, which mail programs may have broken in two or three. */
  private dropAttribution(): void {
    const last = this.held.findLastIndex(({ text }) => text.trim() !== '');
    for (let first = last; first >= Math.max(0, last - 2); first--) {
      const text = this.held.slice(first, last + 1).map((line) => line.text.trim());
      if (text.includes('')) return;
      if (!isAttribution(text.join(' '))) continue;
      const startsSentence = /^\D{0,30}\d|\d{4}/.test(text[0] ?? '');
      if (!startsSentence && first > 0) continue;
      this.held.splice(first);
      return;
    }
  }

  private cutAt(index: number): Line[] {
    this.held.splice(index);
    // Outlook draws a line above the header it copies.
    if (/^_{5,}$/.test(this.held.at(-1)?.text.trim() ?? '')) this.held.pop();
    this.ended = true;
    return this.release(0);
  }

  private release(keep: number): Line[] {
    const released = this.held.splice(0, Math.max(0, this.held.length - keep));
    this.hasText ||= released.some(({ text }) => text.trim() !== '');
    return released;
  }
}
