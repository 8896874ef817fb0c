import { StaleState, type CollectionRow, type DeviceIdentity, type DeviceStore } from '#store';
import { initialState, MAX_FAILURES, type CollectionState, type FailedItem } from './collection-state.js';
import { HIERARCHY, type DeviceState, type HierarchyState } from './device-state.js';

/*
 * What an administrator may do to a device's states. Everything is written with the versions it was computed from, as the
 * actor does: the one that hosts the device now finds that it was overtaken, and reads again.
 */

/** A phone that was told so often that its folders are not there is told by its next Ping (trap 30). */
const STRAYED = 2;
/** A device syncs all the time: a repair may be overtaken, but not for ever. */
const ATTEMPTS = 8;

/** Which states are repaired. */
export interface RepairedDevice {
  readonly store: DeviceStore;
  readonly identity: DeviceIdentity;
  /** A new epoch: see DeviceDependencies. */
  readonly epoch: () => string;
}

interface Repaired {
  readonly folderId: string;
  readonly state: CollectionState | HierarchyState;
  readonly dropAll?: boolean;
  /** Items that are set aside no longer; null: all of the folder. */
  readonly released?: readonly string[] | null;
}

type Repair = (
  rows: readonly CollectionRow[],
  device: DeviceState,
) => {
  readonly collections: readonly Repaired[];
  readonly device?: DeviceState;
};

/** Loads, repairs and saves, again if a phone was faster. False: there is no such device. */
async function apply(
  { store, identity }: RepairedDevice,
  folders: readonly string[],
  repair: Repair,
): Promise<readonly Repaired[] | null> {
  for (let attempt = 1; ; attempt++) {
    const loaded = await store.load(identity, folders);
    if (!loaded) return null;
    const { device, collections: rows } = loaded;
    const { collections, device: state } = repair(rows, device.state as DeviceState);
    const versions = new Map(rows.map(({ folderId, version }) => [folderId, version]));
    try {
      await store.save({
        deviceRowId: device.id,
        ...(state && { device: { expected: device.version, state } }),
        collections: collections.map(({ folderId, state: next, dropAll = false }) => ({
          folderId,
          expected: versions.get(folderId) ?? null,
          state: next,
          dropAll,
        })),
      });
    } catch (error) {
      if (!(error instanceof StaleState) || attempt >= ATTEMPTS) throw error;
      continue;
    }
    for (const { folderId, released = [] } of collections)
      if (released === null || released.length > 0) await store.dropSetAside(device.id, folderId, released);
    return collections;
  }
}

/** No key of before is live: the phone is answered Status 3, and loads everything of the folder again. */
function reset(state: CollectionState, epoch: string): CollectionState {
  const { itemClass, options, supported } = state;
  return { ...initialState(itemClass, epoch, options, supported ?? null), reset: true };
}

/** Makes a device load folders again, and with `hierarchy` the list of them (FolderSync Status 9). */
export async function resync(
  repaired: RepairedDevice,
  folders: readonly string[],
  hierarchy: boolean,
): Promise<void> {
  const named = [...folders.filter((id) => id !== HIERARCHY), ...(hierarchy ? [HIERARCHY] : [])];
  await apply(repaired, named, (rows, device) => ({
    collections: rows.map(({ folderId, state }) =>
      folderId === HIERARCHY
        ? { folderId, state: { ...(state as HierarchyState), epoch: repaired.epoch() } }
        : {
            folderId,
            state: reset(state as CollectionState, repaired.epoch()),
            dropAll: true,
            released: null,
          },
    ),
    ...(hierarchy && { device: { ...device, strayed: STRAYED } }),
  }));
}

const isIndigestible = ({ count, indigestible }: FailedItem): boolean =>
  indigestible === true && count >= MAX_FAILURES;

/** Items are offered again: their failures are forgotten, and a Ping finds that there is something to get. */
function offered(state: CollectionState, ids: readonly string[]): CollectionState {
  if (ids.length === 0) return state;
  const again = Object.fromEntries(ids.map((id) => [id, { ...state.failed[id]!, count: 0 }]));
  return {
    ...state,
    failed: { ...state.failed, ...again },
    acked: { ...state.acked, more: true },
    pending: state.pending && { ...state.pending, more: true },
  };
}

/** Forgets that a phone asked for the same again and again. Returns the folders that it was forgotten of. */
export async function clearLoops(
  repaired: RepairedDevice,
  folders: readonly string[],
): Promise<readonly string[]> {
  const done = await apply(repaired, folders, (rows) => ({
    collections: states(rows).flatMap(([folderId, state]) => {
      const released = Object.keys(state.failed).filter((id) => isIndigestible(state.failed[id]!));
      const { pending, cap } = state;
      if (released.length === 0 && cap === null && (pending?.retries ?? 0) === 0) return [];
      const calm = { ...state, cap: null, pending: pending && { ...pending, retries: 0 } };
      return [{ folderId, state: offered(calm, released), released }];
    }),
  }));
  return done?.map(({ folderId }) => folderId) ?? [];
}

/** Offers items again that were set aside: those named by folder, or all of it. Returns how many. */
export async function retryItems(
  repaired: RepairedDevice,
  items: ReadonlyMap<string, readonly string[]>,
): Promise<number> {
  const done = await apply(repaired, [...items.keys()], (rows) => ({
    collections: states(rows).map(([folderId, state]) => {
      const released = items.get(folderId) ?? [];
      const owed = released.filter((id) => state.failed[id]);
      return { folderId, state: offered(state, owed), released };
    }),
  }));
  return done?.reduce((sum, { released }) => sum + (released?.length ?? 0), 0) ?? 0;
}

const states = (rows: readonly CollectionRow[]): [string, CollectionState][] =>
  rows
    .filter(({ folderId, state }) => folderId !== HIERARCHY && state !== null)
    .map(({ folderId, state }) => [folderId, state as CollectionState]);
