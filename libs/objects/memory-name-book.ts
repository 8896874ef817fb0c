import { BoundedCache } from './bounded-cache.js';
import type { NameBook } from './name-book.js';

/** What an entry costs beside its letters. */
const overhead = 100;

/** A NameBook of this process alone, up to so many bytes; the names that were not used for longest are forgotten. */
export class MemoryNameBook implements NameBook {
  private readonly known: BoundedCache<string>;

  constructor(bytes = 8 * 1024 * 1024) {
    this.known = new BoundedCache(bytes);
  }

  async names(folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const id of ids) {
      const name = this.known.get(`${folder}\n${id}`);
      if (name !== undefined) found.set(id, name);
    }
    return found;
  }

  async remember(folder: string, names: ReadonlyMap<string, string>): Promise<void> {
    for (const [id, name] of names) {
      const key = `${folder}\n${id}`;
      this.known.set(key, name, overhead + key.length + name.length);
    }
  }
}
