/**
 * Undoes format=flowed (RFC 3676 4) line by line: a line that ends in a space goes on in the next one of the same quote
 * depth. Gives whole lines with their quote marks, without line ends.
 */
export class FlowedJoiner {
  private paragraph = '';
  private depth = 0;
  private open = false;

  constructor(private readonly delSp: boolean) {}

  /** Takes one line without its line end; returns the lines that are finished by it. */
  line(line: string): string[] {
    const finished: string[] = [];
    const depth = /^>*/.exec(line)![0].length;
    const content = line.slice(depth).replace(/^ /, '');
    const signature = content === '-- ';
    if (this.open && (depth !== this.depth || signature)) finished.push(this.take());
    this.depth = depth;
    const soft = content.endsWith(' ') && !signature;
    this.paragraph += soft && this.delSp ? content.slice(0, -1) : content;
    this.open = soft;
    if (!soft) finished.push(this.take());
    return finished;
  }

  end(): string[] {
    return this.open ? [this.take()] : [];
  }

  private take(): string {
    const marks = this.depth > 0 ? `${'>'.repeat(this.depth)} ` : '';
    const text = marks + this.paragraph;
    this.paragraph = '';
    this.open = false;
    return text;
  }
}
