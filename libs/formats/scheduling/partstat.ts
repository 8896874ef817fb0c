import ICAL from 'ical.js';
import { BackendError } from '#backend';
import type { Owner } from '../pim/codec.js';
import { textOf } from '../calendar-values.js';
import { MeetingCalendar } from './meeting-calendar.js';
import { ownAttendee } from './people.js';

/** PARTSTAT of an answer (RFC 5545 3.2.12). */
export type PartStat = 'ACCEPTED' | 'TENTATIVE' | 'DECLINED';

export interface Answer {
  readonly status: PartStat;
  /** Original start of the occurrence that is answered; null: the whole meeting. */
  readonly instance: Date | null;
  readonly at: Date;
}

/**
 * The object with the owner's answer in it. Throws BackendError `gone` if it has no such occurrence, `invalid` with reason
 * `not-recurring` if an occurrence is named and this is no series.
 */
export function setPartstat(text: string, owner: Owner, answer: Answer): string {
  const calendar = MeetingCalendar.parse(text);
  for (const event of answeredEvents(calendar, answer.instance)) answerIn(event, owner, answer);
  return calendar.print();
}

/** The events an answer is about: all, or one occurrence, which is made if it is not there. */
export function answeredEvents(calendar: MeetingCalendar, instance: Date | null): readonly ICAL.Component[] {
  if (instance === null) return calendar.events;
  if (!calendar.isRecurring) {
    throw new BackendError('invalid', 'this meeting is no series', { reason: 'not-recurring' });
  }
  const occurrence = calendar.occurrence(instance);
  if (!occurrence) throw new BackendError('gone', `no occurrence at ${instance.toISOString()}`);
  return [occurrence];
}

/** The object without an occurrence; null if nothing is left of it. Throws as setPartstat does. */
export function withoutOccurrence(text: string, instance: Date): string | null {
  const calendar = MeetingCalendar.parse(text);
  if (!calendar.isRecurring) {
    throw new BackendError('invalid', 'this meeting is no series', { reason: 'not-recurring' });
  }
  if (!calendar.exclude(instance))
    throw new BackendError('gone', `no occurrence at ${instance.toISOString()}`);
  return calendar.events.length === 0 ? null : calendar.print();
}

/** The owner's PARTSTAT in one text; null where the owner is not invited by name. */
export function partstatOf(text: string, owner: Owner, instance: Date | null): string | null {
  const calendar = MeetingCalendar.parse(text);
  const event = (instance && calendar.override(instance)) ?? calendar.master ?? calendar.events[0];
  const own = event && ownAttendee(event, owner);
  const status: unknown = own?.getParameter('partstat');
  return own ? (typeof status === 'string' ? status.toUpperCase() : 'NEEDS-ACTION') : null;
}

function answerIn(event: ICAL.Component, owner: Owner, { status, at }: Answer): void {
  const attendee = ownAttendee(event, owner) ?? invited(event, owner);
  attendee.setParameter('partstat', status);
  attendee.removeParameter('rsvp');
  event.updatePropertyWithValue('x-microsoft-cdo-replytime', stampText(at));
  showAs(event, status);
}

/** Somebody whom a list of recipients or another person passed the invitation to. */
function invited(event: ICAL.Component, { identities }: Owner): ICAL.Property {
  const { address, displayName } = identities[0]!;
  const attendee = event.addPropertyWithValue('attendee', `mailto:${address}`);
  if (displayName) attendee.setParameter('cn', displayName);
  return attendee;
}

/** How the time is shown to others: as the organizer meant it, once it is accepted (MS-ASCMD 2.2.3.18). */
function showAs(event: ICAL.Component, status: PartStat): void {
  const intended = textOf(event, 'x-microsoft-cdo-intendedstatus').toUpperCase();
  if (status === 'TENTATIVE') {
    event.updatePropertyWithValue('x-microsoft-cdo-busystatus', 'TENTATIVE');
  } else if (status === 'ACCEPTED' && intended !== '') {
    event.updatePropertyWithValue('x-microsoft-cdo-busystatus', intended);
  } else if (textOf(event, 'x-microsoft-cdo-busystatus').toUpperCase() === 'TENTATIVE') {
    event.removeAllProperties('x-microsoft-cdo-busystatus');
  }
}

export const stampOf = (at: Date): ICAL.Time =>
  ICAL.Time.fromJSDate(new Date(Math.floor(at.getTime() / 1000) * 1000), true);

/** `20260102T030405Z`. */
export const stampText = (at: Date): string => stampOf(at).toICALString();
