import { runApi, type ApiOptions } from '../api/run.js';
import { timeOf } from '../print/time.js';

export interface TokenListOptions extends ApiOptions {
  readonly tenant?: string;
}
export interface RevokeTokenOptions extends ApiOptions {
  readonly reason?: string;
}

/** `godwit tokens list`: returns the exit code. */
export function listTokens({ tenant, ...options }: TokenListOptions): Promise<number> {
  return runApi(options, async (api) => {
    const found = await api.client.call('GET /tokens', { query: { tenant } });
    api.answer(found, ({ items }) =>
      api.table(
        [
          { title: 'ID', value: ({ id }) => id, align: 'right' },
          { title: 'NAME', value: ({ name }) => name, least: 10 },
          { title: 'ROLE', value: ({ role }) => role },
          { title: 'TENANT', value: (token) => token.tenant ?? 'all', least: 6 },
          { title: 'USER', value: ({ user }) => user, least: 6 },
          { title: 'MADE BY', value: ({ createdBy }) => createdBy, least: 8 },
          { title: 'UNTIL', value: ({ expiresAt }) => timeOf(expiresAt) || 'for ever' },
          { title: 'LAST USED', value: ({ lastUsedAt }) => timeOf(lastUsedAt) },
        ],
        items,
      ),
    );
  });
}

/** `godwit tokens revoke`: returns the exit code. */
export function revokeToken(token: string, { reason, ...options }: RevokeTokenOptions): Promise<number> {
  return runApi(options, async (api) => {
    await api.client.call('DELETE /tokens/{token}', { params: { token }, body: { reason } });
    api.answer({}, () => ['The token is refused from now on.']);
  });
}
