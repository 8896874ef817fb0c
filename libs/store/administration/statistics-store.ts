import { guarded } from '../errors.js';
import type { Json } from '../types.js';
import type { DeviceCounts } from './device-histories.js';
import type { OpenConnection } from './open-connection.js';

/** What a node did in a minute; the shape belongs to whoever writes it. */
export interface NodeMinute {
  readonly node: string;
  readonly at: Date;
  readonly sample: Json;
}

interface CountRow {
  readonly standing: string | null;
  readonly protocol_version: number | null;
  readonly device_type: string | null;
  readonly devices: number;
  readonly active: number;
  readonly wipes: number;
  readonly pending: number;
}

function sumsBy(rows: readonly CountRow[], keyOf: (row: CountRow) => string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of rows) sums[keyOf(row)] = (sums[keyOf(row)] ?? 0) + row.devices;
  return sums;
}

const sum = (rows: readonly CountRow[], name: 'devices' | 'active' | 'wipes' | 'pending'): number =>
  rows.reduce((total, row) => total + row[name], 0);

/** How many there are of what, and how the nodes did. */
export class StatisticsStore {
  constructor(private readonly open: OpenConnection) {}

  /** Of a tenant, or of all. One walk through the devices: to be asked for every few seconds at most. */
  async counts(tenant: string | undefined): Promise<DeviceCounts> {
    const { pool } = await this.open();
    const of = [tenant ?? null];
    const [devices, others] = await guarded(() =>
      Promise.all([
        pool.query<CountRow>(
          `SELECT standing, protocol_version, device_type, count(*)::int AS devices,
                  count(*) FILTER (WHERE last_seen_at > now() - interval '24 hours')::int AS active,
                  count(*) FILTER (WHERE wipe ->> 'state' IN ('waiting', 'requested', 'sent'))::int AS wipes,
                  count(*) FILTER (WHERE policy_state = 'pending')::int AS pending
             FROM devices WHERE $1::text IS NULL OR tenant = $1 GROUP BY 1, 2, 3`,
          of,
        ),
        pool.query<{ users: number; set_aside: number }>(
          `SELECT (SELECT count(*)::int FROM accounts WHERE $1::text IS NULL OR tenant = $1) AS users,
                  (SELECT count(*)::int FROM set_aside s JOIN devices d ON d.id = s.device_row_id
                    WHERE $1::text IS NULL OR d.tenant = $1) AS set_aside`,
          of,
        ),
      ]),
    );
    const { rows } = devices;
    return {
      devices: sum(rows, 'devices'),
      devicesActive: sum(rows, 'active'),
      users: others.rows[0]?.users ?? 0,
      byStanding: sumsBy(rows, ({ standing }) => standing ?? ''),
      byVersion: sumsBy(rows, ({ protocol_version: version }) =>
        version === null ? 'unknown' : (version / 10).toFixed(1),
      ),
      byType: sumsBy(rows, ({ device_type: type }) => type ?? ''),
      wipesPending: sum(rows, 'wipes'),
      setAside: others.rows[0]?.set_aside ?? 0,
      policyPending: sum(rows, 'pending'),
    };
  }

  /** Keeps a node's minute. Whoever writes it first is right: several processes may hear the same. */
  async keep({ node, at, sample }: NodeMinute): Promise<void> {
    const { prisma } = await this.open();
    await guarded(() =>
      prisma.nodeStatistic.createMany({ data: [{ node, at, sample: sample ?? {} }], skipDuplicates: true }),
    );
  }

  /** Every `step`th minute of all nodes since then, oldest first. */
  async minutes(since: Date, step: number): Promise<readonly NodeMinute[]> {
    const { pool } = await this.open();
    const { rows } = await guarded(() =>
      pool.query<NodeMinute>(
        `SELECT node, at, sample FROM node_statistics
          WHERE at >= $1 AND (extract(epoch FROM at)::bigint / 60) % $2 = 0 ORDER BY at`,
        [since, step],
      ),
    );
    return rows;
  }
}
