import type { ItemClass } from '#backend';
import type { Json } from '#store';
import { formatSyncKey, parseSyncKey, type KnownItem, type Ref } from '#sync';

/**
 * One collection of one device as the database keeps it: what the phone has acknowledged, and what it was sent last. The
 * known set itself lies in slices beside it (`directory` lists them). Types, not interfaces: a state is a JSON value.
 */
export type CollectionState = {
  /** Number of this layout; raised whenever an older process could misread a state. */
  readonly layout: 1;
  readonly itemClass: ItemClass;
  readonly epoch: string;
  /** The last counter given out. A counter never stands for two different answers. */
  readonly last: number;
  readonly acked: Generation;
  readonly pending: Pending | null;
  readonly directory: readonly string[];
  /** The sticky Options of trap 47. */
  readonly options: CollectionOptions;
  /** Qualified names in Supported, as sent with key 0 (trap 53); absent: it was not sent. */
  readonly supported?: readonly string[];
  /** Items that could not be read or sent, to be offered again; after MAX_FAILURES they are set aside. */
  readonly failed: Readonly<Record<string, FailedItem>>;
  /** After answers that the phone asked for again and again: how many items it gets at a time; null is no limit. */
  readonly cap: number | null;
  /** An administrator wants the phone to load it again; until it begins with key 0, no request is taken to mean a key. */
  readonly reset?: true;
};

/** Where the phone stands: a key's counter, and the place in the feed that belongs to it. */
export type Generation = {
  readonly counter: number;
  readonly cursor: string | null;
  readonly sinceDay: number | null;
  /** There was more to say when this key was given out (MoreAvailable). */
  readonly more: boolean;
};

export type Pending = Generation & {
  readonly delta: readonly DeltaEntry[];
  /** Which of the removals were soft. */
  readonly soft: readonly string[];
  /** What the phone itself did, known at once and never echoed (trap 26). */
  readonly imports: readonly DeltaEntry[];
  /** Answers to the phone's commands, for the case that it asks again (trap 19). */
  readonly journal: Json;
  readonly retries: number;
  /** The connection broke before the answer was out: a Ping must not wait as if the phone had it. */
  readonly undelivered: boolean;
};

/** id, version, day; version null for "no longer known". */
export type DeltaEntry = readonly [id: string, version: string | null, day: number | null];

/** After this many failures an item is set aside until its version changes. */
export const MAX_FAILURES = 3;

export type FailedItem = {
  readonly version: string;
  readonly day: number | null;
  readonly count: number;
  readonly reason: string;
  /** The source gave it; the phone asked for it until it was given up. */
  readonly indigestible?: true;
  /** Nothing failed: the phone changed what it may not, and is to have the source's version again. */
  readonly restores?: true;
};

type BodyOption = {
  readonly type: 1 | 2 | 3 | 4;
  readonly truncationSize?: number;
  readonly allOrNone?: boolean;
  readonly preview?: number;
};

/** Options of a collection that outlive a request (MS-ASCMD 2.2.3.125). */
export type CollectionOptions = {
  readonly filterType: number;
  readonly bodyPreferences: readonly BodyOption[];
  /** BodyPartPreference (14.1 and later); absent is not wanted. */
  readonly bodyPart?: BodyOption;
  readonly mimeSupport: 0 | 1 | 2;
  /** Bytes; null is whole. */
  readonly mimeTruncation: number | null;
  readonly conflict: 0 | 1;
  /** MaxItems of the recipient information cache; absent is all. */
  readonly maxItems?: number;
};

export const DEFAULT_OPTIONS: CollectionOptions = {
  filterType: 0,
  bodyPreferences: [],
  mimeSupport: 0,
  mimeTruncation: null,
  conflict: 1,
};

/** The state behind the answer to key 0: a key, and nothing known. */
export function initialState(
  itemClass: ItemClass,
  epoch: string,
  options: CollectionOptions,
  supported: readonly string[] | null = null,
): CollectionState {
  return {
    layout: 1,
    itemClass,
    epoch,
    last: 1,
    acked: { counter: 1, cursor: null, sinceDay: null, more: true },
    pending: null,
    directory: [],
    options,
    ...(supported && { supported }),
    failed: {},
    cap: null,
  };
}

/** How a presented key relates to the state (trap 19): anything that is not one of the two live keys is `unknown`. */
export type KeyStanding = 'current' | 'acknowledges' | 'retries' | 'unknown';

export function standingOf(state: CollectionState, key: string): KeyStanding {
  const parsed = parseSyncKey(key);
  if (!parsed || parsed.epoch !== state.epoch) return 'unknown';
  if (parsed.counter === state.pending?.counter) return 'acknowledges';
  if (parsed.counter !== state.acked.counter) return 'unknown';
  return state.pending ? 'retries' : 'current';
}

export const keyOf = (state: CollectionState, generation: Generation): string =>
  formatSyncKey({ epoch: state.epoch, counter: generation.counter });

export const toDelta = (entries: readonly DeltaEntry[]): Map<string, KnownItem | null> =>
  new Map(entries.map(([id, version, day]) => [id, version === null ? null : { version, day }]));

export const fromDelta = (delta: ReadonlyMap<string, KnownItem | null>): DeltaEntry[] =>
  [...delta].map(([id, item]) => [id, item?.version ?? null, item?.day ?? null]);

/** What a pending answer makes of the known set: the server's word is newer than what the phone did. */
export const pendingChanges = ({
  imports,
  delta,
}: Pick<Pending, 'imports' | 'delta'>): Map<string, KnownItem | null> =>
  new Map([...toDelta(imports), ...toDelta(delta)]);

export const softIds = (refs: readonly Ref[]): string[] =>
  refs.filter((ref) => ref.kind === 'softDelete').map((ref) => ref.id);
