/** How long an exchange took, in milliseconds since the request was begun. */
export interface Timing {
  /** Until the answer's status line and headers. */
  readonly headers: number;
  /** Until the first byte of its body; of an empty body, until its end. */
  readonly firstByte: number;
  readonly total: number;
  /** Bytes of body received. */
  readonly bytes: number;
}

/** Takes the times of one exchange. */
export class Stopwatch {
  readonly #begun = performance.now();
  #headers: number | null = null;
  #firstByte: number | null = null;
  #bytes = 0;

  get elapsed(): number {
    return performance.now() - this.#begun;
  }

  headersCame(): void {
    this.#headers ??= this.elapsed;
  }

  bytesCame(count: number): void {
    this.#firstByte ??= this.elapsed;
    this.#bytes += count;
  }

  read(): Timing {
    const total = this.elapsed;
    const headers = this.#headers ?? total;
    return { headers, firstByte: this.#firstByte ?? total, total, bytes: this.#bytes };
  }
}
