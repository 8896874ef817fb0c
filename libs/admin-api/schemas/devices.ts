import { z } from 'zod';
import { ClassName, Cursor, Flag, Id, Json, Limit, Reason, StandingName, Time } from './common.js';

export const PolicyStateName = z.enum(['none', 'pending', 'applied', 'partial', 'refused']);
export const WipeKindName = z.enum(['account', 'device']);
export const WipeStateName = z.enum(['waiting', 'requested', 'sent', 'confirmed', 'failed', 'cancelled']);

export const Wipe = z.object({
  id: Id,
  tenant: z.string(),
  user: z.string(),
  deviceId: z.string(),
  kind: WipeKindName,
  /** `waiting` is for a second administrator. */
  state: WipeStateName,
  reason: z.string().nullable(),
  requestedBy: z.string(),
  requestedAt: Time,
  approvedBy: z.string().nullable(),
  /** When the device was told first. */
  sentAt: Time.nullable(),
  finishedAt: Time.nullable(),
  /** Whether the confirmation surely came from the device: by a valid password or its policy key. */
  verified: z.boolean().nullable(),
});

const shown = {
  id: Id,
  tenant: z.string(),
  user: z.string(),
  deviceId: z.string(),
  deviceType: z.string(),
  model: z.string().nullable(),
  os: z.string().nullable(),
  friendlyName: z.string().nullable(),
  userAgent: z.string(),
  /** `16.1`; null until it was seen. */
  protocolVersion: z.string().nullable(),
  standing: StandingName,
  standingReason: z.string(),
  decision: StandingName.nullable(),
  wipe: z.object({ id: Id, kind: WipeKindName, state: WipeStateName }).nullable(),
  policyState: PolicyStateName,
  createdAt: Time,
  lastSeenAt: Time,
  lastSyncAt: Time.nullable(),
  lastError: z.string().nullable(),
  lastErrorAt: Time.nullable(),
};

export const DeviceSummary = z.object(shown);

/** What a phone told of itself (MS-ASCMD 2.2.3.43 DeviceInformation); null where it did not. */
export const DeviceFacts = z.object({
  imei: z.string().nullable(),
  phoneNumber: z.string().nullable(),
  mobileOperator: z.string().nullable(),
  osLanguage: z.string().nullable(),
});

export const DeviceFolder = z.object({
  /** As on the wire. */
  id: z.string(),
  itemClass: ClassName,
  name: z.string(),
  /** Null: the phone knows the folder and never synced it. */
  syncKey: z.string().nullable(),
  /** Items the phone has. */
  items: z.number().int(),
  filterType: z.number().int().nullable(),
  /** Times the last answer was asked for again: more than two are a loop. */
  retries: z.number().int(),
  /** Items at a time it is held to because of a loop; null is no limit. */
  cap: z.number().int().nullable(),
  failing: z.number().int(),
});

export const SetAsideItem = z.object({
  device: Id,
  tenant: z.string(),
  user: z.string(),
  deviceId: z.string(),
  folder: z.string(),
  folderName: z.string().nullable(),
  item: z.string(),
  reason: z.string(),
  failures: z.number().int(),
  at: Time,
});

export const SharedFolder = z.object({
  id: Id,
  /** Null: for all devices of the user. */
  device: Id.nullable(),
  itemClass: ClassName,
  /** Where it is at the source: an IMAP folder as its user reads it, a CalDAV or CardDAV URL. */
  path: z.string(),
  name: z.string().nullable(),
  createdBy: z.string(),
  createdAt: Time,
});

export const NewSharedFolder = z.strictObject({
  itemClass: ClassName,
  path: z.string().trim().min(1).max(2000),
  name: z.string().trim().min(1).max(200).optional(),
  reason: Reason,
});

export const DeviceDetail = z.object({
  ...shown,
  facts: DeviceFacts,
  accountEnabled: z.boolean(),
  exempt: z.boolean(),
  /** The policy in force for it: its id, null for that of the configuration. */
  policy: z.object({ id: Id.nullable(), name: z.string(), acknowledged: z.boolean() }),
  hasRecoveryPassword: z.boolean(),
  folders: z.array(DeviceFolder),
  setAside: z.array(SetAsideItem),
  shares: z.array(SharedFolder),
  wipes: z.array(Wipe),
  traceUntil: Time.nullable(),
  /** Codes of what is wrong, for alerts: `sync-loop`, `items-set-aside`, `wipe-pending`, `never-synced`, `source-failed`, `stale`. */
  health: z.array(z.string()),
});

export const DeviceFilter = {
  tenant: z.string().optional(),
  user: z.string().optional(),
  /** A part of user, model, friendly name or device id. */
  q: z.string().max(200).optional(),
  model: z.string().optional(),
  os: z.string().optional(),
  deviceType: z.string().optional(),
  protocolVersion: z
    .string()
    .regex(/^\d\d\.\d$/)
    .optional(),
  standing: StandingName.optional(),
  wipe: WipeStateName.optional(),
  policyState: PolicyStateName.optional(),
  seenAfter: Time.optional(),
  seenBefore: Time.optional(),
  /** Only those with an error. */
  failing: Flag.optional(),
};

export const DeviceQuery = z.strictObject({
  ...DeviceFilter,
  sort: z.enum(['lastSeenAt', 'user', 'model', 'createdAt']).default('lastSeenAt'),
  order: z.enum(['asc', 'desc']).optional(),
  cursor: Cursor,
  limit: Limit,
});

/** What happened to a device, newest first. `kind` is stable; `details` depend on it. */
export const TimelineEvent = z.object({
  id: Id,
  at: Time,
  kind: z.string(),
  details: z.record(z.string(), Json),
});

export const Resync = z
  .strictObject({
    scope: z.enum(['device', 'hierarchy', 'class', 'folder']),
    itemClass: ClassName.optional(),
    folder: z.string().optional(),
    /** Only tells what would be done. */
    dryRun: z.boolean().default(false),
    reason: Reason,
  })
  .refine(({ scope, itemClass }) => scope !== 'class' || itemClass !== undefined, {
    path: ['itemClass'],
    message: 'is needed with scope class',
  })
  .refine(({ scope, folder }) => scope !== 'folder' || folder !== undefined, {
    path: ['folder'],
    message: 'is needed with scope folder',
  });

export const Resynced = z.object({
  dryRun: z.boolean(),
  hierarchy: z.boolean(),
  /** The folders whose content the phone loads again. */
  folders: z.array(z.object({ id: z.string(), name: z.string().nullable(), items: z.number().int() })),
});
