import ICAL from 'ical.js';
import type { ItemByClass } from '#eas';
import { valuesOf } from '../../calendar-values.js';
import { cleanLine } from '../../clean-text.js';
import { encodeTimeZone } from '../../time-zone-blob.js';
import { MalformedText, type ReadContext } from '../codec.js';
import { readItemText } from '../icalendar/item-text.js';
import { textOf } from '../icalendar/properties.js';
import { parseEventObject, type EventObject } from './calendar-object.js';
import { spanOf, type EventSpan } from './event-frame.js';
import { exceptionsOf } from './exceptions-read.js';
import { occurrenceAt } from './expand.js';
import { ownElements } from './own-elements.js';
import { peopleOf, requestElements } from './people-read.js';
import { isSeries, recurrenceOf } from './recurrence-read.js';

type Item = ItemByClass['Calendar'];

/** MS-ASCAL 2.2.2.46. */
const longestUid = 300;

/** The event as a phone of this version is to see it. Throws MalformedText for one without a time. */
export function readEvent(text: string, context: ReadContext): Item {
  return eventItem(parseEventObject(text), context);
}

/** The same of an object that is parsed already. */
export function eventItem(object: EventObject, context: ReadContext): Item {
  if (context.occurrence) return occurrenceItem(object, context.occurrence, context);
  const { main, zones } = object;
  const span = spanOf(main, zones);
  if (!span) throw new MalformedText('an event without a time');
  const people = peopleOf(main, context);
  const recurrence = recurrenceOf(object);
  const exceptions = recurrence ? exceptionsOf(object, span, context) : [];
  return {
    ...wholeElements(object, span, context),
    ...ownElements(object, main, span, context),
    ...(people.isMeeting ? organizerElements(people.organizer, context) : {}),
    ...uidElement(textOf(main, 'uid')),
    ...(recurrence ? { Recurrence: inVersion(recurrence, span, context) } : {}),
    ...(exceptions.length > 0 ? { Exceptions: { Exception: exceptions } } : {}),
    ...(context.view.protocolVersion >= 140 ? requestElements(main, people, context) : {}),
  };
}

const uidElement = (uid: string): Pick<Item, 'UID'> => {
  const clean = cleanLine(uid).slice(0, longestUid);
  return clean === '' ? {} : { UID: clean };
};

/** An occurrence of a series without words in ActiveSync: an event of its own. Two items with one UID would be one to iOS. */
function occurrenceItem(object: EventObject, original: Date, context: ReadContext): Item {
  const found = occurrenceAt(object, original);
  const own = found && spanOf(found.event, object.zones);
  if (!found || !own) throw new MalformedText('no such occurrence');
  const wall = (moment: number): number => moment + own.frame.zone.offsetAt(moment) * 60_000;
  const span = { start: wall(found.start), end: wall(found.end), frame: own.frame };
  const people = peopleOf(found.event, context);
  const { event } = found;
  return {
    ...wholeElements(object, span, context),
    ...ownElements(object, event, span, context),
    ...(people.isMeeting ? organizerElements(people.organizer, context) : {}),
    ...uidElement(`${textOf(event, 'uid').slice(0, 280)}/${Math.floor(original.getTime() / 60_000)}`),
    ...(context.view.protocolVersion >= 140 ? requestElements(event, people, context) : {}),
  };
}

/** A meeting without an organizer is one's own: iOS sends such (quirks 4.1), and HTC needs one (4.3). */
function organizerElements(
  organizer: { readonly name: string; readonly address: string } | null,
  { owner }: ReadContext,
): Partial<Item> {
  const [own] = owner.identities;
  const shown = organizer ?? (own && { name: own.displayName ?? own.address, address: own.address });
  return shown ? { OrganizerName: shown.name, OrganizerEmail: shown.address } : {};
}

/** What an event has and an exception of it has not. */
function wholeElements(object: EventObject, span: EventSpan, { view }: ReadContext): Partial<Item> {
  const native = readItemText(object.main)?.type ?? 1;
  return {
    // MS-ASCAL 2.2.2.1: none for an all-day event from 16.0 on (trap 82).
    ...(span.frame.isDate && view.protocolVersion >= 160 ? {} : { Timezone: timeZone(object, span) }),
    ...(view.protocolVersion >= 120 ? { NativeBodyType: native } : {}),
  };
}

/**
 * The rules of the event's zone: in the year of its start, and of a series in this year, if it lasts that long: a phone looks
 * for a zone it knows by them, and nobody's zones go by the rules of 1995.
 */
function timeZone(object: EventObject, { start, frame }: EventSpan): Uint8Array {
  const year = new Date(start).getUTCFullYear();
  const present = new Date().getUTCFullYear();
  const last = isSeries(object) ? lastYear(object, year) : year;
  return encodeTimeZone(frame.zone.rules(Math.max(year, Math.min(last, present))));
}

function lastYear({ master }: EventObject, year: number): number {
  const [rule] = master?.getFirstProperty('rrule') ? valuesOf(master.getFirstProperty('rrule')!) : [];
  if (!(rule instanceof ICAL.Recur)) return year;
  if (rule.until) return rule.until.year;
  return rule.count ? year : Number.POSITIVE_INFINITY;
}

/** Until of an all-day series is a date, too (MS-ASCAL 2.2.2.1); FirstDayOfWeek is known from 14.1, CalendarType from 14.0. */
function inVersion(
  recurrence: NonNullable<ReturnType<typeof recurrenceOf>>,
  { frame }: EventSpan,
  { view }: ReadContext,
): NonNullable<Item['Recurrence']> {
  const { Until, FirstDayOfWeek, CalendarType, IsLeapMonth, ...pattern } = recurrence;
  const isFloating = frame.isDate && view.protocolVersion >= 160;
  const wall = Until && Until.getTime() + frame.zone.offsetAt(Until.getTime()) * 60_000;
  const day = 24 * 60 * 60_000;
  return {
    ...pattern,
    ...(Until ? { Until: isFloating ? new Date(Math.floor(wall! / day) * day) : Until } : {}),
    ...(view.protocolVersion >= 140 && CalendarType !== undefined ? { CalendarType, IsLeapMonth } : {}),
    ...(view.protocolVersion >= 141 ? { FirstDayOfWeek } : {}),
  };
}
