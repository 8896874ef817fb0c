import ICAL from 'ical.js';
import { parameterOf, wordOf } from '../calendar-values.js';
import { momentOf } from '../calendar-time.js';
import { MeetingCalendar } from './meeting-calendar.js';
import { stampOf, stampText } from './partstat.js';
import { attendeeOf, attendeesOf, calendarAddress, isAddress } from './people.js';
import { sequenceOf, stampIn } from './scheduling-message.js';

/** When an attendee's last answer was made; a server keeps what it does not know (RFC 5545 3.2). */
const REPLIED = 'x-godwit-replied';
/** An attendee's proposal, as the codec of events shows it (MS-ASCAL 2.2.2.3, 16.1). */
export const PROPOSED = { start: 'x-godwit-proposed-start', end: 'x-godwit-proposed-end' } as const;

/**
 * The organizer's meeting with an answer in it (RFC 5546 3.2.3), or with a proposal (3.2.7), which is kept with the attendee
 * for the organizer to decide on. Null if it changes nothing: it is older than what is known, answers an older question, or
 * is of somebody who was not invited.
 */
export function applyReply(existing: string, reply: string): string | null {
  const known = MeetingCalendar.parse(existing);
  const said = MeetingCalendar.parse(reply);
  let changed = false;
  for (const event of said.events) changed = answerIn(known, said, event) || changed;
  return changed ? known.print() : null;
}

function answerIn(known: MeetingCalendar, said: MeetingCalendar, event: ICAL.Component): boolean {
  const answer = attendeesOf(event)[0];
  const target = targetOf(known, said, event);
  if (!answer || !target || sequenceOf(event) < sequenceOf(target.model)) return false;
  const stamp = stampIn(said, event);
  const earlier = personIn(target.model, answer);
  if (!earlier || stamp < replied(earlier)) return false;
  const status = said.method === 'COUNTER' ? 'TENTATIVE' : parameterOf(answer, 'partstat').toUpperCase();
  const isSame = stamp === replied(earlier) && parameterOf(earlier, 'partstat').toUpperCase() === status;
  if (status === '' || isSame) return false;
  const attendee = personIn(target.make(), answer);
  if (!attendee) return false;
  attendee.setParameter('partstat', status);
  attendee.removeParameter('rsvp');
  attendee.setParameter(REPLIED, stampText(new Date(stamp)));
  propose(attendee, said, event);
  return true;
}

/** Which event of the organizer's an answer is about; an occurrence that differs in nothing yet is made only if need be. */
function targetOf(
  known: MeetingCalendar,
  said: MeetingCalendar,
  event: ICAL.Component,
): { readonly model: ICAL.Component; readonly make: () => ICAL.Component } | null {
  const original = said.time(event, 'recurrence-id');
  const { master } = known;
  if (!original) return master && { model: master, make: () => master };
  const instance = momentOf(original);
  const override = known.override(instance);
  if (override) return { model: override, make: () => override };
  return master && { model: master, make: () => known.occurrence(instance) ?? master };
}

/** The attendee who answers, or in whose place somebody does (RFC 5545 3.2.4). */
function personIn(event: ICAL.Component, answer: ICAL.Property): ICAL.Property | null {
  const own = attendeeOf(event, calendarAddress(answer));
  if (own) return own;
  const delegators = attendeesOf(event).filter((attendee) =>
    parametersOf(answer, 'delegated-from').some((uri) => isAddress(attendee, uri.replace(/^mailto:/i, ''))),
  );
  if (delegators.length === 0) return null;
  const copy = new ICAL.Property(structuredClone(answer.toJSON()) as unknown[]);
  copy.removeParameter('partstat');
  return event.addProperty(copy);
}

function parametersOf(property: ICAL.Property, name: string): string[] {
  const value: unknown = property.getParameter(name);
  return (Array.isArray(value) ? (value as unknown[]) : [value]).filter((one) => typeof one === 'string');
}

function replied(attendee: ICAL.Property): number {
  const text = parameterOf(attendee, REPLIED);
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return 0;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  return Date.UTC(year!, month! - 1, day, hour, minute, second);
}

function propose(attendee: ICAL.Property, said: MeetingCalendar, event: ICAL.Component): void {
  const [start, end] = [said.time(event, 'dtstart'), said.time(event, 'dtend')];
  for (const name of Object.values(PROPOSED)) attendee.removeParameter(name);
  if (said.method !== 'COUNTER' || !start || !end) return;
  attendee.setParameter(PROPOSED.start, stampText(momentOf(start)));
  attendee.setParameter(PROPOSED.end, stampText(momentOf(end)));
}

/**
 * The owner's copy of a meeting that its organizer cancelled (RFC 5546 3.2.5): the whole of it is kept as cancelled, for the
 * owner to see and to remove; an occurrence goes. Null if nothing is changed by it.
 */
export function applyCancel(existing: string, cancel: string, at: Date): string | null {
  const known = MeetingCalendar.parse(existing);
  const said = MeetingCalendar.parse(cancel);
  let changed = false;
  for (const event of said.events) changed = cancelIn(known, said, event, at) || changed;
  return changed ? known.print() : null;
}

function cancelIn(known: MeetingCalendar, said: MeetingCalendar, event: ICAL.Component, at: Date): boolean {
  const original = said.time(event, 'recurrence-id');
  const isOld = (one: ICAL.Component): boolean => !isNewer(said, event, known, one);
  if (original && known.master) {
    const model = known.override(momentOf(original)) ?? known.master;
    return !isOld(model) && known.exclude(momentOf(original));
  }
  const cancelled = original ? [known.override(momentOf(original))] : known.events;
  let changed = false;
  for (const one of cancelled) {
    if (!one || isOld(one) || wordOf(one, 'status') === 'CANCELLED') continue;
    one.updatePropertyWithValue('status', 'CANCELLED');
    one.updatePropertyWithValue('transp', 'TRANSPARENT');
    one.updatePropertyWithValue('sequence', sequenceOf(event));
    one.updatePropertyWithValue('dtstamp', stampOf(at));
    changed = true;
  }
  return changed;
}

/**
 * RFC 5546 2.1.5: the higher SEQUENCE, else the later DTSTAMP. One made in the same second counts as later, as does one that
 * says nothing of when it was made: somebody who invites and calls off at once means the latter.
 */
function isNewer(
  said: MeetingCalendar,
  event: ICAL.Component,
  known: MeetingCalendar,
  one: ICAL.Component,
): boolean {
  const difference = sequenceOf(event) - sequenceOf(one);
  const stamp = stampIn(said, event);
  return difference !== 0 ? difference > 0 : stamp === 0 || stamp >= stampIn(known, one);
}
