import { guarded } from '../errors.js';
import type { Prisma, WebhookDelivery as Row } from '../generated/client.js';
import type { Statement } from '../statements.js';
import type { Json } from '../types.js';
import { pageOf, readIdCursor, writeCursor, type Page } from './keyset.js';
import type { OpenConnection } from './open-connection.js';

/** An entry of a device's timeline, with the device's names. */
export interface ToldEvent {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly details: Json;
  readonly device: string;
  readonly tenant: string;
  readonly user: string;
  readonly deviceId: string;
}

export interface NewDelivery {
  readonly endpoint: string;
  readonly event: string;
  readonly body: { readonly [key: string]: Json };
}

export interface DeliveryRow extends NewDelivery {
  readonly id: string;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly createdAt: Date;
  readonly dueAt: Date;
  readonly finishedAt: Date | null;
  readonly lastError: string | null;
}

/** What an attempt came to: `again` says when to try next. */
export type Outcome =
  | { readonly state: 'delivered' }
  | { readonly state: 'failed'; readonly error: string }
  | { readonly state: 'waiting'; readonly error: string; readonly again: Date };

/** Begins with what is written from now on. A position of another server (a restored copy) is of no use here. */
const begin = `INSERT INTO webhook_position (id, tx, event_id)
  VALUES (1, pg_snapshot_xmin(pg_current_snapshot())::text::bigint, 0)
  ON CONFLICT (id) DO UPDATE SET tx = EXCLUDED.tx, event_id = 0
  WHERE webhook_position.tx > pg_snapshot_xmax(pg_current_snapshot())::text::bigint`;
const position = 'SELECT tx::text, event_id::text FROM webhook_position WHERE id = 1 FOR UPDATE SKIP LOCKED';
/** Only of transactions that are over, and none before them that is not: nothing is skipped. */
const events = `SELECT e.id::text, e.tx::text, e.at, e.kind, e.details, d.id::text AS device, d.tenant, d.user_name AS user,
    d.device_id AS "deviceId"
  FROM device_events e JOIN devices d ON d.id = e.device_row_id
  WHERE (e.tx, e.id) > ($1::bigint, $2::bigint) AND e.tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
  ORDER BY e.tx, e.id LIMIT $3`;
const put = `INSERT INTO webhook_deliveries (endpoint, event, body)
  SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[])`;
const move = 'UPDATE webhook_position SET tx = $1, event_id = $2 WHERE id = 1';

/** Taken for a minute: a process that dies with it leaves it to the others. */
const claim: Statement = {
  name: 'webhook_claim',
  text: `UPDATE webhook_deliveries SET due_at = CURRENT_TIMESTAMP + interval '1 minute', attempts = attempts + 1
    WHERE id IN (SELECT id FROM webhook_deliveries WHERE state = 'waiting' AND due_at <= CURRENT_TIMESTAMP
      ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING id::text, endpoint, event, body, state, attempts, created_at AS "createdAt", due_at AS "dueAt",
      finished_at AS "finishedAt", last_error AS "lastError"`,
};

const ORDER = 'deliveries';

const rowOf = (row: Row): DeliveryRow => ({
  ...row,
  id: String(row.id),
  state: row.state as DeliveryRow['state'],
  body: row.body as NewDelivery['body'],
});

/** Events on their way to webhooks. */
export class WebhookStore {
  constructor(private readonly open: OpenConnection) {}

  /**
   * Turns the next entries of all timelines into deliveries, each once, whichever process asks. Returns how many entries
   * were looked at; 0 also while another process is at it.
   */
  async turn(deliveriesOf: (event: ToldEvent) => readonly NewDelivery[], limit: number): Promise<number> {
    const { pool } = await this.open();
    return guarded(async () => {
      const client = await pool.connect();
      try {
        await client.query(begin);
        await client.query('BEGIN');
        const {
          rows: [from],
        } = await client.query<{ tx: string; event_id: string }>(position);
        const { rows } = from
          ? await client.query<ToldEvent & { tx: string }>(events, [from.tx, from.event_id, limit])
          : { rows: [] };
        const last = rows.at(-1);
        if (last) {
          const made = rows.flatMap(deliveriesOf);
          const bodies = made.map(({ body }) => JSON.stringify(body));
          await client.query(put, [
            made.map(({ endpoint }) => endpoint),
            made.map(({ event }) => event),
            bodies,
          ]);
          await client.query(move, [last.tx, last.id]);
        }
        await client.query('COMMIT');
        return rows.length;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      } finally {
        client.release();
      }
    });
  }

  /** Takes deliveries that are due, for a minute, so that no other process sends them. */
  async claim(limit: number): Promise<DeliveryRow[]> {
    return (await this.open()).query<DeliveryRow>(claim, [limit]);
  }

  async settle(id: string, outcome: Outcome): Promise<void> {
    const { prisma } = await this.open();
    const data =
      outcome.state === 'waiting'
        ? { dueAt: outcome.again, lastError: outcome.error }
        : {
            state: outcome.state,
            finishedAt: new Date(),
            lastError: outcome.state === 'failed' ? outcome.error : null,
          };
    await guarded(() => prisma.webhookDelivery.updateMany({ where: { id: BigInt(id) }, data }));
  }

  /** Newest first. Throws InvalidCursor. */
  async page(
    {
      endpoints,
      state,
    }: { readonly endpoints?: readonly string[] | undefined; readonly state?: string | undefined },
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<Page<DeliveryRow>> {
    const { prisma } = await this.open();
    const before = readIdCursor(cursor, ORDER);
    const where: Prisma.WebhookDeliveryWhereInput = {
      ...(endpoints && { endpoint: { in: [...endpoints] } }),
      ...(state !== undefined && { state }),
      ...(before !== null && { id: { lt: BigInt(before) } }),
    };
    const rows = await guarded(() =>
      prisma.webhookDelivery.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }),
    );
    return pageOf(rows.map(rowOf), limit, ({ id }) => writeCursor(ORDER, [id]));
  }

  async get(id: string): Promise<DeliveryRow | null> {
    const { prisma } = await this.open();
    const row = await guarded(() => prisma.webhookDelivery.findUnique({ where: { id: BigInt(id) } }));
    return row && rowOf(row);
  }

  /** Sends it again from the first attempt on, now. */
  async retry(id: string): Promise<DeliveryRow> {
    const { prisma } = await this.open();
    const data = { state: 'waiting', attempts: 0, dueAt: new Date(), finishedAt: null };
    return rowOf(await guarded(() => prisma.webhookDelivery.update({ where: { id: BigInt(id) }, data })));
  }

  /** How many wait and were given up, by endpoint and state. */
  async counts(): Promise<{ readonly endpoint: string; readonly state: string; readonly count: number }[]> {
    const { prisma } = await this.open();
    const where = { state: { in: ['waiting', 'failed'] } };
    const groups = await guarded(() =>
      prisma.webhookDelivery.groupBy({ by: ['endpoint', 'state'], where, _count: true }),
    );
    return groups.map(({ endpoint, state, _count }) => ({ endpoint, state, count: _count }));
  }
}
