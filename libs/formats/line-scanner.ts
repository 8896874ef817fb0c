/** One line of a stream, with where it lies. */
export interface ScannedLine {
  /** Without its line end; a very long line only with its begin. */
  readonly bytes: Uint8Array;
  /** Position of its first byte. */
  readonly start: number;
  /** Position behind its last byte, line end not counted. */
  readonly contentEnd: number;
  /** Position behind its line end. */
  readonly end: number;
}

/** No more of a line is handed out. Header lines may be longer, but none whose end matters is. */
const longestLine = 64 * 1024;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Cuts a stream into lines that end in LF or CRLF, holding one line at most and of that only a begin. */
export class LineScanner {
  /** Bytes seen. */
  size = 0;
  bareLineFeeds = 0;
  private held: Uint8Array[] = [];
  private heldSize = 0;
  private lineStart = 0;
  private lastByte = 0;

  constructor(private readonly onLine: (line: ScannedLine) => void) {}

  write(piece: Uint8Array): void {
    let from = 0;
    for (let at = piece.indexOf(lineFeed); at >= 0; at = piece.indexOf(lineFeed, from)) {
      const before = at > 0 ? piece[at - 1] : this.lastByte;
      const withReturn = before === carriageReturn && this.size + at > this.lineStart;
      if (!withReturn) this.bareLineFeeds++;
      this.finish(piece.subarray(from, at), this.size + at - (withReturn ? 1 : 0), this.size + at + 1);
      from = at + 1;
    }
    this.hold(piece.subarray(from));
    this.size += piece.length;
    this.lastByte = piece.at(-1) ?? this.lastByte;
  }

  /** The last line, if it has no line end. */
  end(): void {
    if (this.size > this.lineStart) this.finish(new Uint8Array(0), this.size, this.size);
  }

  private hold(rest: Uint8Array): void {
    if (rest.length === 0 || this.heldSize >= longestLine) return;
    const begin = rest.slice(0, longestLine - this.heldSize);
    this.held.push(begin);
    this.heldSize += begin.length;
  }

  private finish(rest: Uint8Array, contentEnd: number, end: number): void {
    const start = this.lineStart;
    const bytes = this.heldSize === 0 ? rest : Buffer.concat([...this.held, rest]);
    this.held = [];
    this.heldSize = 0;
    this.lineStart = end;
    this.onLine({
      bytes: bytes.subarray(0, Math.min(longestLine, contentEnd - start)),
      start,
      contentEnd,
      end,
    });
  }
}
