import { BackendError, type Backend } from '#backend';
import type { CollectionSave, Json } from '#store';
import { dayOf, isInside, refsOfDelta, sinceDay, type KnownItem, type Ref } from '#sync';
import {
  fromDelta,
  keyOf,
  MAX_FAILURES,
  pendingChanges,
  softIds,
  standingOf,
  toDelta,
  type CollectionOptions,
  type CollectionState,
  type DeltaEntry,
  type FailedItem,
  type Generation,
  type KeyStanding,
  type Pending,
} from './collection-state.js';
import { fillWindow, type WindowResult } from './feed-window.js';
import type { KnownSet } from './known-set.js';
import type { RestoreAsk } from './messages.js';
import { differBeside } from './mail-version.js';
import { basisOf, restored } from './restore.js';
import { sameJson } from './same-json.js';
import type { FolderPlace } from './session.js';

/** What one collection of a Sync comes to: the answer's part and the next state, null if nothing is to be written. */
export interface Collected {
  readonly key: string;
  readonly refs: readonly Ref[];
  readonly more: boolean;
  readonly save: Omit<CollectionSave, 'folderId' | 'expected'> | null;
  readonly state: CollectionState;
  /** An item the phone chokes on, given up in this answer. */
  readonly setAside?: { readonly id: string; readonly item: FailedItem };
}

export interface CollectRequest {
  readonly state: CollectionState;
  readonly known: KnownSet;
  readonly key: string;
  readonly place: FolderPlace;
  readonly window: number;
  readonly wantsChanges: boolean;
  readonly options: CollectionOptions | null;
  readonly imports: readonly DeltaEntry[];
  readonly named: Readonly<Record<string, string>>;
  readonly written: readonly DeltaEntry[];
  readonly restore: readonly RestoreAsk[];
  readonly journal: Json;
  readonly now: number;
}

/** How often an answer may be asked for again before its size is doubted. */
const PATIENT_RETRIES = 2;
/** How often a single item may be asked for again before it is set aside. */
const SINGLE_ITEM_RETRIES = 4;

const isSetAside = (state: CollectionState, id: string, item: KnownItem | undefined): boolean => {
  const failed = state.failed[id];
  return failed !== undefined && failed.count >= MAX_FAILURES && failed.version === item?.version;
};

/** The one item of an answer that a phone has asked for too often to believe that it can take it. */
function indigestible(pending: Pending): { id: string; item: FailedItem } | null {
  const [only, ...others] = pending.delta;
  if (!only || others.length > 0 || pending.retries < SINGLE_ITEM_RETRIES || only[1] === null) return null;
  const [id, version, day] = only;
  const reason = 'the phone asks for it again and again';
  return { id, item: { version, day, count: MAX_FAILURES, reason, indigestible: true } };
}

const sameOptions = (a: CollectionOptions | null, b: CollectionOptions): boolean =>
  a === null || sameJson(a, b);

/** The phone has the pending answer: its changes become part of the known set. */
async function acknowledge(state: CollectionState, known: KnownSet, pending: Pending) {
  const delta = pendingChanges(pending);
  const given = new Set(pending.delta.map(([id]) => id));
  const { directory, put, drop } = await known.folded(delta);
  const { counter, cursor, sinceDay: since, more } = pending;
  const cap = state.cap === null || state.cap >= 256 ? null : state.cap * 2;
  const failed = Object.fromEntries(
    Object.entries(state.failed).filter(([id, item]) => !given.has(id) && (item.restores || !delta.has(id))),
  );
  return {
    state: {
      ...state,
      acked: { counter, cursor, sinceDay: since, more },
      pending: null,
      directory,
      cap,
      failed,
    },
    delta,
    writes: { put, drop },
  };
}

/** The window after doubts: an answer that a phone asks for again and again may hold something it cannot swallow. */
function doubtfulWindow(state: CollectionState, pending: Pending): number | null {
  if (pending.retries < PATIENT_RETRIES) return state.cap;
  return Math.max(1, Math.floor(pending.delta.length / 4));
}

function offersOfFailed(
  state: CollectionState,
  known: ReadonlyMap<string, KnownItem | null>,
  room: number,
): Ref[] {
  return Object.entries(state.failed)
    .filter(([, failed]) => failed.count < MAX_FAILURES)
    .slice(0, room)
    .map(([id, { version, day }]) => ({
      kind: known.has(id) ? ('change' as const) : ('add' as const),
      id,
      item: { version, day },
    }));
}

/** What the phone itself took out of its window: a task that it completed, an event that it moved into the past. */
function fallenOut(
  overlay: ReadonlyMap<string, KnownItem | null>,
  since: number | null,
  room: number,
): Ref[] {
  const fallen = [...overlay].filter(([, item]) => item !== null && !isInside(item.day, since));
  return fallen.slice(0, room).map(([id]) => ({ kind: 'softDelete', id }));
}

async function serverChanges(
  backend: Backend,
  request: CollectRequest,
  state: CollectionState,
  overlay: ReadonlyMap<string, KnownItem | null>,
  window: number,
): Promise<WindowResult> {
  const known = new Map(overlay);
  const ids = Object.keys(state.failed);
  await request.known.need(ids);
  const view = request.known.view(overlay);
  const lookup = new Map(ids.flatMap((id) => (view.get(id) ? [[id, view.get(id)!] as const] : [])));
  const since = sinceDay(state.itemClass, state.options.filterType, dayOf(request.now));
  const fallen = fallenOut(overlay, since, window);
  const isFallen = new Set(fallen.map(({ id }) => id));
  const owed = offersOfFailed(state, lookup, window - fallen.length).filter(({ id }) => !isFallen.has(id));
  const offers = [...fallen, ...owed];
  for (const { id, item } of offers) known.set(id, item ?? null);
  const result = await fillWindow(backend, request.known, {
    place: request.place,
    from: state.acked,
    sinceDay: since,
    mostItems: state.options.maxItems,
    window: window - offers.length,
    known,
  });
  const wanted = result.refs.filter((ref) => !isSetAside(state, ref.id, ref.item));
  if (offers.length === 0 && wanted.length === result.refs.length) return result;
  // What the feed says of an offered item is newer than the offer.
  const newer = new Set(wanted.map((ref) => ref.id));
  const refs = [...offers.filter((offer) => !newer.has(offer.id)), ...wanted];
  return { ...result, refs, delta: new Map(refs.map((ref) => [ref.id, ref.item ?? null])) };
}

/**
 * The imports with the days by which the filter judges their items. An item the phone does not have is one that it just
 * made (a draft), and comes with its day; any other is dropped, lest the phone be told of its removal one day.
 */
async function judgedImports(request: CollectRequest): Promise<DeltaEntry[]> {
  const { state, known, imports, named } = request;
  if (imports.length === 0) return [];
  await known.need(imports.map(([id]) => id));
  const view = known.view(state.pending ? pendingChanges(state.pending) : new Map());
  return imports.flatMap(([id, version, day]): DeltaEntry[] => {
    const item = view.get(id);
    if (!item) return version !== null && day !== null ? [[id, version, day]] : [];
    // The phone's change met somebody else's: it is told of the item as if it had not changed it, and so of both.
    const its = named[id];
    if (version !== null && its !== undefined && differBeside(basisOf(item.version), version, its)) return [];
    return [[id, version, version === null ? null : item.day]];
  });
}

/** Sends again what was sent: the retry with the same key gets the same items, and the same next key. */
async function repeat(request: CollectRequest, state: CollectionState, pending: Pending): Promise<Collected> {
  const delta = toDelta(pending.delta);
  await request.known.need(delta.keys());
  const before = request.known.view(toDelta(pending.imports));
  const refs = refsOfDelta(before, delta, new Set(pending.soft));
  const next = { ...state, pending: { ...pending, retries: pending.retries + 1, undelivered: false } };
  return { key: keyOf(state, pending), refs, more: pending.more, state: next, save: { state: next } };
}

const nothingFor = (result: WindowResult): boolean => result.refs.length === 0 && !result.generation.more;

/** Whether the feed moved so far without news that it is worth writing down, lest it be read again and again. */
const cursorMoved = (from: Generation, result: WindowResult): boolean =>
  from.cursor !== result.generation.cursor || from.sinceDay !== result.generation.sinceDay;

function withPending(
  state: CollectionState,
  request: CollectRequest,
  result: WindowResult,
  carried: { imports: readonly DeltaEntry[]; journal: Json; retries: number },
): CollectionState {
  const counter = state.last + 1;
  return {
    ...state,
    last: counter,
    pending: {
      ...result.generation,
      counter,
      delta: fromDelta(result.delta),
      soft: softIds(result.refs),
      imports: [...carried.imports, ...request.imports],
      journal: request.journal ?? carried.journal,
      retries: carried.retries,
      undelivered: false,
    },
  };
}

const noChanges = (acked: Generation): WindowResult => ({ refs: [], delta: new Map(), generation: acked });

/** The server's changes; a folder that only holds others has none, ever. */
async function changesOrNone(
  backend: Backend,
  request: CollectRequest,
  state: CollectionState,
  overlay: ReadonlyMap<string, KnownItem | null>,
  window: number,
): Promise<WindowResult> {
  if (!request.wantsChanges) return noChanges(state.acked);
  try {
    return await serverChanges(backend, request, state, overlay, window);
  } catch (error) {
    if (error instanceof BackendError && error.kind === 'unsupported')
      return noChanges({ ...state.acked, more: false });
    throw error;
  }
}

/**
 * Answers one collection of a Sync whose key is live. Pure but for reading the feed and the known set: the caller writes
 * `save`. The returned key is new only if something was sent or done (trap 22).
 */
export async function collect(backend: Backend, asked: CollectRequest): Promise<Collected> {
  const owed = await restored(asked.state, asked.known, asked.restore);
  const imports = [...(await judgedImports(asked)), ...asked.written, ...owed.imports];
  const request = { ...asked, imports, owed: owed.failed };
  const standing = standingOf(request.state, request.key);
  const before = request.state.pending;
  const poison = standing === 'retries' && before ? indigestible(before) : null;
  if (poison) {
    const failed = { ...request.state.failed, [poison.id]: poison.item };
    const pending = { ...before!, delta: [], retries: 0 };
    const cured = { ...request, state: { ...request.state, failed, pending } };
    return { ...(await recompute(backend, cured, standing)), setAside: poison };
  }
  if (standing === 'retries' && before && sameOptions(request.options, request.state.options)) {
    const fits =
      before.delta.length <= Math.min(request.window, doubtfulWindow(request.state, before) ?? Infinity);
    if (fits && request.imports.length === 0) return repeat(request, request.state, before);
  }
  return recompute(backend, request, standing);
}

/** With the items that are to be restored, as offers. */
interface OwingRequest extends CollectRequest {
  readonly owed: CollectionState['failed'];
}

async function recompute(backend: Backend, request: OwingRequest, standing: KeyStanding): Promise<Collected> {
  const before = request.state.pending;
  const options = request.options ?? request.state.options;
  const acknowledged =
    standing === 'acknowledges' && before ? await acknowledge(request.state, request.known, before) : null;
  const cap = standing === 'retries' && before ? doubtfulWindow(request.state, before) : request.state.cap;
  const base = acknowledged?.state ?? { ...request.state, pending: null, cap };
  const state: CollectionState = { ...base, options, failed: { ...base.failed, ...request.owed } };
  const carried =
    standing === 'retries' && before
      ? { imports: before.imports, journal: before.journal, retries: before.retries + 1 }
      : { imports: [], journal: null, retries: 0 };
  const overlay = new Map([
    ...(acknowledged?.delta ?? []),
    ...toDelta(carried.imports),
    ...toDelta(request.imports),
  ]);
  const window = Math.min(request.window, state.cap ?? request.window);
  const result = await changesOrNone(backend, request, state, overlay, window);
  return conclude(request, state, result, carried, acknowledged?.writes ?? null);
}

function conclude(
  request: CollectRequest,
  state: CollectionState,
  result: WindowResult,
  carried: { imports: readonly DeltaEntry[]; journal: Json; retries: number },
  writes: Pick<CollectionSave, 'put' | 'drop'> | null,
): Collected {
  const didSomething =
    request.imports.length > 0 ||
    request.journal !== null ||
    carried.imports.length > 0 ||
    carried.journal !== null;
  const unchanged = request.wantsChanges ? nothingFor(result) : true;
  if (unchanged && !didSomething) {
    const next = { ...state, acked: { ...state.acked, ...result.generation } };
    const dirty =
      writes !== null ||
      request.state.pending !== null ||
      !sameOptions(next.options, request.state.options) ||
      cursorMoved(request.state.acked, result) ||
      next.acked.more !== request.state.acked.more;
    const save = dirty ? { state: next, ...writes } : null;
    return { key: keyOf(next, next.acked), refs: [], more: false, state: next, save };
  }
  const next = withPending(state, request, result, carried);
  return {
    key: keyOf(next, next.pending!),
    refs: result.refs,
    more: result.generation.more && request.wantsChanges,
    state: next,
    save: { state: next, ...writes },
  };
}
