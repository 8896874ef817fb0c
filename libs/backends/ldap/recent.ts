/** Answers of the last minute: a user who types asks the same again with each correction. */
export class Recent<T> {
  readonly #entries = new Map<string, { readonly until: number; readonly value: Promise<T> }>();

  constructor(
    private readonly size: number,
    private readonly milliseconds: number,
    private readonly now: () => number,
  ) {}

  /** The remembered answer, or that of `ask`. A failure is not remembered. */
  get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    this.#entries.delete(key);
    if (known && this.now() < known.until) {
      this.#entries.set(key, known);
      return known.value;
    }
    const value = ask();
    this.#entries.set(key, { until: this.now() + this.milliseconds, value });
    value.catch(() => this.#entries.delete(key));
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size > this.size) this.#entries.delete(oldest);
    return value;
  }
}
