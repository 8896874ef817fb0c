import type { ObjectNamesStore } from './object-names.js';

/** The store in memory, for tests of the rooms above. Same contract as the real one (contract/object-names-store.ts). */
export class MemoryObjectNamesStore implements ObjectNamesStore {
  private readonly rows = new Map<string, string>();
  /** How often each method was called. */
  readonly calls = { find: 0, add: 0 };

  async find(account: string, folder: string, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.calls.find += 1;
    const found = new Map<string, string>();
    for (const id of ids) {
      const name = this.rows.get(JSON.stringify([account, folder, id]));
      if (name !== undefined) found.set(id, name);
    }
    return found;
  }

  async add(account: string, folder: string, names: ReadonlyMap<string, string>): Promise<void> {
    this.calls.add += 1;
    for (const [id, name] of names) {
      const key = JSON.stringify([account, folder, id]);
      if (!this.rows.has(key)) this.rows.set(key, name);
    }
  }
}
