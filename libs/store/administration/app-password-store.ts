import { guarded } from '../errors.js';
import type { OpenConnection } from './open-connection.js';

/** A password for phones only, as it is shown. */
export interface AppPasswordRow {
  readonly id: string;
  readonly tenant: string;
  readonly user: string;
  readonly name: string;
  readonly deviceId: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** With the mailbox's own password, sealed. */
export interface StoredAppPassword extends AppPasswordRow {
  readonly sealed: string;
}

export interface NewAppPassword {
  readonly tenant: string;
  readonly user: string;
  readonly name: string;
  /** SHA-256 of the app password. */
  readonly digest: string;
  readonly deviceId: string | null;
  readonly sealed: string;
  readonly createdBy: string;
  readonly expiresAt: Date | null;
}

/** What signing in needs of it. Throws StoreUnavailable. */
export interface AppPasswordStore {
  find(digest: string): Promise<StoredAppPassword | null>;
  used(id: string, at: Date): Promise<void>;
}

const withAccount = { account: { select: { tenant: true, user: true } } } as const;

interface Row {
  readonly id: bigint;
  readonly name: string;
  readonly deviceId: string | null;
  readonly sealed: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly account: { readonly tenant: string; readonly user: string };
}

/** App passwords of all accounts. */
export class AppPasswordTable implements AppPasswordStore {
  constructor(private readonly open: OpenConnection) {}

  async find(digest: string): Promise<StoredAppPassword | null> {
    const { prisma } = await this.open();
    const row = await guarded(() =>
      prisma.appPassword.findUnique({ where: { digest }, include: withAccount }),
    );
    return row && { ...shown(row), sealed: row.sealed };
  }

  async used(id: string, at: Date): Promise<void> {
    const { prisma } = await this.open();
    await guarded(() =>
      prisma.appPassword.updateMany({ where: { id: BigInt(id) }, data: { lastUsedAt: at } }),
    );
  }

  /** Those of a user, the oldest first. */
  async list(tenant: string, user: string): Promise<AppPasswordRow[]> {
    const { prisma } = await this.open();
    const rows = await guarded(() =>
      prisma.appPassword.findMany({
        where: { account: { tenant, user } },
        include: withAccount,
        orderBy: { id: 'asc' },
      }),
    );
    return rows.map(shown);
  }

  /** Makes the account's row, too, if its user never had a phone. */
  async add({ tenant, user, ...data }: NewAppPassword): Promise<AppPasswordRow> {
    const { prisma } = await this.open();
    const account = {
      connectOrCreate: { where: { tenant_user: { tenant, user } }, create: { tenant, user } },
    };
    const row = await guarded(() =>
      prisma.appPassword.create({ data: { ...data, account }, include: withAccount }),
    );
    return shown(row);
  }

  /** What was taken back; null if the user has none of this number. */
  async remove(tenant: string, user: string, id: string): Promise<AppPasswordRow | null> {
    const { prisma } = await this.open();
    return guarded(() =>
      prisma.$transaction(async (transaction) => {
        const where = { id: BigInt(id), account: { tenant, user } };
        const row = await transaction.appPassword.findFirst({ where, include: withAccount });
        const { count } = await transaction.appPassword.deleteMany({ where });
        return row && count > 0 ? shown(row) : null;
      }),
    );
  }
}

const shown = ({ id, account, name, deviceId, createdBy, createdAt, expiresAt, lastUsedAt }: Row) => ({
  id: String(id),
  ...account,
  name,
  deviceId,
  createdBy,
  createdAt,
  expiresAt,
  lastUsedAt,
});
