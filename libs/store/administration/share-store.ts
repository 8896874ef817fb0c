import { MOST_SHARES } from '../device-control.js';
import { guarded } from '../errors.js';
import type { ShareView } from './device-histories.js';
import type { OpenConnection } from './open-connection.js';

/** Whom a folder is shown to. */
export interface ShareOwner {
  readonly tenant: string;
  readonly user: string;
  /** The device's row; null for all devices of the user. */
  readonly device: string | null;
}

export type NewShare = Pick<ShareView, 'itemClass' | 'path' | 'name' | 'createdBy'>;

interface Row {
  readonly id: bigint;
  readonly deviceRowId: bigint | null;
  readonly itemClass: string;
  readonly path: string;
  readonly name: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

const viewOf = ({ id, deviceRowId, itemClass, ...rest }: Row): ShareView => ({
  id: String(id),
  device: deviceRowId === null ? null : String(deviceRowId),
  itemClass: itemClass as ShareView['itemClass'],
  path: rest.path,
  name: rest.name,
  createdBy: rest.createdBy,
  createdAt: rest.createdAt,
});

/** Folders of others that administrators show to users and devices. */
export class ShareStore {
  constructor(private readonly open: OpenConnection) {}

  /** Those that all devices of a user are shown. */
  async ofUser(tenant: string, user: string): Promise<readonly ShareView[]> {
    const { prisma } = await this.open();
    const rows = await guarded(() =>
      prisma.sharedFolder.findMany({
        where: { deviceRowId: null, account: { tenant, user } },
        orderBy: { id: 'asc' },
      }),
    );
    return rows.map(viewOf);
  }

  /**
   * Adds one; a user who never synced may have it beforehand. `exists`: he, or the device, has it already; `too-many`: the
   * account has MOST_SHARES.
   */
  async add(
    { tenant, user, device }: ShareOwner,
    share: NewShare,
  ): Promise<ShareView | 'exists' | 'too-many'> {
    const { prisma } = await this.open();
    const deviceRowId = device === null ? null : BigInt(device);
    return guarded(async () => {
      const { id: accountId } = await prisma.account.upsert({
        where: { tenant_user: { tenant, user } },
        create: { tenant, user },
        update: { user },
      });
      return prisma.$transaction(async (transaction) => {
        // Two administrators at once do not both add it.
        await transaction.$queryRaw`SELECT 1 FROM accounts WHERE id = ${accountId} FOR UPDATE`;
        const all = await transaction.sharedFolder.findMany({ where: { accountId } });
        const isSame = (one: Row): boolean =>
          one.deviceRowId === deviceRowId && one.itemClass === share.itemClass && one.path === share.path;
        if (all.some(isSame)) return 'exists';
        if (all.length >= MOST_SHARES) return 'too-many';
        return viewOf(await transaction.sharedFolder.create({ data: { accountId, deviceRowId, ...share } }));
      });
    });
  }

  /** What it was; null if these devices, or this one, have none of that number. */
  async remove({ tenant, user, device }: ShareOwner, id: string): Promise<ShareView | null> {
    const { prisma } = await this.open();
    const deviceRowId = device === null ? null : BigInt(device);
    const where = { id: BigInt(id), deviceRowId, account: { tenant, user } };
    return guarded(async () => {
      const found = await prisma.sharedFolder.findFirst({ where });
      if (!found) return null;
      const { count } = await prisma.sharedFolder.deleteMany({ where });
      return count === 0 ? null : viewOf(found);
    });
  }
}
