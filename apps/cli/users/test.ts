import { runApi, type ApiOptions } from '../api/run.js';
import { askPassword } from '../doctor/password.js';
import { exitCodes, misused } from '../exit-codes.js';
import { userOf } from './find-user.js';

export interface TestOptions extends ApiOptions {
  readonly tenant?: string;
  readonly password?: boolean;
}

async function passwordOf(user: string, isWanted: boolean | undefined): Promise<string | undefined> {
  const { GODWIT_DOCTOR_PASSWORD: given } = process.env;
  if (given) return given;
  if (!isWanted) return undefined;
  const typed = await askPassword(`Password of ${user}: `);
  if (!typed) throw misused('No password: there is no terminal to ask on; use GODWIT_DOCTOR_PASSWORD.');
  return typed;
}

/** `godwit users test`: returns the exit code. */
export function testUser(name: string, options: TestOptions): Promise<number> {
  return runApi(options, async (api) => {
    const params = await userOf(api, name, options.tenant);
    const password = await passwordOf(name, options.password);
    const report = await api.client.call('POST /users/{tenant}/{user}/test', { params, body: { password } });
    api.answer(report, ({ steps }) =>
      api.table(
        [
          { title: ' ', value: ({ ok }) => (ok ? '✓' : '✗'), style: ({ ok }) => (ok ? 'green' : 'red') },
          { title: 'SOURCE', value: ({ source }) => source },
          { title: 'STEP', value: ({ step }) => step },
          { title: 'MS', value: ({ ms }) => Math.round(ms), align: 'right' },
          { title: 'WHAT', value: ({ detail }) => detail },
        ],
        steps,
      ),
    );
    if (password === undefined) api.note('Tried up to the sign-in only: --password tries that too.');
    return report.ok ? exitCodes.ok : exitCodes.failed;
  });
}
