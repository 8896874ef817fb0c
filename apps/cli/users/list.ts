import { pagesOf } from '../api/pages.js';
import { runApi, type ApiOptions } from '../api/run.js';
import { timeOf } from '../print/time.js';

export interface UserListOptions extends ApiOptions {
  readonly tenant?: string;
  readonly search?: string;
  readonly limit: number;
}

/** `godwit users list`: returns the exit code. */
export function listUsers({ tenant, search, limit, ...options }: UserListOptions): Promise<number> {
  return runApi(options, async (api) => {
    const found = await pagesOf(limit, (page) =>
      api.client.call('GET /users', { query: { tenant, q: search, ...page } }),
    );
    api.answer(found, ({ items }) =>
      api.table(
        [
          { title: 'TENANT', value: (user) => user.tenant, least: 6 },
          { title: 'USER', value: ({ user }) => user, least: 10 },
          {
            title: 'ACTIVESYNC',
            value: ({ enabled }) => (enabled ? 'on' : 'off'),
            style: ({ enabled }) => (enabled ? null : 'red'),
          },
          { title: 'DEVICES', value: ({ devices }) => devices, align: 'right' },
          { title: 'LAST SEEN', value: ({ lastSeenAt }) => timeOf(lastSeenAt) },
          { title: 'SINCE', value: ({ createdAt }) => timeOf(createdAt) },
        ],
        items,
      ),
    );
    if (found.next !== null) api.note(`There are more: --limit ${limit * 10} shows more of them.`);
  });
}
