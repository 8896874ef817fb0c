import ICAL from 'ical.js';
import { valuesOf } from './calendar-values.js';
import { momentIn, utcZone, wallAt, type CalendarZones, type Zone } from './calendar-zone.js';
import { wallClock, type WallTime } from './time-zone-clock.js';

/** A date or time of a calendar text with the zone it was written in. */
export interface CalendarTime {
  readonly wall: WallTime;
  readonly isDate: boolean;
  /** True if it was written in UTC. */
  readonly isUtc: boolean;
  readonly zone: Zone;
}

/** The value of this property, or null where it is missing or no time. */
export function timeOf(component: ICAL.Component, name: string, zones: CalendarZones): CalendarTime | null {
  const property = component.getFirstProperty(name);
  return property ? (timesOf(property, zones)[0] ?? null) : null;
}

/** All values of this property that are times: an EXDATE may have several. Never throws. */
export function timesOf(property: ICAL.Property, zones: CalendarZones): CalendarTime[] {
  const values = valuesOf(property);
  if (values.length === 0) return [];
  const id: unknown = property.getParameter('tzid');
  const named = typeof id === 'string' ? zones.zone(id) : null;
  const written = writtenValues(property);
  return values.flatMap((value, index) => {
    const time = isTime(written[index]) ? asTime(value) : null;
    if (!time) return [];
    const { year, month, day, hour, minute, second } = time;
    const wall = { year, month, day, hour, minute, second };
    if (year < 1601 || year > 4500 || Number.isNaN(wallClock(wall))) return [];
    const isUtc = time.zone === ICAL.Timezone.utcTimezone;
    const zone = isUtc ? utcZone : (named ?? zones.defaultZone());
    return [{ wall, isDate: time.isDate, isUtc, zone }];
  });
}

/** As ical.js found them, behind name, parameters and type. */
const writtenValues = ({ jCal }: ICAL.Property): readonly unknown[] => (jCal as readonly unknown[]).slice(3);

/** ical.js takes any digits for a time, and makes some day or other of the 99th of a 99th month. */
const isTime = (written: unknown): boolean =>
  typeof written !== 'string' || !/^\d{4}-/.test(written) || timePattern.test(written);

const timePattern =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:T(?:[01]\d|2[0-4]):[0-5]\d:[0-6]\d|$)/;

/** The values of properties that start with X- are text for ical.js; a span counts by its start. */
function asTime(value: unknown): ICAL.Time | null {
  if (value instanceof ICAL.Time) return value;
  if (value instanceof ICAL.Period) return value.start;
  const text = typeof value === 'string' ? value : '';
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)$/.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const zone = match[7] === 'Z' ? ICAL.Timezone.utcTimezone : ICAL.Timezone.localTimezone;
  return new ICAL.Time({ year, month, day, hour, minute, second }, zone);
}

/** The moment in UTC; a date is its midnight. */
export const momentOf = ({ wall, zone }: CalendarTime): Date => new Date(momentIn(zone, wall));

/** The wall time in another zone: of a RECURRENCE-ID in UTC the day that the organizer sees. */
export function wallIn(time: CalendarTime, zone: Zone): WallTime {
  return time.isUtc ? wallTimeOf(wallAt(zone, momentOf(time).getTime())) : time.wall;
}

/** The wall time that `wallClock` made this number of. */
export function wallTimeOf(wall: number): WallTime {
  const date = new Date(wall);
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
