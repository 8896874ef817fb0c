import { z } from 'zod';
import { roles } from '../route.js';
import { Cursor, Id, Json, Limit, Time } from './common.js';

export const AuditEntry = z.object({
  id: Id,
  at: Time,
  actor: z.string(),
  /** `system` for jobs of Godwit's own, `nobody` for a sign-in that failed. */
  role: z.enum([...roles, 'nobody', 'system']),
  address: z.string(),
  /** `device.wipe`, `policy.change`, ... */
  action: z.string(),
  tenant: z.string().nullable(),
  user: z.string().nullable(),
  deviceId: z.string().nullable(),
  target: z.string().nullable(),
  reason: z.string().nullable(),
  details: z.record(z.string(), Json),
});
const auditFilter = {
  tenant: z.string().optional(),
  user: z.string().optional(),
  deviceId: z.string().optional(),
  actor: z.string().optional(),
  action: z.string().optional(),
  from: Time.optional(),
  to: Time.optional(),
};
export const AuditFilter = z.strictObject(auditFilter);
export const AuditQuery = z.strictObject({ ...auditFilter, cursor: Cursor, limit: Limit });

/** A request of a phone: see LiveRequest in libs/bus. Times are epoch milliseconds. */
export const LiveRequest = z.object({
  id: z.string(),
  node: z.string(),
  tenant: z.string().nullable(),
  user: z.string().nullable(),
  device: z.string(),
  deviceType: z.string(),
  userAgent: z.string(),
  address: z.string(),
  command: z.string(),
  protocol: z.string(),
  startedAt: z.number(),
  state: z.enum(['working', 'held', 'done']),
  folders: z.number().int().optional(),
  status: z.number().int().optional(),
  error: z.string().optional(),
  ms: z.number().optional(),
});
export const LiveQuery = z.strictObject({
  tenant: z.string().optional(),
  user: z.string().optional(),
  deviceId: z.string().optional(),
  command: z.string().optional(),
});

export const NodeState = z.object({
  node: z.string(),
  role: z.enum(['serve', 'gateway', 'actors', 'admin']),
  version: z.string(),
  startedAt: Time,
  seenAt: Time,
  held: z.number().int(),
  working: z.number().int(),
  commandsPerSecond: z.number(),
  failuresPerSecond: z.number(),
  /** Milliseconds; null without requests. */
  latencyMean: z.number().nullable(),
  latencyP95: z.number().nullable(),
  queued: z.number().int().nullable(),
  memoryBytes: z.number(),
});

const counts = z.record(z.string(), z.number().int());
export const Overview = z.object({
  version: z.string(),
  /** Seen within the last 24 hours. */
  devicesActive: z.number().int(),
  devices: z.number().int(),
  users: z.number().int(),
  byStanding: counts,
  byVersion: counts,
  byType: counts,
  quarantined: z.number().int(),
  wipesPending: z.number().int(),
  setAside: z.number().int(),
  policyPending: z.number().int(),
  nodes: z.array(NodeState),
});

/** One point of the charts: sums over all nodes. */
export const Sample = z.object({
  at: Time,
  devicesOnline: z.number(),
  held: z.number(),
  commandsPerSecond: z.number(),
  failuresPerSecond: z.number(),
  latencyMean: z.number().nullable(),
  latencyP95: z.number().nullable(),
  queued: z.number().nullable(),
});
export const StatisticsQuery = z.strictObject({
  /** Minutes back from now. */
  minutes: z.coerce.number().int().min(5).max(44_640).default(60),
});

export const TraceText = z.object({
  at: Time,
  node: z.string(),
  kind: z.enum(['request', 'answer']),
  request: z.string(),
  command: z.string(),
  status: z.number().int().nullable(),
  text: z.string(),
});
export const StartTrace = z.strictObject({
  minutes: z.number().int().min(1).max(1440).default(15),
  reason: z.string().trim().max(1000).optional(),
});

export const WebhookEndpoint = z.object({
  name: z.string(),
  /** Without a query, which may hold secrets. */
  url: z.string(),
  events: z.array(z.string()),
  tenant: z.string().nullable(),
  waiting: z.number().int(),
  failed: z.number().int(),
});
export const WebhookDelivery = z.object({
  id: Id,
  endpoint: z.string(),
  event: z.string(),
  state: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.number().int(),
  createdAt: Time,
  dueAt: Time,
  finishedAt: Time.nullable(),
  lastError: z.string().nullable(),
});
export const DeliveryQuery = z.strictObject({
  endpoint: z.string().optional(),
  state: z.enum(['waiting', 'delivered', 'failed']).optional(),
  cursor: Cursor,
  limit: Limit,
});

/** A device known from another server, so that its phone needs no new set-up. */
export const ImportedDevice = z.strictObject({
  tenant: z.string().optional(),
  user: z.string().min(1).max(320),
  deviceId: z.string().regex(/^[A-Za-z0-9]{1,64}$/),
  deviceType: z.string().max(100).default(''),
  userAgent: z.string().max(300).default(''),
  model: z.string().max(200).optional(),
  os: z.string().max(200).optional(),
  friendlyName: z.string().max(200).optional(),
  imei: z.string().max(50).optional(),
  phoneNumber: z.string().max(50).optional(),
  protocolVersion: z
    .string()
    .regex(/^\d\d\.\d$/)
    .optional(),
  policyKey: z
    .string()
    .regex(/^\d{1,10}$/)
    .optional(),
  firstSeenAt: Time.optional(),
  lastSeenAt: Time.optional(),
  wiped: z.boolean().default(false),
  /** Folder ids the phone knows, by class and path at the source. */
  folders: z
    .array(
      z.strictObject({ id: z.string().max(64), itemClass: z.string().max(20), path: z.string().max(1000) }),
    )
    .default([]),
});
export const Import = z.strictObject({
  devices: z.array(ImportedDevice).min(1).max(1000),
  dryRun: z.boolean().default(false),
});
export const Imported = z.object({
  made: z.number().int(),
  known: z.number().int(),
  refused: z.array(z.object({ user: z.string(), deviceId: z.string(), reason: z.string() })),
});
