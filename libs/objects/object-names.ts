import type { FolderIndex } from './folder-index.js';
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
    if (unknown.length === 0 || !this.mayList(folder)) return known;
    const { entries } = await this.index.current(folder);
    const found = new Map<string, string>();
    for (const id of unknown) {
      const entry = entries.get(id);
      if (entry) found.set(id, entry.name);
    }
    if (found.size > 0) await this.book.remember(folder, found);
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
