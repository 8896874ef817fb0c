import ICAL from 'ical.js';
import { timeOf, wallTimeOf } from '../../calendar-time.js';
import { utcZone, wallAt, type CalendarZones, type Zone } from '../../calendar-zone.js';
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
}

const day = 24 * 60 * 60_000;

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
  return { start: at, end: Math.max(at, endOf(event, zones, at, frame)), frame };
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
  if (seconds !== null) return start + seconds * 1000;
  return frame.isDate ? start + day : start;
}

const momentOfTime = (zone: Zone, wall: number): number =>
  wall - zone.offsetAt(wall - zone.offsetAt(wall) * 60_000) * 60_000;

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
