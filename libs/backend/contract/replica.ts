import { CursorInvalid } from '../errors.js';
import { rangesToldWhole, type ChangePage } from '../feed.js';
import type { Backend } from '../port.js';

/** What a phone knows of a folder, kept by the feed's rules alone: whatever happens, it must end up with the truth. */
export class Replica {
  readonly known = new Map<string, { version: string; day: number | null }>();
  cursor: string | null = null;

  constructor(
    private readonly backend: Backend,
    private readonly folder: string,
    private readonly sinceDay: number | null = null,
  ) {}

  page(limit: number): Promise<ChangePage> {
    return this.backend.changes({
      folder: this.folder,
      cursor: this.cursor,
      scope: { sinceDay: this.sinceDay },
      limit,
    });
  }

  apply(page: ChangePage): void {
    for (const { from, to } of rangesToldWhole(page)) {
      for (const id of [...this.known.keys()]) {
        if ((from === null || id >= from) && (to === null || id < to)) this.known.delete(id);
      }
    }
    for (const id of page.removed) this.known.delete(id);
    for (const { id, version, day } of page.changed) this.known.set(id, { version, day });
    this.cursor = page.cursor;
  }

  /** One page; a cursor that became invalid leads to a fresh listing, as in the gateway. */
  async step(limit: number): Promise<ChangePage> {
    try {
      const page = await this.page(limit);
      this.apply(page);
      return page;
    } catch (error) {
      if (!(error instanceof CursorInvalid) || this.cursor === null) throw error;
      this.cursor = null;
      return this.step(limit);
    }
  }

  /** Pages until there is no more. */
  async sync(limit = 100): Promise<ChangePage[]> {
    const pages: ChangePage[] = [];
    do pages.push(await this.step(limit));
    while (pages.at(-1)!.more && pages.length < 1000);
    return pages;
  }

  get ids(): string[] {
    return [...this.known.keys()].sort();
  }
}
