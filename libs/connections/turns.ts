/**
 * Those who wait, by account. Accounts take turns; within one it goes in the order of coming. So an account with fifty
 * requests holds up another one by one request, and not by fifty.
 */
export class Turns<T> {
  /** The account whose turn is next stands first. */
  readonly #accounts = new Map<string, Set<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Each item may wait once. */
  add(account: string, item: T): void {
    const items = this.#accounts.get(account);
    if (items === undefined) this.#accounts.set(account, new Set([item]));
    else if (items.has(item)) return;
    else items.add(item);
    this.#size += 1;
  }

  /** Whether it waited. */
  remove(account: string, item: T): boolean {
    const items = this.#accounts.get(account);
    if (items?.delete(item) !== true) return false;
    this.#size -= 1;
    if (items.size === 0) this.#accounts.delete(account);
    return true;
  }

  /** Takes out the next item of an account that may have its turn; null if there is none. The account goes to the end. */
  next(mayHave: (account: string) => boolean = () => true): T | null {
    for (const [account, items] of this.#accounts) {
      if (!mayHave(account)) continue;
      this.#accounts.delete(account);
      for (const item of items) {
        items.delete(item);
        this.#size -= 1;
        if (items.size > 0) this.#accounts.set(account, items);
        return item;
      }
    }
    return null;
  }

  /** Takes out everything. */
  clear(): T[] {
    const all = [...this.#accounts.values()].flatMap((items) => [...items]);
    this.#accounts.clear();
    this.#size = 0;
    return all;
  }
}
