import type { z } from 'zod';
import type { devices } from '#admin-api';
import type { Api, ApiOptions } from '../api/run.js';
import { pagesOf } from '../api/pages.js';
import { CommandFailure } from '../exit-codes.js';
import { printable } from '../print/width.js';

export type DeviceSummary = z.output<typeof devices.DeviceSummary>;

export interface DeviceOptions extends ApiOptions {
  readonly tenant?: string | undefined;
}
export interface DeviceChangeOptions extends DeviceOptions {
  readonly reason?: string | undefined;
}

/** As many devices as a name that means one can be looked for among. */
const MOST = 1000;

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

/** `ann, iPhone (Appl123)`: how a device is told of in a line. */
export const nameOf = ({ user, deviceId, model, friendlyName, deviceType }: DeviceSummary): string =>
  printable(`${user}, ${friendlyName ?? model ?? (deviceType || 'a device')} (${deviceId})`);

/**
 * The number of the device that was named by number, by DeviceId, by its user, or by user and DeviceId. Throws
 * CommandFailure unless it is exactly one.
 */
export async function deviceIdOf(
  api: Api,
  named: string,
  deviceId: string | undefined,
  options: DeviceOptions,
): Promise<string> {
  if (deviceId === undefined && /^[1-9]\d{0,18}$/.test(named)) return named;
  return (await findDevice(api, named, deviceId, options)).id;
}

async function findDevice(
  { client }: Api,
  named: string,
  deviceId: string | undefined,
  { tenant }: DeviceOptions,
): Promise<DeviceSummary> {
  const where = tenant === undefined ? {} : { tenant };
  const byUser = await pagesOf(MOST, (page) =>
    client.call('GET /devices', { query: { ...where, user: named, ...page } }),
  );
  let found = byUser.items.filter((device) => deviceId === undefined || same(device.deviceId, deviceId));
  if (found.length === 0 && deviceId === undefined) {
    const byText = await pagesOf(MOST, (page) =>
      client.call('GET /devices', { query: { ...where, q: named, ...page } }),
    );
    found = byText.items.filter((device) => same(device.deviceId, named));
  }
  const [device, ...others] = found;
  if (device === undefined) {
    const what = deviceId === undefined ? named : `${deviceId} of ${named}`;
    throw new CommandFailure(
      `There is no device ${what}. godwit devices list --search finds it by a part of its name.`,
    );
  }
  if (others.length === 0) return device;
  const lines = found.slice(0, 20).map((one) => `  ${one.id}  ${one.tenant}  ${nameOf(one)}`);
  throw new CommandFailure(
    [`${named} means ${found.length} devices; name one by its number:`, ...lines].join('\n'),
  );
}
