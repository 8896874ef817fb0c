import { randomBytes } from 'node:crypto';
import { classOfFolderId, DeviceActor, type DeviceDependencies, type DeviceEvents } from '#device';
import { RuleSnapshot } from '#policy';
import type { Database, DeviceIdentity } from '#store';
import type { Core } from './core.js';
import { forgetWhatChanged } from './forgetting.js';
import { openProvisioning } from './policies.js';

const who = ({ tenant, user, deviceId }: DeviceIdentity) => ({ tenant, user, device: deviceId });

const eventsOf = ({ log, metrics }: Core): DeviceEvents => ({
  deviceCreated: (identity, type) => log.event('device.created', { ...who(identity), type }),
  staleState: (identity) => {
    metrics.staleStates.inc();
    log.event('actor.stale', who(identity));
  },
  collectionReset: (identity, folder) => log.event('sync.bad-key', { ...who(identity), folder }),
  itemSetAside: (identity, folder, item, reason) => {
    metrics.setAside.inc({ class: classOfFolderId(folder) ?? 'Email' });
    log.event('item.set-aside', { ...who(identity), folder, item, reason });
  },
  sourceFailed: (identity, itemClass, error) =>
    log.event('source.failed', { ...who(identity), class: itemClass, error }),
  sourceRestored: (identity, itemClass) =>
    log.event('source.restored', { ...who(identity), class: itemClass }),
  wipe: (identity, what, kind) => log.event('device.wipe', { ...who(identity), what, kind }),
});

const BASE36 = 36;
const EPOCH_LENGTH = 10;

/** Ten random characters of [0-9a-z]. */
export function newEpoch(): string {
  let epoch = '';
  while (epoch.length < EPOCH_LENGTH) {
    for (const byte of randomBytes(EPOCH_LENGTH)) {
      // 252 is the largest multiple of 36 in a byte: every character is equally likely.
      if (byte < 252 && epoch.length < EPOCH_LENGTH) epoch += (byte % BASE36).toString(BASE36);
    }
  }
  return epoch;
}

/** The access rules, as this host knows them. */
function openAccess({ bus, log }: Core, database: Database): RuleSnapshot {
  const rules = new RuleSnapshot({
    load: () => database.administration.access.all(),
    onUnavailable: (error) => log.event('store.unavailable', { error }),
  });
  bus.subscribe('rules-changed', () => rules.refresh());
  bus.onGap(() => rules.refresh());
  return rules;
}

/** Makes this process a host of device actors. The database is the caller's to close. */
export async function hostDevices(core: Core, database: Database): Promise<void> {
  core.health.require('database', () => database.ping());
  const dependencies: DeviceDependencies = {
    store: database.devices,
    backends: core.accounts.backends,
    policy: await openProvisioning(core, database),
    access: openAccess(core, database),
    events: eventsOf(core),
    window: core.configuration.window,
    now: Date.now,
    epoch: newEpoch,
    scope: core.runtime.scope,
  };
  // The first query of a process costs half a second: better now than when the first phone waits for it.
  await database.devices.load({ tenant: '', user: '', deviceId: '' }, []);
  await core.runtime.host(() => new DeviceActor(dependencies));
  forgetWhatChanged(core, async (tenant, user) => {
    const rows = await database.prisma.device.findMany({
      where: { tenant, user },
      select: { deviceId: true },
    });
    return rows.map(({ deviceId }) => deviceId);
  });
}
