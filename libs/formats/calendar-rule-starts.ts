import type ICAL from 'ical.js';
import { rulePart } from './calendar-rule-parts.js';
import { wallClock } from './time-zone-clock.js';
import { wallTimeOf } from './calendar-time.js';

/**
 * The starts of an RRULE (RFC 5545 3.3.10), in wall time: milliseconds as if it were UTC. ical.js has an iterator, too, but
 * a rule that never comes true (30 February, every second) keeps it in one call for minutes; here every day that is looked
 * at is counted.
 */
export interface StartsWanted {
  /** DTSTART. */
  readonly start: number;
  /** Starts before this are not told. */
  readonly from: number;
  /** Nor those after this. */
  readonly to: number;
  /** UNTIL, inclusive; null where the rule has none. */
  readonly until: number | null;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Days and times looked at for one rule. */
export const mostSteps = 50_000;

const frequencies = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'] as const;
type Frequency = (typeof frequencies)[number];

const subDaily: Readonly<Partial<Record<Frequency, number>>> = {
  HOURLY: hour,
  MINUTELY: minute,
  SECONDLY: second,
};

/** The starts in order, from `from` to `to`. Ends early after `mostSteps` of looking. */
export function* ruleStarts(rule: ICAL.Recur, wanted: StartsWanted): Generator<number> {
  const terms = termsOf(rule, wanted.start);
  if (!terms) return;
  const last = Math.min(wanted.to, wanted.until ?? Number.POSITIVE_INFINITY);
  let left = terms.count ?? Number.POSITIVE_INFINITY;
  let steps = 0;
  for (const period of periods(terms, wanted, last)) {
    steps += period.cost;
    if (steps > mostSteps) return;
    for (const at of period.starts) {
      steps += 1;
      if (at < wanted.start) continue;
      if (at > last || left <= 0) return;
      left -= 1;
      if (at >= wanted.from) yield at;
    }
    if (left <= 0) return;
  }
}

interface WeekdayTerm {
  /** 0 Sunday to 6 Saturday. */
  readonly weekday: number;
  /** 0: every one. */
  readonly nth: number;
}

/** A rule with what follows from its DTSTART (RFC 5545 3.3.10: "information missing"). */
interface Terms {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number | null;
  /** 0 Sunday to 6 Saturday. */
  readonly weekStart: number;
  readonly months: ReadonlySet<number> | null;
  readonly monthDays: ReadonlySet<number> | null;
  readonly yearDays: ReadonlySet<number> | null;
  readonly weekNumbers: ReadonlySet<number> | null;
  readonly weekdays: readonly WeekdayTerm[] | null;
  /** Within a year, not within a month. */
  readonly nthOfYear: boolean;
  /** Within the day, sorted; null where the frequency itself makes the times. */
  readonly times: readonly number[];
  readonly hours: ReadonlySet<number> | null;
  readonly minutes: ReadonlySet<number> | null;
  readonly seconds: ReadonlySet<number> | null;
  readonly positions: readonly number[];
}

const weekdayNames = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

function termsOf(rule: ICAL.Recur, start: number): Terms | null {
  const frequency = frequencies.find((name) => name === rule.freq);
  if (!frequency) return null;
  const numbers = (name: string): ReadonlySet<number> | null => {
    const values = rulePart(rule, name).map(Number);
    return values.length > 0 ? new Set(values) : null;
  };
  const given = {
    months: numbers('BYMONTH'),
    monthDays: numbers('BYMONTHDAY'),
    yearDays: numbers('BYYEARDAY'),
    weekNumbers: numbers('BYWEEKNO'),
    weekdays: weekdayTerms(rulePart(rule, 'BYDAY')),
  };
  const clock = { hours: numbers('BYHOUR'), minutes: numbers('BYMINUTE'), seconds: numbers('BYSECOND') };
  return {
    frequency,
    interval: Math.max(1, Math.trunc(Number(rule.interval)) || 1),
    count: typeof rule.count === 'number' && rule.count > 0 ? rule.count : null,
    weekStart: (rule.wkst + 6) % 7,
    ...given,
    ...missingTerms(frequency, given, start),
    nthOfYear: frequency === 'YEARLY' && !given.months && !given.weekNumbers,
    times: subDaily[frequency] === undefined ? timesOf(clock, start) : [],
    ...clock,
    positions: rulePart(rule, 'BYSETPOS').map(Number),
  };
}

type GivenTerms = Pick<Terms, 'months' | 'monthDays' | 'yearDays' | 'weekNumbers' | 'weekdays'>;

/** What DTSTART says where the rule says nothing of days. */
function missingTerms(frequency: Frequency, given: GivenTerms, start: number): Partial<GivenTerms> {
  const { month, day: monthDay } = wallTimeOf(start);
  const weekday = { weekday: new Date(start).getUTCDay(), nth: 0 };
  if (given.monthDays || given.yearDays || given.weekdays) return {};
  switch (frequency) {
    case 'YEARLY':
      if (given.weekNumbers) return { weekdays: [weekday] };
      return { months: given.months ?? new Set([month]), monthDays: new Set([monthDay]) };
    case 'MONTHLY':
      return { monthDays: new Set([monthDay]) };
    case 'WEEKLY':
      return { weekdays: [weekday] };
    default:
      return {};
  }
}

function weekdayTerms(values: readonly string[]): readonly WeekdayTerm[] | null {
  const terms = values.flatMap((value) => {
    const match = /^([+-]?\d+)?(SU|MO|TU|WE|TH|FR|SA)$/.exec(value);
    return match ? [{ weekday: weekdayNames.indexOf(match[2]!), nth: Number(match[1] ?? 0) }] : [];
  });
  return terms.length > 0 ? terms : null;
}

function timesOf(clock: Pick<Terms, 'hours' | 'minutes' | 'seconds'>, start: number): readonly number[] {
  const own = wallTimeOf(start);
  const times: number[] = [];
  for (const hours of clock.hours ?? [own.hour]) {
    for (const minutes of clock.minutes ?? [own.minute]) {
      for (const seconds of clock.seconds ?? [own.second]) {
        times.push(hours * hour + minutes * minute + seconds * second);
      }
    }
  }
  return times.sort((one, other) => one - other);
}

/** A year, month, week, day, hour ... of a rule with the starts in it. */
interface Period {
  readonly starts: readonly number[];
  readonly cost: number;
}

function* periods(terms: Terms, wanted: StartsWanted, last: number): Generator<Period> {
  const unit = subDaily[terms.frequency];
  if (unit !== undefined) {
    yield* shortPeriods(terms, unit, wanted, last);
    return;
  }
  // Only a rule that counts must be followed from its beginning.
  const from = terms.count === null ? Math.max(wanted.start, wanted.from) : wanted.start;
  for (let index = firstPeriod(terms, wanted.start, from); ; index += 1) {
    const [begin, end] = daysOf(terms, wanted.start, index);
    if (begin * day > last || !Number.isFinite(begin)) return;
    yield { starts: within(terms, begin, end), cost: 1 + (end - begin) };
  }
}

/** The period to begin with, so that no start from `from` on is missed. */
function firstPeriod({ frequency, interval }: Terms, start: number, from: number): number {
  const lengths = { YEARLY: 366 * day, MONTHLY: 31 * day, WEEKLY: 7 * day, DAILY: day };
  const length = lengths[frequency as keyof typeof lengths];
  return Math.max(0, Math.floor((from - start) / (length * interval)) - 1);
}

/** First day of a period and the day behind its last, since 1970. */
function daysOf(terms: Terms, start: number, index: number): readonly [number, number] {
  const { frequency, interval, weekStart } = terms;
  const { year, month } = wallTimeOf(start);
  const first = Math.floor(start / day);
  switch (frequency) {
    case 'YEARLY': {
      const only = terms.months?.size === 1 ? [...terms.months][0]! : null;
      const asked = year + index * interval;
      return only === null
        ? [dayNumber(asked, 1), dayNumber(asked + 1, 1)]
        : [dayNumber(asked, only), dayNumber(asked, only + 1)];
    }
    case 'MONTHLY':
      return [dayNumber(year, month + index * interval), dayNumber(year, month + index * interval + 1)];
    case 'WEEKLY': {
      const begin = first - ((weekdayOfDay(first) - weekStart + 7) % 7) + index * interval * 7;
      return [begin, begin + 7];
    }
    default:
      return [first + index * interval, first + index * interval + 1];
  }
}

/** Months may go beyond 12. */
const dayNumber = (year: number, month: number, monthDay = 1): number =>
  wallClock({ year, month, day: monthDay, hour: 0, minute: 0, second: 0 }) / day;

/** 1 January 1970 was a Thursday. */
const weekdayOfDay = (number: number): number => (((number + 4) % 7) + 7) % 7;

function within(terms: Terms, begin: number, end: number): readonly number[] {
  const starts: number[] = [];
  for (let number = begin; number < end; number += 1) {
    if (!isDay(terms, number)) continue;
    for (const time of terms.times) starts.push(number * day + time);
    if (starts.length > mostSteps) break;
  }
  return positioned(starts, terms.positions);
}

function positioned(starts: readonly number[], positions: readonly number[]): readonly number[] {
  if (positions.length === 0) return starts;
  const chosen = positions.map((position) => starts.at(position > 0 ? position - 1 : position));
  return [...new Set(chosen)].filter((at) => at !== undefined).sort((one, other) => one - other);
}

function isDay(terms: Terms, number: number): boolean {
  const { weekdays } = terms;
  if (weekdays && !weekdays.some(({ weekday }) => weekday === weekdayOfDay(number))) return false;
  if (!looksAtDates(terms)) return true;
  const { year, month, day: monthDay } = wallTimeOf(number * day);
  const place: Place = {
    number,
    year,
    month,
    monthDay,
    toMonthsEnd: dayNumber(year, month + 1) - number,
    yearDay: number - dayNumber(year, 1) + 1,
    toYearsEnd: dayNumber(year + 1, 1) - number,
  };
  return isDate(terms, place) && isNthWeekday(terms, place);
}

const looksAtDates = ({ months, monthDays, yearDays, weekNumbers, weekdays }: Terms): boolean =>
  Boolean(months ?? monthDays ?? yearDays ?? weekNumbers) || weekdays?.some(({ nth }) => nth !== 0) === true;

/** Where a day stands in its month and year, each counted from both ends and from 1. */
interface Place {
  readonly number: number;
  readonly year: number;
  readonly month: number;
  readonly monthDay: number;
  readonly toMonthsEnd: number;
  readonly yearDay: number;
  readonly toYearsEnd: number;
}

const isDate = (terms: Terms, place: Place): boolean =>
  (!terms.months || terms.months.has(place.month)) &&
  (!terms.monthDays || hasEither(terms.monthDays, place.monthDay, place.toMonthsEnd)) &&
  (!terms.yearDays || hasEither(terms.yearDays, place.yearDay, place.toYearsEnd)) &&
  (!terms.weekNumbers || inWeek(terms, terms.weekNumbers, place.number, place.year));

/** Numbers before weekdays mean something in months and years only (RFC 5545 3.3.10). */
function isNthWeekday({ weekdays, frequency, nthOfYear }: Terms, place: Place): boolean {
  if (!weekdays || (frequency !== 'MONTHLY' && frequency !== 'YEARLY')) return true;
  const [before, after] = nthOfYear ? [place.yearDay, place.toYearsEnd] : [place.monthDay, place.toMonthsEnd];
  return weekdays.some(
    ({ weekday, nth }) =>
      weekday === weekdayOfDay(place.number) &&
      (nth === 0 || nth === Math.ceil(before / 7) || nth === -Math.ceil(after / 7)),
  );
}

/** Counted from the beginning, or with a minus from the end. */
const hasEither = (numbers: ReadonlySet<number>, fromBegin: number, toEnd: number): boolean =>
  numbers.has(fromBegin) || numbers.has(-toEnd);

/** Weeks of a year: the first one has at least four days in it (RFC 5545 3.3.10). */
function inWeek(terms: Terms, wanted: ReadonlySet<number>, number: number, year: number): boolean {
  const week = number - ((weekdayOfDay(number) - terms.weekStart + 7) % 7);
  const first = firstWeek(year, terms.weekStart);
  const next = firstWeek(year + 1, terms.weekStart);
  if (week < first || week >= next) return false;
  return hasEither(wanted, (week - first) / 7 + 1, (next - week) / 7);
}

function firstWeek(year: number, weekStart: number): number {
  const fourth = dayNumber(year, 1, 4);
  return fourth - ((weekdayOfDay(fourth) - weekStart + 7) % 7);
}

/** Hours, minutes and seconds: one start each, or those of the shorter parts within. A day that is none is leapt over. */
function* shortPeriods(terms: Terms, unit: number, wanted: StartsWanted, last: number): Generator<Period> {
  const length = unit * terms.interval;
  const from = terms.count === null ? Math.max(wanted.start, wanted.from) : wanted.start;
  let index = Math.max(0, Math.floor((from - wanted.start) / length) - 1);
  for (;;) {
    const at = wanted.start + index * length;
    if (at > last + unit) return;
    const today = Math.floor(at / day);
    if (isDay(terms, today)) {
      yield { starts: positioned(shortStarts(terms, unit, at), terms.positions), cost: 1 };
      index += 1;
    } else {
      yield { starts: [], cost: 1 };
      index = Math.max(index + 1, Math.ceil(((today + 1) * day - wanted.start) / length));
    }
  }
}

function shortStarts(terms: Terms, unit: number, at: number): readonly number[] {
  const own = wallTimeOf(at);
  if (terms.hours && !terms.hours.has(own.hour)) return [];
  if (unit < hour && terms.minutes && !terms.minutes.has(own.minute)) return [];
  if (unit < minute) return !terms.seconds || terms.seconds.has(own.second) ? [at] : [];
  const base = Math.floor(at / unit) * unit;
  const minutes = unit === hour ? [...(terms.minutes ?? [own.minute])] : [0];
  const seconds = [...(terms.seconds ?? [own.second])];
  return minutes
    .flatMap((minutesOn) => seconds.map((secondsOn) => base + minutesOn * minute + secondsOn * second))
    .sort((one, other) => one - other);
}
