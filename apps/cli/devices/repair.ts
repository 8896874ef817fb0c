import type { z } from 'zod';
import type { devices } from '#admin-api';
import { runApi } from '../api/run.js';
import { misused } from '../exit-codes.js';
import { printable } from '../print/width.js';
import { deviceIdOf, type DeviceChangeOptions } from './find-device.js';

type Resync = z.input<typeof devices.Resync>;
type Resynced = z.output<typeof devices.Resynced>;

export interface ResyncOptions extends DeviceChangeOptions {
  readonly folder?: string;
  readonly class?: NonNullable<Resync['itemClass']>;
  readonly hierarchy?: boolean;
  readonly dryRun?: boolean;
}
export interface RetryOptions extends DeviceChangeOptions {
  readonly folder?: string;
  readonly item?: string;
}

/** What is to be loaded again. Throws CommandFailure where more than one thing is said. */
export function scopeOf(options: ResyncOptions): Pick<Resync, 'scope' | 'folder' | 'itemClass'> {
  const { folder, class: itemClass, hierarchy } = options;
  const given = [folder !== undefined, itemClass !== undefined, hierarchy === true].filter(Boolean).length;
  if (given > 1) throw misused('Only one of --folder, --class and --hierarchy.');
  if (folder !== undefined) return { scope: 'folder', folder };
  if (itemClass !== undefined) return { scope: 'class', itemClass };
  return { scope: hierarchy === true ? 'hierarchy' : 'device' };
}

function resyncLines({ dryRun, hierarchy, folders }: Resynced): string[] {
  const what = dryRun ? 'would load' : 'loads';
  return [
    ...(hierarchy ? [`The device ${what} its list of folders again.`] : []),
    ...folders.map(({ id, name, items }) =>
      printable(`The device ${what} ${name ?? id} again (${items} items).`),
    ),
    ...(!hierarchy && folders.length === 0 ? ['There is nothing the device has to load again.'] : []),
  ];
}

/** `godwit devices resync`: returns the exit code. */
export function resyncDevice(
  named: string,
  deviceId: string | undefined,
  options: ResyncOptions,
): Promise<number> {
  return runApi(options, async (api) => {
    const scope = scopeOf(options);
    const resynced = await api.client.call('POST /devices/{device}/resync', {
      params: { device: await deviceIdOf(api, named, deviceId, options) },
      body: { ...scope, dryRun: options.dryRun === true, reason: options.reason },
    });
    api.answer(resynced, resyncLines);
  });
}

/** `godwit devices clear-loops`: returns the exit code. */
export function clearLoops(
  named: string,
  deviceId: string | undefined,
  options: DeviceChangeOptions,
): Promise<number> {
  return runApi(options, async (api) => {
    await api.client.call('DELETE /devices/{device}/loops', {
      params: { device: await deviceIdOf(api, named, deviceId, options) },
      body: { reason: options.reason },
    });
    api.answer({}, () => ['Forgotten: the device is given as many items at a time as it asks for.']);
  });
}

/** `godwit devices retry`: returns the exit code. */
export function retryItems(
  named: string,
  deviceId: string | undefined,
  options: RetryOptions,
): Promise<number> {
  return runApi(options, async (api) => {
    const { folder, item, reason } = options;
    if (item !== undefined && folder === undefined) throw misused('--item needs the --folder it is in.');
    const answer = await api.client.call('POST /devices/{device}/set-aside/retry', {
      params: { device: await deviceIdOf(api, named, deviceId, options) },
      body: { folder, item, reason },
    });
    api.answer(answer, ({ retried }) => [`Items that are offered again: ${retried}.`]);
  });
}
