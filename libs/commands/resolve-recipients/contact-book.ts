import {
  BackendError,
  canSearchItems,
  type Backend,
  type DirectoryEntry,
  type ItemHit,
  type ItemSearcher,
  type View,
} from '#backend';
import type { ContactsItem } from '#eas';
import type { AccountLease } from '../context.js';

/** Contacts that are looked into for one recipient: words may stand in their notes alone. */
const MOST_HITS = 100;

/** The version only decides what a body looks like, which nobody sees here. */
const view: View = {
  protocolVersion: 141,
  bodyPreferences: [{ type: 1, truncationSize: 0 }],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
};

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

const wordsOf = (text: string): string[] =>
  folded(text)
    .split(/[\s,;"'()<>]+/)
    .filter((word) => word !== '');

/**
 * The user's own contacts as people a mail may go to: one for each address. A source that is down is told to `failed` once
 * and asked no more: the directory answers alone then.
 */
export class ContactBook {
  /** Searches follow each other: the first of them reads all contacts, which those after it remember. */
  private last: Promise<unknown> = Promise.resolve();
  private isDown = false;

  constructor(
    private readonly lease: AccountLease,
    private readonly failed: (reason: string) => void,
  ) {}

  /** Contacts of which a name or an address begins so, with their photos if these are wanted. Throws BackendError `auth`. */
  find(text: string, wanted: { readonly pictures: boolean }): Promise<DirectoryEntry[]> {
    const found = this.last.then(() => this.unlessDown(text, wanted));
    this.last = found.catch(() => undefined);
    return found;
  }

  private async unlessDown(text: string, wanted: { readonly pictures: boolean }): Promise<DirectoryEntry[]> {
    if (this.isDown) return [];
    try {
      return await this.search(text, wanted);
    } catch (error) {
      if (!(error instanceof BackendError) || error.kind === 'auth') throw error;
      this.isDown = true;
      if (error.kind !== 'unsupported') this.failed(error.message);
      return [];
    }
  }

  private async search(
    text: string,
    { pictures }: { readonly pictures: boolean },
  ): Promise<DirectoryEntry[]> {
    const words = wordsOf(text);
    if (words.length === 0) return [];
    const backend: Backend = await this.lease.backend('Contacts');
    if (!canSearchItems(backend)) return [];
    const hits = await backend.searchItems({
      itemClass: 'Contacts',
      folders: null,
      words,
      limit: MOST_HITS,
    });
    const found: DirectoryEntry[] = [];
    for await (const contact of contacts(backend, hits)) {
      const { Picture, ...people } = contact;
      const picture = pictures && Picture instanceof Uint8Array ? { picture: Picture } : {};
      const meant = peopleOf(people).filter((person) => fits(person, people, words));
      found.push(...meant.map((person) => ({ ...person, ...picture })));
    }
    return found;
  }
}

/** Reads what was found, folder by folder; what vanished or cannot be read is nobody. */
async function* contacts(backend: ItemSearcher, hits: readonly ItemHit[]): AsyncGenerator<ContactsItem> {
  for (const folder of new Set(hits.map((hit) => hit.folder))) {
    const ids = hits.filter((hit) => hit.folder === folder).map(({ id }) => id);
    for await (const result of backend.read(folder, ids, view)) {
      if ('item' in result) yield result.item;
    }
  }
}

/** MS-ASCMD 2.2.3.49.4: the name the contact is filed under. What it is called in speech is told apart by `alias`. */
function peopleOf(contact: ContactsItem): DirectoryEntry[] {
  const { FileAs, FirstName, LastName, Email1Address, Email2Address, Email3Address } = contact;
  const spoken = [FirstName, LastName].filter((name) => name).join(' ');
  const addresses = [Email1Address, Email2Address, Email3Address].filter((address) => address?.includes('@'));
  return [...new Set(addresses)].map((address) => ({
    displayName: FileAs?.trim() || spoken || address!,
    emailAddress: address!,
    ...(spoken && { alias: spoken }),
  }));
}

/** Every word begins a word of a name, or the address (as DirectoryRequest has it); notes and streets name nobody. */
function fits({ emailAddress }: DirectoryEntry, contact: ContactsItem, words: readonly string[]): boolean {
  const { FileAs, FirstName, MiddleName, LastName, NickName, Alias, CompanyName } = contact;
  const names = [FileAs, FirstName, MiddleName, LastName, NickName, Alias, CompanyName].flatMap((name) =>
    wordsOf(name ?? ''),
  );
  const address = folded(emailAddress);
  return words.every((word) => address.startsWith(word) || names.some((name) => name.startsWith(word)));
}
