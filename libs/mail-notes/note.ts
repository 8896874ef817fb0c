import type { FollowUp, Item, MailState } from '#backend';
import type { Json, NotedRow } from '#store';

/** Characters of a text in a flag; a mail's subject may be of any length, and the phone shows one line of it. */
const LONGEST = 500;

const dates = [
  'DateCompleted',
  'CompleteTime',
  'StartDate',
  'DueDate',
  'UtcStartDate',
  'UtcDueDate',
  'ReminderTime',
  'OrdinalDate',
] as const;
const texts = ['Subject', 'FlagType', 'SubOrdinalDate'] as const;

/** What every program means by a star. */
const usualType = /^(flag )?for follow[ -]?up$|^follow[ -]?up$/i;

/** Whether a source that has a star keeps all of this flag. */
export function isPlain({ Status, FlagType, ReminderSet, ...rest }: FollowUp): boolean {
  if (Status === 1) return false;
  if (Status !== 2) return true;
  const isUsual = FlagType === undefined || usualType.test(FlagType);
  return isUsual && ReminderSet !== true && Object.values(rest).every((value) => value === undefined);
}

/** Short enough, and without what no database text may hold: control characters and halves of characters. */
const cut = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, LONGEST)
    .replace(/\p{Cs}/gu, '');

/** The flag as it is stored. */
export function packFollowUp(flag: FollowUp): Json {
  const packed: Record<string, Json> = { Status: flag.Status ?? 0 };
  for (const name of texts) if (flag[name] !== undefined) packed[name] = cut(flag[name]);
  for (const name of dates) if (flag[name] !== undefined) packed[name] = flag[name].toISOString();
  if (flag.ReminderSet !== undefined) packed.ReminderSet = flag.ReminderSet;
  return packed;
}

const fieldsOf = (value: Json): { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })
    : {};

const dateOf = (value: Json | undefined): Date | null => {
  const date = typeof value === 'string' ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
};

/** The flag as it was stored; null if there is none. */
export function unpackFollowUp(value: Json): FollowUp | null {
  const fields = fieldsOf(value);
  if (fields.Status !== 1 && fields.Status !== 2) return null;
  const flag: { -readonly [Name in keyof FollowUp]: FollowUp[Name] } = { Status: fields.Status };
  for (const name of texts) {
    const text = fields[name];
    if (typeof text === 'string') flag[name] = text;
  }
  for (const name of dates) {
    const date = dateOf(fields[name]);
    if (date) flag[name] = date;
  }
  if (typeof fields.ReminderSet === 'boolean') flag.ReminderSet = fields.ReminderSet;
  return flag;
}

type LastVerb = NonNullable<MailState['lastVerb']>;

export const packLastVerb = ({ verb, at }: LastVerb): Json => ({ verb, at: at.toISOString() });

function unpackLastVerb(value: Json): LastVerb | null {
  const { verb, at } = fieldsOf(value);
  const date = dateOf(at);
  return date && (verb === 1 || verb === 2 || verb === 3) ? { verb, at: date } : null;
}

/**
 * The flag as phones see it. The source decides whether there is one, since other programs set and take its star: dates
 * count only while the mail is flagged, "complete" only while it is not.
 */
function flagOf(item: Item, row: NotedRow): Item['Flag'] {
  const kept = unpackFollowUp(row.followUp);
  const isFlagged = item.Flag?.Status === 2;
  if (!kept || (kept.Status === 2) !== isFlagged) return item.Flag;
  return { ...(isFlagged ? item.Flag : {}), ...kept };
}

/** The item with what is kept of it. */
export function withNote(item: Item, row: NotedRow, protocolVersion: number): Item {
  const verb = protocolVersion >= 140 ? unpackLastVerb(row.lastVerb) : null;
  return {
    ...item,
    ...(item.Flag && { Flag: flagOf(item, row) }),
    ...(verb && { LastVerbExecuted: verb.verb, LastVerbExecutionTime: verb.at }),
  };
}
