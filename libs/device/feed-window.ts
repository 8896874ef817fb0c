import { CursorInvalid, type Backend, type ChangePage } from '#backend';
import { deltaOf, diff, expire, narrows, widens, type KnownItem, type Ref } from '#sync';
import type { Generation } from './collection-state.js';
import type { KnownSet } from './known-set.js';
import type { FolderPlace } from './session.js';

/** One window's worth of server changes, and where the feed stands after it. */
export interface WindowResult {
  readonly refs: readonly Ref[];
  readonly delta: ReadonlyMap<string, KnownItem | null>;
  readonly generation: Omit<Generation, 'counter'>;
}

export interface WindowRequest {
  readonly place: FolderPlace;
  readonly from: Omit<Generation, 'counter'>;
  /** Start of the filter window that holds now. */
  readonly sinceDay: number | null;
  readonly window: number;
  /** See Scope. */
  readonly mostItems?: number | undefined;
  /** What the phone knows beyond its known set: imports, offers of failed items. */
  readonly known: ReadonlyMap<string, KnownItem | null>;
}

/** Pages asked when the listing mostly tells what the phone knows: big, since each costs a round trip. */
const COMPARING_PAGE = 2_000;
/** A source that keeps saying "more" without news is left until the next request after this many pages. */
const MAX_PAGES = 200;

/** Mutable while one window is filled. */
class Filling {
  readonly refs: Ref[] = [];
  readonly delta: Map<string, KnownItem | null>;
  more = false;

  constructor(
    readonly request: WindowRequest,
    public cursor: string | null,
    public sinceDay: number | null,
  ) {
    this.delta = new Map(request.known);
  }

  get left(): number {
    return this.request.window - this.refs.length;
  }

  take(refs: readonly Ref[]): void {
    this.refs.push(...refs);
    for (const [id, item] of deltaOf(refs)) this.delta.set(id, item);
  }

  result(): WindowResult {
    const delta = deltaOf(this.refs);
    return {
      refs: this.refs,
      delta,
      generation: { cursor: this.cursor, sinceDay: this.sinceDay, more: this.more },
    };
  }
}

async function pageOf(backend: Backend, filling: Filling, limit: number): Promise<ChangePage> {
  const { place, mostItems } = filling.request;
  const scope = { sinceDay: filling.sinceDay, ...(mostItems !== undefined && { mostItems }) };
  const ask = { folder: place.path, scope, limit };
  try {
    return await backend.changes({ ...ask, cursor: filling.cursor });
  } catch (error) {
    // Where the place is not sure, the caller looks first whether this is still the folder that is meant.
    if (!(error instanceof CursorInvalid) || filling.cursor === null || !place.isSure) throw error;
    // Not a reset of the phone: a fresh listing is compared with what it has.
    return backend.changes({ ...ask, cursor: null });
  }
}

/** Moves the filter window; false if the phone's own window is full before all that fell out is told. */
async function moveFilter(known: KnownSet, filling: Filling): Promise<boolean> {
  const { from, sinceDay } = filling.request;
  if (narrows(from.sinceDay, sinceDay) && from.cursor !== null) {
    await known.needAll();
    const { refs, complete } = expire(known.view(filling.delta), { sinceDay, window: filling.left });
    filling.take(refs);
    if (!complete) return false;
  }
  if (widens(from.sinceDay, sinceDay)) filling.cursor = null;
  filling.sinceDay = sinceDay;
  return true;
}

/**
 * Fills a window from the feed. Idempotent: nothing is written, and the cursor only moves past pages whose refs all fit.
 * Throws what the backend throws, `CursorInvalid` only where the place is not sure.
 */
export async function fillWindow(
  backend: Backend,
  known: KnownSet,
  request: WindowRequest,
): Promise<WindowResult> {
  const filling = new Filling(request, request.from.cursor, request.from.sinceDay);
  if (!(await moveFilter(known, filling))) {
    filling.more = true;
    return filling.result();
  }
  let tellsLittle = false;
  for (let pages = 0; ; pages++) {
    if (filling.left <= 0 || pages >= MAX_PAGES) {
      filling.more = true;
      break;
    }
    const page = await pageOf(backend, filling, Math.max(filling.left, tellsLittle ? COMPARING_PAGE : 0));
    await known.needForPage(page);
    const { refs, complete } = diff(known.view(filling.delta), page, {
      sinceDay: filling.sinceDay,
      window: filling.left,
    });
    filling.take(refs);
    if (!complete) {
      filling.more = true;
      break;
    }
    filling.cursor = page.cursor;
    if (!page.more) break;
    // A first listing is all news and fits page by page; one of a folder the phone has is nearly none.
    tellsLittle = refs.length * 2 < page.changed.length;
  }
  return filling.result();
}
