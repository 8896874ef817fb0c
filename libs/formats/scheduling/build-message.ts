import ICAL from 'ical.js';
import type { Owner } from '../pim/codec.js';
import { parameterOf, textOf } from '../calendar-values.js';
import { wallClock } from '../time-zone-clock.js';
import { copyOf, MeetingCalendar } from './meeting-calendar.js';
import { answeredEvents, stampOf, stampText, type Answer, type PartStat } from './partstat.js';
import { attendeesOf, comparableAddress, calendarAddress, ownAttendee, ownIdentity } from './people.js';
import { sequenceOf, type SchedulingMethod } from './scheduling-message.js';

/** A scheduling message that is to be sent (RFC 6047). */
export interface OutgoingScheduling {
  readonly method: SchedulingMethod;
  readonly text: string;
  /** Who says it: the address under which the owner is in the meeting. */
  readonly from: string;
  /** Addresses. */
  readonly to: readonly string[];
  readonly subject: string;
  /** What a person reads. */
  readonly plain: string;
}

/** When somebody would rather meet. */
export interface Proposal {
  readonly start: Date;
  readonly end: Date;
}

/** What an answer takes over of the meeting: what it is about, and what the organizer's program finds it by. */
const answered = [
  'uid',
  'recurrence-id',
  'dtstart',
  'dtend',
  'duration',
  'rrule',
  'rdate',
  'exdate',
  'sequence',
  'summary',
  'location',
  'organizer',
  'class',
  'priority',
  'x-microsoft-cdo-ownerapptid',
];

/** What is the owner's own, and what only the owner's server is to know. */
const kept = [
  'categories',
  'color',
  'request-status',
  'x-microsoft-cdo-replytime',
  'x-microsoft-cdo-busystatus',
  'x-moz-lastack',
  'x-moz-generation',
];
const serverParameters = [
  'schedule-agent',
  'schedule-status',
  'schedule-force-send',
  'x-godwit-replied',
  'x-godwit-proposed-start',
  'x-godwit-proposed-end',
];

const words: Readonly<Record<PartStat, string>> = {
  ACCEPTED: 'Accepted',
  TENTATIVE: 'Tentative',
  DECLINED: 'Declined',
};

/** What, when and where, and what the owner wrote about it. */
function plainOf(calendar: MeetingCalendar, event: ICAL.Component): string {
  const start = calendar.time(event, 'dtstart');
  const zone = parameterOf(event.getFirstProperty('dtstart'), 'tzid');
  const at = start && new Date(wallClock(start.wall)).toISOString().replace('T', ' ');
  const when = at && (start.isDate ? at.slice(0, 10) : `${at.slice(0, 16)} ${start.isUtc ? 'UTC' : zone}`);
  const lines = [titleOf(event), when ?? '', textOf(event, 'location'), '', textOf(event, 'description')];
  return `${lines.join('\r\n').trim()}\r\n`;
}

const titleOf = (event: ICAL.Component): string => String(event.getFirstPropertyValue('summary') ?? '');

/**
 * The owner's answer as its organizer is told it: REPLY (RFC 5546 3.2.3), or with a proposal COUNTER (3.2.7). `text` is the
 * meeting as stored or as the invitation has it. Null if nobody organizes it. Throws as `answeredEvents`.
 */
export function answerMessage(
  text: string,
  owner: Owner,
  answer: Answer & { readonly proposal: Proposal | null; readonly comment: string },
): OutgoingScheduling | null {
  const calendar = MeetingCalendar.parse(text);
  const events = answeredEvents(calendar, answer.instance);
  const main = events.find((event) => event === calendar.master) ?? events[0];
  const organizer = main && calendarAddress(main.getFirstProperty('organizer'));
  if (!main || !organizer) return null;
  const { proposal } = answer;
  const message = calendar.emptied();
  for (const event of proposal ? [main] : events) {
    message.component.addSubcomponent(answering(event, owner, answer));
  }
  const method = proposal ? 'COUNTER' : 'REPLY';
  const prefix = proposal ? 'New Time Proposed' : words[answer.status];
  return {
    method,
    text: message.print(method),
    from: ownIdentity(main, owner).address,
    to: [organizer],
    subject: `${prefix}: ${titleOf(main)}`,
    plain: answer.comment,
  };
}

function answering(
  event: ICAL.Component,
  owner: Owner,
  { status, at, comment, proposal }: Answer & { proposal: Proposal | null; comment: string },
): ICAL.Component {
  const made = copyOf(event);
  for (const child of [...made.getAllSubcomponents()]) made.removeSubcomponent(child);
  for (const property of [...made.getAllProperties()]) {
    if (!answered.includes(property.name)) made.removeProperty(property);
  }
  tidy(made);
  const { address, displayName } = ownIdentity(event, owner);
  const invited = ownAttendee(event, owner);
  const attendee = made.addPropertyWithValue(
    'attendee',
    `mailto:${invited ? calendarAddress(invited) : address}`,
  );
  if (displayName) attendee.setParameter('cn', displayName);
  attendee.setParameter('partstat', status);
  made.updatePropertyWithValue('dtstamp', stampOf(at));
  if (comment !== '') made.updatePropertyWithValue('comment', comment.slice(0, 10_000));
  if (proposal) propose(made, proposal);
  else made.updatePropertyWithValue('request-status', ['2.0', 'Success']);
  return made;
}

/** The proposed times in the meeting's place, those agreed on beside them as Outlook tells them. */
function propose(event: ICAL.Component, { start, end }: Proposal): void {
  for (const [name, original] of [
    ['dtstart', 'x-ms-olk-originalstart'],
    ['dtend', 'x-ms-olk-originalend'],
  ] as const) {
    const property = event.getFirstProperty(name);
    if (!property) continue;
    const copy = new ICAL.Property(structuredClone(property.toJSON()) as unknown[]);
    const made = new ICAL.Property([original, copy.jCal[1], copy.jCal[2], copy.jCal[3]]);
    event.addProperty(made);
  }
  for (const name of ['rrule', 'rdate', 'exdate', 'duration', 'dtstart', 'dtend'])
    event.removeAllProperties(name);
  event.updatePropertyWithValue('dtstart', stampOf(start));
  event.updatePropertyWithValue('dtend', stampOf(end));
}

/** Takes out what only the owner and the owner's server are to see. */
function tidy(event: ICAL.Component): void {
  event.removeAllSubcomponents('valarm');
  for (const name of kept) event.removeAllProperties(name);
  for (const property of [...attendeesOf(event), event.getFirstProperty('organizer')]) {
    for (const name of serverParameters) property?.removeParameter(name);
  }
}

/**
 * The owner's invitation, or what is new about it (RFC 5546 3.2.2), for these addresses: all that is known of the meeting, or
 * of one occurrence by its original start. Throws as `answeredEvents`.
 */
export function requestMessage(
  text: string,
  to: readonly string[],
  at: Date,
  instance: Date | null = null,
): OutgoingScheduling {
  const calendar = MeetingCalendar.parse(text);
  const events = answeredEvents(calendar, instance);
  const main = events.find((event) => event === calendar.master) ?? events[0]!;
  const message = calendar.emptied();
  for (const event of events) message.component.addSubcomponent(asking(event, at));
  return {
    method: 'REQUEST',
    text: message.print('REQUEST'),
    from: calendarAddress(main.getFirstProperty('organizer')),
    to,
    subject: titleOf(main),
    plain: plainOf(calendar, main),
  };
}

function asking(event: ICAL.Component, at: Date): ICAL.Component {
  const made = copyOf(event);
  tidy(made);
  made.updatePropertyWithValue('dtstamp', stampOf(at));
  for (const attendee of attendeesOf(made)) {
    const status: unknown = attendee.getParameter('partstat');
    if (typeof status === 'string' && status.toUpperCase() !== 'NEEDS-ACTION') continue;
    attendee.setParameter('partstat', 'NEEDS-ACTION');
    attendee.setParameter('rsvp', 'TRUE');
  }
  return made;
}

/**
 * The owner takes these addresses out of the meeting, or of one occurrence (RFC 5546 3.2.5). The SEQUENCE is one higher than
 * that of `text`, the meeting as those who are told know it.
 */
export function cancelMessage(
  text: string,
  to: readonly string[],
  { instance, at, all }: { readonly instance: Date | null; readonly at: Date; readonly all: boolean },
): OutgoingScheduling {
  const calendar = MeetingCalendar.parse(text);
  const events = answeredEvents(calendar, instance);
  const main = (instance === null ? calendar.master : null) ?? events[0]!;
  const message = calendar.emptied();
  const made = copyOf(main);
  tidy(made);
  const addressed = new Set(to.map(comparableAddress));
  for (const attendee of [...attendeesOf(made)]) {
    if (!addressed.has(comparableAddress(calendarAddress(attendee)))) made.removeProperty(attendee);
  }
  made.updatePropertyWithValue('sequence', sequenceOf(main) + 1);
  made.updatePropertyWithValue('dtstamp', stampOf(at));
  // Who alone is taken out reads of the others' meeting that it goes on (RFC 5546 3.2.5).
  if (all) made.updatePropertyWithValue('status', 'CANCELLED');
  message.component.addSubcomponent(made);
  const from = calendarAddress(main.getFirstProperty('organizer'));
  return {
    method: 'CANCEL',
    text: message.print('CANCEL'),
    from,
    to,
    subject: `Canceled: ${titleOf(main)}`,
    plain: plainOf(calendar, main),
  };
}

/** What a scheduling message is known by wherever it is met again: its key among what was sent and applied. */
export function schedulingKey(message: {
  readonly method: string;
  readonly uid: string;
  readonly sequence: number;
  readonly stamp: number;
  readonly instance: Date | null;
  readonly attendees: readonly string[];
}): string {
  const { method, uid, sequence, stamp, instance, attendees } = message;
  const people = attendees.map(comparableAddress).sort();
  const when = instance === null ? '' : stampText(instance);
  return JSON.stringify([method, uid, when, sequence, stamp, method === 'REQUEST' ? [] : people]);
}
