import { resolve, join } from 'node:path';
import type { PimClass } from '#backend';
import { CollectionScan } from './collection-scan.js';
import { ROOT, suffixOf } from './file-names.js';
import { RecentSnapshots } from './recent-snapshots.js';

/** What all who have a root open share: what its files held, and who is writing which. */
export class VdirStore {
  private readonly scans = new Map<string, CollectionScan>();
  private readonly snapshots = new Map<string, RecentSnapshots>();
  private readonly writing = new Map<string, Promise<unknown>>();

  private constructor(readonly root: string) {}

  /** In the order of use. */
  private static readonly stores = new Map<string, VdirStore>();

  static of(root: string): VdirStore {
    const path = resolve(root);
    const store = VdirStore.stores.get(path) ?? new VdirStore(path);
    VdirStore.stores.delete(path);
    VdirStore.stores.set(path, store);
    for (const [oldest, { writing }] of VdirStore.stores) {
      if (VdirStore.stores.size <= mostStores) break;
      if (writing.size === 0 && oldest !== path) VdirStore.stores.delete(oldest);
    }
    return store;
  }

  directory(folder: string): string {
    return folder === ROOT ? this.root : join(this.root, folder);
  }

  scan(folder: string, itemClass: PimClass): CollectionScan {
    const suffix = suffixOf(itemClass);
    return known(
      this.scans,
      `${suffix} ${folder}`,
      () => new CollectionScan(this.root, this.directory(folder), suffix),
    );
  }

  recent(folder: string, itemClass: PimClass): RecentSnapshots {
    return known(this.snapshots, `${itemClass} ${folder}`, () => new RecentSnapshots());
  }

  /** A folder is gone, or another one now. */
  forget(folder: string): void {
    for (const map of [this.scans, this.snapshots]) {
      for (const key of map.keys()) if (key.endsWith(` ${folder}`)) map.delete(key);
    }
  }

  /** Runs work on a file when nobody else of this process works on it. */
  async exclusively<T>(path: string, work: () => Promise<T>): Promise<T> {
    const before = this.writing.get(path) ?? Promise.resolve();
    const result = before.then(work, work);
    const settled = result.catch(() => undefined);
    this.writing.set(path, settled);
    try {
      return await result;
    } finally {
      if (this.writing.get(path) === settled) this.writing.delete(path);
    }
  }
}

/** Roots whose files stay known when nobody has them open. */
const mostStores = 256;

function known<T>(map: Map<string, T>, key: string, make: () => T): T {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
