import { runApi, type ApiOptions } from '../api/run.js';
import { printable } from '../print/width.js';
import { userOf } from './find-user.js';

export interface SwitchOptions extends ApiOptions {
  readonly tenant?: string;
  readonly reason?: string;
}

/** `godwit users enable|disable`: returns the exit code. */
export function switchUser(enabled: boolean, name: string, options: SwitchOptions): Promise<number> {
  return runApi(options, async (api) => {
    const user = await api.client.call('PUT /users/{tenant}/{user}', {
      params: await userOf(api, name, options.tenant),
      body: { enabled, reason: options.reason },
    });
    api.answer(user, () => [
      printable(`ActiveSync is ${user.enabled ? 'on' : 'off'} for ${user.user} of ${user.tenant}.`),
    ]);
  });
}
