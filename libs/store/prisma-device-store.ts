import type { Connection } from './connection.js';
import { controlOf, factsOf, markOf, type LoadedRow } from './device-rows.js';
import { guarded } from './errors.js';
import { planFolders, planRelocation, type FolderPlan, type SeenFolder } from './folder-plan.js';
import { Prisma } from './generated/client.js';
import {
  shownInformation,
  TooManyDevices,
  type Admission,
  type Judgement,
  type PolicyMark,
} from './device-control.js';
import {
  addDeviceEvent,
  claimKey,
  dropSetAside,
  judgeDevice,
  listFolders,
  loadDevice,
  noteDeviceError,
  noteDeviceSeen,
  noteDeviceSync,
  readSegments,
  saveDevice,
} from './statements.js';
import { doubtWipe, keepRecoveryPassword, markPolicy, stepWipe } from './wipe-statements.js';
import { wipeSteps, type WipeStep } from './wipe-steps.js';
import {
  ERROR_STANDS,
  StaleState,
  type ClaimTerms,
  type DeviceIdentity,
  type DeviceRow,
  type DeviceSeen,
  type DeviceSave,
  type DeviceStore,
  type FolderRow,
  type Json,
  type LoadedDevice,
  type Segment,
  type SetAsideItem,
} from './types.js';

const folderFields = { number: true, itemClass: true, path: true, identity: true, gone: true } as const;

/** The port's JSON is read-only, Prisma's is not; and a null is a JSON null, not an absent value. */
const toPrisma = (value: Json): Prisma.InputJsonValue | typeof Prisma.JsonNull => value ?? Prisma.JsonNull;

/** SQLSTATEs of a save that met another one: the row exists already, or its device was deleted, or they deadlocked. */
const lostRaces: ReadonlySet<unknown> = new Set(['23505', '23503', '40P01', '40001']);

const isLostRace = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && lostRaces.has(error.code);

/** DeviceStore on PostgreSQL. */
export class PrismaDeviceStore implements DeviceStore {
  constructor(private readonly connection: Connection) {}

  async load(
    identity: DeviceIdentity,
    folderIds: readonly string[],
    withFolders = false,
  ): Promise<LoadedDevice | null> {
    const { tenant, user, deviceId } = identity;
    const values = [tenant, user, deviceId, folderIds, withFolders];
    const [row] = await this.connection.query<LoadedRow>(loadDevice, values);
    if (!row) return null;
    const device = {
      id: row.id,
      accountId: row.account_id,
      identity,
      version: row.version,
      state: row.state,
      control: controlOf(row),
      policy: markOf(row.policy_id, row.policy_state),
      shares: row.shares ?? [],
      facts: factsOf(row),
      noted: { seen: row.last_seen_at, synced: row.last_sync_at },
    };
    return { device, collections: row.collections ?? [], folders: withFolders ? (row.folders ?? []) : null };
  }

  async create(
    identity: DeviceIdentity,
    attributes: { deviceType: string; userAgent: string },
    state: Json,
    admission?: Admission,
  ): Promise<DeviceRow> {
    const { tenant, user, deviceId } = identity;
    return guarded(async () => {
      const { prisma } = this.connection;
      // Empty updates make these native upserts: two first requests of a phone at once find the same rows.
      const account = await prisma.account.upsert({
        where: { tenant_user: { tenant, user } },
        create: { tenant, user },
        update: { user },
      });
      const accountId = account.id;
      const create = (client: Prisma.TransactionClient) =>
        client.device.upsert({
          where: { accountId_deviceId: { accountId, deviceId } },
          create: {
            accountId,
            tenant,
            user,
            deviceId,
            ...attributes,
            ...admission?.judgement,
            state: toPrisma(state),
          },
          update: { deviceId },
        });
      const most = admission?.maxDevices ?? null;
      const device = await (most === null
        ? create(prisma)
        : prisma.$transaction(async (transaction) => {
            await requireRoom(transaction, { accountId, deviceId }, most);
            return create(transaction);
          }));
      const shares = await prisma.sharedFolder.findMany({
        where: { accountId },
        orderBy: { id: 'asc' },
      });
      return rowOf(device, identity, account.enabled, shares);
    });
  }

  async save(change: DeviceSave): Promise<void> {
    const written = await this.connection
      .query<{ ok: number }>(saveDevice, saveValues(change))
      .catch((error: unknown) => {
        if (isLostRace(error)) return [];
        throw error;
      });
    if (written.length === 0)
      throw new StaleState(`device ${change.deviceRowId} was changed by another host`);
  }

  async segments(deviceRowId: string, folderId: string, firsts: readonly string[]): Promise<Segment[]> {
    return this.connection.query<Segment & { data: Buffer }>(readSegments, [deviceRowId, folderId, firsts]);
  }

  async folders(accountId: string): Promise<FolderRow[]> {
    return this.connection.query<FolderRow>(listFolders, [accountId]);
  }

  async registerFolders(accountId: string, seen: readonly SeenFolder[]): Promise<FolderRow[]> {
    const plan = planFolders(await this.folders(accountId), seen);
    if (isEmpty(plan)) return [...plan.present];
    const account = BigInt(accountId);
    return guarded(() =>
      this.connection.prisma.$transaction(async (transaction) => {
        const locked = planFolders(await lockedFolders(transaction, account), seen);
        await writeFolders(transaction, account, locked);
        return [...locked.present];
      }),
    );
  }

  async relocateFolders(
    accountId: string,
    moves: readonly { number: number; path: string }[],
  ): Promise<void> {
    const account = BigInt(accountId);
    await guarded(() =>
      this.connection.prisma.$transaction(async (transaction) => {
        for (const row of planRelocation(await lockedFolders(transaction, account), moves)) {
          const { number, path, gone } = row;
          await transaction.folder.update({
            where: { accountId_number: { accountId: account, number } },
            data: { path, gone },
          });
        }
      }),
    );
  }

  async claim(
    deviceRowId: string,
    key: string,
    ttl: number,
    { result = null, replacing }: ClaimTerms = {},
  ): Promise<{ result: Json } | null> {
    const [row] = await this.connection.query<{ taken: boolean; result: Json }>(claimKey, [
      deviceRowId,
      key,
      ttl,
      JSON.stringify(result),
      replacing === undefined ? null : JSON.stringify(replacing),
    ]);
    return row?.taken === true ? null : { result: row?.result ?? null };
  }

  async settle(deviceRowId: string, key: string, result: Json | undefined): Promise<void> {
    const where = { deviceRowId: BigInt(deviceRowId), key };
    const { claim } = this.connection.prisma;
    await guarded(() =>
      result === undefined
        ? claim.deleteMany({ where })
        : claim.updateMany({ where, data: { result: toPrisma(result) } }),
    );
  }

  async putSetAside(deviceRowId: string, item: SetAsideItem): Promise<void> {
    const { folderId, itemId, ...rest } = item;
    const key = { deviceRowId: BigInt(deviceRowId), folderId, itemId };
    const seen = { ...rest, at: new Date() };
    await guarded(() =>
      this.connection.prisma.setAside.upsert({
        where: { deviceRowId_folderId_itemId: key },
        create: { ...key, ...seen },
        update: seen,
      }),
    );
  }

  async judge(deviceRowId: string, judgement: Judgement, revision: string): Promise<boolean> {
    const { standing, standingReason, exempt } = judgement;
    const values = [deviceRowId, standing, standingReason, exempt, revision];
    return (await this.connection.query(judgeDevice, values)).length > 0;
  }

  async addEvent(deviceRowId: string, kind: string, details: Json): Promise<void> {
    await this.connection.query(addDeviceEvent, [deviceRowId, kind, JSON.stringify(details)]);
  }

  async stepWipe(wipeId: string, step: WipeStep, verified?: boolean): Promise<boolean> {
    const { from, to } = wipeSteps[step];
    const moved = await this.connection.query(stepWipe, [wipeId, from, to, null, verified ?? null]);
    return moved.length > 0;
  }

  async doubtWipe(wipeId: string): Promise<boolean> {
    return (await this.connection.query(doubtWipe, [wipeId])).length > 0;
  }

  async markPolicy(deviceRowId: string, { policyId, policyState }: PolicyMark): Promise<void> {
    await this.connection.query(markPolicy, [deviceRowId, policyId, policyState]);
  }

  async keepRecoveryPassword(deviceRowId: string, sealed: string | null): Promise<void> {
    await this.connection.query(keepRecoveryPassword, [deviceRowId, sealed]);
  }

  async touch(deviceRowId: string, seen: DeviceSeen): Promise<void> {
    const { at, information, synced = false, userAgent = null, protocolVersion = null } = seen;
    if (synced) {
      const forgotten = new Date(at.getTime() - ERROR_STANDS);
      await this.connection.query(noteDeviceSync, [deviceRowId, at, forgotten, userAgent, protocolVersion]);
      return;
    }
    if (information === undefined) {
      await this.connection.query(noteDeviceSeen, [deviceRowId, at, userAgent, protocolVersion]);
      return;
    }
    await guarded(() =>
      this.connection.prisma.device.updateMany({
        where: { id: BigInt(deviceRowId) },
        data: {
          lastSeenAt: at,
          ...(userAgent !== null && { userAgent }),
          ...(protocolVersion !== null && { protocolVersion }),
          information: toPrisma(information),
          ...shownInformation(information),
        },
      }),
    );
  }

  async noteError(deviceRowId: string, error: string, at: Date): Promise<void> {
    await this.connection.query(noteDeviceError, [deviceRowId, error, at]);
  }

  async dropSetAside(
    deviceRowId: string,
    folderId: string,
    itemIds: readonly string[] | null,
  ): Promise<void> {
    await this.connection.query(dropSetAside, [deviceRowId, folderId, itemIds]);
  }
}

/** The parameters of `saveDevice`, in its order. */
function saveValues({ deviceRowId, device, collections = [] }: DeviceSave): unknown[] {
  const drops = collections.flatMap(({ folderId, drop = [] }) => drop.map((first) => ({ folderId, first })));
  const puts = collections.flatMap(({ folderId, put = [] }) =>
    put.map((segment) => ({ folderId, ...segment })),
  );
  return [
    deviceRowId,
    device?.expected ?? null,
    device ? JSON.stringify(device.state) : null,
    collections.map(({ folderId }) => folderId),
    collections.map(({ expected }) => expected),
    collections.map(({ state }) => JSON.stringify(state)),
    collections.map(({ dropAll = false }) => dropAll),
    drops.map(({ folderId }) => folderId),
    drops.map(({ first }) => first),
    puts.map(({ folderId }) => folderId),
    puts.map(({ first }) => first),
    puts.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

const isEmpty = (plan: FolderPlan): boolean =>
  plan.added.length === 0 && plan.changed.length === 0 && plan.gone.length === 0;

/** Numbers and paths are given out under a lock of the account: two of its phones may see the same folders at once. */
/** Whether the device is there already, or one more may be. The lock makes those who come at once wait for each other. */
async function requireRoom(
  transaction: Prisma.TransactionClient,
  { accountId, deviceId }: { accountId: bigint; deviceId: string },
  most: number,
): Promise<void> {
  await transaction.$queryRaw`SELECT 1 FROM accounts WHERE id = ${accountId} FOR UPDATE`;
  if ((await transaction.device.count({ where: { accountId, deviceId } })) > 0) return;
  const others = await transaction.device.count({ where: { accountId, standing: { not: 'blocked' } } });
  if (others >= most) throw new TooManyDevices(`the user has ${others} devices`);
}

function rowOf(
  device: Prisma.DeviceGetPayload<object>,
  identity: DeviceIdentity,
  enabled: boolean,
  shares: readonly Prisma.SharedFolderGetPayload<object>[],
): DeviceRow {
  const { decision, standing, standingReason, exempt, wipe } = device;
  const { deviceType, userAgent, protocolVersion, model, os } = device;
  return {
    id: String(device.id),
    accountId: String(device.accountId),
    identity,
    version: device.version,
    state: device.state as Json,
    control: controlOf({
      decision,
      standing,
      standing_reason: standingReason,
      exempt,
      wipe: wipe as Json,
      enabled,
    }),
    shares: shares.map(({ itemClass, path, name, deviceRowId }) => ({
      itemClass,
      path,
      name,
      isShown: deviceRowId === null || deviceRowId === device.id,
    })),
    policy: markOf(device.policyId === null ? null : String(device.policyId), device.policyState),
    facts: { deviceType, userAgent, protocolVersion, model: model ?? '', os: os ?? '' },
    noted: { seen: device.lastSeenAt, synced: device.lastSyncAt },
  };
}

async function lockedFolders(transaction: Prisma.TransactionClient, accountId: bigint): Promise<FolderRow[]> {
  await transaction.$queryRaw`SELECT 1 FROM accounts WHERE id = ${accountId} FOR UPDATE`;
  return transaction.folder.findMany({ where: { accountId }, select: folderFields });
}

async function writeFolders(
  transaction: Prisma.TransactionClient,
  accountId: bigint,
  plan: FolderPlan,
): Promise<void> {
  const { folder } = transaction;
  if (plan.gone.length > 0) {
    await folder.updateMany({ where: { accountId, number: { in: [...plan.gone] } }, data: { gone: true } });
  }
  for (const { number, path, identity } of plan.changed) {
    await folder.update({
      where: { accountId_number: { accountId, number } },
      data: { path, identity },
    });
  }
  if (plan.added.length > 0) {
    await folder.createMany({ data: plan.added.map((row) => ({ accountId, ...row })) });
  }
}
