import type { Backend } from '#backend';
import { StoreUnavailable, type SuggestedContactsStore } from '#store';
import { SuggestedContactsBackend } from './suggested-contacts-backend.js';

/** Somebody a mail went to. */
export interface Recipient {
  readonly address: string;
  readonly name: string | null;
}

/** Longest address and name that are kept; what is longer is nobody's. */
const LONGEST = 320;

/** Whom the accounts of this process write to, and the folder their phones see of it. */
export class SuggestedContacts {
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(private readonly store: SuggestedContactsStore) {}

  open(account: string): Backend {
    return new SuggestedContactsBackend(this.store, account, (key, changed) => this.listen(key, changed));
  }

  /**
   * Takes note of whom a mail went to. Never fails the mail: without the database nobody is remembered. `own` are the
   * account's own addresses, which are no suggestion.
   */
  async record(account: string, recipients: readonly Recipient[], own: ReadonlySet<string>): Promise<void> {
    const people = recipients
      .map(({ address, name }) => ({ address: address.trim().toLowerCase(), name: tidy(name) }))
      .filter(({ address }) => address.length <= LONGEST && address.includes('@') && !own.has(address));
    if (people.length === 0) return;
    try {
      await this.store.record(account, people);
    } catch (error) {
      if (error instanceof StoreUnavailable) return;
      throw error;
    }
    for (const changed of this.listeners.get(account) ?? []) changed();
  }

  private listen(account: string, changed: () => void): () => void {
    const ofAccount = this.listeners.get(account) ?? new Set();
    this.listeners.set(account, ofAccount);
    ofAccount.add(changed);
    return () => {
      ofAccount.delete(changed);
      if (ofAccount.size === 0) this.listeners.delete(account);
    };
  }
}

function tidy(name: string | null): string | null {
  const text = name?.trim() ?? '';
  return text === '' || text.length > LONGEST ? null : text;
}
