import { z } from 'zod';
import { Id, Name, Reason, StandingName, Time } from './common.js';

export const ProvisioningRuleName = z.enum(['required', 'optional', 'off']);

/** A setting of MS-ASPROV 2.2.2.28, as an editor needs it. */
export const PolicySettingInfo = z.object({
  name: z.string(),
  /** `flag` true or false, `number` (null: no limit, where `nullable`), `choice` one of `values`, `texts` a list. */
  kind: z.enum(['flag', 'number', 'choice', 'texts']),
  group: z.enum(['password', 'encryption', 'device', 'applications', 'sync', 'smime', 'attachments']),
  meaning: z.string(),
  default: z.json(),
  nullable: z.boolean(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  values: z.array(z.number()).nullable(),
  /** Oldest protocol version that knows it. */
  since: z.string(),
});

/** Only what differs from the defaults has to be named. Checked against PolicySettingInfo: 422 names the setting. */
const settings = z.record(z.string(), z.json());

export const Policy = z.object({
  id: Id,
  /** Null: of the provider, for every tenant to use. */
  tenant: z.string().nullable(),
  name: z.string(),
  description: z.string(),
  /** Null: as the tenant is configured. */
  rule: ProvisioningRuleName.nullable(),
  settings,
  createdAt: Time,
  updatedAt: Time,
  /** Devices that have it now, and those that still must be given it. */
  devices: z.number().int(),
  pending: z.number().int(),
});

export const NewPolicy = z.strictObject({
  tenant: z.string().nullable().default(null),
  name: Name,
  description: z.string().max(2000).default(''),
  rule: ProvisioningRuleName.nullable().default(null),
  settings: settings.default({}),
  reason: Reason,
});

export const PolicyAssignment = z.object({
  id: Id,
  policy: Id,
  /** To everybody if all three are null. */
  tenant: z.string().nullable(),
  group: Id.nullable(),
  user: z.string().nullable(),
});

export const NewPolicyAssignment = z.strictObject({
  policy: Id,
  tenant: z.string().nullable().default(null),
  group: Id.nullable().default(null),
  user: z.string().nullable().default(null),
  reason: Reason,
});

export const Group = z.object({ id: Id, tenant: z.string(), name: z.string(), users: z.array(z.string()) });
export const NewGroup = z.strictObject({
  tenant: z.string(),
  name: Name,
  users: z.array(z.string().min(1).max(320)).max(100_000).default([]),
  reason: Reason,
});

/** All that are given must fit; `*` stands for anything, case does not count. */
export const AccessConditions = z.strictObject({
  user: z.string().min(1).max(320).optional(),
  deviceId: z.string().min(1).max(100).optional(),
  deviceType: z.string().min(1).max(100).optional(),
  model: z.string().min(1).max(200).optional(),
  os: z.string().min(1).max(200).optional(),
  userAgent: z.string().min(1).max(300).optional(),
  /** Protocol versions below this one: `14.0`. */
  versionBelow: z
    .string()
    .regex(/^\d\d\.\d$/)
    .optional(),
});

export const AccessRule = z.object({
  id: Id,
  /** Null: for all tenants, after their own rules. */
  tenant: z.string().nullable(),
  position: z.number().int(),
  name: z.string(),
  conditions: AccessConditions,
  action: StandingName,
  /** Lets devices in that cannot be given a policy. */
  exempt: z.boolean(),
  enabled: z.boolean(),
});

export const NewAccessRule = z.strictObject({
  tenant: z.string().nullable().default(null),
  name: Name,
  conditions: AccessConditions,
  action: StandingName,
  exempt: z.boolean().default(false),
  enabled: z.boolean().default(true),
  /** At which place; at the end unless given. */
  position: z.number().int().min(0).optional(),
  reason: Reason,
});

export const DeviceFactsForRules = z.strictObject({
  tenant: z.string(),
  user: z.string(),
  deviceId: z.string().default(''),
  deviceType: z.string().default(''),
  model: z.string().default(''),
  os: z.string().default(''),
  userAgent: z.string().default(''),
  protocolVersion: z
    .string()
    .regex(/^\d\d\.\d$/)
    .default('16.1'),
});

export const Verdict = z.object({
  standing: StandingName,
  exempt: z.boolean(),
  /** The rule that decided; null: the tenant's default. */
  rule: AccessRule.nullable(),
});

export const TenantSettings = z.object({
  /** What becomes of a device no rule fits. */
  defaultAccess: StandingName,
  /** Devices a user may have; null is no limit. One more is refused with Status 177. */
  maxDevices: z.number().int().min(1).nullable(),
  /** What the one mail says that a quarantined device shows; null: a text of Godwit's own. */
  quarantineText: z.string().max(10_000).nullable(),
});

export const ChangedTenantSettings = z.strictObject({
  defaultAccess: StandingName.optional(),
  maxDevices: z.number().int().min(1).max(1000).nullable().optional(),
  quarantineText: z.string().max(10_000).nullable().optional(),
  reason: Reason,
});
