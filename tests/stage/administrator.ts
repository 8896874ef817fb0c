import { AdminClient, type CallOf, type RouteName } from '#admin-api';
import { waitUntil, type GodwitProcess } from '../servers/index.js';

/** An administrator at the API; without a token the first one, who may do everything. */
export function administratorOf({ adminUrl, adminToken }: GodwitProcess, token = adminToken): AdminClient {
  return new AdminClient({ origin: adminUrl, headers: () => ({ Authorization: `Bearer ${token}` }) });
}

/** One administrator with a right of his own. */
export async function employ(
  first: AdminClient,
  process: GodwitProcess,
  made: CallOf<Extract<RouteName, 'POST /tokens'>>['body'],
): Promise<AdminClient> {
  const { token } = await first.call('POST /tokens', { body: made });
  return administratorOf(process, token);
}

/** The device as lists show it, by user and DeviceId. */
export async function deviceOf(administrator: AdminClient, user: string, deviceId?: string) {
  const { items } = await administrator.call('GET /devices', { query: { user } });
  const found = items.filter((device) => deviceId === undefined || device.deviceId === deviceId);
  if (found.length !== 1) throw new Error(`${found.length} devices of ${user}`);
  return found[0]!;
}

/** Waits until the device is as wanted, and gives it in detail. */
export async function deviceThat(
  administrator: AdminClient,
  id: string,
  what: string,
  fits: (device: Awaited<ReturnType<typeof detailOf>>) => boolean,
) {
  let device = await detailOf(administrator, id);
  await waitUntil(what, async () => {
    device = await detailOf(administrator, id);
    return fits(device);
  });
  return device;
}

const detailOf = (administrator: AdminClient, id: string) =>
  administrator.call('GET /devices/{device}', { params: { device: id } });
