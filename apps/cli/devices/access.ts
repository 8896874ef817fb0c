import { runApi } from '../api/run.js';
import { deviceIdOf, nameOf, type DeviceChangeOptions, type DeviceSummary } from './find-device.js';

/** `godwit devices allow|block|quarantine|follow-rules`: returns the exit code. */
export function decideAccess(
  decision: DeviceSummary['decision'],
  named: string,
  deviceId: string | undefined,
  options: DeviceChangeOptions,
): Promise<number> {
  return runApi(options, async (api) => {
    const device = await api.client.call('POST /devices/{device}/access', {
      params: { device: await deviceIdOf(api, named, deviceId, options) },
      body: { decision, reason: options.reason },
    });
    api.answer(device, () => [`${nameOf(device)}: ${device.standing}.`]);
  });
}
