import type { KnownDelta, KnownItem } from './known.js';

/**
 * The known set in slices. A mailbox of 100,000 mails is some two hundred slices of a few kilobytes; a change of k items
 * reads and writes at most k of them, whatever the mailbox holds. The directory is the list of the slices' first ids; a
 * slice reaches up to the next one's first, and the first slice also takes what is smaller than its own first id.
 */
export type Directory = readonly string[];

/** A slice grows to this many items before it is split in two. About 3 KB for mail. */
export const SEGMENT_LIMIT = 512;

export interface SegmentChanges {
  readonly directory: Directory;
  readonly put: readonly { first: string; items: ReadonlyMap<string, KnownItem> }[];
  readonly drop: readonly string[];
}

/** Index of the slice that holds `id`; -1 only if there is none at all. */
function indexOf(directory: Directory, id: string): number {
  let low = 0;
  let high = directory.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (directory[middle]! <= id) low = middle + 1;
    else high = middle;
  }
  return directory.length === 0 ? -1 : Math.max(0, low - 1);
}

/** The slices (by first id) that must be loaded to look at these ids. */
export function segmentsOf(directory: Directory, ids: Iterable<string>): string[] {
  const wanted = new Set<number>();
  for (const id of ids) {
    const index = indexOf(directory, id);
    if (index >= 0) wanted.add(index);
  }
  return [...wanted].sort((a, b) => a - b).map((index) => directory[index]!);
}

/** The slices that cover `from <= id < to`; null is an open end. */
export function segmentsBetween(directory: Directory, from: string | null, to: string | null): string[] {
  const first = from === null ? 0 : Math.max(0, indexOf(directory, from));
  const end = to === null ? directory.length : directory.findIndex((start) => start >= to);
  return directory.slice(first, end === -1 ? directory.length : Math.max(end, first + 1));
}

function grouped(directory: Directory, delta: KnownDelta): Map<number, [string, KnownItem | null][]> {
  const groups = new Map<number, [string, KnownItem | null][]>();
  for (const change of delta) {
    const index = indexOf(directory, change[0]);
    const group = groups.get(index);
    if (group) group.push(change);
    else groups.set(index, [change]);
  }
  return groups;
}

function applied(
  items: ReadonlyMap<string, KnownItem>,
  changes: Iterable<[string, KnownItem | null]>,
): [string, KnownItem][] {
  const next = new Map(items);
  for (const [id, item] of changes) {
    if (item) next.set(id, item);
    else next.delete(id);
  }
  return [...next].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Even pieces of at most SEGMENT_LIMIT, so that a split slice has room to grow. */
function pieces<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / SEGMENT_LIMIT);
  const size = Math.ceil(items.length / Math.max(1, count));
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/**
 * Applies a delta. `loaded` must hold every slice that `segmentsOf(directory, delta.keys())` names. Pure: returns the
 * slices to write and to drop.
 */
export function fold(
  directory: Directory,
  loaded: ReadonlyMap<string, ReadonlyMap<string, KnownItem>>,
  delta: KnownDelta,
): SegmentChanges {
  const put: { first: string; items: ReadonlyMap<string, KnownItem> }[] = [];
  const drop: string[] = [];
  const next: string[] = [];
  const groups = grouped(directory, delta);
  const rewrite = (first: string | null, changes: [string, KnownItem | null][]): void => {
    const before = first === null ? new Map<string, KnownItem>() : loaded.get(first);
    if (!before) throw new Error(`segment ${first} is not loaded`);
    const parts = pieces(applied(before, changes));
    const firsts = parts.map((part) => part[0]![0]);
    parts.forEach((part, index) => put.push({ first: firsts[index]!, items: new Map(part) }));
    next.push(...firsts);
    if (first !== null && !firsts.includes(first)) drop.push(first);
  };
  const orphans = groups.get(-1);
  if (orphans) rewrite(null, orphans);
  directory.forEach((first, index) => {
    const changes = groups.get(index);
    if (changes) rewrite(first, changes);
    else next.push(first);
  });
  return { directory: next, put, drop };
}
