import {
  pendingChanges,
  type CollectionState,
  type DeltaEntry,
  type FailedItem,
} from './collection-state.js';
import type { KnownSet } from './known-set.js';
import type { RestoreAsk } from './messages.js';

/** A version no source gives: what the phone has of the item is its own. */
const OF_ITS_OWN = '?own';

/**
 * What the phone did to items that their source keeps as they are (a read-only folder), said so that it is sent the
 * source's version again: its copy counts as another one, or none, and the item is offered like one it could not be given.
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
  for (const { id, isDeleted } of asks) {
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
