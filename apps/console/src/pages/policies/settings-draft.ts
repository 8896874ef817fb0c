import type { Json, PolicySetting } from '../../api/types.js';

/** Settings as they are written in the editor: only those somebody touched, as texts where they are typed. */
export type Draft = Readonly<Record<string, Written>>;
export type Written = boolean | string;
export type Settings = Readonly<Record<string, Json>>;

export const groupNames: Readonly<Record<PolicySetting['group'], string>> = {
  password: 'Password',
  encryption: 'Encryption',
  device: 'Device',
  applications: 'Applications',
  sync: 'Sync',
  smime: 'S/MIME',
  attachments: 'Attachments',
};

/** A value as the editor shows it. */
export function writtenOf({ kind }: PolicySetting, value: Json | undefined): Written {
  if (kind === 'flag') return value === true;
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(String).join('\n');
  return typeof value === 'object' ? '' : String(value);
}

/** What the editor shows as a value. What is no number is sent as it is: the server says what is wrong with it. */
export function valueOf({ kind }: PolicySetting, written: Written): Json {
  if (typeof written === 'boolean') return written;
  const text = written.trim();
  if (kind === 'texts')
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  if (text === '') return null;
  const value = Number(text);
  return Number.isNaN(value) ? text : value;
}

const same = (one: Json | undefined, other: Json | undefined): boolean =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

export const isDefault = (setting: PolicySetting, written: Written): boolean =>
  same(valueOf(setting, written), setting.default);

/** The draft of a policy that is there. */
export const draftOf = (catalogue: readonly PolicySetting[], settings: Settings): Draft =>
  Object.fromEntries(
    catalogue
      .filter(({ name }) => name in settings)
      .map((setting) => [setting.name, writtenOf(setting, settings[setting.name])]),
  );

/** What is sent: only what differs from the defaults, so that a default that changes with an update does so here too. */
export const settingsOf = (catalogue: readonly PolicySetting[], draft: Draft): Settings =>
  Object.fromEntries(
    catalogue.flatMap((setting) => {
      const written = draft[setting.name];
      if (written === undefined || isDefault(setting, written)) return [];
      return [[setting.name, valueOf(setting, written)]];
    }),
  );

/** Names of settings that are not the same in both. */
export const changesOf = (before: Settings, after: Settings): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => name in before !== name in after || !same(before[name], after[name]),
  );

/** A default, in words. */
export function sayDefault({ kind, default: value }: PolicySetting): string {
  if (kind === 'flag') return value === true ? 'yes' : 'no';
  if (value === null) return 'no limit';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(String).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `MaxInactivityTimeDeviceLock` as people read it: `Max inactivity time device lock`. */
export const readable = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/ ([A-Z])(?=[a-z])/g, (_, letter: string) => ` ${letter.toLowerCase()}`);
