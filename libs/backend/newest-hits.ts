import type { MailHit } from './abilities.js';

/** Gathers what a search finds in several folders: the newest `limit` hits, and how many there are. */
export class NewestHits {
  #total = 0;
  #kept: { readonly hit: MailHit; readonly time: number; readonly found: number }[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = Math.max(0, limit);
  }

  /** `time` is the mail's INTERNALDATE in milliseconds. Of the same time, those that were found first come first. */
  add(hit: MailHit, time: number): void {
    this.#kept.push({ hit, time, found: this.#total });
    this.#total += 1;
    if (this.#kept.length > 2 * this.#limit + 1_000) this.#cut();
  }

  /** Counts hits that are known to be older than `limit` others. */
  countOlder(hits: number): void {
    this.#total += hits;
  }

  get result(): { readonly total: number; readonly hits: readonly MailHit[] } {
    this.#cut();
    return { total: this.#total, hits: this.#kept.map(({ hit }) => hit) };
  }

  #cut(): void {
    this.#kept.sort((a, b) => b.time - a.time || a.found - b.found);
    this.#kept.length = Math.min(this.#kept.length, this.#limit);
  }
}
