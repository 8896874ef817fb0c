import ICAL from 'ical.js';
import { parseCalendarText, UnreadableCalendar } from '../../calendar-text.js';
import { CalendarZones } from '../../calendar-zone.js';
import { LONGEST_TEXT, MalformedText } from '../codec.js';
import { putText, textOf } from './properties.js';

/** The one task or journal of an iCalendar object. Its components may be changed: `calendar` is what is written back. */
export interface StoredComponent {
  readonly calendar: ICAL.Component;
  readonly zones: CalendarZones;
  /** The one that stands for the object: of a series the master. */
  readonly main: ICAL.Component;
}

/** Throws MalformedText for what is no calendar, has no such component, or is too hostile to be read. */
export function parseStoredComponent(text: string, name: 'vtodo' | 'vjournal'): StoredComponent {
  if (text.length > LONGEST_TEXT) throw new MalformedText('an iCalendar text over the limit');
  const calendar = calendarOf(text, name);
  const found = calendar.getAllSubcomponents(name);
  const main = found.find((component) => !component.hasProperty('recurrence-id')) ?? found[0];
  if (!main) throw new MalformedText(`an iCalendar text without a ${name}`);
  return { calendar, main, zones: new CalendarZones(calendar) };
}

function calendarOf(text: string, name: string): ICAL.Component {
  try {
    return parseCalendarText(text, name);
  } catch (error) {
    if (error instanceof UnreadableCalendar) throw new MalformedText(error.message);
    throw error;
  }
}

/** An object that says no more than its UID. */
export function newStoredComponent(name: 'vtodo' | 'vjournal', uid: string, now: Date): StoredComponent {
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', '-//Godwit//ActiveSync//EN');
  const main = new ICAL.Component(name);
  calendar.addSubcomponent(main);
  putText(main, 'uid', uid);
  putMoment(main, 'created', now);
  return { calendar, main, zones: new CalendarZones(calendar) };
}

/** A property that is a moment in UTC. */
export function putMoment(component: ICAL.Component, name: string, at: Date): void {
  component.removeAllProperties(name);
  component.addPropertyWithValue(name, utcTime(at));
}

export const utcTime = (at: Date): ICAL.Time => ICAL.Time.fromJSDate(at, true);

/** What `change` makes of the text, with the time of the change; null if it changes nothing. */
export function changedTextOf(stored: StoredComponent, now: Date, change: () => void): string | null {
  const before = stored.calendar.toString();
  change();
  return stored.calendar.toString() === before ? null : stampedText(stored, now);
}

/** The text, changed now. Without METHOD both tell of the last change (RFC 5545 3.8.7.2). */
export function stampedText(stored: StoredComponent, now: Date): string {
  putMoment(stored.main, 'dtstamp', now);
  putMoment(stored.main, 'last-modified', now);
  return `${stored.calendar.toString()}\r\n`;
}

export const uidOf = (stored: StoredComponent): string | null => textOf(stored.main, 'uid') || null;
