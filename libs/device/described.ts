import type { ItemClass } from '#backend';
import type { Json } from '#store';
import { decodeSegment } from '#sync';
import { keyOf, pendingChanges, type CollectionState } from './collection-state.js';
import { HIERARCHY, type HierarchyState } from './device-state.js';
import { classOfFolderId } from './folder-ids.js';
import { loopSigns } from './sync-loop.js';

/** A collection's rows, as the database has them. */
export interface StoredCollections {
  readonly collections: readonly { readonly folderId: string; readonly state: Json }[];
  readonly segments: readonly { readonly folderId: string; readonly data: Uint8Array }[];
}

/** A folder as a device has it, for people. */
export interface DescribedFolder {
  /** As on the wire. */
  readonly id: string;
  readonly itemClass: ItemClass;
  readonly name: string;
  /** Null: the phone knows the folder and never synced it. */
  readonly syncKey: string | null;
  /** Items the phone has, those of an answer it has not acknowledged yet included. */
  readonly items: number;
  readonly filterType: number | null;
  /** Times the last answer was asked for again. */
  readonly retries: number;
  /** Items at a time because of that; null is no limit. */
  readonly cap: number | null;
  /** Items that could not be sent, and are offered again or set aside. */
  readonly failing: number;
}

/** The folders of a device: those it was told of and those it syncs, by name. */
export function describeFolders({ collections, segments }: StoredCollections): DescribedFolder[] {
  const states = new Map(
    collections
      .filter(({ folderId, state }) => folderId !== HIERARCHY && state !== null)
      .map(({ folderId, state }) => [folderId, state as CollectionState]),
  );
  const names = namesOf(collections);
  const counted = countItems(segments);
  return [...new Set([...names.keys(), ...states.keys()])]
    .map((id) => describe(id, names.get(id) ?? id, states.get(id), counted.get(id)))
    .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}

/** Names of folders by id, as the device was told them last. */
export function namesOf(collections: StoredCollections['collections']): Map<string, string> {
  const state = (collections.find(({ folderId }) => folderId === HIERARCHY)?.state ??
    null) as HierarchyState | null;
  const folders = (state?.pending ?? state?.acked)?.folders ?? {};
  return new Map(Object.entries(folders).map(([id, [, name]]) => [id, name]));
}

function countItems(segments: StoredCollections['segments']): Map<string, Set<string>> {
  const items = new Map<string, Set<string>>();
  for (const { folderId, data } of segments) {
    const ids = items.get(folderId) ?? new Set<string>();
    for (const id of decodeSegment(data).keys()) ids.add(id);
    items.set(folderId, ids);
  }
  return items;
}

function describe(
  id: string,
  name: string,
  state: CollectionState | undefined,
  known: ReadonlySet<string> = new Set(),
): DescribedFolder {
  const itemClass = state?.itemClass ?? classOfFolderId(id) ?? 'Email';
  const nothing = { items: 0, filterType: null, retries: 0, cap: null, failing: 0 };
  if (!state) return { id, itemClass, name, syncKey: null, ...nothing };
  const { pending, acked, options, failed } = state;
  const items = new Set(known);
  for (const [item, value] of pending ? pendingChanges(pending) : []) {
    if (value) items.add(item);
    else items.delete(item);
  }
  return {
    id,
    itemClass,
    name,
    syncKey: keyOf(state, pending ?? acked),
    items: items.size,
    filterType: options.filterType,
    ...loopSigns(state),
    failing: Object.values(failed).filter(({ restores }) => restores !== true).length,
  };
}
