import { MAX_FAILURES, type CollectionState, type FailedItem } from './collection-state.js';
import type { DeviceSession } from './session.js';

/** Puts an item the phone could not be given before the administrator. */
export async function putSetAside(
  { deps, device, envelope }: DeviceSession,
  folderId: string,
  itemId: string,
  { version, reason, count }: FailedItem,
): Promise<void> {
  await deps.store.putSetAside(device.id, { folderId, itemId, version, reason, failures: count });
  deps.events.itemSetAside(envelope.identity, folderId, itemId, reason);
}

/** The items of `before` that were set aside and are not owed any more: delivered in another version, or gone. */
export function delivered(before: CollectionState, after: CollectionState): string[] {
  if (before.failed === after.failed) return [];
  return Object.keys(before.failed).filter(
    (id) => before.failed[id]!.count >= MAX_FAILURES && !after.failed[id],
  );
}

/** Takes them from the administrator's list. */
export async function forgetDelivered(
  { deps, device }: DeviceSession,
  folderId: string,
  before: CollectionState,
  after: CollectionState,
): Promise<void> {
  const ids = delivered(before, after);
  if (ids.length > 0) await deps.store.dropSetAside(device.id, folderId, ids);
}
