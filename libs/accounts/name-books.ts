import type { PimClass } from '#backend';
import type { NameBook } from '#objects';
import { ObjectNamesDesk, StoreUnavailable, type ObjectNamesStore } from '#store';
import type { Account } from './account.js';

/** Names of objects as the database keeps them. Without it nothing fails: the source is asked for its names instead. */
export function storedNames(store: ObjectNamesStore): (account: Account, itemClass: PimClass) => NameBook {
  const desk = new ObjectNamesDesk(store);
  return (account, itemClass) => {
    const book = desk.book(account.key, itemClass);
    return {
      names: (folder, ids) => unlessAway(() => book.names(folder, ids), new Map<string, string>()),
      remember: (folder, names) => unlessAway(() => book.remember(folder, names), undefined),
    };
  };
}

async function unlessAway<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreUnavailable) return otherwise;
    throw error;
  }
}
