import { z } from 'zod';
import { roles } from '../route.js';

/** A row's number. Texts, because they outgrow JavaScript's numbers; what outgrows the database's is no row's. */
export const Id = z.string().regex(/^[1-9]\d{0,17}$/);
/** ISO 8601, UTC. */
export const Time = z.iso.datetime();
export const Name = z.string().trim().min(1).max(200);
/** Why something is done: kept in the audit log. */
export const Reason = z.string().trim().max(1000).optional();
export const RoleName = z.enum(roles);
export const StandingName = z.enum(['allowed', 'blocked', 'quarantined']);
export const ClassName = z.enum(['Email', 'Calendar', 'Contacts', 'Tasks', 'Notes']);
export const WithReason = z.strictObject({ reason: Reason });
export const Json = z.json();

/** Where the next page begins, as told by the page before. */
export const Cursor = z.string().max(500).optional();
export const Limit = z.coerce.number().int().min(1).max(1000).default(50);
/** In query parameters: nothing else counts as true. */
export const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** A page of a list; `next` is null at the end. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() });
export const list = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });

/** Every refusal looks like this (RFC 9457, application/problem+json). */
export const Problem = z.object({
  /** Stable, for programs: `unknown-device`, `invalid`, `forbidden`, ... */
  code: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  /** What is wrong with which field, by its path (`settings.MinDevicePasswordLength`); for 422. */
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.output<typeof Problem>;
