import {
  clearLoops,
  describeFolders,
  HIERARCHY,
  resync,
  retryItems,
  type DescribedFolder,
  type RepairedDevice,
} from '#device';
import type { DeviceWhole } from '#store';
import { newEpoch } from '../../assembly/device-host.js';
import { invalid, Refused, unknown, type Call, type Change, type HandlersOf } from '../call.js';
import type { AdminParts } from '../parts.js';
import { deviceFor } from './device-detail.js';

type Repairs =
  | 'DELETE /devices/{device}'
  | 'POST /devices/{device}/resync'
  | 'DELETE /devices/{device}/loops'
  | 'POST /devices/{device}/set-aside/retry'
  | 'DELETE /me/devices/{device}';

/** Set-aside items that one call offers again. */
const MOST_ITEMS = 1000;

/** What mends devices, and what forgets them. */
export function repairHandlers(parts: AdminParts): HandlersOf<Repairs> {
  return {
    'DELETE /devices/{device}': async (call) => {
      await remove(parts, call, await deviceFor(parts, call.principal, call.params.device), call.body.reason);
    },
    'DELETE /me/devices/{device}': async (call) => {
      const device = await deviceFor(parts, call.principal, call.params.device);
      // What an administrator decided must not be undone by forgetting that the device was ever there.
      if (device.standing !== 'allowed' || device.decision !== null || device.wipe !== null)
        throw new Refused(
          409,
          'decided',
          'An administrator has decided about this device: only one can remove it.',
        );
      await remove(parts, call, device, call.body.reason);
    },
    'POST /devices/{device}/resync': (call) => startResync(parts, call),
    'DELETE /devices/{device}/loops': async ({ principal, params, body, audit }) => {
      const device = await deviceFor(parts, principal, params.device);
      const rows = await parts.stores.devices.collections(device.id);
      const folders = await clearLoops(
        repairedOf(parts, device),
        rows.map(({ folderId }) => folderId),
      );
      await noted(parts, device, 'loops-cleared', { folders });
      await audit({
        ...about(device),
        action: 'device.clear-loops',
        reason: body.reason,
        details: { folders },
      });
    },
    'POST /devices/{device}/set-aside/retry': (call) => retry(parts, call),
  };
}

const repairedOf = ({ database }: AdminParts, { tenant, user, deviceId }: DeviceWhole): RepairedDevice => ({
  store: database.devices,
  identity: { tenant, user, deviceId },
  epoch: newEpoch,
});

const about = ({ tenant, user, deviceId }: DeviceWhole) => ({ tenant, user, deviceId });

const tell = ({ bus }: AdminParts, { tenant, user, deviceId: device }: DeviceWhole): void =>
  bus.publish('device-changed', { tenant, user, device });

/** The timeline says it, and the phone that waits comes back to hear it. */
async function noted(
  parts: AdminParts,
  device: DeviceWhole,
  kind: string,
  details: Readonly<Record<string, string | number | boolean | readonly string[]>>,
): Promise<void> {
  await parts.database.devices.addEvent(device.id, kind, details);
  tell(parts, device);
}

async function remove(
  parts: AdminParts,
  call: { audit(change: Change): Promise<void> },
  device: DeviceWhole,
  reason: string | undefined,
): Promise<void> {
  if (!(await parts.stores.devices.remove(device.id))) throw unknown('device');
  tell(parts, device);
  await call.audit({ ...about(device), action: 'device.remove', reason });
}

/** The folders that are meant, of those the device has. */
function chosen(
  folders: readonly DescribedFolder[],
  { scope, itemClass, folder }: Call<'POST /devices/{device}/resync'>['body'],
): readonly DescribedFolder[] {
  const synced = folders.filter(({ syncKey }) => syncKey !== null);
  switch (scope) {
    case 'device':
      return synced;
    case 'hierarchy':
      return [];
    case 'class':
      return synced.filter((one) => one.itemClass === itemClass);
    case 'folder': {
      const found = synced.filter(({ id }) => id === folder);
      if (found.length === 0) throw invalid('folder', 'is none that this device syncs');
      return found;
    }
  }
}

async function startResync(
  parts: AdminParts,
  { principal, params, body, audit }: Call<'POST /devices/{device}/resync'>,
) {
  const device = await deviceFor(parts, principal, params.device);
  const { devices } = parts.stores;
  const [collections, segments] = await Promise.all([
    devices.collections(device.id),
    devices.segments(device.id),
  ]);
  const { scope, dryRun, reason } = body;
  const folders = chosen(describeFolders({ collections, segments }), body);
  const knows = collections.some(({ folderId }) => folderId === HIERARCHY);
  const hierarchy = knows && (scope === 'device' || scope === 'hierarchy');
  if (!dryRun) {
    const ids = folders.map(({ id }) => id);
    await resync(repairedOf(parts, device), ids, hierarchy);
    await noted(parts, device, 'resync', { scope, folders: ids });
    await audit({ ...about(device), action: 'device.resync', reason, details: { scope, folders: ids } });
  }
  return { dryRun, hierarchy, folders: folders.map(({ id, name, items }) => ({ id, name, items })) };
}

async function retry(
  parts: AdminParts,
  { principal, params, body, audit }: Call<'POST /devices/{device}/set-aside/retry'>,
) {
  if (body.item !== undefined && body.folder === undefined) throw invalid('folder', 'is needed with an item');
  const device = await deviceFor(parts, principal, params.device);
  const { items } = await parts.stores.devices.setAside({ device: device.id }, { limit: MOST_ITEMS });
  const wanted = items.filter(
    ({ folder, item }) =>
      (body.folder === undefined || folder === body.folder) &&
      (body.item === undefined || item === body.item),
  );
  if (body.item !== undefined && wanted.length === 0) throw unknown('item');
  const byFolder = new Map<string, string[]>();
  for (const { folder, item } of wanted) byFolder.set(folder, [...(byFolder.get(folder) ?? []), item]);
  const retried = await retryItems(repairedOf(parts, device), byFolder);
  await noted(parts, device, 'items-retried', { retried });
  await audit({ ...about(device), action: 'device.retry-items', reason: body.reason, details: { retried } });
  return { retried };
}
