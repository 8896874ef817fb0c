import type ICAL from 'ical.js';
import { parseCalendarText, UnreadableCalendar } from '../../calendar-text.js';
import { momentOf, timeOf, type CalendarTime } from '../../calendar-time.js';
import { CalendarZones } from '../../calendar-zone.js';
import { LONGEST_TEXT, MalformedText } from '../codec.js';
import { textOf } from '../../calendar-values.js';

/** A VEVENT that stands for one occurrence of a series. */
export interface EventOverride {
  readonly event: ICAL.Component;
  /** RECURRENCE-ID: when the occurrence would have been. */
  readonly original: CalendarTime;
  /** Its moment, milliseconds since 1970. */
  readonly at: number;
}

/** An iCalendar object that holds an event. Its components may be changed: `calendar` is what is written back. */
export interface EventObject {
  readonly calendar: ICAL.Component;
  readonly zones: CalendarZones;
  /** The event or series; null where the calendar has single occurrences only (RFC 4791 4.1). */
  readonly master: ICAL.Component | null;
  /** In the order of their original starts, one for each; of several the newest. */
  readonly overrides: readonly EventOverride[];
  /** What stands for the whole: the master, else the first occurrence. */
  readonly main: ICAL.Component;
}

/**
 * The event of an iCalendar text. Its UID is that of the first master; other masters that some put into the same file are
 * kept, and not shown. Throws MalformedText for what is no calendar, has no event, or is too hostile to be read.
 */
export function parseEventObject(text: string): EventObject {
  if (text.length > LONGEST_TEXT) throw new MalformedText('an iCalendar text over the limit');
  const calendar = calendarOf(text);
  const zones = new CalendarZones(calendar);
  const events = calendar.getAllSubcomponents('vevent');
  const master = events.find((event) => !event.hasProperty('recurrence-id')) ?? null;
  const main = master ?? events[0];
  if (!main) throw new MalformedText('an iCalendar text without an event');
  const uid = textOf(main, 'uid');
  const overrides = overridesOf(
    events.filter((event) => event !== master && textOf(event, 'uid') === uid),
    zones,
  );
  return { calendar, zones, master, overrides, main };
}

function calendarOf(text: string): ICAL.Component {
  try {
    return parseCalendarText(text, 'vevent');
  } catch (error) {
    if (error instanceof UnreadableCalendar) throw new MalformedText(error.message);
    throw error;
  }
}

function overridesOf(events: readonly ICAL.Component[], zones: CalendarZones): EventOverride[] {
  const byStart = new Map<number, EventOverride>();
  for (const event of events) {
    const original = timeOf(event, 'recurrence-id', zones);
    if (!original) continue;
    const at = momentOf(original).getTime();
    const known = byStart.get(at);
    if (!known || sequenceOf(event) >= sequenceOf(known.event)) byStart.set(at, { event, original, at });
  }
  return [...byStart.values()].sort((one, other) => one.at - other.at);
}

const sequenceOf = (event: ICAL.Component): number => Number(textOf(event, 'sequence')) || 0;
