import { pagesOf } from '../api/pages.js';
import { runApi, type ApiOptions } from '../api/run.js';
import { pipeText } from '../api/pipe.js';
import type { Column } from '../print/table.js';
import { timeOf } from '../print/time.js';
import type { DeviceSummary } from './find-device.js';

type Standing = DeviceSummary['standing'];

/** As the options of `devices list` are named. */
export interface ListOptions extends ApiOptions {
  readonly tenant?: string;
  readonly user?: string;
  readonly search?: string;
  readonly model?: string;
  readonly os?: string;
  readonly type?: string;
  readonly protocol?: string;
  readonly standing?: Standing;
  readonly wipe?: NonNullable<DeviceSummary['wipe']>['state'];
  readonly policy?: DeviceSummary['policyState'];
  readonly seenAfter?: string;
  readonly seenBefore?: string;
  readonly failing?: boolean;
  readonly sort: 'lastSeenAt' | 'user' | 'model' | 'createdAt';
  readonly order?: 'asc' | 'desc';
  readonly limit: number;
  readonly csv?: boolean;
}

const standingStyles = { allowed: null, blocked: 'red', quarantined: 'yellow' } as const;
const standingStyle = ({ standing }: DeviceSummary) => standingStyles[standing];

/** What stands out about a device, in a word or two. */
export function conditionOf({ wipe, policyState, lastError }: DeviceSummary): string {
  const words: string[] = [];
  if (wipe) words.push(`${wipe.kind} wipe ${wipe.state}`);
  if (policyState === 'pending' || policyState === 'refused') words.push(`policy ${policyState}`);
  if (lastError !== null) words.push('error');
  return words.join(', ');
}

export const deviceColumns: readonly Column<DeviceSummary>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'TENANT', value: ({ tenant }) => tenant, least: 6 },
  { title: 'USER', value: ({ user }) => user, least: 10 },
  {
    title: 'DEVICE',
    value: ({ friendlyName, model, deviceType }) => friendlyName ?? model ?? deviceType,
    least: 8,
  },
  { title: 'OS', value: ({ os }) => os, least: 5 },
  { title: 'AS', value: ({ protocolVersion }) => protocolVersion },
  { title: 'ACCESS', value: ({ standing }) => standing, style: standingStyle },
  { title: 'LAST SEEN', value: ({ lastSeenAt }) => timeOf(lastSeenAt) },
  { title: 'DEVICEID', value: ({ deviceId }) => deviceId, least: 8 },
  { title: 'REMARKS', value: conditionOf, least: 7 },
];

function filterOf(options: ListOptions) {
  const { tenant, user, search, model, os, type, protocol, standing, wipe, policy, seenAfter, seenBefore } =
    options;
  return {
    tenant,
    user,
    q: search,
    model,
    os,
    deviceType: type,
    protocolVersion: protocol,
    standing,
    wipe,
    policyState: policy,
    seenAfter,
    seenBefore,
    ...(options.failing ? { failing: 'true' as const } : {}),
  };
}

/** `godwit devices list`: returns the exit code. */
export function listDevices(options: ListOptions): Promise<number> {
  return runApi(options, async (api) => {
    const query = filterOf(options);
    if (options.csv) return pipeText(await api.client.open('GET /devices.csv', { query }));
    const { sort, order, limit } = options;
    const found = await pagesOf(limit, (page) =>
      api.client.call('GET /devices', { query: { ...query, sort, order, ...page } }),
    );
    api.answer(found, ({ items }) => api.table(deviceColumns, items));
    if (found.next !== null) api.note(`There are more: --limit ${limit * 10} shows more of them.`);
    return undefined;
  });
}
