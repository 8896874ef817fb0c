import ICAL from 'ical.js';
import { momentOf, type CalendarTime } from './calendar-time.js';
import { utcZone } from './calendar-zone.js';
import { rulePart } from './calendar-rule-parts.js';
import { type WallTime } from './time-zone-clock.js';

/** A Recurrence as events and meeting requests have it (MS-ASCAL 2.2.2.37, MS-ASEMAIL 2.2.2.60). */
export interface Recurrence {
  readonly Type: number;
  readonly Occurrences?: number;
  readonly Interval: number;
  readonly WeekOfMonth?: number;
  readonly DayOfWeek?: number;
  readonly MonthOfYear?: number;
  readonly Until?: Date;
  readonly DayOfMonth?: number;
  readonly CalendarType?: number;
  readonly IsLeapMonth?: boolean;
  readonly FirstDayOfWeek: number;
}

/** Bits of DayOfWeek (MS-ASEMAIL 2.2.2.26). */
const dayBits: Readonly<Record<string, number>> = { SU: 1, MO: 2, TU: 4, WE: 8, TH: 16, FR: 32, SA: 64 };
const dayNames = Object.keys(dayBits);
const everyDay = 127;
const weekdaysOnly = 62;
const weekendOnly = 65;

/** Type (MS-ASEMAIL 2.2.2.80). */
const Type = { daily: 0, weekly: 1, monthly: 2, monthlyNth: 3, yearly: 5, yearlyNth: 6 } as const;

/** When a series begins, in its own zone. */
export interface FirstDay extends WallTime {
  /** 0 Sunday to 6 Saturday. */
  readonly weekday: number;
}

/** MS-ASCAL 2.2.2.25 and 2.2.2.32. */
export const mostInterval = 999;
export const mostOccurrences = 999;

/**
 * The Recurrence of an RRULE; `until` is its end in UTC. Null for a rule that phones have no words for (hourly ones, several
 * days of a month, several months: trap 92): the mail tells of the first meeting then.
 */
export function recurrenceOf(rule: ICAL.Recur, first: FirstDay, until: Date | null): Recurrence | null {
  const pattern = patternOf(rule, first);
  const interval = Math.max(1, rule.interval || 1);
  if (!pattern || interval > mostInterval) return null;
  const counted = rule.count && rule.count > 0 ? { Occurrences: Math.min(mostOccurrences, rule.count) } : {};
  return {
    ...pattern,
    Interval: interval,
    ...(until ? { Until: until } : counted),
    ...(pattern.Type >= Type.monthly ? { CalendarType: 0 } : {}),
    IsLeapMonth: false,
    FirstDayOfWeek: (rule.wkst + 6) % 7,
  };
}

type Pattern = Pick<Recurrence, 'Type' | 'DayOfWeek' | 'DayOfMonth' | 'WeekOfMonth' | 'MonthOfYear'>;

const unknownParts = ['BYYEARDAY', 'BYWEEKNO'];
/** Parts that some write although they only repeat the start. */
const clockParts = { BYSECOND: 'second', BYMINUTE: 'minute', BYHOUR: 'hour' } as const;

function patternOf(rule: ICAL.Recur, first: FirstDay): Pattern | null {
  if (unknownParts.some((name) => rulePart(rule, name).length > 0) || !repeatsClock(rule, first)) return null;
  const months = rulePart(rule, 'BYMONTH').map(Number);
  const positions = rulePart(rule, 'BYSETPOS');
  switch (rule.freq) {
    case 'DAILY':
      return months.length > 0 || positions.length > 0 ? null : daily(rule);
    case 'WEEKLY':
      return months.length > 0 || positions.length > 0 ? null : weekly(rulePart(rule, 'BYDAY'), first);
    case 'MONTHLY':
      return months.length > 0 ? null : withinMonth(rule, first, null);
    case 'YEARLY':
      return months.length > 0 ? withinOneMonth(rule, first, months) : withinYear(rule, first);
    default:
      return null;
  }
}

const repeatsClock = (rule: ICAL.Recur, first: FirstDay): boolean =>
  Object.entries(clockParts).every(([name, unit]) =>
    rulePart(rule, name).every((value, _, all) => all.length === 1 && Number(value) === first[unit]),
  );

const withinOneMonth = (rule: ICAL.Recur, first: FirstDay, months: readonly number[]): Pattern | null =>
  months.length === 1 ? withinMonth(rule, first, months[0]!) : null;

/** Without BYMONTH days are counted in the whole year: of those only its very beginning and end lie in one month. */
function withinYear(rule: ICAL.Recur, first: FirstDay): Pattern | null {
  if (rulePart(rule, 'BYMONTHDAY').length > 0) return null;
  const days = rulePart(rule, 'BYDAY');
  if (days.length === 0) return withinMonth(rule, first, first.month);
  const nthDay = Number.parseInt(days[0]!, 10);
  if (days.length > 1 || rulePart(rule, 'BYSETPOS').length > 0) return null;
  if (nthDay >= 1 && nthDay <= 4) return withinMonth(rule, first, 1);
  return nthDay === -1 ? withinMonth(rule, first, 12) : null;
}

function daily(rule: ICAL.Recur): Pattern | null {
  if (rulePart(rule, 'BYMONTHDAY').length > 0) return null;
  const days = rulePart(rule, 'BYDAY');
  if (days.length === 0) return { Type: Type.daily };
  return rule.interval > 1 ? null : weekly(days, null);
}

function weekly(days: readonly string[], first: FirstDay | null): Pattern | null {
  const mask = days.length === 0 && first ? 1 << first.weekday : maskOf(days);
  return mask === null ? null : { Type: Type.weekly, DayOfWeek: mask };
}

/** `month` null: every month. */
function withinMonth(rule: ICAL.Recur, first: FirstDay, month: number | null): Pattern | null {
  const days = rulePart(rule, 'BYDAY');
  const monthDays = rulePart(rule, 'BYMONTHDAY').map(Number);
  const positions = rulePart(rule, 'BYSETPOS').map(Number);
  if (days.length > 0) return monthDays.length > 0 ? null : byWeekday(days, positions, month);
  // One day a month is its first and its last one.
  if (monthDays.length > 1 || positions.some((position) => Math.abs(position) !== 1)) return null;
  return byDate(monthDays[0] ?? first.day, month);
}

const inMonth = (month: number | null): Pick<Pattern, 'MonthOfYear'> =>
  month === null ? {} : { MonthOfYear: month };

function byDate(day: number, month: number | null): Pattern | null {
  // "The last day" has no number: it is the last one of all the days of a week (MS-ASCAL 2.2.2.15).
  if (day === -1) return nth(everyDay, -1, month);
  if (!(day >= 1)) return null;
  return { Type: month === null ? Type.monthly : Type.yearly, DayOfMonth: day, ...inMonth(month) };
}

function byWeekday(
  days: readonly string[],
  positions: readonly number[],
  month: number | null,
): Pattern | null {
  const [only = ''] = days;
  const match = /^([+-]?\d+)(\w\w)$/.exec(only);
  if (days.length === 1 && match) {
    return positions.length > 0 ? null : nth(dayBits[match[2]!] ?? null, Number(match[1]), month);
  }
  const mask = maskOf(days);
  const isSet = mask === everyDay || mask === weekdaysOnly || mask === weekendOnly || days.length === 1;
  return positions.length === 1 && isSet ? nth(mask, positions[0]!, month) : null;
}

function nth(mask: number | null, position: number, month: number | null): Pattern | null {
  // 5 is the last one, so that "the fifth", which not every month has, cannot be said.
  const week = position === -1 ? 5 : position;
  if (mask === null || !(week >= 1 && week <= 5) || position === 5) return null;
  const kind = month === null ? Type.monthlyNth : Type.yearlyNth;
  return { Type: kind, DayOfWeek: mask, WeekOfMonth: week, ...inMonth(month) };
}

/** Null if one of the days has a number before it. */
function maskOf(days: readonly string[]): number | null {
  return days.reduce<number | null>(
    (mask, day) => (mask === null || !dayNames.includes(day) ? null : mask | dayBits[day]!),
    0,
  );
}

/** UNTIL in UTC. A date or a time without zone is one of the start's zone; a date means the whole of that day. */
export function untilOf(rule: ICAL.Recur, start: CalendarTime): Date | null {
  const { until } = rule;
  if (!until) return null;
  const { year, month, day, hour, minute, second } = until;
  const wall = until.isDate
    ? { ...start.wall, year, month, day }
    : { year, month, day, hour, minute, second };
  const isUtc = until.zone === ICAL.Timezone.utcTimezone;
  const moment = momentOf({ ...start, wall, zone: isUtc ? utcZone : start.zone });
  return Number.isNaN(moment.getTime()) ? null : moment;
}
