import { deviceAddress, reloadOf } from '#device';
import type { Core } from './core.js';

/** Milliseconds a device's actor may take to hear that it is to forget. */
const PATIENCE = 30_000;

/**
 * Where actors trust what they remember, those of devices that somebody else decided about are made to forget it. Others
 * load their rows for every message anyhow. Returns what ends it.
 */
export function forgetWhatChanged(
  { bus, runtime, log }: Pick<Core, 'bus' | 'runtime' | 'log'>,
  devicesOf: (tenant: string, user: string) => Promise<readonly string[]>,
): () => void {
  if (runtime.scope === 'shared') return () => undefined;
  const failed = (about: { tenant: string; user: string; device?: string }) => (error: unknown) =>
    log.event('device.not-reloaded', { ...about, error });
  const leaves = [
    bus.subscribe('device-changed', ({ tenant, user, device }) => {
      const identity = { tenant, user, deviceId: device };
      const deadline = Date.now() + PATIENCE;
      runtime
        .ask(deviceAddress(identity), reloadOf(identity), { deadline })
        .catch(failed({ tenant, user, device }));
    }),
    // What is decided of an account stands in the rows of its devices' actors, too. Their waits end once more: a phone may
    // have come back before its actor was told.
    bus.subscribe('account-changed', ({ tenant, user }) => {
      devicesOf(tenant, user).then(
        (devices) => devices.forEach((device) => bus.publish('device-changed', { tenant, user, device })),
        failed({ tenant, user }),
      );
    }),
  ];
  return () => leaves.forEach((leave) => leave());
}
