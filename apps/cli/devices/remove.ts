import { confirm } from '../api/confirm.js';
import { runApi } from '../api/run.js';
import { exitCodes } from '../exit-codes.js';
import { deviceIdOf, nameOf, type DeviceChangeOptions } from './find-device.js';

/** `godwit devices remove`: returns the exit code. */
export function removeDevice(
  named: string,
  deviceId: string | undefined,
  options: DeviceChangeOptions & { readonly yes?: boolean },
): Promise<number> {
  return runApi(options, async (api) => {
    const params = { device: await deviceIdOf(api, named, deviceId, options) };
    if (!options.yes) {
      const device = await api.client.call('GET /devices/{device}', { params });
      if (!(await confirm(`${nameOf(device)}\nForget this device?`, false))) return exitCodes.failed;
    }
    await api.client.call('DELETE /devices/{device}', { params, body: { reason: options.reason } });
    return api.answer({}, () => ['The device is forgotten.']);
  });
}
