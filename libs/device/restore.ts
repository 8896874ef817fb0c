import {
  pendingChanges,
  type CollectionState,
  type DeltaEntry,
  type FailedItem,
} from './collection-state.js';
import type { KnownSet } from './known-set.js';
import type { RestoreAsk } from './messages.js';

/** No source's version begins so: the phone's copy of the item is its own, and not what it was told. */
const OWN = '?';
/** The phone's copy is based on no version its source has. */
export const OF_ITS_OWN = `${OWN}own`;
/** The phone's copy became this version at its source. */
const ownOf = (version: string): string => OWN + version;

/** The version that the phone's next change of an item is made on, by what is noted of its copy. */
export const basisOf = (version: string): string =>
  version.startsWith(OWN) ? version.slice(OWN.length) : version;

/**
 * What the phone did to items that their source keeps as they are (a read-only folder, a change that somebody else was
 * faster than), or made something else of, said so that it is sent the source's version again: its copy counts as another one, or none, and the item is offered like one it could not be given.
 * Items that the phone never had are left out.
 */
export async function restored(
  state: CollectionState,
  known: KnownSet,
  asks: readonly RestoreAsk[],
): Promise<{ failed: Readonly<Record<string, FailedItem>>; imports: readonly DeltaEntry[] }> {
  if (asks.length === 0) return { failed: {}, imports: [] };
  await known.need(asks.map(({ id }) => id));
  const view = known.view(state.pending ? pendingChanges(state.pending) : new Map());
  const imports: DeltaEntry[] = [];
  const offers: [string, FailedItem][] = [];
  for (const { id, isDeleted, item: now } of asks) {
    if (now) {
      imports.push([id, ownOf(now.version), now.day]);
      offers.push([id, { ...now, count: 0, reason: 'the source made something else of it', restores: true }]);
      continue;
    }
    const item = view.get(id);
    if (!item) continue;
    imports.push(isDeleted ? [id, null, null] : [id, OF_ITS_OWN, item.day]);
    offers.push([id, { ...item, count: 0, reason: 'the source keeps it as it is', restores: true }]);
  }
  return { failed: Object.fromEntries(offers), imports };
}

/** Whether something is to be restored that no answer holds yet. */
export function owesRestoring({ failed, pending }: CollectionState): boolean {
  const given = new Set(pending?.delta.map(([id]) => id));
  return Object.entries(failed).some(([id, item]) => item.restores === true && !given.has(id));
}
