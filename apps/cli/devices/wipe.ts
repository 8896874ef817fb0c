import type { z } from 'zod';
import type { devices } from '#admin-api';
import { confirm } from '../api/confirm.js';
import { runApi, type Api } from '../api/run.js';
import { exitCodes } from '../exit-codes.js';
import { deviceIdOf, nameOf, type DeviceChangeOptions } from './find-device.js';

type Wipe = z.output<typeof devices.Wipe>;

export interface WipeOptions extends DeviceChangeOptions {
  readonly kind?: Wipe['kind'];
  readonly yes?: boolean;
}

const said: Readonly<Record<Wipe['state'], string>> = {
  waiting: 'waits until another administrator agrees (godwit devices approve-wipe)',
  requested: 'is asked for: the device is told when it connects next, at once if it waits for news',
  sent: 'was told to the device; it has not confirmed it yet',
  confirmed: 'is done: the device confirmed it',
  failed: 'failed: the device says that it could not',
  cancelled: 'is cancelled',
};

const lines = ({ kind, state, user, deviceId }: Wipe): string[] => [
  `The ${kind} wipe of ${deviceId} of ${user} ${said[state]}.`,
];

const dangers = {
  account: 'This removes the mail account with all its data from the device.',
  device: 'This resets the device to how it left the factory. Photos and everything else on it are lost.',
} as const;

/** Shows which device is meant and asks. */
async function isMeant(
  api: Api,
  device: string,
  question: string,
  yes: boolean | undefined,
): Promise<boolean> {
  if (yes === true) return true;
  const found = await api.client.call('GET /devices/{device}', { params: { device } });
  return confirm(`${nameOf(found)}\n${question}`, yes);
}

/** `godwit devices wipe`: returns the exit code. */
export function wipeDevice(
  named: string,
  deviceId: string | undefined,
  options: WipeOptions,
): Promise<number> {
  return runApi(options, async (api) => {
    const { kind = 'account', reason } = options;
    const device = await deviceIdOf(api, named, deviceId, options);
    if (!(await isMeant(api, device, `${dangers[kind]} Wipe it?`, options.yes))) return exitCodes.failed;
    const wipe = await api.client.call('POST /devices/{device}/wipe', {
      params: { device },
      body: { kind, reason },
    });
    return api.answer(wipe, lines);
  });
}

/** `godwit devices approve-wipe`: returns the exit code. */
export function approveWipe(
  named: string,
  deviceId: string | undefined,
  options: WipeOptions,
): Promise<number> {
  return runApi(options, async (api) => {
    const device = await deviceIdOf(api, named, deviceId, options);
    if (!(await isMeant(api, device, 'Agree to the wipe of this device?', options.yes)))
      return exitCodes.failed;
    const wipe = await api.client.call('POST /devices/{device}/wipe/approval', {
      params: { device },
      body: { reason: options.reason },
    });
    return api.answer(wipe, lines);
  });
}

/** `godwit devices cancel-wipe`: returns the exit code. */
export function cancelWipe(
  named: string,
  deviceId: string | undefined,
  options: DeviceChangeOptions,
): Promise<number> {
  return runApi(options, async (api) => {
    const device = await deviceIdOf(api, named, deviceId, options);
    const wipe = await api.client.call('DELETE /devices/{device}/wipe', {
      params: { device },
      body: { reason: options.reason },
    });
    return api.answer(wipe, lines);
  });
}
