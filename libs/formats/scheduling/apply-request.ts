import type ICAL from 'ical.js';
import type { Owner } from '../pim/codec.js';
import { copyOf, MeetingCalendar } from './meeting-calendar.js';
import { ownAttendee } from './people.js';
import { sequenceOf, stampIn } from './scheduling-message.js';
import { sameTimes } from './significance.js';

/** What is the invited one's own in an object, and no invitation may change. */
const own = ['categories', 'color', 'x-apple-travel-advisory-behavior', 'x-microsoft-cdo-busystatus'];

/**
 * The calendar with an invitation in it (RFC 5546 3.2.2), new or newer than what is there. An update that leaves the times
 * as they are leaves the owner's answer, too. Null if what is there is as new: then there is nothing to be written.
 */
export function applyRequest(existing: string | null, request: string, owner: Owner): string | null {
  const news = MeetingCalendar.parse(request);
  if (existing === null) return withoutMailParts(news).print();
  const known = MeetingCalendar.parse(existing);
  return news.master === null
    ? withOccurrences(known, news, owner)
    : withSeries(known, news, news.master, owner);
}

/** An update of single occurrences: each takes the place of its older self. */
function withOccurrences(known: MeetingCalendar, news: MeetingCalendar, owner: Owner): string | null {
  let changed = false;
  for (const event of news.events) {
    const before = known.counterpart(event, news);
    if (before && !isNewer(news, event, known, before)) continue;
    // An occurrence that differed from nothing yet is compared with what it was as one of the series.
    const made = copyOf(event);
    keepOwn(made, before ?? known.master, owner, before !== null && sameTimes(before, event));
    if (before) known.component.removeSubcomponent(before);
    known.component.addSubcomponent(made);
    addZones(known, news);
    changed = true;
  }
  return changed ? known.print() : null;
}

function withSeries(
  known: MeetingCalendar,
  news: MeetingCalendar,
  master: ICAL.Component,
  owner: Owner,
): string | null {
  const before = known.master;
  if (before && !isNewer(news, master, known, before)) return null;
  const sameSeries = before !== null && sameTimes(before, master);
  // What is said of single occurrences holds for as long as the series runs as it did.
  const kept = sameSeries
    ? known.overrides.filter((override) => !news.counterpart(override, known)).map(copyOf)
    : [];
  for (const event of news.events) {
    const earlier = known.counterpart(event, news);
    const unmoved = event === master ? sameSeries : earlier !== null && sameTimes(earlier, event);
    keepOwn(event, earlier ?? before, owner, unmoved);
  }
  for (const override of kept) news.component.addSubcomponent(override);
  addZones(news, known);
  return withoutMailParts(news).print();
}

/** RFC 5546 2.1.5: the higher SEQUENCE, else the later DTSTAMP. */
function isNewer(
  news: MeetingCalendar,
  event: ICAL.Component,
  known: MeetingCalendar,
  before: ICAL.Component,
): boolean {
  const difference = sequenceOf(event) - sequenceOf(before);
  return difference !== 0 ? difference > 0 : stampIn(news, event) > stampIn(known, before);
}

/** The owner's alarms and categories; and the answer, if it is still one to the same question. */
function keepOwn(event: ICAL.Component, before: ICAL.Component | null, owner: Owner, unmoved: boolean): void {
  if (!before) return;
  event.removeAllSubcomponents('valarm');
  for (const alarm of before.getAllSubcomponents('valarm')) event.addSubcomponent(copyOf(alarm));
  const names = unmoved ? [...own, 'transp', 'x-microsoft-cdo-replytime'] : own.slice(0, 3);
  for (const name of names) {
    const values = before.getAllProperties(name);
    if (values.length === 0) continue;
    event.removeAllProperties(name);
    for (const value of [...copyOf(before).getAllProperties(name)]) event.addProperty(value);
  }
  const answered = ownAttendee(before, owner)?.getParameter('partstat');
  const attendee = ownAttendee(event, owner);
  if (unmoved && typeof answered === 'string') attendee?.setParameter('partstat', answered);
}

/** Zones the object's texts name and does not define. */
function addZones(calendar: MeetingCalendar, from: MeetingCalendar): void {
  const known = new Set(zonesOf(calendar).map(zoneId));
  for (const zone of zonesOf(from)) {
    if (!known.has(zoneId(zone))) calendar.component.addSubcomponent(copyOf(zone));
  }
}

const zonesOf = (calendar: MeetingCalendar): ICAL.Component[] =>
  calendar.component.getAllSubcomponents('vtimezone');
const zoneId = (zone: ICAL.Component): string => String(zone.getFirstPropertyValue('tzid') ?? '');

/** A stored object has one UID and no METHOD (RFC 4791 4.1). */
function withoutMailParts(calendar: MeetingCalendar): MeetingCalendar {
  const { uid, component } = calendar;
  for (const event of [...component.getAllSubcomponents('vevent')]) {
    if (String(event.getFirstPropertyValue('uid') ?? '').trim() !== uid) component.removeSubcomponent(event);
    event.removeAllProperties('request-status');
  }
  return calendar;
}
