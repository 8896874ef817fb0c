import type ICAL from 'ical.js';
import type { Identity } from '#backend';
import { asciiDomain } from '../compose/encode-text.js';
import { addressOf, parameterOf } from '../calendar-values.js';
import type { Owner } from '../pim/codec.js';
import { MeetingCalendar } from './meeting-calendar.js';

/** An address in the form in which addresses are compared. */
export const comparableAddress = (address: string): string => asciiDomain(address.trim()).toLowerCase();

/** The mail address of an ORGANIZER or ATTENDEE; some servers name a principal and put the address into EMAIL. */
export function calendarAddress(property: ICAL.Property | null): string {
  const address = addressOf(property);
  return address.includes('@') && !address.includes('/') ? address : parameterOf(property, 'email');
}

export const isAddress = (property: ICAL.Property | null, address: string): boolean =>
  property !== null && comparableAddress(calendarAddress(property)) === comparableAddress(address);

export const attendeesOf = (event: ICAL.Component): readonly ICAL.Property[] =>
  event.getAllProperties('attendee');

export const attendeeOf = (event: ICAL.Component, address: string): ICAL.Property | null =>
  attendeesOf(event).find((attendee) => isAddress(attendee, address)) ?? null;

/** The owner as one of those who are invited, whatever of the addresses was used. */
export function ownAttendee(event: ICAL.Component, { identities }: Owner): ICAL.Property | null {
  for (const { address } of identities) {
    const found = attendeeOf(event, address);
    if (found) return found;
  }
  return null;
}

/** Whether the owner invites; an event without an organizer is the owner's as well. */
export function isOrganizer(event: ICAL.Component, { identities }: Owner): boolean {
  const organizer = event.getFirstProperty('organizer');
  return organizer === null || identities.some(({ address }) => isAddress(organizer, address));
}

/** As isOrganizer, of a text. */
export function isOwnMeeting(text: string, owner: Owner): boolean {
  const calendar = MeetingCalendar.parse(text);
  const main = calendar.master ?? calendar.events[0];
  return main !== undefined && isOrganizer(main, owner);
}

/** Whether this address organizes the meeting in a text, or sends for who does (SENT-BY, RFC 5545 3.2.18). */
export function isOrganizedBy(text: string, address: string): boolean {
  const calendar = MeetingCalendar.parse(text);
  const organizer = (calendar.master ?? calendar.events[0])?.getFirstProperty('organizer') ?? null;
  return isSaidBy(organizer, address);
}

/** Whether the meeting in a text names this address: it organizes it, or is invited to it or to one of its occurrences. */
export function isInMeeting(text: string, address: string): boolean {
  const { events } = MeetingCalendar.parse(text);
  return events.some((event) =>
    [event.getFirstProperty('organizer'), ...attendeesOf(event)].some((one) => isAddress(one, address)),
  );
}

/** Whether words of this person can come from this address. */
export const isSaidBy = (person: ICAL.Property | null, address: string): boolean =>
  address !== '' &&
  (isAddress(person, address) ||
    comparableAddress(parameterOf(person, 'sent-by').replace(/^mailto:/i, '')) ===
      comparableAddress(address));

/** The name and address under which the owner is invited, or else the main ones. */
export function ownIdentity(event: ICAL.Component, owner: Owner): Identity {
  const invited = ownAttendee(event, owner);
  const own = owner.identities.find(({ address }) => invited && isAddress(invited, address));
  return own ?? owner.identities[0]!;
}
