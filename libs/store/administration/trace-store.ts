import { guarded } from '../errors.js';
import type { DeviceIdentity } from '../types.js';
import type { OpenConnection } from './open-connection.js';

/** A device as far as it is traced. */
export interface TracedDevice {
  /** Of its row. */
  readonly id: string;
  readonly identity: DeviceIdentity;
  /** Null: it is not traced. */
  readonly until: Date | null;
}

/** One request or answer, sealed. */
export interface KeptTrace {
  readonly deviceRowId: string;
  readonly at: Date;
  /** Unique for the device; an entry told twice is kept once. */
  readonly name: string;
  readonly sealed: string;
}

/** The columns that make a TracedDevice. */
const columns = { id: true, tenant: true, user: true, deviceId: true, traceUntil: true } as const;

interface Row {
  readonly id: bigint;
  readonly tenant: string | null;
  readonly user: string | null;
  readonly deviceId: string;
  readonly traceUntil: Date | null;
}

const tracedOf = ({ id, tenant, user, deviceId, traceUntil }: Row): TracedDevice => ({
  id: String(id),
  identity: { tenant: tenant ?? '', user: user ?? '', deviceId },
  until: traceUntil,
});

/** Which devices are traced until when, and what was written of them. */
export class TraceStore {
  constructor(private readonly open: OpenConnection) {}

  async find(deviceRowId: string): Promise<TracedDevice | null> {
    const { prisma } = await this.open();
    const where = { id: BigInt(deviceRowId) };
    const row = await guarded(() => prisma.device.findUnique({ where, select: columns }));
    return row && tracedOf(row);
  }

  /** Switches on until a time, or off with null. False: the device is gone. */
  async set(deviceRowId: string, until: Date | null): Promise<boolean> {
    const { prisma } = await this.open();
    const where = { id: BigInt(deviceRowId) };
    const { count } = await guarded(() => prisma.device.updateMany({ where, data: { traceUntil: until } }));
    return count > 0;
  }

  /** Devices that are traced at that time. */
  async active(now: Date): Promise<TracedDevice[]> {
    const { prisma } = await this.open();
    const where = { traceUntil: { gt: now } };
    return (await guarded(() => prisma.device.findMany({ where, select: columns }))).map(tracedOf);
  }

  /** Switches off what is over. Gives those devices to one caller only, however many there are. */
  async expire(now: Date): Promise<TracedDevice[]> {
    const { prisma } = await this.open();
    const rows = await guarded(() =>
      prisma.device.updateManyAndReturn({
        where: { traceUntil: { lte: now } },
        data: { traceUntil: null },
        select: columns,
      }),
    );
    return rows.map(tracedOf);
  }

  /** Keeps entries. Those of devices that are gone meanwhile are refused together with the rest of the call. */
  async add(entries: readonly KeptTrace[]): Promise<void> {
    const { prisma } = await this.open();
    const data = entries.map(({ deviceRowId, ...entry }) => ({
      deviceRowId: BigInt(deviceRowId),
      ...entry,
    }));
    await guarded(() => prisma.traceEntry.createMany({ data, skipDuplicates: true }));
  }

  /** Entries after the one with the number `after`, oldest first. */
  async page(deviceRowId: string, after: string, limit: number): Promise<{ id: string; sealed: string }[]> {
    const { prisma } = await this.open();
    const rows = await guarded(() =>
      prisma.traceEntry.findMany({
        where: { deviceRowId: BigInt(deviceRowId), id: { gt: BigInt(after) } },
        orderBy: { id: 'asc' },
        take: limit,
        select: { id: true, sealed: true },
      }),
    );
    return rows.map(({ id, sealed }) => ({ id: String(id), sealed }));
  }

  /** Forgets all that was written of a device. */
  async forget(deviceRowId: string): Promise<void> {
    const { prisma } = await this.open();
    const where = { deviceRowId: BigInt(deviceRowId) };
    await guarded(() => prisma.traceEntry.deleteMany({ where }));
  }
}
