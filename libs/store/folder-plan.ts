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

/** One folder for each class and path: sources that merge others may show one twice. */
function distinct(seen: readonly SeenFolder[]): SeenFolder[] {
  const folders = new Map<string, SeenFolder>();
  for (const folder of seen) {
    const name = key(folder.itemClass, folder.path);
    if (!folders.has(name)) folders.set(name, folder);
  }
  return [...folders.values()];
}

/** Pairs folders with rows: by identity first, since that survives a rename; what is left by path. */
function pair(rows: readonly FolderRow[], folders: readonly SeenFolder[]): Map<SeenFolder, FolderRow> {
  const pairs = new Map<SeenFolder, FolderRow>();
  const identified = rows.filter((row) => row.identity !== null);
  const byIdentity = new Map(identified.map((row) => [key(row.itemClass, row.identity ?? ''), row]));
  for (const folder of folders) {
    if (folder.identity === null) continue;
    const name = key(folder.itemClass, folder.identity);
    const row = byIdentity.get(name);
    if (row) pairs.set(folder, row);
    // A source that shows two folders with one identity: only one of them can be the old one.
    byIdentity.delete(name);
  }
  const taken = new Set(pairs.values());
  const byPath = new Map(rows.map((row) => [key(row.itemClass, row.path), row]));
  for (const folder of folders) {
    const row = byPath.get(key(folder.itemClass, folder.path));
    if (pairs.has(folder) || !row || taken.has(row)) continue;
    // Two known identities that differ: the folder was deleted and another one made under its name.
    if (folder.identity === null || row.identity === null) pairs.set(folder, row);
  }
  return pairs;
}

/** The rows that a relocation leaves changed: those that moved, and others that held one of their new paths. */
export function planRelocation(
  rows: readonly FolderRow[],
  moves: readonly { readonly number: number; readonly path: string }[],
): FolderRow[] {
  const paths = new Map(moves.map(({ number, path }) => [number, path]));
  const moved = rows.flatMap((row): FolderRow[] => {
    const path = paths.get(row.number);
    return path === undefined ? [] : [{ ...row, path, gone: false }];
  });
  const taken = new Set(moved.map((row) => key(row.itemClass, row.path)));
  const displaced = rows
    .filter((row) => !row.gone && !paths.has(row.number) && taken.has(key(row.itemClass, row.path)))
    .map((row) => ({ ...row, gone: true }));
  return [...moved, ...displaced];
}

/**
 * Compares the rows of an account with what its backends show. Rows that are gone are never taken up again: a phone
 * that was told to forget an id must not meet it with other content.
 */
export function planFolders(rows: readonly FolderRow[], seen: readonly SeenFolder[]): FolderPlan {
  const living = rows.filter((row) => !row.gone);
  const folders = distinct(seen);
  const pairs = pair(living, folders);
  let next = rows.reduce((highest, row) => Math.max(highest, row.number), 0) + 1;
  const added: FolderRow[] = [];
  const changed: FolderRow[] = [];
  const present: FolderRow[] = [];
  for (const folder of folders) {
    const { itemClass, path, identity } = folder;
    const row = pairs.get(folder);
    const now: FolderRow = row
      ? { ...row, path, identity: identity ?? row.identity }
      : { number: next++, itemClass, path, identity, gone: false };
    present.push(now);
    if (!row) added.push(now);
    else if (now.path !== row.path || now.identity !== row.identity) changed.push(now);
  }
  present.sort((a, b) => a.number - b.number);
  const kept = new Set(present.map(({ number }) => number));
  const gone = living.map(({ number }) => number).filter((number) => !kept.has(number));
  return { added, changed, gone, present };
}
