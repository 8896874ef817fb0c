import { rangesToldWhole, type ChangePage, type FeedEntry } from '#backend';
import { isInside } from './filter.js';
import type { KnownDelta, KnownItem, KnownView } from './known.js';

/** One command to the phone, without content. `softDelete`: the item only left the filter window (trap 48). */
export interface Ref {
  readonly kind: 'add' | 'change' | 'delete' | 'softDelete';
  readonly id: string;
  /** What the phone will know once it has it; absent for the two kinds of delete. */
  readonly item?: KnownItem;
}

export interface Difference {
  readonly refs: readonly Ref[];
  /** False: the window is full before the page's end. The cursor must stay, the page is asked again later. */
  readonly complete: boolean;
}

/** Collects refs until the window is full. */
class Window {
  readonly refs: Ref[] = [];
  complete = true;
  constructor(private readonly size: number) {}

  /** False once nothing more fits. */
  take(ref: Ref): boolean {
    if (this.refs.length >= this.size) {
      this.complete = false;
      return false;
    }
    this.refs.push(ref);
    return true;
  }
}

function judge(entry: FeedEntry, known: KnownItem | undefined, since: number | null): Ref | null {
  if (!isInside(entry.day, since)) return known ? { kind: 'softDelete', id: entry.id } : null;
  const item = { version: entry.version, day: entry.day };
  // Trap 55: Add only what the device lacks, Change only what it has.
  if (!known) return { kind: 'add', id: entry.id, item };
  return known.version === entry.version ? null : { kind: 'change', id: entry.id, item };
}

const removal = (id: string, known: KnownItem, since: number | null): Ref => ({
  kind: isInside(known.day, since) ? 'delete' : 'softDelete',
  id,
});

/** Items of a listed range that the listing did not name: gone, or outside of the window that was listed. */
function* missingFromListing(known: KnownView, page: ChangePage, since: number | null): Iterable<Ref> {
  const ranges = rangesToldWhole(page);
  if (ranges.length === 0) return;
  const named = new Set(page.changed.map((entry) => entry.id));
  for (const { from, to } of ranges) {
    for (const [id, item] of known.range(from, to)) if (!named.has(id)) yield removal(id, item, since);
  }
}

function* refsOf(known: KnownView, page: ChangePage, since: number | null): Iterable<Ref> {
  const told = new Set<string>();
  for (const id of page.removed) {
    const item = known.get(id);
    if (!item || told.has(id)) continue;
    told.add(id);
    yield { kind: 'delete', id };
  }
  for (const ref of missingFromListing(known, page, since)) {
    if (told.has(ref.id)) continue;
    told.add(ref.id);
    yield ref;
  }
  for (const entry of page.changed) {
    if (told.has(entry.id)) continue;
    told.add(entry.id);
    const ref = judge(entry, known.get(entry.id), since);
    if (ref) yield ref;
  }
}

/**
 * What the phone must be told of one page of the feed. Pure. An item whose version the phone knows already, by its own
 * change or by an earlier window over the same page, gives nothing: that is both echo suppression (trap 26) and what makes
 * asking a page again safe.
 */
export function diff(
  known: KnownView,
  page: ChangePage,
  request: { readonly sinceDay: number | null; readonly window: number },
): Difference {
  const window = new Window(request.window);
  for (const ref of refsOf(known, page, request.sinceDay)) {
    if (!window.take(ref)) break;
  }
  return window;
}

/** The known items that the moved filter window leaves behind (trap 49). `known` must hold the whole set. */
export function expire(known: KnownView, request: { sinceDay: number | null; window: number }): Difference {
  const window = new Window(request.window);
  for (const [id, item] of known.range(null, null)) {
    if (!isInside(item.day, request.sinceDay) && !window.take({ kind: 'softDelete', id })) break;
  }
  return window;
}

/** What the phone will know once it has these refs. */
export function deltaOf(refs: Iterable<Ref>): Map<string, KnownItem | null> {
  const delta = new Map<string, KnownItem | null>();
  for (const ref of refs) delta.set(ref.id, ref.item ?? null);
  return delta;
}

/** The refs that a delta stands for, given what the phone knew before it: how an answer is repeated. */
export function refsOfDelta(known: KnownView, delta: KnownDelta, softDeleted: ReadonlySet<string>): Ref[] {
  const refs: Ref[] = [];
  for (const [id, item] of delta) {
    const before = known.get(id);
    if (item) {
      if (before?.version !== item.version) refs.push({ kind: before ? 'change' : 'add', id, item });
    } else if (before) {
      refs.push({ kind: softDeleted.has(id) ? 'softDelete' : 'delete', id });
    }
  }
  return refs;
}
