import ICAL from 'ical.js';
import { type CalendarZones } from './calendar-zone.js';
import { utcRules, type TimeZoneRules } from './time-zone-blob.js';
import { biasAt, toUtc, wallClock, type WallTime } from './time-zone-clock.js';

/** A date or time of a calendar text with the zone it was written in. */
export interface CalendarTime {
  readonly wall: WallTime;
  readonly isDate: boolean;
  /** True if it was written in UTC. */
  readonly isUtc: boolean;
  readonly rules: TimeZoneRules;
}

/** The value of this property, or null where it is missing or no time. */
export function timeOf(component: ICAL.Component, name: string, zones: CalendarZones): CalendarTime | null {
  const property = component.getFirstProperty(name);
  const value = asTime(property?.getFirstValue());
  if (!property || !value) return null;
  const { year, month, day, hour, minute, second } = value;
  const wall = { year, month, day, hour, minute, second };
  if (year < 1601 || year > 4500 || Number.isNaN(wallClock(wall))) return null;
  const id: unknown = property.getParameter('tzid');
  const isUtc = value.zone === ICAL.Timezone.utcTimezone;
  const named = typeof id === 'string' ? zones.rules(id, year) : null;
  return { wall, isDate: value.isDate, isUtc, rules: isUtc ? utcRules : (named ?? zones.defaultRules(year)) };
}

/** The values of properties that start with X- are text for ical.js. */
function asTime(value: unknown): ICAL.Time | null {
  if (value instanceof ICAL.Time) return value;
  const text = typeof value === 'string' ? value : '';
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)$/.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const zone = match[7] === 'Z' ? ICAL.Timezone.utcTimezone : ICAL.Timezone.localTimezone;
  return new ICAL.Time({ year, month, day, hour, minute, second }, zone);
}

/** The moment in UTC; a date is its midnight. */
export const momentOf = ({ wall, rules }: CalendarTime): Date => toUtc(rules, wall);

/** The wall time in another zone: of a RECURRENCE-ID in UTC the day that the organizer sees. */
export function wallIn(time: CalendarTime, rules: TimeZoneRules): WallTime {
  if (!time.isUtc) return time.wall;
  const utc = momentOf(time).getTime();
  const date = new Date(utc - biasAt(rules, utc) * 60_000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/** Weekday of a wall time: 0 Sunday to 6 Saturday. */
export const weekdayOf = (wall: WallTime): number => new Date(wallClock(wall)).getUTCDay();
