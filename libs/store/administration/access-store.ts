import type { DeviceFacts, Judgement, Standing } from '../device-control.js';
import { guarded } from '../errors.js';
import { type Prisma } from '../generated/client.js';
import type { Statement } from '../statements.js';
import type { DeviceIdentity } from '../types.js';
import type { OpenConnection } from './open-connection.js';

/** All that are given must fit; `*` stands for anything, case does not count. */
export interface AccessConditions {
  readonly user?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly deviceType?: string | undefined;
  readonly model?: string | undefined;
  readonly os?: string | undefined;
  readonly userAgent?: string | undefined;
  /** Protocol versions below this one: `14.0`. */
  readonly versionBelow?: string | undefined;
}

export interface AccessRule {
  readonly id: string;
  /** Null: for all tenants, after their own rules. */
  readonly tenant: string | null;
  /** Its place among the rules of its tenant, or among those for all. */
  readonly position: number;
  readonly name: string;
  readonly conditions: AccessConditions;
  readonly action: Standing;
  /** Lets devices in that cannot be given a policy. */
  readonly exempt: boolean;
  readonly enabled: boolean;
}

/** A rule before it has a number and a place. */
export type NewAccessRule = Omit<AccessRule, 'id' | 'position'>;

export interface TenantSettings {
  /** What becomes of a device no rule fits. */
  readonly defaultAccess: Standing;
  /** Devices a user may have; null is no limit. */
  readonly maxDevices: number | null;
  /** What a quarantined device is told; null: a text of Godwit's own. */
  readonly quarantineText: string | null;
}

/** Of a tenant nobody has set anything of. */
export const defaultTenantSettings: TenantSettings = {
  defaultAccess: 'allowed',
  maxDevices: null,
  quarantineText: null,
};

/** All that decides about devices, as it stands at one moment. */
export interface AccessRules {
  /** Another one after each change. */
  readonly revision: string;
  /** By position within each tenant. */
  readonly rules: readonly AccessRule[];
  readonly settings: ReadonlyMap<string, TenantSettings>;
}

/** A device as rules judge it. */
export interface JudgedDevice {
  readonly id: string;
  readonly identity: DeviceIdentity;
  readonly facts: DeviceFacts;
  readonly judgement: Judgement;
  readonly decision: Standing | null;
}

type RuleRow = Prisma.AccessRuleGetPayload<object>;

const ruleOf = ({ id, conditions, action, ...rest }: RuleRow): AccessRule => ({
  ...rest,
  id: String(id),
  conditions: conditions as AccessConditions,
  action: action as Standing,
});

/** Behind all others, until it is put in its place. */
const LAST = 2 ** 31 - 1;

const inOrder = [{ position: 'asc' }, { id: 'asc' }] as const;

const settingsOf = (kept: Prisma.JsonValue | undefined): TenantSettings => ({
  ...defaultTenantSettings,
  ...(kept as Partial<TenantSettings> | undefined),
});

interface JudgedRow {
  readonly id: string;
  readonly tenant: string;
  readonly user_name: string;
  readonly device_id: string;
  readonly device_type: string;
  readonly user_agent: string;
  readonly protocol_version: number | null;
  readonly model: string | null;
  readonly os: string | null;
  readonly standing: string;
  readonly standing_reason: string;
  readonly exempt: boolean;
  readonly decision: string | null;
}

const judgedColumns = `
  d.id, a.tenant, a.user_name, d.device_id, d.device_type, d.user_agent, d.protocol_version, d.model, d.os,
  d.standing, d.standing_reason, d.exempt, d.decision`;

/** $1 the last id of the page before, $2 tenant or null, $3 how many. */
const devicesToJudge: Statement = {
  name: 'devices_to_judge',
  text: `
    SELECT ${judgedColumns} FROM devices d JOIN accounts a ON a.id = d.account_id
     WHERE d.id > $1::bigint AND ($2::text IS NULL OR a.tenant = $2)
       AND d.decision IS NULL AND d.standing_reason <> 'wiped'
     ORDER BY d.id LIMIT $3`,
};

/** $1 id. */
const deviceToJudge: Statement = {
  name: 'device_to_judge',
  text: `SELECT ${judgedColumns} FROM devices d JOIN accounts a ON a.id = d.account_id WHERE d.id = $1::bigint`,
};

/**
 * What rules came to for many devices at once, with an event for each that is served otherwise than before. Nothing where
 * an administrator has decided meanwhile, or for rules that are no longer in force (as judgeDevice). $1 ids, $2 standings,
 * $3 reasons, $4 exempt, $5 revision.
 */
const judgeDevices: Statement = {
  name: 'judge_devices',
  text: `
    WITH current AS (
      SELECT 1 FROM access_revision WHERE revision = $5::bigint FOR SHARE
    ), judged AS (
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[])
        AS j (id, standing, standing_reason, exempt)
    ), before AS (
      SELECT d.id, d.standing FROM devices d JOIN judged ON judged.id = d.id, current
       ORDER BY d.id FOR UPDATE OF d
    ), changed AS (
      UPDATE devices d SET standing = judged.standing, standing_reason = judged.standing_reason, exempt = judged.exempt
        FROM judged, before
       WHERE d.id = judged.id AND before.id = d.id AND d.decision IS NULL AND d.standing_reason <> 'wiped'
      RETURNING d.id, d.standing, d.standing_reason, before.standing AS before
    ), told AS (
      INSERT INTO device_events (device_row_id, kind, details)
      SELECT id, standing, jsonb_build_object('reason', standing_reason) FROM changed WHERE standing <> before
    )
    SELECT 1 FROM current`,
};

const judgedOf = (row: JudgedRow): JudgedDevice => ({
  id: row.id,
  identity: { tenant: row.tenant, user: row.user_name, deviceId: row.device_id },
  facts: {
    deviceType: row.device_type,
    userAgent: row.user_agent,
    protocolVersion: row.protocol_version,
    model: row.model ?? '',
    os: row.os ?? '',
  },
  judgement: {
    standing: row.standing as Standing,
    standingReason: row.standing_reason,
    exempt: row.exempt,
  },
  decision: row.decision as Standing | null,
});

/** Which devices are let in: rules, what tenants have set, and what was decided of single devices. */
export class AccessStore {
  constructor(private readonly open: OpenConnection) {}

  /** Everything at once: for whoever judges devices. */
  async all(): Promise<AccessRules> {
    const { prisma } = await this.open();
    return guarded(async () => {
      // The revision comes first: what changes meanwhile may be known too early, and is never taken for older than it is.
      const [{ revision }, rules, settings] = await prisma.$transaction([
        prisma.accessRevision.findUniqueOrThrow({ where: { id: 1 } }),
        prisma.accessRule.findMany({ orderBy: [...inOrder] }),
        prisma.tenantSetting.findMany(),
      ]);
      return {
        revision: String(revision),
        rules: rules.map(ruleOf),
        settings: new Map(settings.map((row) => [row.tenant, settingsOf(row.settings)])),
      };
    });
  }

  async rule(id: string): Promise<AccessRule | null> {
    const { prisma } = await this.open();
    const row = await guarded(() => prisma.accessRule.findUnique({ where: { id: BigInt(id) } }));
    return row && ruleOf(row);
  }

  /** Puts a rule at a place among those of its tenant; at the end unless one is given. */
  async addRule(rule: NewAccessRule, position?: number): Promise<AccessRule> {
    return this.changingRules(async (transaction) => {
      const made = await transaction.accessRule.create({
        data: { ...written(rule), position: LAST },
      });
      return placed(transaction, made, position);
    });
  }

  /** Null if there is no such rule. It stays where it is unless it is given a place, or goes to another tenant. */
  async changeRule(id: string, rule: NewAccessRule, position?: number): Promise<AccessRule | null> {
    return this.changingRules(async (transaction) => {
      const key = { id: BigInt(id) };
      const before = await transaction.accessRule.findUnique({ where: key });
      if (!before) return null;
      const changed = await transaction.accessRule.update({ where: key, data: written(rule) });
      const stays = before.tenant === changed.tenant ? before.position : undefined;
      return placed(transaction, changed, position ?? stays);
    });
  }

  /** What it was; null if there is no such rule. */
  async removeRule(id: string): Promise<AccessRule | null> {
    return this.changingRules(async ({ accessRule }) => {
      const where = { id: BigInt(id) };
      const before = await accessRule.findUnique({ where });
      if (before) await accessRule.deleteMany({ where });
      return before && ruleOf(before);
    });
  }

  async settings(tenant: string): Promise<TenantSettings> {
    const { prisma } = await this.open();
    const row = await guarded(() => prisma.tenantSetting.findUnique({ where: { tenant } }));
    return settingsOf(row?.settings);
  }

  /** Changes what is named and leaves the rest. */
  async changeSettings(tenant: string, change: Partial<TenantSettings>): Promise<TenantSettings> {
    return this.changingRules(async ({ tenantSetting }) => {
      const row = await tenantSetting.findUnique({ where: { tenant } });
      const settings = { ...settingsOf(row?.settings), ...change };
      await tenantSetting.upsert({
        where: { tenant },
        create: { tenant, settings },
        update: { settings },
      });
      return settings;
    });
  }

  /** Null if there is no such device. */
  async device(id: string): Promise<JudgedDevice | null> {
    const connection = await this.open();
    const [row] = await connection.query<JudgedRow>(deviceToJudge, [id]);
    return row ? judgedOf(row) : null;
  }

  /** The next devices that rules decide about, by their numbers; those an administrator decided about are left out. */
  async devices(after: string, tenant: string | null, limit: number): Promise<JudgedDevice[]> {
    const connection = await this.open();
    return (await connection.query<JudgedRow>(devicesToJudge, [after, tenant, limit])).map(judgedOf);
  }

  /**
   * Writes what the rules of this revision came to, and an event for each device that is served otherwise than before.
   * False, and nothing is written: they are not in force any more.
   */
  async judge(
    judged: readonly { readonly id: string; readonly judgement: Judgement }[],
    revision: string,
  ): Promise<boolean> {
    if (judged.length === 0) return true;
    const connection = await this.open();
    const current = await connection.query(judgeDevices, [
      judged.map(({ id }) => id),
      judged.map(({ judgement }) => judgement.standing),
      judged.map(({ judgement }) => judgement.standingReason),
      judged.map(({ judgement }) => judgement.exempt),
      revision,
    ]);
    return current.length > 0;
  }

  /**
   * An administrator's word for a device, or null to take it back; `judgement` is what comes of it. False if there is no
   * such device.
   */
  async decide(
    id: string,
    decision: Standing | null,
    judgement: Judgement,
    event: { readonly by: string; readonly reason?: string | undefined },
  ): Promise<boolean> {
    return this.changing(async ({ device, deviceEvent }) => {
      const key = { id: BigInt(id) };
      const { count } = await device.updateMany({ where: key, data: { decision, ...judgement } });
      if (count === 0) return false;
      const details = {
        reason: judgement.standingReason,
        by: event.by,
        ...(event.reason && { why: event.reason }),
      };
      await deviceEvent.create({ data: { deviceRowId: key.id, kind: judgement.standing, details } });
      return true;
    });
  }

  /** As `changing`; what was judged by the rules of before is not written any more. */
  private changingRules<T>(work: (transaction: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    return this.changing(async (transaction) => {
      const result = await work(transaction);
      await transaction.accessRevision.update({ where: { id: 1 }, data: { revision: { increment: 1 } } });
      return result;
    });
  }

  /** One change of rules and settings at a time: places are counted. */
  private async changing<T>(work: (transaction: Prisma.TransactionClient) => Promise<T>): Promise<T> {
    const { prisma } = await this.open();
    return guarded(() =>
      prisma.$transaction(async (transaction) => {
        await transaction.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(hashtext('godwit.access'))`;
        return work(transaction);
      }),
    );
  }
}

const written = ({ conditions, ...rest }: NewAccessRule) => ({
  ...rest,
  conditions: conditions as Prisma.InputJsonObject,
});

/** Counts the rules of a tenant through again, with this one at its place. */
async function placed(
  { accessRule }: Prisma.TransactionClient,
  rule: RuleRow,
  position: number | undefined,
): Promise<AccessRule> {
  const others = await accessRule.findMany({
    where: { tenant: rule.tenant, id: { not: rule.id } },
    orderBy: [...inOrder],
  });
  const place = Math.min(position ?? others.length, others.length);
  const all = [...others.slice(0, place), rule, ...others.slice(place)];
  for (const [index, { id, position: before }] of all.entries()) {
    if (before !== index) await accessRule.update({ where: { id }, data: { position: index } });
  }
  return ruleOf({ ...rule, position: place });
}
