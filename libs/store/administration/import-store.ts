import { guarded } from '../errors.js';
import type { DeviceIdentity, Json } from '../types.js';
import type { OpenConnection } from './open-connection.js';

/** A device that another server knew. */
export interface DeviceToImport {
  readonly identity: DeviceIdentity;
  readonly deviceType: string;
  readonly userAgent: string;
  readonly model: string | null;
  readonly os: string | null;
  readonly friendlyName: string | null;
  /** Times ten. */
  readonly protocolVersion: number | null;
  readonly information: Json;
  readonly state: Json;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** It was wiped there: it stays out until an administrator lets it in. */
  readonly wiped: boolean;
}

/** Makes devices known before they come. */
export class ImportStore {
  constructor(private readonly open: OpenConnection) {}

  /** Whether the device is known. */
  async isKnown({ tenant, user, deviceId }: DeviceIdentity): Promise<boolean> {
    const { prisma } = await this.open();
    return guarded(async () => (await prisma.device.count({ where: { tenant, user, deviceId } })) > 0);
  }

  /** Its number; null if it was known already: then it stays as it is. */
  async make({ identity, wiped, information, state, ...device }: DeviceToImport): Promise<string | null> {
    const { tenant, user, deviceId } = identity;
    const { prisma } = await this.open();
    const { firstSeenAt: createdAt, ...attributes } = device;
    return guarded(async () => {
      const account = await prisma.account.upsert({
        where: { tenant_user: { tenant, user } },
        create: { tenant, user },
        update: { user },
      });
      const [made] = await prisma.device.createManyAndReturn({
        data: [
          {
            ...attributes,
            ...{ tenant, user, deviceId, createdAt },
            accountId: account.id,
            information: information ?? {},
            state: state ?? {},
            ...(wiped && { standing: 'blocked', standingReason: 'wiped' }),
          },
        ],
        skipDuplicates: true,
        select: { id: true },
      });
      return made ? String(made.id) : null;
    });
  }
}
