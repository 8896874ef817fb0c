import { guarded } from '../errors.js';
import type { Prisma, AuditEntry as Row } from '../generated/client.js';
import type { Json } from '../types.js';
import { pageOf, readIdCursor, writeCursor, type Page } from './keyset.js';
import type { OpenConnection } from './open-connection.js';

export interface NewAuditRow {
  readonly actor: string;
  readonly role: string;
  readonly address: string;
  readonly action: string;
  readonly tenant: string | null;
  readonly user: string | null;
  readonly deviceId: string | null;
  readonly target: string | null;
  readonly reason: string | null;
  readonly details: { readonly [key: string]: Json };
}

export interface AuditRow extends NewAuditRow {
  readonly id: string;
  readonly at: Date;
}

export interface AuditFilter {
  readonly tenant?: string | undefined;
  readonly user?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly actor?: string | undefined;
  /** Whole, or the beginning up to a dot: `device` is every action with a device. */
  readonly action?: string | undefined;
  /** From this moment on. */
  readonly from?: Date | undefined;
  /** Before this moment. */
  readonly to?: Date | undefined;
}

const ORDER = 'audit';
/** Rows at a time of what is written out whole. */
const BATCH = 1000;

const rowOf = ({ details, ...row }: Row): AuditRow => ({
  ...row,
  id: String(row.id),
  details: details as { readonly [key: string]: Json },
});

function conditionsOf({ action, from, to, ...same }: AuditFilter): Prisma.AuditEntryWhereInput {
  const equal = Object.entries(same).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(equal),
    ...(action !== undefined && { OR: [{ action }, { action: { startsWith: `${action}.` } }] }),
    ...((from ?? to) && { at: { ...(from && { gte: from }), ...(to && { lt: to }) } }),
  };
}

/** Who changed what. Rows are added, and removed when they are old; never changed. */
export class AuditStore {
  constructor(private readonly open: OpenConnection) {}

  async add(row: NewAuditRow): Promise<void> {
    const { prisma } = await this.open();
    await guarded(() => prisma.auditEntry.create({ data: row }));
  }

  /** Newest first. Throws InvalidCursor. */
  async page(
    filter: AuditFilter,
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<Page<AuditRow>> {
    const rows = await this.before(filter, readIdCursor(cursor, ORDER), limit + 1);
    return pageOf(rows, limit, ({ id }) => writeCursor(ORDER, [id]));
  }

  /** Everything that passes the filter, newest first, a thousand at a time. */
  async *all(filter: AuditFilter): AsyncGenerator<AuditRow[]> {
    let last: string | null = null;
    for (;;) {
      const rows: AuditRow[] = await this.before(filter, last, BATCH);
      if (rows.length > 0) yield rows;
      if (rows.length < BATCH) return;
      last = rows.at(-1)?.id ?? null;
    }
  }

  private async before(filter: AuditFilter, id: string | null, take: number): Promise<AuditRow[]> {
    const { prisma } = await this.open();
    const where = { ...conditionsOf(filter), ...(id !== null && { id: { lt: BigInt(id) } }) };
    return (await guarded(() => prisma.auditEntry.findMany({ where, orderBy: { id: 'desc' }, take }))).map(
      rowOf,
    );
  }
}
