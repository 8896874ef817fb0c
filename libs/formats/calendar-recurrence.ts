import type ICAL from 'ical.js';
import type { EmailItem } from '#eas';
import { rulePart } from './calendar-rule-parts.js';

type Meeting = NonNullable<EmailItem['MeetingRequest']>;
export type Recurrence = NonNullable<Meeting['Recurrences']>['Recurrence'];

/** Bits of DayOfWeek (MS-ASEMAIL 2.2.2.26). */
const dayBits: Readonly<Record<string, number>> = { SU: 1, MO: 2, TU: 4, WE: 8, TH: 16, FR: 32, SA: 64 };
const dayNames = Object.keys(dayBits);
const everyDay = 127;
const weekdaysOnly = 62;
const weekendOnly = 65;

/** Type (MS-ASEMAIL 2.2.2.80). */
const Type = { daily: 0, weekly: 1, monthly: 2, monthlyNth: 3, yearly: 5, yearlyNth: 6 } as const;

/** The day a series begins on, in its own zone. */
export interface FirstDay {
  readonly month: number;
  readonly day: number;
  /** 0 Sunday to 6 Saturday. */
  readonly weekday: number;
}

/**
 * The Recurrence of an RRULE; `until` is its end in UTC. Null for a rule that phones have no words for (hourly ones, several
 * days of a month, several months: trap 92): the mail tells of the first meeting then.
 */
export function recurrenceOf(rule: ICAL.Recur, first: FirstDay, until: Date | null): Recurrence | null {
  const pattern = patternOf(rule, first);
  if (!pattern) return null;
  return {
    ...pattern,
    Interval: Math.min(999, Math.max(1, rule.interval || 1)),
    ...(until ? { Until: until } : rule.count ? { Occurrences: Math.min(999, rule.count) } : {}),
    ...(pattern.Type >= Type.monthly ? { CalendarType: 0 } : {}),
    IsLeapMonth: false,
    FirstDayOfWeek: (rule.wkst + 6) % 7,
  };
}

type Pattern = Pick<Recurrence, 'Type' | 'DayOfWeek' | 'DayOfMonth' | 'WeekOfMonth' | 'MonthOfYear'>;

const unknownParts = ['BYSECOND', 'BYMINUTE', 'BYHOUR', 'BYYEARDAY', 'BYWEEKNO'];

function patternOf(rule: ICAL.Recur, first: FirstDay): Pattern | null {
  if (unknownParts.some((name) => rulePart(rule, name).length > 0)) return null;
  const months = rulePart(rule, 'BYMONTH').map(Number);
  switch (rule.freq) {
    case 'DAILY':
      return months.length > 0 ? null : daily(rule);
    case 'WEEKLY':
      return months.length > 0 ? null : weekly(rulePart(rule, 'BYDAY'), first);
    case 'MONTHLY':
      return months.length > 0 ? null : withinMonth(rule, first, null);
    case 'YEARLY':
      return months.length > 1 ? null : withinMonth(rule, first, months[0] ?? first.month);
    default:
      return null;
  }
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
  if (days.length === 0) return monthDays.length > 1 ? null : byDate(monthDays[0] ?? first.day, month);
  return monthDays.length > 0 ? null : byWeekday(days, rulePart(rule, 'BYSETPOS').map(Number), month);
}

const inMonth = (month: number | null): Pick<Pattern, 'MonthOfYear'> =>
  month === null ? {} : { MonthOfYear: month };

function byDate(day: number, month: number | null): Pattern | null {
  // "The last day" has no number: it is the last one of all the days of a week.
  if (day === -1) return nth(everyDay, 5, month);
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
  if (days.length === 1 && match) return nth(dayBits[match[2]!] ?? null, Number(match[1]), month);
  const mask = maskOf(days);
  const isSet = mask === everyDay || mask === weekdaysOnly || mask === weekendOnly || days.length === 1;
  return positions.length === 1 && isSet ? nth(mask, positions[0]!, month) : null;
}

function nth(mask: number | null, position: number, month: number | null): Pattern | null {
  const week = position === -1 ? 5 : position;
  if (mask === null || !(week >= 1 && week <= 5)) return null;
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
