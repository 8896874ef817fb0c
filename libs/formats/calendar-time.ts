import type ICAL from 'ical.js';
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

/**
 * All values of this property that are times: an EXDATE may have several. Never throws. They are read as they are written:
 * ICAL.Time would look for the zone, too, which costs more than all the rest, and takes any digits for a time.
 */
export function timesOf(property: ICAL.Property, zones: CalendarZones): CalendarTime[] {
  const written = writtenValues(property).flatMap((value) => writtenTime(value) ?? []);
  if (written.length === 0) return [];
  const id: unknown = property.getParameter('tzid');
  const named = typeof id === 'string' ? zones.zone(id) : null;
  return written.map((time) => ({
    ...time,
    zone: time.isUtc ? utcZone : (named ?? zones.defaultZone()),
  }));
}

/** As ical.js found them, behind name, parameters and type. */
const writtenValues = ({ jCal }: ICAL.Property): readonly unknown[] => (jCal as readonly unknown[]).slice(3);

/** Of dates and times ical.js makes the form with dashes; the values of properties that start with X- stay as they were. */
const timePattern =
  /^(\d{4})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?:T([01]\d|2[0-4]):?([0-5]\d):?([0-6]\d)(Z?))?$/;

/** Null for what is no time, or lies out of the years that phones know. A span counts by its start. */
function writtenTime(value: unknown): Omit<CalendarTime, 'zone'> | null {
  const text: unknown = Array.isArray(value) ? value[0] : value;
  const match = typeof text === 'string' ? timePattern.exec(text) : null;
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0));
  if (year! < 1601 || year! > 4500) return null;
  const wall = { year: year!, month: month!, day: day!, hour: hour!, minute: minute!, second: second! };
  return { wall, isDate: match[4] === undefined, isUtc: match[7] === 'Z' };
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
