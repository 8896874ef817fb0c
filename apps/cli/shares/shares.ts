import { runApi, type ApiOptions } from '../api/run.js';
import { deviceIdOf } from '../devices/find-device.js';
import { printable } from '../print/width.js';
import { timeOf } from '../print/time.js';
import { userOf } from '../users/find-user.js';

export interface ShareListOptions extends ApiOptions {
  readonly tenant?: string;
  /** One of the user's devices, by its DeviceId; all of them without it. */
  readonly device?: string;
}
export interface ShareChangeOptions extends ShareListOptions {
  readonly reason?: string;
}
export interface ShareAddOptions extends ShareChangeOptions {
  readonly class: 'Email' | 'Calendar' | 'Contacts' | 'Tasks' | 'Notes';
  readonly name?: string;
}

/** `godwit shares list`: returns the exit code. */
export function listShares(user: string, options: ShareListOptions): Promise<number> {
  const { device, tenant } = options;
  return runApi(options, async (api) => {
    const { client } = api;
    const items =
      device === undefined
        ? (
            await client.call('GET /users/{tenant}/{user}/shares', {
              params: await userOf(api, user, tenant),
            })
          ).items
        : (
            await client.call('GET /devices/{device}', {
              params: { device: await deviceIdOf(api, user, device, options) },
            })
          ).shares;
    api.answer({ items }, () =>
      api.table(
        [
          { title: 'SHARE', value: ({ id }) => id, align: 'right' },
          { title: 'CLASS', value: ({ itemClass }) => itemClass },
          { title: 'PATH', value: ({ path }) => path, least: 10 },
          { title: 'NAME', value: ({ name }) => name, least: 8 },
          { title: 'FOR', value: (share) => (share.device === null ? 'all devices' : 'this device') },
          { title: 'BY', value: ({ createdBy }) => createdBy, least: 8 },
          { title: 'SINCE', value: ({ createdAt }) => timeOf(createdAt) },
        ],
        items,
      ),
    );
  });
}

/** `godwit shares add`: returns the exit code. */
export function addShare(user: string, path: string, options: ShareAddOptions): Promise<number> {
  const { device, tenant, name, reason } = options;
  return runApi(options, async (api) => {
    const { client } = api;
    const body = { itemClass: options.class, path, name, reason };
    const share =
      device === undefined
        ? await client.call('POST /users/{tenant}/{user}/shares', {
            params: await userOf(api, user, tenant),
            body,
          })
        : await client.call('POST /devices/{device}/shares', {
            params: { device: await deviceIdOf(api, user, device, options) },
            body,
          });
    api.answer(share, () => [
      printable(`${share.path} is shown to ${user} if the user may read it there (share ${share.id}).`),
    ]);
  });
}

/** `godwit shares remove`: returns the exit code. */
export function removeShare(user: string, share: string, options: ShareChangeOptions): Promise<number> {
  const { device, tenant, reason } = options;
  return runApi(options, async (api) => {
    const { client } = api;
    const body = { reason };
    if (device === undefined) {
      const params = { ...(await userOf(api, user, tenant)), share };
      await client.call('DELETE /users/{tenant}/{user}/shares/{share}', { params, body });
    } else {
      const params = { device: await deviceIdOf(api, user, device, options), share };
      await client.call('DELETE /devices/{device}/shares/{share}', { params, body });
    }
    api.answer({}, () => ['The folder is shown no longer: phones delete it when they next look.']);
  });
}
