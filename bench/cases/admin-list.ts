import pg from 'pg';
import { openDatabase, type DeviceFilter, type DeviceOrder, type DeviceViews } from '#store';
import { startPostgres } from '../../tests/servers/index.js';
import { median, times, type Measured } from '../measured.js';

/** The helpdesk's list of devices, in a company of many. */
const DEVICES = 100_000;
const BUDGET = 50;
const PAGE = 50;
const RUNS = 40;
/** Pages that are turned over one after the other. */
const DEEP = 40;

/**
 * Half of all belongs to one tenant; models and systems are skewed; what is blocked, failing or wiped is rare and was not
 * seen lately, which is what an index by time is worst at.
 */
const seed = `
  -- Built at the end: row by row it would take most of the run.
  DROP INDEX device_search_grams_idx;
  INSERT INTO accounts (tenant, user_name)
  SELECT CASE WHEN i % 2 = 0 THEN 'big' ELSE 'tenant' || i % 97 END, 'user' || i || '@example.test'
    FROM generate_series(1, ${DEVICES * 0.6}) i;
  INSERT INTO devices (account_id, tenant, user_name, device_id, device_type, user_agent, protocol_version, information,
                       state, model, os, friendly_name, standing, standing_reason, wipe, policy_state, created_at,
                       last_seen_at, last_sync_at, last_error, last_error_at)
  SELECT a.id, a.tenant, a.user_name, md5(i::text), CASE WHEN i % 3 = 0 THEN 'iPhone' WHEN i % 3 = 1 THEN 'Android' ELSE 'Outlook' END,
         'Apple-iPhone15C2/2104.28', (ARRAY[141, 160, 161, 161, 161])[1 + i % 5], '{"Model": "iPhone15C2", "IMEI": "356938035643809"}',
         jsonb_build_object('layout', 1, 'policy', NULL, 'lastSync', repeat(md5(i::text), 16)),
         CASE WHEN i % 50 = 0 THEN NULL ELSE 'Phone ' || floor(power(random(), 3) * 200) END,
         'iOS ' || floor(power(random(), 2) * 40), 'Phone of ' || md5((i * 7)::text),
         CASE WHEN i % 100 = 0 THEN 'blocked' WHEN i % 211 = 0 THEN 'quarantined' ELSE 'allowed' END, 'default',
         CASE WHEN i % 1000 = 0 THEN jsonb_build_object('id', i::text, 'kind', 'device', 'state', 'confirmed') END,
         (ARRAY['applied', 'applied', 'applied', 'pending', 'none'])[1 + (i % 17) % 5],
         now() - make_interval(secs => random() * 8e7),
         now() - make_interval(secs => CASE WHEN i % 100 = 0 THEN 5e6 ELSE random() * 4e6 END), now(),
         CASE WHEN i % 53 = 0 THEN 'the calendar does not answer' END, CASE WHEN i % 53 = 0 THEN now() END
    FROM generate_series(1, ${DEVICES}) i JOIN accounts a ON a.id = 1 + i % ${DEVICES * 0.6};
  CREATE INDEX device_search_grams_idx ON device_search USING gin (device_grams(text));
  ANALYZE;`;

type Query = readonly [
  row: string,
  title: string,
  filter: (run: number) => DeviceFilter,
  order?: Partial<DeviceOrder>,
];

const lastMonth = (): string => new Date(Date.now() - 30 * 86_400_000).toISOString();

const queries: readonly Query[] = [
  ['all', 'seen last', () => ({})],
  ['tenant', 'of a large tenant', () => ({ tenant: 'big' })],
  ['small', 'of a small tenant', (run) => ({ tenant: `tenant${1 + 2 * (run % 40)}` })],
  ['user', 'of a user', (run) => ({ user: `user${run * 97 + 1}@example.test` })],
  ['by-user', 'by user', () => ({}), { sort: 'user' }],
  ['by-model', 'by model, of a tenant', () => ({ tenant: 'big' }), { sort: 'model' }],
  ['by-age', 'newest first, of a tenant', () => ({ tenant: 'big' }), { sort: 'createdAt' }],
  ['blocked', 'blocked', () => ({ standing: 'blocked' })],
  [
    'blocked-tenant',
    'blocked, of a tenant, by user',
    () => ({ tenant: 'big', standing: 'blocked' }),
    { sort: 'user' },
  ],
  ['quarantined', 'in quarantine', () => ({ standing: 'quarantined' }), { sort: 'createdAt' }],
  ['failing', 'with an error', () => ({ failing: true })],
  [
    'failing-tenant',
    'with an error, of a tenant, by model',
    () => ({ tenant: 'big', failing: true }),
    { sort: 'model' },
  ],
  ['wiped', 'wiped', () => ({ wipe: 'confirmed' })],
  ['pending', 'policy pending', () => ({ policyState: 'pending' })],
  ['refused', 'policy refused: none', () => ({ policyState: 'refused' })],
  ['model', 'a model', (run) => ({ model: `Phone ${run * 5}` })],
  ['model-user', 'a model, by user', (run) => ({ model: `Phone ${run * 5}` }), { sort: 'user' }],
  ['os', 'a system, by model', (run) => ({ os: `iOS ${run}` }), { sort: 'model' }],
  ['version', 'a protocol version, by user', () => ({ protocolVersion: '14.1' }), { sort: 'user' }],
  ['type', 'a type, newest first', () => ({ deviceType: 'iPhone' }), { sort: 'createdAt' }],
  ['stale', 'not seen for a month', () => ({ seenBefore: lastMonth() }), { sort: 'user' }],
  [
    'stale-blocked',
    'blocked, seen this month: none',
    () => ({ standing: 'blocked', seenAfter: lastMonth() }),
  ],
  ['rare', 'two filters that never meet', () => ({ standing: 'blocked', wipe: 'failed' })],
  [
    'mixed',
    'model, version and type, of a tenant',
    (run) => ({ tenant: 'big', model: `Phone ${run}`, protocolVersion: '16.0', deviceType: 'Android' }),
  ],
  ['q-one', 'a name that one has', (run) => ({ q: `er${10_000 + run * 1001}@` })],
  ['q-some', 'a part of hundreds of names', (run) => ({ q: `r${100 + run}` })],
  ['q-many', 'a part of all names', () => ({ q: 'example' }), { sort: 'user' }],
  ['q-most', 'a part of a tenth of all names', (run) => ({ q: `phone ${run % 10}` }), { sort: 'createdAt' }],
  ['q-none', 'a part of no name', (run) => ({ q: `nobody${run}` })],
  ['q-short', 'two letters nobody has', () => ({ q: 'zz' })],
  ['q-short-many', 'two letters of half of all', () => ({ q: 'a7' }), { sort: 'model' }],
  [
    'q-model',
    'a part of a name, of a tenant, blocked',
    () => ({ tenant: 'big', standing: 'blocked', q: 'phone' }),
  ],
];

const order = (given: Partial<DeviceOrder> = {}): DeviceOrder => ({
  sort: 'lastSeenAt',
  limit: PAGE,
  ...given,
});

export async function measureAdminList(): Promise<Measured[]> {
  const server = await startPostgres();
  const database = await openDatabase({ url: server.url });
  const client = new pg.Client({ connectionString: server.url });
  try {
    await client.connect();
    await client.query(seed);
    const { devices } = database.administration;
    const bare = await bareSelect(client);
    const rows: Measured[] = [];
    for (const query of queries) rows.push(...(await measured(devices, query, bare)));
    return [...rows, await turned(devices)];
  } finally {
    await client.end();
    await database.close();
    await server.stop();
  }
}

const common = { unit: 'ms', budget: BUDGET } as const;
const late = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? NaN;

async function measured(
  devices: DeviceViews,
  [row, title, filter, given]: Query,
  bound: NonNullable<Measured['bound']>,
): Promise<Measured[]> {
  const values = await times(RUNS, (run) => devices.page(filter(run), order(given)));
  return [
    { row: `admin-list-${row}`, title: `devices ${title}: median`, value: median(values), ...common, bound },
    {
      row: `admin-list-${row}-p95`,
      title: `devices ${title}: 95th percentile`,
      value: late(values),
      ...common,
    },
  ];
}

/** One page after the other. */
async function turned(devices: DeviceViews): Promise<Measured> {
  let cursor: string | undefined;
  const values = await times(DEEP, async () => {
    cursor = (await devices.page({ tenant: 'big' }, order({ cursor }))).next ?? undefined;
  });
  return {
    row: 'admin-list-turned',
    title: 'devices page after page: 95th percentile',
    value: late(values),
    ...common,
  };
}

/** The same page, read as an index has it. */
async function bareSelect(client: pg.Client): Promise<NonNullable<Measured['bound']>> {
  const text = `SELECT * FROM devices ORDER BY last_seen_at DESC, id DESC LIMIT ${PAGE}`;
  return { what: 'bare SELECT of a page', value: median(await times(RUNS, () => client.query(text))) };
}
