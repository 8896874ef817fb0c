import { z } from 'zod';
import type { AnswerOf, Routes } from '#admin-api';
import { formatVersion, Provision } from '#eas';
import { bare, defaultOf, noteOf, policyKeys } from '#ops';

type SettingInfo = AnswerOf<Routes['GET /policy-settings']>['items'][number];
type Group = SettingInfo['group'];

/** Where an editor shows a setting. Every setting that no pattern fits is about the device. */
const GROUPS: readonly (readonly [RegExp, Group])[] = [
  [/Attachment/, 'attachments'],
  [/SMIME/, 'smime'],
  [/Encryption/, 'encryption'],
  [/Password|InactivityTime/, 'password'],
  [/Application|AllowUnsigned/, 'applications'],
  [/Sync|AgeFilter|Truncation|HTMLEmail|ConsumerEmail|POPIMAP/, 'sync'],
];

const groupOf = (name: string): Group => GROUPS.find(([fits]) => fits.test(name))?.[1] ?? 'device';

/** The settings of a policy by the specification's names (MS-ASPROV 2.2.2.28), in the order of its schema. */
export const settingSchemas: Readonly<Record<string, z.ZodType>> = policyKeys.unwrap().shape;

function rangeOf(type: z.core.$ZodType): Pick<SettingInfo, 'kind' | 'min' | 'max' | 'values'> {
  const open = { min: null, max: null, values: null };
  if (type instanceof z.ZodBoolean) return { ...open, kind: 'flag' };
  if (type instanceof z.ZodArray) return { ...open, kind: 'texts' };
  if (type instanceof z.ZodLiteral) return { ...open, kind: 'choice', values: [...type.values].map(Number) };
  if (type instanceof z.ZodNumber) return { ...open, kind: 'number', min: type.minValue, max: type.maxValue };
  throw new Error(`a policy setting of a type nobody can edit: ${type.constructor.name}`);
}

/** Oldest protocol version whose phones know the element. */
function sinceOf(name: string): string {
  const tag = (Provision as Readonly<Record<string, { versions: { from?: number } }>>)[name];
  return formatVersion(tag?.versions.from ?? 120);
}

/** Every setting, as an editor needs it. */
export const settingInfos: readonly SettingInfo[] = Object.entries(settingSchemas).map(([name, schema]) => ({
  name,
  ...rangeOf(bare(schema)),
  group: groupOf(name),
  meaning: noteOf(schema)?.prose ?? '',
  default: (defaultOf(schema) ?? null) as SettingInfo['default'],
  nullable: schema.safeParse(null).success,
  since: sinceOf(name),
}));
