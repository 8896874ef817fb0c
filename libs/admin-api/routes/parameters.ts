import { z } from 'zod';
import { Cursor, Id, Limit } from '../schemas/common.js';

export const ofDevice = z.strictObject({ device: Id });
export const ofUser = z.strictObject({ tenant: z.string(), user: z.string() });
export const ofTenant = z.strictObject({ tenant: z.string() });
/** A path with one number in it. */
export const one = <N extends string>(name: N) => z.strictObject({ [name]: Id } as Record<N, typeof Id>);
export const perTenant = z.strictObject({ tenant: z.string().optional() });
/** A list that is asked for page by page. */
export const paged = z.strictObject({ cursor: Cursor, limit: Limit });
