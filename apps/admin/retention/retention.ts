import type { Core } from '../../assembly/core.js';
import type { AdministrationStores } from '#store';
import type { StoredAuditor } from '../audit/auditor.js';

/** Removes what has been kept long enough, and tells everybody of devices that are gone. Throws StoreUnavailable. */
export async function sweep(
  { configuration, bus, log }: Pick<Core, 'configuration' | 'bus' | 'log'>,
  stores: AdministrationStores,
  auditor: StoredAuditor,
  now = new Date(),
): Promise<void> {
  const removed = await stores.retention.sweep(configuration.retention, now);
  if (!removed) return;
  const { devices, rows } = removed;
  for (const { tenant, user, device } of devices) {
    bus.publish('device-changed', { tenant, user, device });
    await auditor.system('retention', { action: 'device.remove', tenant, user, deviceId: device });
  }
  if (Object.keys(rows).length > 0) await auditor.system('retention', { action: 'retention', details: rows });
  log.event('retention.done', { devices: devices.length, rows });
}
