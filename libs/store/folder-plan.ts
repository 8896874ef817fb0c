import type { FolderRow } from './types.js';

/** A folder as a backend shows it now. */
export interface SeenFolder {
  readonly itemClass: string;
  readonly path: string;
  readonly identity: string | null;
}

/** What has to be written so that the rows say what was seen. */
export interface FolderPlan {
  readonly added: readonly FolderRow[];
  /** Rows with a new path or a new identity. */
  readonly changed: readonly FolderRow[];
  /** Numbers of rows whose folder is gone. */
  readonly gone: readonly number[];
  /** All rows that are not gone afterwards, by number. */
  readonly present: readonly FolderRow[];
}

const key = (itemClass: string, name: string): string => `${itemClass}\0${name}`;

/** Finds each seen folder's row: by identity first, since that survives a rename; else by path. */
class RowFinder {
  private readonly byIdentity = new Map<string, FolderRow>();
  private readonly byPath = new Map<string, FolderRow>();

  constructor(rows: readonly FolderRow[]) {
    for (const row of rows) {
      this.byPath.set(key(row.itemClass, row.path), row);
      if (row.identity !== null) this.byIdentity.set(key(row.itemClass, row.identity), row);
    }
  }

  /** Each row is found once: a source that shows two folders with one identity gets two rows. */
  take(folder: SeenFolder): FolderRow | undefined {
    const row = this.find(folder);
    if (!row) return undefined;
    this.byPath.delete(key(row.itemClass, row.path));
    if (row.identity !== null) this.byIdentity.delete(key(row.itemClass, row.identity));
    return row;
  }

  private find({ itemClass, path, identity }: SeenFolder): FolderRow | undefined {
    const sameIdentity = identity === null ? undefined : this.byIdentity.get(key(itemClass, identity));
    if (sameIdentity) return sameIdentity;
    const samePath = this.byPath.get(key(itemClass, path));
    // Two known identities that differ: the folder was deleted and another one made under its name.
    const replaced = samePath && identity !== null && samePath.identity !== null;
    return replaced ? undefined : samePath;
  }
}

/**
 * Compares the rows of an account with what its backends show. Rows that are gone are never taken up again: a phone
 * that was told to forget an id must not meet it with other content.
 */
export function planFolders(rows: readonly FolderRow[], seen: readonly SeenFolder[]): FolderPlan {
  const finder = new RowFinder(rows.filter((row) => !row.gone));
  let next = rows.reduce((highest, row) => Math.max(highest, row.number), 0) + 1;
  const added: FolderRow[] = [];
  const changed: FolderRow[] = [];
  const present: FolderRow[] = [];
  const unplaced: SeenFolder[] = [];
  const place = (row: FolderRow, folder: SeenFolder) => {
    const now = { ...row, path: folder.path, identity: folder.identity ?? row.identity };
    if (now.path !== row.path || now.identity !== row.identity) changed.push(now);
    present.push(now);
  };
  // Renames go first: the path they leave may be another folder's new one.
  const known = new Set(rows.filter((row) => !row.gone).map((row) => key(row.itemClass, row.identity ?? '')));
  for (const folder of seen) {
    const renamed = folder.identity !== null && known.has(key(folder.itemClass, folder.identity));
    const row = renamed ? finder.take(folder) : undefined;
    if (row) place(row, folder);
    else unplaced.push(folder);
  }
  const taken = new Set(present.map((row) => key(row.itemClass, row.path)));
  for (const folder of unplaced) {
    if (taken.has(key(folder.itemClass, folder.path))) continue;
    taken.add(key(folder.itemClass, folder.path));
    const row = finder.take(folder);
    if (row) {
      place(row, folder);
    } else {
      const { itemClass, path, identity } = folder;
      added.push({ number: next, itemClass, path, identity, gone: false });
      next += 1;
    }
  }
  const kept = new Set(present.map((row) => row.number));
  const gone = rows.filter((row) => !row.gone && !kept.has(row.number)).map((row) => row.number);
  present.push(...added);
  present.sort((a, b) => a.number - b.number);
  return { added, changed, gone, present };
}
