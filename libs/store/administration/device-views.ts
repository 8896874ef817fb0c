import type pg from 'pg';
import { guarded } from '../errors.js';
import type { Json, Segment } from '../types.js';
import { conditionsOf, likeInside, Conditions, type DeviceFilter } from './device-filter.js';
import {
  VIEW_COLUMNS,
  viewOf,
  wholeOf,
  type DeviceView,
  type DeviceViewRow,
  type DeviceWhole,
  type DeviceWholeRow,
} from './device-rows.js';
import { sharesOfDevice, wipesOfDevice, type ShareView, type WipeView } from './device-histories.js';
import { pageOf, readCursor, readIdCursor, writeCursor, type Page } from './keyset.js';
import type { OpenConnection } from './open-connection.js';

export type DeviceSort = 'lastSeenAt' | 'user' | 'model' | 'createdAt';

export interface DeviceOrder {
  readonly sort: DeviceSort;
  /** By default the newest first, names from A on. */
  readonly order?: 'asc' | 'desc' | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const SORTED_BY: Readonly<Record<DeviceSort, { column: string; type: string }>> = {
  lastSeenAt: { column: 'last_seen_at', type: 'timestamptz' },
  createdAt: { column: 'created_at', type: 'timestamptz' },
  user: { column: 'user_name', type: 'text' },
  model: { column: 'model', type: 'text' },
};

/** A part of a name that more devices have than this is no good start: then the list is walked in its own order. */
const FEW = 1000;
/** Percent of all names that are looked at to tell how many have a part. */
const SAMPLE = 2;
/** Rows at a time of what is written out whole. */
const BATCH = 1000;

/** What happened to a device. */
export interface TimelineRow {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly details: Json;
}

export interface SetAsideView {
  readonly device: string;
  readonly tenant: string;
  readonly user: string;
  readonly deviceId: string;
  readonly accountId: string;
  readonly folder: string;
  readonly item: string;
  readonly reason: string;
  readonly failures: number;
  readonly at: Date;
}

/** A collection with its known set, as the database has it. */
export interface CollectionView {
  readonly folderId: string;
  readonly version: number;
  readonly state: Json;
}

interface SetAsideRow {
  readonly device_row_id: string;
  readonly tenant: string;
  readonly user_name: string;
  readonly device_id: string;
  readonly account_id: string;
  readonly folder_id: string;
  readonly item_id: string;
  readonly reason: string;
  readonly failures: number;
  readonly at: Date;
}

const setAsideOf = (row: SetAsideRow): SetAsideView => ({
  device: row.device_row_id,
  tenant: row.tenant,
  user: row.user_name,
  deviceId: row.device_id,
  accountId: row.account_id,
  folder: row.folder_id,
  item: row.item_id,
  reason: row.reason,
  failures: row.failures,
  at: row.at,
});

const placeOf = (view: DeviceView, sort: DeviceSort): string | null => {
  const value = view[sort];
  return value instanceof Date ? value.toISOString() : value;
};

/** Devices as administrators look at them. */
export class DeviceViews {
  constructor(private readonly open: OpenConnection) {}

  /**
   * A page of the devices that pass. The statement is planned for the values at hand, not prepared: how many devices a
   * filter leaves differs from a handful to all of them. Throws InvalidCursor.
   */
  async page(filter: DeviceFilter, { sort, order, cursor, limit }: DeviceOrder): Promise<Page<DeviceView>> {
    const direction = order ?? (sort === 'user' || sort === 'model' ? 'asc' : 'desc');
    const name = `${sort} ${direction}`;
    const [value = null, id = null] = cursor === undefined ? [] : readCursor(cursor, name, 2);
    const found = filter.q ? await this.few(filter.q, filter.tenant) : null;
    const narrowed = (): Conditions => this.narrowed(filter, found);
    const { column } = SORTED_BY[sort];
    const walk = { sort, direction, limit: limit + 1 } as const;
    // What has no model comes last in either direction, and is a list of its own: a place in it is a number only.
    const isAmongNameless = cursor !== undefined && value === null;
    const rows = isAmongNameless
      ? []
      : await this.walk(this.after(narrowed(), walk, value, id).add(`d.${column} IS NOT NULL`), walk);
    if (sort === 'model' && rows.length <= limit) {
      const rest = { ...walk, limit: limit + 1 - rows.length, sort: null };
      const nameless = narrowed().add('d.model IS NULL');
      if (isAmongNameless) nameless.add(`d.id ${direction === 'asc' ? '>' : '<'} ?::bigint`, id);
      rows.push(...(await this.walk(nameless, rest)));
    }
    return pageOf(rows, limit, (last) => writeCursor(name, [placeOf(last, sort), last.id]));
  }

  /** All devices that pass, in the order they were made: nothing is missed or repeated whatever happens meanwhile. */
  async *all(filter: DeviceFilter): AsyncGenerator<readonly DeviceView[]> {
    const found = filter.q ? await this.few(filter.q, filter.tenant) : null;
    let last = '0';
    for (;;) {
      const conditions = this.narrowed(filter, found).add('d.id > ?::bigint', last);
      const rows = await this.walk(conditions, { sort: null, direction: 'asc', limit: BATCH });
      if (rows.length > 0) yield rows;
      if (rows.length < BATCH) return;
      last = rows.at(-1)!.id;
    }
  }

  /** All of a device's row; null if there is none. */
  async find(id: string): Promise<DeviceWhole | null> {
    const [row] = await this.query<DeviceWholeRow>(
      `SELECT ${VIEW_COLUMNS}, d.account_id, a.enabled, d.exempt, d.information, d.state, d.policy_id,
              p.name AS policy_name, d.recovery_password IS NOT NULL AS has_recovery_password, d.trace_until
         FROM devices d JOIN accounts a ON a.id = d.account_id LEFT JOIN policies p ON p.id = d.policy_id
        WHERE d.id = $1::bigint`,
      [id],
    );
    return row ? wholeOf(row) : null;
  }

  /** The states of all of a device's collections, the hierarchy among them. */
  async collections(id: string): Promise<readonly CollectionView[]> {
    const rows = await this.query<{ folder_id: string; version: number; state: Json }>(
      'SELECT folder_id, version, state FROM collections WHERE device_row_id = $1::bigint ORDER BY folder_id',
      [id],
    );
    return rows.map(({ folder_id: folderId, version, state }) => ({ folderId, version, state }));
  }

  /** What each of these devices was told of its folders. */
  async hierarchies(
    ids: readonly string[],
  ): Promise<readonly { readonly device: string; readonly state: Json }[]> {
    return this.query(
      `SELECT device_row_id AS device, state FROM collections
        WHERE folder_id = 'hierarchy' AND device_row_id = ANY($1::bigint[])`,
      [ids],
    );
  }

  /** The known sets of all of a device's collections, slice by slice. */
  async segments(id: string): Promise<readonly (Segment & { readonly folderId: string })[]> {
    const rows = await this.query<{ folder_id: string; first: string; data: Buffer }>(
      'SELECT folder_id, first, data FROM known_segments WHERE device_row_id = $1::bigint',
      [id],
    );
    return rows.map(({ folder_id: folderId, first, data }) => ({ folderId, first, data }));
  }

  /** Forgets a device and all it had; a wipe it was not told of, or did not confirm, ends with it. False: it is not there. */
  async remove(id: string): Promise<boolean> {
    const rows = await this.query(
      `WITH ended AS (
         UPDATE wipes SET state = 'cancelled', finished_at = now()
          WHERE device_row_id = $1::bigint AND state IN ('waiting', 'requested', 'sent')
       )
       DELETE FROM devices WHERE id = $1::bigint RETURNING id`,
      [id],
    );
    return rows.length > 0;
  }

  /** All wipes of a device, the latest first. */
  wipes(id: string, limit: number): Promise<WipeView[]> {
    return this.query<WipeView>(wipesOfDevice, [id, limit]);
  }

  /** Folders of others that the device is shown. */
  shares(accountId: string, id: string): Promise<ShareView[]> {
    return this.query<ShareView>(sharesOfDevice, [accountId, id]);
  }

  /** A device's timeline, newest first. Throws InvalidCursor. */
  async timeline(
    id: string,
    { cursor, limit }: { cursor?: string | undefined; limit: number },
  ): Promise<Page<TimelineRow>> {
    const before = readIdCursor(cursor, 'timeline') ?? '9223372036854775807';
    const rows = await this.query<TimelineRow>(
      `SELECT id, at, kind, details FROM device_events
        WHERE device_row_id = $1::bigint AND id < $2::bigint ORDER BY id DESC LIMIT $3`,
      [id, before, limit + 1],
    );
    return pageOf(rows, limit, (last) => writeCursor('timeline', [last.id]));
  }

  /** Items that devices could not be given, the newest first. Throws InvalidCursor. */
  async setAside(
    filter: { tenant?: string | undefined; user?: string | undefined; device?: string | undefined },
    { cursor, limit }: { cursor?: string | undefined; limit: number },
  ): Promise<Page<SetAsideView>> {
    const place = cursor === undefined ? [] : readCursor(cursor, 'set-aside', 4);
    const conditions = new Conditions()
      .add('d.tenant = ?', filter.tenant)
      .add('d.user_name = ?', filter.user?.toLowerCase())
      .add('d.id = ?::bigint', filter.device);
    if (place.length > 0)
      conditions.add(
        '(s.at, s.device_row_id, s.folder_id, s.item_id) < (?::timestamptz, ?::bigint, ?, ?)',
        ...place,
      );
    const rows = await this.query<SetAsideRow>(
      `SELECT s.device_row_id, d.tenant, d.user_name, d.device_id, d.account_id, s.folder_id, s.item_id, s.reason,
              s.failures, s.at
         FROM set_aside s JOIN devices d ON d.id = s.device_row_id ${conditions.where}
        ORDER BY s.at DESC, s.device_row_id DESC, s.folder_id DESC, s.item_id DESC
        LIMIT ${conditions.parameter(limit + 1)}`,
      conditions.values,
    );
    return pageOf(rows.map(setAsideOf), limit, ({ at, device, folder, item }) =>
      writeCursor('set-aside', [at.toISOString(), device, folder, item]),
    );
  }

  /**
   * The devices of which a name has this part, if they are few; else null. A sample tells first: the index of pieces would
   * bring all of the many before it stopped.
   */
  private async few(q: string, tenant: string | undefined): Promise<readonly string[] | null> {
    const like = likeInside(q);
    const [sample] = await this.query<{ hits: number }>(
      `SELECT count(*)::int AS hits FROM device_search s TABLESAMPLE SYSTEM (${SAMPLE}) WHERE s.text LIKE lower($1)`,
      [like],
    );
    if ((sample?.hits ?? 0) * (100 / SAMPLE) > FEW) return null;
    const conditions = new Conditions()
      .add('device_grams(s.text) @> device_grams(lower(?))', q)
      .add('s.text LIKE lower(?)', like)
      .add('s.tenant = ?', tenant);
    const rows = await this.query<{ id: string }>(
      `SELECT s.device_row_id AS id FROM device_search s ${conditions.where} LIMIT ${2 * FEW + 1}`,
      conditions.values,
    );
    return rows.length > 2 * FEW ? null : rows.map(({ id }) => id);
  }

  private narrowed(filter: DeviceFilter, found: readonly string[] | null): Conditions {
    const conditions = conditionsOf(filter);
    if (!filter.q) return conditions;
    if (found) return conditions.add('d.id = ANY(?::bigint[])', found);
    // Not LIKE: of that the planner believes that hardly anything passes, and would sort everything that does.
    return conditions.add(
      `strpos(concat_ws(E'\\n', lower(d.user_name), lower(d.model), lower(d.friendly_name), d.device_id), lower(?)) > 0`,
      filter.q,
    );
  }

  private after(
    conditions: Conditions,
    { sort, direction }: { sort: DeviceSort; direction: 'asc' | 'desc' },
    value: string | null,
    id: string | null,
  ): Conditions {
    if (value === null || id === null) return conditions;
    const { column, type } = SORTED_BY[sort];
    const beyond = direction === 'asc' ? '>' : '<';
    return conditions.add(`(d.${column}, d.id) ${beyond} (?::${type}, ?::bigint)`, value, id);
  }

  /** In the order of a column, or of the rows' numbers with null. */
  private async walk(
    conditions: Conditions,
    { sort, direction, limit }: { sort: DeviceSort | null; direction: 'asc' | 'desc'; limit: number },
  ): Promise<DeviceView[]> {
    const by = sort === null ? '' : `d.${SORTED_BY[sort].column} ${direction}, `;
    const rows = await this.query<DeviceViewRow>(
      `SELECT ${VIEW_COLUMNS} FROM devices d ${conditions.where}
        ORDER BY ${by}d.id ${direction} LIMIT ${conditions.parameter(limit)}`,
      conditions.values,
    );
    return rows.map(viewOf);
  }

  private async query<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    const { pool } = await this.open();
    const { rows } = await guarded(() => pool.query<Row>({ text, values: [...values] }));
    return rows;
  }
}
