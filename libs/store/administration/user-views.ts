import { guarded } from '../errors.js';
import { Conditions, likeInside } from './device-filter.js';
import { pageOf, readCursor, writeCursor, type Page } from './keyset.js';
import type { OpenConnection } from './open-connection.js';
import type { UserView } from './people-store.js';

interface UserRow {
  readonly tenant: string;
  readonly user_name: string;
  readonly enabled: boolean;
  readonly created_at: Date;
  readonly devices: number;
  readonly last_seen_at: Date | null;
}

export interface UserFilter {
  readonly tenant?: string | undefined;
  /** All of the name. */
  readonly user?: string | undefined;
  /** A part of the name. */
  readonly q?: string | undefined;
}

/** Users as administrators look at them. */
export class UserViews {
  constructor(private readonly open: OpenConnection) {}

  /** By tenant and name. Throws InvalidCursor. */
  async page(
    { tenant, user, q }: UserFilter,
    { cursor, limit }: { cursor?: string | undefined; limit: number },
  ): Promise<Page<UserView>> {
    const place = cursor === undefined ? null : readCursor(cursor, 'users', 2);
    const conditions = new Conditions()
      .add('a.tenant = ?', tenant)
      .add('a.user_name = ?', user?.toLowerCase())
      .add('a.user_name LIKE ?', q ? likeInside(q.toLowerCase()) : undefined);
    if (place) conditions.add('(a.tenant, a.user_name) > (?, ?)', ...place);
    const { pool } = await this.open();
    const { rows } = await guarded(() =>
      // Devices are counted for those of the page only.
      pool.query<UserRow>(
        `SELECT u.tenant, u.user_name, u.enabled, u.created_at, d.devices, d.last_seen_at
           FROM (SELECT * FROM accounts a ${conditions.where}
                  ORDER BY a.tenant, a.user_name LIMIT ${conditions.parameter(limit + 1)}) u
           LEFT JOIN LATERAL (
             SELECT count(*)::int AS devices, max(last_seen_at) AS last_seen_at FROM devices WHERE account_id = u.id
           ) d ON true
          ORDER BY u.tenant, u.user_name`,
        conditions.values,
      ),
    );
    const views = rows.map((row) => ({
      tenant: row.tenant,
      user: row.user_name,
      enabled: row.enabled,
      devices: row.devices,
      lastSeenAt: row.last_seen_at,
      createdAt: row.created_at,
    }));
    return pageOf(views, limit, (last) => writeCursor('users', [last.tenant, last.user]));
  }

  async find(tenant: string, user: string): Promise<UserView | null> {
    return (await this.page({ tenant, user }, { limit: 1 })).items[0] ?? null;
  }
}
