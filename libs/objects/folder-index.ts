import { BoundedCache } from './bounded-cache.js';
import { listFolder, type FolderListing } from './listing.js';
import type { ObjectSource } from './object-source.js';

/** Bytes of all listings that are kept; larger folders are listed anew each time. */
const keptBytes = 32 * 1024 * 1024;
const bytesPerEntry = 200;

/** What is in whole folders: for searches, and for ids nobody has a name for. */
export class FolderIndex {
  private readonly listings = new BoundedCache<FolderListing>(keptBytes);
  private readonly running = new Map<string, Promise<FolderListing>>();

  constructor(private readonly source: ObjectSource) {}

  /** The folder as it is now. Costs one question about changes if it was listed before. */
  current(folder: string): Promise<FolderListing> {
    const running = this.running.get(folder);
    if (running) return running;
    const started = this.refresh(folder).finally(() => this.running.delete(folder));
    this.running.set(folder, started);
    return started;
  }

  /** The folder as it was when it was last listed; undefined if that is forgotten. Costs nothing. */
  known(folder: string): FolderListing | undefined {
    return this.listings.get(folder);
  }

  private async refresh(folder: string): Promise<FolderListing> {
    const listing = await listFolder(this.source, folder, this.listings.get(folder) ?? null);
    this.listings.set(folder, listing, listing.entries.size * bytesPerEntry);
    return listing;
  }
}
