import type { Role } from '#admin-api';
import { runApi, type ApiOptions } from '../api/run.js';

export interface MakeTokenOptions extends ApiOptions {
  readonly role: Role;
  readonly tenant?: string;
  readonly user?: string;
  readonly days?: number;
  readonly reason?: string;
}

const DAY = 86_400_000;

/** `godwit tokens make`: the token is all there is on standard output. Returns the exit code. */
export function makeToken(name: string, options: MakeTokenOptions): Promise<number> {
  const { role, tenant = null, user = null, days, reason } = options;
  return runApi(options, async (api) => {
    const expiresAt = days === undefined ? undefined : new Date(Date.now() + days * DAY).toISOString();
    const made = await api.client.call('POST /tokens', {
      body: { name, role, tenant, user, expiresAt, reason },
    });
    api.note(`Token ${made.id} (${made.role}); it is not told again:`);
    api.answer(made, ({ token }) => [token]);
  });
}
