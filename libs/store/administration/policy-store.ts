import { guarded } from '../errors.js';
import type { Policy, Prisma, PrismaClient } from '../generated/client.js';
import type { Json } from '../types.js';
import type { OpenConnection } from './open-connection.js';
import { markDevices, policyCounts, policyRows } from './policy-statements.js';

/** A policy as resolution needs it. */
export interface StoredPolicy {
  readonly id: string;
  readonly name: string;
  /** required, optional or off; null leaves it to the tenant's configuration. */
  readonly rule: string | null;
  /** Only what differs from the specification's defaults. */
  readonly settings: { readonly [name: string]: Json };
}

/** To everybody if all three are null. */
export interface AssignmentTarget {
  readonly tenant: string | null;
  readonly groupId: string | null;
  readonly user: string | null;
}

/** All policies and who they are for, as of one moment. */
export interface PolicyRows {
  readonly policies: readonly StoredPolicy[];
  /** In the order in which a user's groups count. */
  readonly assignments: readonly (AssignmentTarget & { readonly policyId: string })[];
  /** Of the groups that have an assignment. */
  readonly members: readonly { readonly groupId: string; readonly tenant: string; readonly user: string }[];
}

export interface PolicyRecord extends StoredPolicy {
  readonly tenant: string | null;
  readonly description: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Devices that have it, and those that still must be given it. */
  readonly devices: number;
  readonly pending: number;
}

export type PolicyContent = Pick<PolicyRecord, 'tenant' | 'name' | 'description' | 'rule' | 'settings'>;

export interface AssignmentRecord extends AssignmentTarget {
  readonly id: string;
  readonly policyId: string;
}

export interface GroupRecord {
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  /** Lower-cased account names. */
  readonly users: readonly string[];
}

type Counts = Pick<PolicyRecord, 'devices' | 'pending'>;
const nobody: Counts = { devices: 0, pending: 0 };

const policyOf = ({ id, settings, ...row }: Policy, counts: Counts = nobody): PolicyRecord => ({
  ...row,
  ...counts,
  id: String(id),
  settings: settings as StoredPolicy['settings'],
});

const contentOf = ({ settings, ...content }: PolicyContent) => ({
  ...content,
  settings: settings as Prisma.InputJsonObject,
});

const membersOf = (users: readonly string[]) => [...new Set(users)].map((user) => ({ user }));
const withMembers = { members: { select: { user: true }, orderBy: { user: 'asc' } } } as const;
const groupOf = ({
  id,
  tenant,
  name,
  members,
}: {
  id: bigint;
  tenant: string;
  name: string;
  members: { user: string }[];
}): GroupRecord => ({ id: String(id), tenant, name, users: members.map(({ user }) => user) });

/** One assignment to a target: who assigns again replaces it. Held while it is done, so that two at once leave one. */
const ASSIGNING = 5_140_001;

/** Policies, who they are for, and groups of users. */
export class PolicyStore {
  constructor(private readonly open: OpenConnection) {}

  /** What device actors resolve policies by. */
  async rows(): Promise<PolicyRows> {
    const [rows] = await (await this.open()).query<PolicyRows>(policyRows, []);
    return rows!;
  }

  /** See `markDevices`; to be called after every change. */
  async markDevices(changed: string | null): Promise<void> {
    await (await this.open()).query(markDevices, [changed]);
  }

  /** All, or those a tenant may use: its own and the provider's. */
  async list(tenant?: string): Promise<PolicyRecord[]> {
    const where = tenant === undefined ? {} : { OR: [{ tenant }, { tenant: null }] };
    const counts = await this.counts();
    const rows = await this.run(({ policy }) => policy.findMany({ where, orderBy: { id: 'asc' } }));
    return rows.map((row) => policyOf(row, counts.get(String(row.id))));
  }

  async find(id: string): Promise<PolicyRecord | null> {
    const row = await this.run(({ policy }) => policy.findUnique({ where: { id: BigInt(id) } }));
    return row && policyOf(row, (await this.counts()).get(id));
  }

  async make(content: PolicyContent): Promise<PolicyRecord> {
    return policyOf(await this.run(({ policy }) => policy.create({ data: contentOf(content) })));
  }

  /** False if it is gone. */
  async change(id: string, content: PolicyContent): Promise<boolean> {
    const data = { ...contentOf(content), updatedAt: new Date() };
    const { count } = await this.run(({ policy }) => policy.updateMany({ where: { id: BigInt(id) }, data }));
    return count > 0;
  }

  async remove(id: string): Promise<boolean> {
    const { count } = await this.run(({ policy }) => policy.deleteMany({ where: { id: BigInt(id) } }));
    return count > 0;
  }

  async assignments(): Promise<(AssignmentRecord & { readonly groupTenant: string | null })[]> {
    const include = { group: { select: { tenant: true } } };
    const orderBy = [{ position: 'asc' }, { id: 'asc' }] as const;
    const rows = await this.run(({ policyAssignment }) =>
      policyAssignment.findMany({ include, orderBy: [...orderBy] }),
    );
    return rows.map(({ id, policyId, tenant, groupId, user, group }) => ({
      id: String(id),
      policyId: String(policyId),
      tenant,
      groupId: groupId === null ? null : String(groupId),
      user,
      groupTenant: group?.tenant ?? null,
    }));
  }

  /** In place of what was assigned to the same target. */
  async assign(policyId: string, target: AssignmentTarget): Promise<AssignmentRecord> {
    const where = {
      tenant: target.tenant,
      groupId: target.groupId === null ? null : BigInt(target.groupId),
      user: target.user,
    };
    const id = await this.run((prisma) =>
      prisma.$transaction(async (transaction) => {
        await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${ASSIGNING})`;
        const { policyAssignment } = transaction;
        const before = await policyAssignment.findFirst({ where });
        const last = await policyAssignment.aggregate({ _max: { position: true } });
        await policyAssignment.deleteMany({ where });
        const position = before?.position ?? (last._max.position ?? 0) + 1;
        const row = await policyAssignment.create({
          data: { ...where, policyId: BigInt(policyId), position },
        });
        return String(row.id);
      }),
    );
    return { ...target, id, policyId };
  }

  async unassign(id: string): Promise<boolean> {
    const { count } = await this.run(({ policyAssignment }) =>
      policyAssignment.deleteMany({ where: { id: BigInt(id) } }),
    );
    return count > 0;
  }

  async groups(tenant?: string): Promise<GroupRecord[]> {
    const where = tenant === undefined ? {} : { tenant };
    const orderBy = [{ tenant: 'asc' as const }, { name: 'asc' as const }];
    const rows = await this.run(({ userGroup }) =>
      userGroup.findMany({ where, include: withMembers, orderBy }),
    );
    return rows.map(groupOf);
  }

  async group(id: string): Promise<GroupRecord | null> {
    const row = await this.run(({ userGroup }) =>
      userGroup.findUnique({ where: { id: BigInt(id) }, include: withMembers }),
    );
    return row && groupOf(row);
  }

  /** Null if the tenant has a group of this name. */
  async makeGroup({ tenant, name, users }: Omit<GroupRecord, 'id'>): Promise<GroupRecord | null> {
    return this.unlessTaken(async () => {
      const data = { tenant, name, members: { create: membersOf(users) } };
      const row = await this.run(({ userGroup }) => userGroup.create({ data, include: withMembers }));
      return groupOf(row);
    });
  }

  /** Null if another group has the name. */
  async changeGroup({ id, name, users }: Omit<GroupRecord, 'tenant'>): Promise<GroupRecord | null> {
    const groupId = BigInt(id);
    return this.unlessTaken(async () => {
      const row = await this.run((prisma) =>
        prisma.$transaction(async ({ groupMember, userGroup }) => {
          await userGroup.update({ where: { id: groupId }, data: { name } });
          await groupMember.deleteMany({ where: { groupId } });
          await groupMember.createMany({ data: membersOf(users).map(({ user }) => ({ groupId, user })) });
          return userGroup.findUniqueOrThrow({ where: { id: groupId }, include: withMembers });
        }),
      );
      return groupOf(row);
    });
  }

  async removeGroup(id: string): Promise<boolean> {
    const { count } = await this.run(({ userGroup }) => userGroup.deleteMany({ where: { id: BigInt(id) } }));
    return count > 0;
  }

  private async counts(): Promise<Map<string, Counts>> {
    const rows = await (await this.open()).query<Counts & { id: string }>(policyCounts, []);
    return new Map(rows.map(({ id, devices, pending }) => [id, { devices, pending }]));
  }

  private async run<T>(work: (prisma: PrismaClient) => Promise<T>): Promise<T> {
    const { prisma } = await this.open();
    return guarded(() => work(prisma));
  }

  private async unlessTaken<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      // Prisma's word for a unique violation.
      if (error instanceof Error && 'code' in error && error.code === 'P2002') return null;
      throw error;
    }
  }
}
