import { guarded } from '../errors.js';
import type { OpenConnection } from './open-connection.js';

/** A user as lists show him. */
export interface UserView {
  readonly tenant: string;
  readonly user: string;
  readonly enabled: boolean;
  readonly devices: number;
  readonly lastSeenAt: Date | null;
  readonly createdAt: Date;
}

/** Users as a whole: how many a tenant has, and whether their phones may sync. */
export class PeopleStore {
  constructor(private readonly open: OpenConnection) {}

  async counts(tenant: string): Promise<{ users: number; devices: number; quarantined: number }> {
    const { prisma } = await this.open();
    return guarded(async () => {
      const [users, devices, quarantined] = await Promise.all([
        prisma.account.count({ where: { tenant } }),
        prisma.device.count({ where: { tenant } }),
        prisma.device.count({ where: { tenant, standing: 'quarantined' } }),
      ]);
      return { users, devices, quarantined };
    });
  }

  /** Switches a user on or off; one who never synced may be switched off beforehand. */
  async switchUser(tenant: string, user: string, enabled: boolean): Promise<UserView> {
    const { prisma } = await this.open();
    return guarded(async () => {
      const account = await prisma.account.upsert({
        where: { tenant_user: { tenant, user } },
        create: { tenant, user, enabled },
        update: { enabled },
      });
      const { _count, _max } = await prisma.device.aggregate({
        where: { accountId: account.id },
        _count: true,
        _max: { lastSeenAt: true },
      });
      return {
        tenant,
        user,
        enabled,
        devices: _count,
        lastSeenAt: _max.lastSeenAt,
        createdAt: account.createdAt,
      };
    });
  }

  async deviceIds(tenant: string, user: string): Promise<string[]> {
    const { prisma } = await this.open();
    const rows = await guarded(() =>
      prisma.device.findMany({ where: { account: { tenant, user } }, select: { deviceId: true } }),
    );
    return rows.map(({ deviceId }) => deviceId);
  }
}
