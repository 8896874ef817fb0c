import { z } from 'zod';
import { TenantSettings } from './policies.js';
import { Cursor, Id, Limit, Name, Reason, RoleName, Time } from './common.js';

export const User = z.object({
  tenant: z.string(),
  user: z.string(),
  /** False: phones of this user may not sync (Status 126). */
  enabled: z.boolean(),
  devices: z.number().int(),
  lastSeenAt: Time.nullable(),
  createdAt: Time,
});

export const UserQuery = z.strictObject({
  tenant: z.string().optional(),
  /** A part of the name. */
  q: z.string().max(200).optional(),
  cursor: Cursor,
  limit: Limit,
});

export const ChangedUser = z.strictObject({ enabled: z.boolean(), reason: Reason });

/** One step of a test login: what was tried at which source, and how it went. */
export const TestStep = z.object({
  /** mail, submission, calendar, contacts, tasks, notes, directory, outOfOffice. */
  source: z.string(),
  /** resolve, connect, tls, sign-in, folders, ... */
  step: z.string(),
  ok: z.boolean(),
  ms: z.number(),
  /** What was found, or what is wrong and what to do about it. */
  detail: z.string(),
});
export const TestLogin = z.strictObject({
  /** Without it connections are tried up to the sign-in only. Never kept, never logged. */
  password: z.string().min(1).max(1000).optional(),
});
export const TestReport = z.object({ ok: z.boolean(), steps: z.array(TestStep) });

export const SourceHealth = z.object({
  source: z.string(),
  kind: z.string(),
  /** host:port or URL, without credentials. */
  where: z.string(),
  ok: z.boolean(),
  ms: z.number().nullable(),
  detail: z.string(),
});

export const Tenant = z.object({
  name: z.string(),
  domains: z.array(z.string()),
  provisioning: z.enum(['required', 'optional', 'off']),
  sources: z.array(z.object({ source: z.string(), kind: z.string(), where: z.string() })),
  settings: TenantSettings,
  users: z.number().int(),
  devices: z.number().int(),
  quarantined: z.number().int(),
});

export const AppPassword = z.object({
  id: Id,
  name: z.string(),
  /** The only device it serves; null: any. */
  deviceId: z.string().nullable(),
  createdBy: z.string(),
  createdAt: Time,
  expiresAt: Time.nullable(),
  lastUsedAt: Time.nullable(),
});
export const NewAppPassword = z.strictObject({
  name: Name,
  /** The mailbox's password: the mail server is asked with it, it is kept sealed. */
  password: z.string().min(1).max(1000),
  deviceId: z
    .string()
    .regex(/^[A-Za-z0-9]{1,64}$/)
    .optional(),
  expiresAt: Time.optional(),
  reason: Reason,
});
/** The only time it is told. */
export const MadeAppPassword = AppPassword.extend({ appPassword: z.string() });

export const Token = z.object({
  id: Id,
  name: z.string(),
  role: RoleName,
  tenant: z.string().nullable(),
  user: z.string().nullable(),
  createdBy: z.string(),
  createdAt: Time,
  expiresAt: Time.nullable(),
  lastUsedAt: Time.nullable(),
});
export const NewToken = z.strictObject({
  name: Name,
  role: RoleName,
  /** Null: all tenants. Needed for `tenant` and `me`. */
  tenant: z.string().nullable().default(null),
  /** For `me`. */
  user: z.string().nullable().default(null),
  expiresAt: Time.optional(),
  reason: Reason,
});
/** The only time it is told. */
export const MadeToken = Token.extend({ token: z.string() });

export const Session = z.object({
  name: z.string(),
  role: RoleName,
  tenant: z.string().nullable(),
  user: z.string().nullable(),
  /** To be sent as X-Godwit-CSRF with every change; empty for those who bring a bearer token. */
  csrf: z.string(),
  version: z.string(),
});
/** Either a token, or the login of a mailbox for one's own devices. */
export const SignInRequest = z.union([
  z.strictObject({ token: z.string().min(1).max(500) }),
  z.strictObject({ user: z.string().min(1).max(320), password: z.string().min(1).max(1000) }),
]);
export const SignInWays = z.object({ oidc: z.boolean(), oidcLabel: z.string(), self: z.boolean() });
