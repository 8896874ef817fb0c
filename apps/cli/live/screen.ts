const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';

/**
 * The terminal as a whole, for as long as it is taken: the other screen, no cursor, keys as they are pressed. It is given
 * back however the process ends, except by SIGKILL.
 */
export class Screen {
  private isTaken = false;

  constructor(
    private readonly input: NodeJS.ReadStream,
    private readonly output: NodeJS.WriteStream,
  ) {}

  get size(): { columns: number; rows: number } {
    return { columns: this.output.columns || 80, rows: this.output.rows || 24 };
  }

  take(onKey: (key: string) => void, onResize: () => void): void {
    this.isTaken = true;
    process.once('exit', this.release);
    this.output.write(ENTER);
    this.output.on('resize', onResize);
    if (this.input.isTTY) this.input.setRawMode(true);
    this.input.setEncoding('utf8');
    this.input.on('data', onKey);
    this.input.resume();
  }

  /** Draws all lines; each clears what was left of the one before, so that nothing flickers. */
  draw(lines: readonly string[]): void {
    if (this.isTaken)
      this.output.write(`\u001b[H${lines.map((line) => `${line}\u001b[K`).join('\r\n')}\u001b[J`);
  }

  readonly release = (): void => {
    if (!this.isTaken) return;
    this.isTaken = false;
    process.off('exit', this.release);
    this.input.removeAllListeners('data');
    if (this.input.isTTY) this.input.setRawMode(false);
    this.input.pause();
    this.output.write(LEAVE);
  };
}
