import ICAL from 'ical.js';
import { momentOf, timeOf, wallTimeOf, type CalendarTime } from '../calendar-time.js';
import { parseCalendarText, UnreadableCalendar } from '../calendar-text.js';
import { CalendarZones, momentIn, utcZone, wallAt } from '../calendar-zone.js';
import { LONGEST_TEXT, MalformedText } from '../pim/codec.js';
import { occurrenceAt } from '../pim/event/expand.js';
import { textOf } from '../calendar-values.js';
import { wallClock, type WallTime } from '../time-zone-clock.js';

/**
 * An iCalendar object while it is worked on: one meeting, which is an event or a series with the occurrences that differ
 * from it. Each piece of work parses its own; texts go in and out of this room.
 */
export class MeetingCalendar {
  readonly zones: CalendarZones;

  private constructor(readonly component: ICAL.Component) {
    this.zones = new CalendarZones(component);
  }

  /** Throws MalformedText, also for a calendar without an event. */
  static parse(text: string): MeetingCalendar {
    if (text.length > LONGEST_TEXT) throw new MalformedText(`${text.length} characters`);
    try {
      const calendar = parseCalendarText(text, 'vevent');
      if (!calendar.getFirstSubcomponent('vevent')) throw new MalformedText('a calendar without an event');
      return new MeetingCalendar(calendar);
    } catch (error) {
      if (error instanceof UnreadableCalendar) throw new MalformedText(error.message);
      throw error;
    }
  }

  /** Upper case; '' for a stored object. */
  get method(): string {
    return textOf(this.component, 'method').toUpperCase();
  }

  get uid(): string {
    const event = this.component.getFirstSubcomponent('vevent');
    return event ? textOf(event, 'uid') : '';
  }

  /** Master and overrides; an event with another UID is none of this meeting. */
  get events(): readonly ICAL.Component[] {
    const { uid } = this;
    return this.component.getAllSubcomponents('vevent').filter((event) => textOf(event, 'uid') === uid);
  }

  /** Null where somebody is invited to single occurrences only. */
  get master(): ICAL.Component | null {
    return this.events.find((event) => !event.hasProperty('recurrence-id')) ?? null;
  }

  get overrides(): readonly ICAL.Component[] {
    return this.events.filter((event) => event.hasProperty('recurrence-id'));
  }

  get isRecurring(): boolean {
    const { master } = this;
    return master ? master.hasProperty('rrule') || master.hasProperty('rdate') : this.overrides.length > 0;
  }

  time(event: ICAL.Component, name: string): CalendarTime | null {
    return timeOf(event, name, this.zones);
  }

  /** Of an override, by its original start. All-day ones are named by midnight UTC (16.x) or of their zone (trap 82). */
  override(instance: Date): ICAL.Component | null {
    const wanted = instance.getTime();
    const names = (time: CalendarTime | null): boolean => time !== null && momentsOf(time).includes(wanted);
    return this.overrides.find((event) => names(this.time(event, 'recurrence-id'))) ?? null;
  }

  /** The override of the same occurrence in another calendar; of a master the master. */
  counterpart(event: ICAL.Component, from: MeetingCalendar): ICAL.Component | null {
    const original = from.time(event, 'recurrence-id');
    return original
      ? this.override(momentOf(original))
      : event.hasProperty('recurrence-id')
        ? null
        : this.master;
  }

  /** The override of this occurrence, made of the series if there is none. Null if the series has no such occurrence. */
  occurrence(instance: Date): ICAL.Component | null {
    const known = this.override(instance);
    if (known) return known;
    const { master } = this;
    const start = master && this.time(master, 'dtstart');
    if (!master || !start) return null;
    const wall = occurrenceWall(start, instance);
    if (!this.occurs(master, start, wall)) return null;
    const made = copyOf(master);
    for (const name of ['rrule', 'rdate', 'exdate', 'exrule']) made.removeAllProperties(name);
    const length = lengthOf(master);
    setWall(made, master, 'recurrence-id', wall);
    setWall(made, master, 'dtstart', wall);
    if (master.hasProperty('dtend') && length !== null) setWall(made, master, 'dtend', wall, length);
    this.component.addSubcomponent(made);
    return made;
  }

  /** Takes an occurrence out of the series. False if there is none. */
  exclude(instance: Date): boolean {
    const override = this.override(instance);
    const { master } = this;
    const start = master && this.time(master, 'dtstart');
    const wall = start && occurrenceWall(start, instance);
    const isThere =
      override !== null ||
      (master !== null && start !== null && wall !== null && this.occurs(master, start, wall));
    if (override) this.component.removeSubcomponent(override);
    if (isThere && master && wall) setWall(master, master, 'exdate', wall);
    return isThere;
  }

  private occurs(master: ICAL.Component, { zone }: CalendarTime, wall: WallTime): boolean {
    const { component: calendar, zones } = this;
    const series = { calendar, zones, master, main: master, overrides: [] };
    return occurrenceAt(series, new Date(momentIn(zone, wall))) !== null;
  }

  /** Calendar addresses and texts as they stand, with METHOD if it is a message. */
  print(method: string | null = null): string {
    this.component.removeAllProperties('method');
    if (method !== null) this.component.addPropertyWithValue('method', method);
    return `${this.component.toString()}\r\n`;
  }

  /** A calendar with the same zones and no events. */
  emptied(): MeetingCalendar {
    const bare = new MeetingCalendar(copyOf(this.component));
    for (const child of [...bare.component.getAllSubcomponents()]) {
      if (child.name !== 'vtimezone') bare.component.removeSubcomponent(child);
    }
    return bare;
  }
}

/** A component of its own, with all that is in it. */
export const copyOf = (component: ICAL.Component): ICAL.Component =>
  new ICAL.Component(structuredClone(component.toJSON()) as unknown[]);

const momentsOf = (time: CalendarTime): number[] =>
  time.isDate
    ? [momentOf(time).getTime(), momentOf({ ...time, zone: utcZone }).getTime()]
    : [momentOf(time).getTime()];

/** The wall time in the series' own zone that an instant means. */
function occurrenceWall(start: CalendarTime, instance: Date): WallTime {
  const utc = instance.getTime();
  if (start.isDate && utc % 86_400_000 === 0) return wallTimeOf(utc);
  const wall = wallTimeOf(wallAt(start.zone, utc));
  return start.isDate ? { ...wall, hour: 0, minute: 0, second: 0 } : wall;
}

/** Milliseconds of wall time from DTSTART to DTEND. */
function lengthOf(event: ICAL.Component): number | null {
  const start: unknown = event.getFirstPropertyValue('dtstart');
  const end: unknown = event.getFirstPropertyValue('dtend');
  return start instanceof ICAL.Time && end instanceof ICAL.Time ? wallClock(end) - wallClock(start) : null;
}

/** A property in the form of the master's DTSTART: a date, a time in UTC, of a zone, or of none. */
function setWall(
  event: ICAL.Component,
  master: ICAL.Component,
  name: 'recurrence-id' | 'dtstart' | 'dtend' | 'exdate',
  wall: WallTime,
  later = 0,
): void {
  const model = master.getFirstProperty(name === 'dtend' ? 'dtend' : 'dtstart')!;
  const like: unknown = model.getFirstValue();
  const isDate = like instanceof ICAL.Time && like.isDate;
  const isUtc = like instanceof ICAL.Time && like.zone === ICAL.Timezone.utcTimezone;
  const at = new Date(wallClock(wall) + later);
  const value = new ICAL.Time(
    {
      year: at.getUTCFullYear(),
      month: at.getUTCMonth() + 1,
      day: at.getUTCDate(),
      hour: at.getUTCHours(),
      minute: at.getUTCMinutes(),
      second: at.getUTCSeconds(),
      isDate,
    },
    isUtc ? ICAL.Timezone.utcTimezone : ICAL.Timezone.localTimezone,
  );
  const property = new ICAL.Property(name);
  if (isDate) property.resetType('date');
  property.setValue(value);
  const zone: unknown = model.getParameter('tzid');
  if (typeof zone === 'string') property.setParameter('tzid', zone);
  if (name !== 'exdate') event.removeAllProperties(name);
  event.addProperty(property);
}
