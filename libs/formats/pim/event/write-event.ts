import ICAL from 'ical.js';
import type { ItemByClass, ItemDataByClass } from '#eas';
import { BackendError, type ChangeManner } from '#backend';
import { CalendarZones } from '../../calendar-zone.js';
import { MalformedText, type ReadContext, type WriteContext, type WrittenText } from '../codec.js';
import { putMoment } from '../icalendar/stored-component.js';
import { whenOmitted } from '../omitted.js';
import { writeReminder } from './alarms-write.js';
import { writeAttendees } from './attendees-write.js';
import { parseEventObject, type EventObject } from './calendar-object.js';
import { usableUid, withOmitted } from './event-fields.js';
import { spanOf, utcFrame, type EventSpan } from './event-frame.js';
import { changeOccurrence, existing, writeExceptions, type ExceptionsWork } from './exceptions-write.js';
import { follow, inheritance } from './inherited.js';
import { invalidEvent } from './invalid-event.js';
import { Series } from './occurrences-write.js';
import { attendeesChange, withOmittedPeople, writeOwn } from './own-write.js';
import { eventItem } from './read-event.js';
import { ruleOf, writeRule, type RecurrenceData, type RuleText } from './recurrence-write.js';
import { momentOfWall, wantedSpan, writeExactMoments, writeSpan } from './span-write.js';
import { isExpanded } from './survey.js';
import { Revision } from './revision.js';
import { startAndEnd } from './new-event-times.js';
import { defineZone } from './zone-write.js';

type Data = ItemDataByClass['Calendar'];
type Item = ItemByClass['Calendar'];

const instancesFrom = 160;
const day = 24 * 60 * 60_000;

/** What the phone is shown of an event that is being changed: by it is judged what of its words is news. */
const readingOf = ({ manner, owner }: Pick<WriteContext, 'manner' | 'owner'>): ReadContext => ({
  owner,
  occurrence: null,
  view: {
    protocolVersion: manner.protocolVersion,
    bodyPreferences: [{ type: 1 }],
    mimeSupport: 0,
    mimeTruncation: null,
    detail: 'full',
  },
});

/** An iCalendar object of a new event. `uid` is its UID, unless a phone up to 14.1, which invites by itself, has given it one. */
export function createEvent(data: Data, uid: string, context: WriteContext): WrittenText {
  const { manner, now } = context;
  const own = manner.protocolVersion < instancesFrom ? usableUid(data.UID) : '';
  const { calendar, main } = newEvent(own === '' ? uid : own, now);
  const span: EventSpan = { start: 0, end: 0, frame: utcFrame };
  writeSpan(main, null, span);
  const zones = new CalendarZones(calendar);
  const object: EventObject = { calendar, zones, master: main, overrides: [], main };
  const work: Work = { object, told: {}, span, context, reading: readingOf(context) };
  const files = writeWhole({ ...data, ...startAndEnd(data, now) }, work);
  for (const event of calendar.getAllSubcomponents('vevent')) {
    putMoment(event, 'dtstamp', now);
    putMoment(event, 'last-modified', now);
  }
  return { text: textOfCalendar(calendar), files };
}

function newEvent(uid: string, now: Date): { calendar: ICAL.Component; main: ICAL.Component } {
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', '-//Godwit//ActiveSync//EN');
  const main = new ICAL.Component('vevent');
  calendar.addSubcomponent(main);
  main.addPropertyWithValue('uid', uid);
  putMoment(main, 'created', now);
  return { calendar, main };
}

/** Lines that stand as plain text where ical.js knows another type are written as they were read: without a type. */
const textOfCalendar = (calendar: ICAL.Component): string =>
  `${calendar.toString().replace(/;VALUE=UNKNOWN:/g, ':')}\r\n`;

/** The text with a phone's change worked in; the very same text if the change says nothing new. */
export function applyEvent(text: string, data: Data, context: WriteContext): WrittenText {
  const object = parseEventObject(text);
  mustBeSayable(object);
  const reading = readingOf(context);
  const span = spanOf(object.main, object.zones);
  if (!span) throw new MalformedText('an event without a time');
  const revision = new Revision(object.calendar);
  const work: Work = { object, told: eventItem(object, reading), span, context, reading };
  const files = context.instance
    ? changeOccurrence(context.instance, data, exceptionsWork(mustBeSeries(work), work))
    : changeWhole(data, work);
  if (!revision.isChange) return { text, files };
  mustBeOneCalendar(text);
  revision.stamp(context.now, context.owner);
  return { text: textOfCalendar(object.calendar), files };
}

/** The series without this occurrence. Throws `gone` if it has none, `invalid` if this is no series. */
export function withoutOccurrence(
  text: string,
  instance: Date,
  context: Omit<WriteContext, 'instance'>,
): string {
  const object = parseEventObject(text);
  mustBeSayable(object);
  const span = spanOf(object.main, object.zones);
  if (!span) throw new MalformedText('an event without a time');
  const revision = new Revision(object.calendar);
  const series = mustBeSeries({ object, span });
  series.exclude(existing(instance, series));
  mustBeOneCalendar(text);
  revision.stamp(context.now, context.owner);
  return textOfCalendar(object.calendar);
}

/** Only one of the calendars in a text could be written back. */
function mustBeOneCalendar(text: string): void {
  const begins = text.match(/^BEGIN:VCALENDAR/gim) ?? [];
  if (begins.length <= 1) return;
  throw new BackendError('invalid', 'several calendars in one text', { reason: 'read-only' });
}

/** A series that is told occurrence by occurrence cannot be changed: what a phone says of it is not what it is (trap 92). */
function mustBeSayable(object: EventObject): void {
  if (!isExpanded(object)) return;
  throw new BackendError('invalid', 'a series without words in ActiveSync', { reason: 'read-only' });
}

/** An event that is being written. */
interface Work {
  readonly object: EventObject;
  /** What the phone was told of it; nothing of a new one. */
  readonly told: Partial<Item>;
  /** When it is. */
  readonly span: EventSpan;
  readonly context: WriteContext;
  readonly reading: ReadContext;
}

function seriesOf({ object, span }: Pick<Work, 'object' | 'span'>): Series | null {
  const { calendar, zones, master } = object;
  return master?.hasProperty('rrule') === true ? new Series(calendar, zones, master, span) : null;
}

function mustBeSeries(work: Pick<Work, 'object' | 'span'>): Series {
  const series = seriesOf(work);
  if (!series) throw invalidEvent('an occurrence of what is no series');
  return series;
}

const exceptionsWork = (series: Series, work: Work): ExceptionsWork => ({
  object: work.object,
  series,
  context: work.context,
  reading: work.reading,
  before: work.span,
});

function changeWhole(data: Data, work: Work): WrittenText['files'] {
  const { manner } = work.context;
  // Exceptions of a series that is there already are changed one by one (trap 83).
  if (manner.protocolVersion >= instancesFrom && data.Exceptions !== undefined) {
    throw invalidEvent('Exceptions in a Change');
  }
  const stated = withOmittedPeople(withOmitted(data, manner), work.context);
  return writeWhole(withOmittedTerms(stated, work.told, manner), work);
}

/** AllDayEvent and Recurrence that an old phone leaves out are taken away; but not by a Change that says no times at all. */
function withOmittedTerms(data: Data, told: Partial<Item>, manner: ChangeManner): Data {
  const clears = (name: 'AllDayEvent' | 'Recurrence'): boolean =>
    data[name] === undefined &&
    data.StartTime !== undefined &&
    whenOmitted('Calendar', `Calendar:${name}`, manner) === 'cleared';
  return {
    ...data,
    ...(clears('AllDayEvent') ? { AllDayEvent: false } : {}),
    ...(told.Recurrence && clears('Recurrence') ? { Recurrence: {} } : {}),
  };
}

function writeWhole(data: Data, work: Work): WrittenText['files'] {
  const { object, told, span: before, context } = work;
  const { main: event } = object;
  const after = wantedSpan(data, told, before, context.now);
  const inherited = seriesOf(work)
    ?.overrides()
    .map((override) => ({ event: override.event, ...inheritance(override.event, event) }));
  writeTerms(data, after, work);
  const files = writeOwn(event, data, told, context);
  for (const one of inherited ?? []) {
    if (one.event.parent === null) continue;
    follow(one.event, event, one);
    if (one.reminder) writeReminder(one.event, data.Reminder);
    if (one.attendees) {
      writeAttendees(one.event, { ...attendeesChange(data, told, context), mayTellAnswers: false });
    }
  }
  const series = seriesOf({ object, span: after });
  const list = data.Exceptions?.Exception ?? [];
  if (series) writeExceptions(list, exceptionsWork(series, work));
  if (after !== before) {
    defineZone(object.calendar, after.frame, yearsOf(after, series !== null, context.now));
  }
  return files;
}

const yearsOf = ({ start }: EventSpan, isSeries: boolean, now: Date): [number, number] => {
  const year = new Date(start).getUTCFullYear();
  return [year, isSeries ? Math.max(year, now.getUTCFullYear()) : year];
};

/** When the event is and how it comes again, and what that does to the exceptions of the series. */
function writeTerms(data: Data, after: EventSpan, work: Work): void {
  const { object, told, span: before, context } = work;
  const { main: event } = object;
  const series = seriesOf(work);
  const shown = told.Recurrence ? ruleOf(told.Recurrence, before.start, before.frame) : null;
  const wanted = wantedRule(data, after, work, shown);
  const isMoved = !sameSpan(before, after);
  if (isMoved) {
    series?.moveTo(after);
    // A new event has no times yet.
    writeSpan(event, told.StartTime ? before : null, after);
  }
  const isRuled = writeWantedRule(event, wanted, shown);
  if (!event.hasProperty('rrule')) {
    series?.dropExceptions();
    if (isMoved) writeExactMoments(event, after, { start: data.StartTime, end: data.EndTime });
  } else if (series && (isRuled || isMoved)) {
    settleExceptions(new Series(object.calendar, object.zones, event, after), context.manner);
  }
}

/** What becomes of exceptions when the pattern or the times of their series change: from 16.0 on they are gone (trap 84). */
function settleExceptions(series: Series, { protocolVersion }: ChangeManner): void {
  if (protocolVersion >= instancesFrom) series.dropExceptions();
  else series.keepExceptions((original) => series.isOccurrence(original));
}

const sameSpan = (one: EventSpan, other: EventSpan): boolean =>
  one.start === other.start && one.end === other.end && one.frame === other.frame;

/** Undefined: nothing is said of it; null: the event does not come again. */
function wantedRule(
  { Recurrence: said }: Data,
  after: EventSpan,
  { told, span: before }: Work,
  shown: RuleText | null,
): RuleText | null | undefined {
  const data = said ?? (shown ? told.Recurrence : undefined);
  if (data === undefined) return undefined;
  // A rule that nobody could read was not shown: it is not the phone's to take away.
  if (Object.values(data).every((value) => value === undefined)) return shown ? null : undefined;
  return ruleOf({ ...data, ...movedUntil(data, after, told, before) }, after.start, after.frame);
}

/** The last day stays the last day when a series moves to another time of the day. */
function movedUntil(
  { Until: until }: RecurrenceData,
  after: EventSpan,
  told: Partial<Item>,
  before: EventSpan,
): Pick<RecurrenceData, 'Until'> {
  if (!until || until.getTime() !== told.Recurrence?.Until?.getTime() || after === before) return {};
  if (after.frame.isDate || before.frame.isDate) return {};
  const wall = until.getTime() + before.frame.zone.offsetAt(until.getTime()) * 60_000;
  const moved = Math.floor(wall / day) * day + (((after.start % day) + day) % day);
  return { Until: new Date(momentOfWall(moved, after.frame)) };
}

/** True if the rule was changed. */
function writeWantedRule(
  event: ICAL.Component,
  wanted: RuleText | null | undefined,
  shown: RuleText | null,
): boolean {
  if (wanted === undefined) return false;
  if (wanted) return writeRule(event, wanted, shown);
  const had = event.hasProperty('rrule');
  for (const name of ['rrule', 'rdate', 'exrule']) event.removeAllProperties(name);
  return had;
}
