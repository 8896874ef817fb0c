import type { FolderIndex } from './folder-index.js';
import type { FolderListing } from './listing.js';
import type { NameBook } from './name-book.js';

/** Milliseconds before a folder is listed again because of ids that nobody knows: they may be gone for good. */
const listingPause = 5_000;

/** Turns ids back into names, with the folder's listing where the book has none. */
export class ObjectNames {
  private readonly listedAt = new Map<string, number>();

  constructor(
    private readonly book: NameBook,
    private readonly index: FolderIndex,
    private readonly now: () => Date,
  ) {}

  /** Names by object id; those that are absent are not there. */
  async resolve(folder: string, ids: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    const wanted = [...new Set(ids)];
    const known = await this.book.names(folder, wanted);
    const unknown = wanted.filter((id) => !known.has(id));
    if (unknown.length === 0) return known;
    let found = namesIn(this.index.known(folder), unknown);
    // A first sync asks for page after page: all of them stand in the listing that the first one made.
    if (found.size < unknown.length && this.mayList(folder))
      found = namesIn(await this.index.current(folder), unknown);
    await this.remember(folder, found);
    return new Map([...known, ...found]);
  }

  async remember(folder: string, names: ReadonlyMap<string, string>): Promise<void> {
    if (names.size > 0) await this.book.remember(folder, names);
  }

  private mayList(folder: string): boolean {
    const now = this.now().getTime();
    const last = this.listedAt.get(folder);
    if (last !== undefined && now >= last && now - last < listingPause) return false;
    this.listedAt.set(folder, now);
    return true;
  }
}

function namesIn(listing: FolderListing | undefined, ids: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const id of ids) {
    const entry = listing?.entries.get(id);
    if (entry) found.set(id, entry.name);
  }
  return found;
}
