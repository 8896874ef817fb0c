import ICAL from 'ical.js';
import { momentOf, timeOf, wallTimeOf, type CalendarTime } from '../../calendar-time.js';
import { momentIn, utcZone, wallAt, type CalendarZones, type Zone } from '../../calendar-zone.js';
import { parameterOf, secondsOf, valueOf } from '../../calendar-values.js';
import { wallClock } from '../../time-zone-clock.js';

/** How the times of an event are written. Wall times are as `wallClock` makes them: milliseconds, as if in UTC. */
export interface EventFrame {
  /** VALUE=DATE: the event lasts whole days, wherever one is. */
  readonly isDate: boolean;
  /** Of dates it only tells in which zone a phone's midnights are meant. */
  readonly zone: Zone;
  /** TZID; null for times in UTC, floating times and dates. */
  readonly tzid: string | null;
  /** Without TZID: a `Z` stands behind the time. */
  readonly isUtc: boolean;
}

export const utcFrame: EventFrame = { isDate: false, zone: utcZone, tzid: null, isUtc: true };

/** When an event is, in the terms of its frame. */
export interface EventSpan {
  readonly start: number;
  readonly end: number;
  readonly frame: EventFrame;
  /** The moment it ends, where `end` means another one: clocks were put back or forward meanwhile. */
  readonly finish?: number;
}

const day = 24 * 60 * 60_000;
/** Seconds that an event lasts at most: beyond are no dates that phones know. */
const longest = (100 * 366 * day) / 1000;

/** The span of an event as it is written; null where DTSTART is missing or no time. */
export function spanOf(event: ICAL.Component, zones: CalendarZones): EventSpan | null {
  const start = timeOf(event, 'dtstart', zones);
  if (!start) return null;
  const tzid = parameterOf(event.getFirstProperty('dtstart'), 'tzid');
  const frame: EventFrame = {
    isDate: start.isDate,
    zone: start.zone,
    tzid: tzid === '' || start.isDate || start.isUtc ? null : tzid,
    isUtc: start.isUtc,
  };
  const at = wallClock(start.wall);
  const span = { start: at, end: Math.max(at, endOf(event, zones, at, frame)), frame };
  const finish = frame.isDate ? null : exactEnd(event, zones, start);
  return finish === null || finish === momentIn(frame.zone, wallTimeOf(span.end))
    ? span
    : { ...span, finish };
}

/** RFC 5545 3.3.6: weeks and days are those of the calendar, hours those of a watch. Null where the wall time says it all. */
function exactEnd(event: ICAL.Component, zones: CalendarZones, start: CalendarTime): number | null {
  const end = timeOf(event, 'dtend', zones);
  if (end) return end.isUtc && momentOf(end) > momentOf(start) ? momentOf(end).getTime() : null;
  const duration = valueOf(event, 'duration');
  if (!(duration instanceof ICAL.Duration) || duration.isNegative || duration.toSeconds() > longest)
    return null;
  const days = duration.weeks * 7 + duration.days;
  const rest = duration.hours * 3600 + duration.minutes * 60 + duration.seconds;
  return momentIn(start.zone, wallTimeOf(wallClock(start.wall) + days * day)) + rest * 1000;
}

/** The end: DTEND, else DURATION, else what RFC 5545 3.6.1 says: the end of the day, or nothing at all. */
function endOf(event: ICAL.Component, zones: CalendarZones, start: number, frame: EventFrame): number {
  const end = timeOf(event, 'dtend', zones);
  if (end) {
    // DTEND may stand in a zone of its own: of a flight.
    const wall = wallClock(end.wall);
    return frame.isDate || end.zone === frame.zone ? wall : wallAt(frame.zone, momentOfTime(end.zone, wall));
  }
  const seconds = secondsOf(event, 'duration');
  if (seconds !== null) return start + Math.min(seconds, longest) * 1000;
  return frame.isDate ? start + day : start;
}

const momentOfTime = (zone: Zone, wall: number): number =>
  wall - zone.offsetAt(wall - zone.offsetAt(wall) * 60_000) * 60_000;

/**
 * The start in the wall time of a series, which begins at `begin`, that a RECURRENCE-ID, EXDATE or RDATE means. A date among
 * times stands for its day, as some programs write EXDATE.
 */
export function wallInSeries(
  time: CalendarTime,
  begin: number,
  { zone, isDate }: Pick<EventFrame, 'zone' | 'isDate'>,
): number {
  const wall = wallClock(time.wall);
  if (time.isDate) return isDate ? wall : wall + (((begin % day) + day) % day);
  const own = time.zone === zone ? wall : wallAt(zone, momentIn(time.zone, time.wall));
  return isDate ? Math.floor(own / day) * day : own;
}

/**
 * The day a phone means by a moment of an all-day event (trap 82): 16.x says the date at 000000Z, older ones say midnight of
 * the event's zone. Both are taken from everybody; what is neither is the nearest midnight of the zone.
 */
export function dateOfMoment(moment: Date, zone: Zone): number {
  const utc = moment.getTime();
  if (utc % day === 0) return utc;
  return Math.round(wallAt(zone, utc) / day) * day;
}

/** Writes a time in the manner of the frame; other parameters of the property stay. */
export function putTime(event: ICAL.Component, name: string, wall: number, frame: EventFrame): void {
  const property = event.getFirstProperty(name) ?? addedTime(event, name);
  setTime(property, [wall], frame);
}

export function addedTime(event: ICAL.Component, name: string): ICAL.Property {
  const property = new ICAL.Property(name, event);
  event.addProperty(property);
  return property;
}

/** Makes these the values of a DTSTART, RECURRENCE-ID or EXDATE. */
export function setTime(property: ICAL.Property, walls: readonly number[], frame: EventFrame): void {
  const { isDate, tzid, isUtc } = frame;
  const zone = isUtc && !isDate ? ICAL.Timezone.utcTimezone : ICAL.Timezone.localTimezone;
  property.removeParameter('tzid');
  if (tzid !== null && !isDate) property.setParameter('tzid', tzid);
  property.resetType(isDate ? 'date' : 'date-time');
  const values = walls.map((wall) => new ICAL.Time({ ...wallTimeOf(wall), isDate }, zone));
  if (property.isMultiValue) property.setValues(values);
  else property.setValue(values[0]);
}

/** Whether an event's end is told by how long it lasts. */
export const lastsByDuration = (event: ICAL.Component): boolean =>
  valueOf(event, 'duration') !== null && !event.hasProperty('dtend');
