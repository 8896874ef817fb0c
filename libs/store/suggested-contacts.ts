/** Somebody an account wrote mail to. */
export interface Suggestion {
  /** In lower case. */
  readonly address: string;
  /** As the mail had it last; null if it had none. */
  readonly name: string | null;
  /** Mails written to him. */
  readonly uses: number;
}

/** Most people kept of an account; those written to longest ago go. */
export const MOST_SUGGESTIONS = 300;

/** Keeps whom accounts write to. All methods throw StoreUnavailable. */
export interface SuggestedContactsStore {
  /** Counts one mail to each of these. */
  record(
    account: string,
    people: readonly { readonly address: string; readonly name: string | null }[],
  ): Promise<void>;
  /** All of an account, by address. */
  list(account: string): Promise<Suggestion[]>;
}

/** For tests, and for processes without a database. */
export class MemorySuggestedContactsStore implements SuggestedContactsStore {
  private readonly accounts = new Map<string, Map<string, Suggestion>>();

  async record(
    account: string,
    people: readonly { readonly address: string; readonly name: string | null }[],
  ): Promise<void> {
    const known = this.accounts.get(account) ?? new Map<string, Suggestion>();
    this.accounts.set(account, known);
    for (const { address, name } of people) {
      const before = known.get(address);
      // Written anew at the end: the order is that of the last use.
      known.delete(address);
      known.set(address, { address, name: name ?? before?.name ?? null, uses: (before?.uses ?? 0) + 1 });
    }
    for (const address of [...known.keys()].slice(0, -MOST_SUGGESTIONS)) known.delete(address);
  }

  async list(account: string): Promise<Suggestion[]> {
    const all = [...(this.accounts.get(account)?.values() ?? [])];
    return all.sort((a, b) => (a.address < b.address ? -1 : 1));
  }
}
