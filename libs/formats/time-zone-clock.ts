import { type TimeZoneRules, type TransitionRule } from './time-zone-blob.js';

/** A date and time as clocks on the wall show it. Months from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const minute = 60_000;
const millisecondsPerDay = 24 * 60 * minute;

/** The wall time as if it were UTC, in milliseconds since 1970. */
export function wallClock(time: WallTime): number {
  const date = new Date(0);
  date.setUTCFullYear(time.year, time.month - 1, time.day);
  return date.setUTCHours(time.hour, time.minute, time.second);
}

/** When in a year the clocks change, in wall time. */
export function transitionIn(year: number, rule: TransitionRule): number {
  const first = wallClock({ ...rule, year, day: 1 });
  const skip = (rule.dayOfWeek - new Date(first).getUTCDay() + 7) % 7;
  const day = first + (skip + (rule.week - 1) * 7) * millisecondsPerDay;
  return new Date(day).getUTCMonth() === rule.month - 1 ? day : day - 7 * millisecondsPerDay;
}

/** Minutes to add to the wall time to get UTC, at this moment (milliseconds since 1970). */
export function biasAt(rules: TimeZoneRules, utc: number): number {
  if (rules.transitions === null) return rules.standardBias;
  const year = new Date(utc - rules.standardBias * minute).getUTCFullYear();
  const toStandard = transitionIn(year, rules.transitions.standard) + rules.daylightBias * minute;
  const toDaylight = transitionIn(year, rules.transitions.daylight) + rules.standardBias * minute;
  const isDaylight =
    toDaylight < toStandard ? utc >= toDaylight && utc < toStandard : utc >= toDaylight || utc < toStandard;
  return isDaylight ? rules.daylightBias : rules.standardBias;
}

/**
 * The moment at which clocks show this time. A time that comes twice is the first one, one that is skipped is told by the
 * clock before the change (RFC 5545 3.3.5).
 */
export function toUtc(rules: TimeZoneRules, time: WallTime): Date {
  const wall = wallClock(time);
  const asDaylight = wall + rules.daylightBias * minute;
  return new Date(
    biasAt(rules, asDaylight) === rules.daylightBias ? asDaylight : wall + rules.standardBias * minute,
  );
}
