import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { defaultOf } from '#ops';
import type { Json } from '#store';
import { Refused } from '../call.js';
import { settingSchemas } from './setting-info.js';

type Given = Readonly<Record<string, unknown>>;

/**
 * What of the given settings differs from the specification's defaults: what is kept, so that a default stays one. Throws
 * Refused 422 with each setting that is unknown or has a value it cannot have.
 */
export function checkedSettings(given: Given): { readonly [name: string]: Json } {
  const problems: { path: string; message: string }[] = [];
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(given)) {
    const schema = Object.hasOwn(settingSchemas, name) ? settingSchemas[name] : undefined;
    const result = schema?.safeParse(value);
    if (!schema || !result) problems.push({ path: `settings.${name}`, message: 'is no setting of a policy' });
    else if (!result.success) problems.push({ path: `settings.${name}`, message: messageOf(result.error) });
    else if (!isDeepStrictEqual(result.data, defaultOf(schema))) kept[name] = result.data as Json;
  }
  if (problems.length > 0)
    throw new Refused(422, 'invalid', `${problems[0]!.path}: ${problems[0]!.message}`, problems);
  return kept;
}

const messageOf = (error: z.ZodError): string => error.issues.map(({ message }) => message).join('; ');
