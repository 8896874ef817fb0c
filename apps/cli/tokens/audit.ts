import { pagesOf } from '../api/pages.js';
import { pipeText } from '../api/pipe.js';
import { runApi, type ApiOptions } from '../api/run.js';
import { timeOf } from '../print/time.js';

export interface AuditOptions extends ApiOptions {
  readonly tenant?: string;
  readonly user?: string;
  readonly device?: string;
  readonly by?: string;
  readonly action?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly csv?: boolean;
}

/** `godwit audit`: returns the exit code. */
export function showAudit(options: AuditOptions): Promise<number> {
  const { tenant, user, device: deviceId, by: actor, action, from, to, limit } = options;
  const query = { tenant, user, deviceId, actor, action, from, to };
  return runApi(options, async (api) => {
    if (options.csv) return pipeText(await api.client.open('GET /audit.csv', { query }));
    const found = await pagesOf(limit, (page) =>
      api.client.call('GET /audit', { query: { ...query, ...page } }),
    );
    api.answer(found, ({ items }) =>
      api.table(
        [
          { title: 'WHEN', value: ({ at }) => timeOf(at) },
          { title: 'WHO', value: (entry) => entry.actor, least: 8 },
          { title: 'ROLE', value: ({ role }) => role },
          { title: 'FROM', value: ({ address }) => address, least: 9 },
          { title: 'WHAT', value: (entry) => entry.action },
          { title: 'TENANT', value: (entry) => entry.tenant, least: 6 },
          { title: 'USER', value: (entry) => entry.user, least: 8 },
          { title: 'DEVICE OR OTHER', value: (entry) => entry.deviceId ?? entry.target, least: 8 },
          { title: 'WHY', value: ({ reason }) => reason, least: 8 },
        ],
        items,
      ),
    );
    if (found.next !== null) api.note(`There are more: --limit ${limit * 10} shows more of them.`);
    return undefined;
  });
}
