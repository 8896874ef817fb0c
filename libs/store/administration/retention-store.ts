import type pg from 'pg';
import { guarded } from '../errors.js';
import type { OpenConnection } from './open-connection.js';

/** Any number, the same in all processes. */
const LOCK = 4_746_121;
const BATCH = 1000;
/** A device takes its collections and known items with it. */
const DEVICES = 25;

/** Days; 0 keeps forever. */
export interface Kept {
  readonly devicesDays: number;
  readonly auditDays: number;
  readonly eventsDays: number;
  readonly tracesDays: number;
  readonly statisticsDays: number;
  readonly deliveriesDays: number;
}

export interface RemovedDevice {
  readonly tenant: string;
  readonly user: string;
  readonly device: string;
}

export interface Removed {
  readonly devices: readonly RemovedDevice[];
  /** Rows, by what was kept: `auditDays`, ... */
  readonly rows: Readonly<Record<string, number>>;
}

const OLD: readonly (readonly [keyof Kept, string, string])[] = [
  ['auditDays', 'audit_log', 'at < $1'],
  ['eventsDays', 'device_events', 'at < $1'],
  ['tracesDays', 'trace_entries', 'at < $1'],
  ['statisticsDays', 'node_statistics', 'at < $1'],
  ['deliveriesDays', 'webhook_deliveries', "created_at < $1 AND state <> 'waiting'"],
];

/** Whoever is blocked, or has still to be wiped, must not come back as a new device. */
const oldDevices = `DELETE FROM devices WHERE id IN (
    SELECT id FROM devices WHERE last_seen_at < $1 AND standing <> 'blocked' AND decision IS DISTINCT FROM 'blocked'
       AND coalesce(wipe ->> 'state', 'failed') = 'failed' ORDER BY last_seen_at LIMIT ${DEVICES} FOR UPDATE SKIP LOCKED)
  RETURNING tenant, user_name AS user, device_id AS device`;

/** Removes what is older than it is to be kept, in small steps. */
export class RetentionStore {
  constructor(private readonly open: OpenConnection) {}

  /** Null while another process is at it. */
  async sweep(kept: Kept, now: Date): Promise<Removed | null> {
    const { pool } = await this.open();
    return guarded(async () => {
      const client = await pool.connect();
      try {
        const { rows } = await client.query<{ ok: boolean }>('SELECT pg_try_advisory_lock($1) AS ok', [LOCK]);
        if (!rows[0]?.ok) return null;
        try {
          return await swept(client, kept, now);
        } finally {
          await client.query('SELECT pg_advisory_unlock($1)', [LOCK]);
        }
      } finally {
        client.release();
      }
    });
  }
}

const before = (now: Date, days: number): Date => new Date(now.getTime() - days * 86_400_000);

async function swept(client: pg.PoolClient, kept: Kept, now: Date): Promise<Removed> {
  const rows: Record<string, number> = {};
  for (const [key, table, condition] of OLD) {
    if (kept[key] === 0) continue;
    // By its place in the table: not every table has an id.
    const text = `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE ${condition} LIMIT ${BATCH}))`;
    for (let count = BATCH; count === BATCH;) {
      count = (await client.query(text, [before(now, kept[key])])).rowCount ?? 0;
      if (count > 0) rows[key] = (rows[key] ?? 0) + count;
    }
  }
  await client.query('DELETE FROM ended_sessions WHERE expires_at < $1', [now]);
  return {
    devices: kept.devicesDays === 0 ? [] : await devices(client, before(now, kept.devicesDays)),
    rows,
  };
}

async function devices(client: pg.PoolClient, until: Date): Promise<RemovedDevice[]> {
  const removed: RemovedDevice[] = [];
  for (;;) {
    const { rows } = await client.query<RemovedDevice>(oldDevices, [until]);
    removed.push(...rows);
    if (rows.length < DEVICES) return removed;
  }
}
