import type { WbxmlWriter } from '#wbxml';

/** After the first flush, pending bytes wait this long (ms) for company while the next item is not there yet. */
const GATHER = 20;

/**
 * Looks after a writer while its next item is awaited: what is pending goes out soon (at once the first time, so that the
 * first byte does not wait for the second item), and a long silence is filled with keep-alives.
 */
export class Idle {
  readonly #writer: WbxmlWriter;
  readonly #keepAliveAfter: number;
  #timer: NodeJS.Timeout | undefined;
  #due = Infinity;
  #waiting: 'between elements' | 'inside text' | null = null;
  #flushed = false;
  #lastOutput = Date.now();

  constructor(writer: WbxmlWriter, keepAliveAfter = Infinity) {
    this.#writer = writer;
    this.#keepAliveAfter = keepAliveAfter;
  }

  /** Iterates over `items`, looking after the writer during each wait. Ending early ends the items, too. */
  async *watch<T>(
    items: AsyncIterable<T>,
    where: 'between elements' | 'inside text',
  ): AsyncGenerator<T, void, undefined> {
    const iterator = items[Symbol.asyncIterator]();
    let finished = false;
    try {
      for (;;) {
        this.#begin(where);
        const next = await iterator.next();
        this.#waiting = null;
        if (next.done === true) {
          finished = true;
          return;
        }
        yield next.value;
      }
    } catch (error) {
      finished = true;
      throw error;
    } finally {
      this.#waiting = null;
      if (!finished) await iterator.return?.();
    }
  }

  close(): void {
    this.#waiting = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #begin(where: 'between elements' | 'inside text'): void {
    this.#waiting = where;
    if (this.#writer.pending > 0) this.#arm(this.#flushed ? GATHER : 0);
    else this.#arm(this.#keepAliveAfter);
  }

  /** Makes sure that the timer fires within `delay`; a timer that fires sooner serves as well. */
  #arm(delay: number): void {
    if (delay === Infinity) return;
    const due = Date.now() + delay;
    if (this.#timer !== undefined && this.#due <= due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#tick(), delay);
  }

  #tick(): void {
    this.#timer = undefined;
    if (this.#waiting === null) return;
    const silent = Date.now() - this.#lastOutput >= this.#keepAliveAfter;
    if (this.#writer.pending === 0 && silent && this.#waiting === 'between elements')
      this.#writer.keepAlive();
    if (this.#writer.pending > 0) {
      this.#writer.push();
      this.#flushed = true;
      this.#lastOutput = Date.now();
    }
    this.#arm(this.#keepAliveAfter);
  }
}
