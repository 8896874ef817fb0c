import ICAL from 'ical.js';
import type { ItemDataByClass } from '#eas';
import { momentIn, wallAt } from '../../calendar-zone.js';
import { wallTimeOf } from '../../calendar-time.js';
import { dateOfMoment, type EventFrame } from './event-frame.js';
import { invalidEvent } from './invalid-event.js';

export type RecurrenceData = NonNullable<ItemDataByClass['Calendar']['Recurrence']>;

/** MS-ASCAL 2.2.2.45. */
const Type = { daily: 0, weekly: 1, monthly: 2, monthlyNth: 3, yearly: 5, yearlyNth: 6 } as const;
type Type = (typeof Type)[keyof typeof Type];

/** In the order of the bits of DayOfWeek (MS-ASCAL 2.2.2.15) and of the numbers of FirstDayOfWeek. */
const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;
const everyDay = 127;
const lastWeek = 5;

const day = 24 * 60 * 60_000;

/** The RRULE of a Recurrence, for a series that begins at `start` (wall time) in this frame. */
export interface RuleText {
  /** What comes again: `FREQ=WEEKLY;BYDAY=MO`. */
  readonly pattern: string;
  /** `UNTIL=...`, `COUNT=...`, or '' for a series without end. */
  readonly end: string;
  /** `WKST=SU`; '' where the phone does not say it, or it is Monday, which is what RRULE means without it. */
  readonly weekStart: string;
}

/**
 * A Recurrence as an RRULE (MS-ASCAL 2.2.2.37.1). Throws BackendError `invalid` for one that breaks the rules of 3.2.5.3, and
 * for calendars whose months are not Gregorian: an RRULE would mean other days.
 */
export function ruleOf(data: RecurrenceData, start: number, frame: EventFrame): RuleText {
  const kind = typeOf(data);
  checkElements(data, kind);
  return {
    pattern: patternOf(data, kind, start).join(';'),
    end: endOf(data, start, frame),
    weekStart: weekStartOf(data),
  };
}

export const ruleText = ({ pattern, end, weekStart }: RuleText): string =>
  [pattern, end, weekStart].filter((part) => part !== '').join(';');

function typeOf({ Type: value }: RecurrenceData): Type {
  const known = Object.values(Type).find((candidate) => candidate === value);
  if (known === undefined) throw invalidEvent('a Recurrence without a Type that MS-ASCAL 2.2.2.45 knows');
  return known;
}

/** Calendars that count months as Gregorian ones do; only their years differ (MS-ASCAL 2.2.2.10). */
const gregorian: ReadonlySet<number> = new Set([0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12]);
const reserved: ReadonlySet<number> = new Set([13, 16, 17, 18, 19, 21, 22, 23]);

/** MS-ASCAL 3.2.5.3: what gets Status 6. */
function checkElements(data: RecurrenceData, kind: Type): void {
  const allowed: Readonly<Record<string, readonly Type[]>> = {
    DayOfMonth: [Type.monthly, Type.yearly],
    DayOfWeek: [Type.daily, Type.weekly, Type.monthlyNth, Type.yearlyNth],
    MonthOfYear: [Type.yearly, Type.yearlyNth],
    WeekOfMonth: [Type.monthlyNth, Type.yearlyNth],
  };
  for (const name of ['DayOfMonth', 'DayOfWeek', 'MonthOfYear', 'WeekOfMonth'] as const) {
    if (data[name] !== undefined && !allowed[name]!.includes(kind)) {
      throw invalidEvent(`${name} in a Recurrence of Type ${kind}`);
    }
  }
  inRange(data, 'DayOfMonth', 1, 31);
  inRange(data, 'DayOfWeek', 1, everyDay);
  inRange(data, 'MonthOfYear', 1, 12);
  inRange(data, 'WeekOfMonth', 1, lastWeek);
  inRange(data, 'FirstDayOfWeek', 0, 6);
  inRange(data, 'Interval', 0, 999);
  inRange(data, 'Occurrences', 1, 999);
  const calendar = data.CalendarType ?? 0;
  if (reserved.has(calendar)) throw invalidEvent(`CalendarType ${calendar} is reserved`);
  const countsMonths = kind !== Type.daily && kind !== Type.weekly;
  if (countsMonths && !gregorian.has(calendar)) {
    throw invalidEvent(`no rule for CalendarType ${calendar}`, 'calendar-type');
  }
}

function inRange(
  data: RecurrenceData,
  name:
    | 'DayOfMonth'
    | 'DayOfWeek'
    | 'MonthOfYear'
    | 'WeekOfMonth'
    | 'FirstDayOfWeek'
    | 'Interval'
    | 'Occurrences',
  least: number,
  most: number,
): void {
  const value = data[name];
  if (value !== undefined && !(value >= least && value <= most)) throw invalidEvent(`${name} out of range`);
}

function patternOf(data: RecurrenceData, kind: Type, start: number): string[] {
  const interval = Math.max(1, data.Interval ?? 1);
  const every = interval === 1 ? [] : [`INTERVAL=${interval}`];
  const days = data.DayOfWeek === undefined ? [] : namesOf(data.DayOfWeek);
  switch (kind) {
    case Type.daily:
      // MS-ASCAL 2.2.2.37.1: with days of the week it is a weekly one, and Interval counts weeks.
      return days.length === 0 ? ['FREQ=DAILY', ...every] : weekly(days, every);
    case Type.weekly:
      return weekly(days.length > 0 ? days : [weekdays[new Date(start).getUTCDay()]!], every);
    case Type.monthly:
      return ['FREQ=MONTHLY', ...every, dayOfMonth(data, start)];
    case Type.yearly:
      return ['FREQ=YEARLY', ...every, monthOfYear(data, start), dayOfMonth(data, start)];
    case Type.monthlyNth:
      return ['FREQ=MONTHLY', ...every, ...nth(data, start)];
    case Type.yearlyNth:
      return ['FREQ=YEARLY', ...every, monthOfYear(data, start), ...nth(data, start)];
  }
}

const weekly = (days: readonly string[], every: readonly string[]): string[] => [
  'FREQ=WEEKLY',
  ...every,
  `BYDAY=${days.join(',')}`,
];

const dayOfMonth = ({ DayOfMonth }: RecurrenceData, start: number): string =>
  `BYMONTHDAY=${DayOfMonth ?? wallTimeOf(start).day}`;

const monthOfYear = ({ MonthOfYear }: RecurrenceData, start: number): string =>
  `BYMONTH=${MonthOfYear ?? wallTimeOf(start).month}`;

const namesOf = (mask: number): string[] => weekdays.filter((_, bit) => (mask & (1 << bit)) !== 0);

/**
 * The n-th of these days in a month. 127 counts the days themselves; several days, of which 62 and 65 are the ones phones
 * name, are counted together: "the second weekday".
 */
function nth(data: RecurrenceData, start: number): string[] {
  const { WeekOfMonth: week, DayOfWeek: mask = 1 << new Date(start).getUTCDay() } = data;
  if (week === undefined) throw invalidEvent('an n-th day without WeekOfMonth');
  const position = week === lastWeek ? -1 : week;
  const days = namesOf(mask);
  if (mask === everyDay) return [`BYMONTHDAY=${position}`];
  if (days.length === 1) return [`BYDAY=${position}${days[0]}`];
  return [`BYDAY=${days.join(',')}`, `BYSETPOS=${position}`];
}

const weekStartOf = ({ FirstDayOfWeek: first }: RecurrenceData): string =>
  first === undefined || first === 1 ? '' : `WKST=${weekdays[first]}`;

/** Of both ends Occurrences is the one that holds (MS-ASCAL 3.2.5.3). */
function endOf(data: RecurrenceData, start: number, frame: EventFrame): string {
  if (data.Occurrences !== undefined) return `COUNT=${data.Occurrences}`;
  return data.Until === undefined ? '' : `UNTIL=${untilOf(data.Until, start, frame)}`;
}

/**
 * Until is inclusive (trap 92), and phones say the last day in two ways: the moment at which the last occurrence starts, or
 * midnight of its day, in UTC or in the event's zone. A midnight means the day as a whole.
 */
function untilOf(until: Date, start: number, frame: EventFrame): string {
  if (frame.isDate) return compact(Math.max(dateOfMoment(until, frame.zone), start), true);
  const utc = until.getTime();
  const wall = wallAt(frame.zone, utc);
  const midnight = [utc, wall].find((time) => time % day === 0);
  if (midnight === undefined)
    return `${compact(Math.max(utc, momentIn(frame.zone, wallTimeOf(start))), false)}Z`;
  const atStart = midnight + (((start % day) + day) % day);
  return `${compact(momentIn(frame.zone, wallTimeOf(Math.max(atStart, start))), false)}Z`;
}

const compact = (wall: number, isDate: boolean): string =>
  new Date(wall)
    .toISOString()
    .replace(/[-:]|\.\d+Z$/g, '')
    .slice(0, isDate ? 8 : 15);

/**
 * Makes this the rule of a series. What means the same as what the phone was shown stays as it is written; where only the
 * end differs, the rest of the rule stays (trap 93: the Recurrence is one block, but a rule may say more than it shows).
 * True if the rule was changed.
 */
export function writeRule(event: ICAL.Component, wanted: RuleText, shown: RuleText | null): boolean {
  const meant = {
    ...wanted,
    weekStart: wanted.weekStart === '' && shown ? shown.weekStart : wanted.weekStart,
  };
  if (shown && ruleText(meant) === ruleText(shown)) return false;
  const kept = shown?.pattern === meant.pattern && shown.weekStart === meant.weekStart;
  const property = event.getFirstProperty('rrule');
  const rest = kept && property ? withoutEnd(property) : null;
  event.removeAllProperties('rrule');
  // As text: a value that ical.js understands would lose the parts that it does not.
  const text = rest === null ? ruleText(meant) : [rest, meant.end].filter((part) => part !== '').join(';');
  event.addProperty(ICAL.Property.fromString(`RRULE:${text}`));
  return true;
}

const withoutEnd = (property: ICAL.Property): string =>
  property
    .toICALString()
    .replace(/\r\n[ \t]/g, '')
    .replace(/^[^:]*:/, '')
    .split(';')
    .filter((part) => !/^(UNTIL|COUNT)=/i.test(part))
    .join(';');
