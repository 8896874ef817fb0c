import ICAL from 'ical.js';
import type { ItemDataByClass } from '#eas';
import { cleanLine } from '../../clean-text.js';
import { addressOf, parameterOf } from '../../calendar-values.js';
import type { Owner } from '../codec.js';

type Data = ItemDataByClass['Calendar'];
type AttendeeData = NonNullable<NonNullable<Data['Attendees']>['Attendee']>[number];

/** How the attendees are to be changed. */
export interface AttendeesChange {
  /** Undefined: nothing is said of them. */
  readonly attendees: readonly AttendeeData[] | undefined;
  readonly owner: Owner;
  /** Up to 14.1 a phone may say how an attendee answered; later it must not (trap 87). */
  readonly mayTellAnswers: boolean;
  readonly responseRequested: boolean | undefined;
}

/** MS-ASCAL 2.2.2.5; 0 and 5 are "unknown" and "not responded". */
const answers: Readonly<Record<number, string>> = {
  0: 'NEEDS-ACTION',
  2: 'TENTATIVE',
  3: 'ACCEPTED',
  4: 'DECLINED',
  5: 'NEEDS-ACTION',
};

const key = (address: string): string => address.trim().toLowerCase();

/** The attendee's address as phones are told it; '' for one that has none (a principal's URL). */
export function attendeeAddress(property: ICAL.Property): string {
  const email = parameterOf(property, 'email');
  const own = addressOf(property);
  return own.includes('@') && !/^[a-z]+:\/\//i.test(own) ? own : email;
}

const isOwner = (address: string, owner: Owner): boolean =>
  owner.identities.some((identity) => key(identity.address) === key(address));

/** Whether the account's owner organizes this event, or would if it were a meeting. */
export function ownerOrganizes(event: ICAL.Component, owner: Owner): boolean {
  const organizer = event.getFirstProperty('organizer');
  return organizer === null || isOwner(attendeeAddress(organizer), owner);
}

/**
 * Makes these the attendees. Who stays keeps his line with all that is in it; the phone's list is one of addresses, so that
 * lines without one, and the organizer's own, which phones do not list, are not its to take away.
 */
export function writeAttendees(event: ICAL.Component, change: AttendeesChange): void {
  const { attendees } = change;
  if (attendees === undefined) {
    requestResponses(event, change);
    return;
  }
  const organizes = ownerOrganizes(event, change.owner);
  nameOrganizer(event, attendees, change.owner);
  const organizer = key(organizerAddress(event));
  const lines = new Map<string, ICAL.Property>();
  for (const line of event.getAllProperties('attendee')) {
    const address = key(attendeeAddress(line));
    if (address !== '' && !lines.has(address)) lines.set(address, line);
  }
  const wanted = byAddress(attendees);
  for (const [address, line] of lines) {
    if (!wanted.has(address) && address !== organizer) event.removeProperty(line);
  }
  for (const [address, attendee] of wanted) {
    const line = lines.get(address);
    if (line) changeLine(line, attendee, change, organizes);
    else if (address !== organizer) addLine(event, attendee, change);
  }
  if (organizes) forgetMeeting(event);
  requestResponses(event, change);
}

/** Who has no address cannot be invited. */
function byAddress(attendees: readonly AttendeeData[]): ReadonlyMap<string, AttendeeData> {
  const found = new Map<string, AttendeeData>();
  for (const attendee of attendees) {
    const address = key(cleanLine(attendee.Email ?? ''));
    if (address !== '' && !found.has(address)) found.set(address, attendee);
  }
  return found;
}

const organizerAddress = (event: ICAL.Component): string => {
  const organizer = event.getFirstProperty('organizer');
  return organizer ? attendeeAddress(organizer) : '';
};

/** A meeting has an organizer, whom iOS leaves out of its own (quirks 4.1). */
function nameOrganizer(event: ICAL.Component, attendees: readonly AttendeeData[], owner: Owner): void {
  const [identity] = owner.identities;
  if (!identity || event.hasProperty('organizer')) return;
  const others = attendees.some(({ Email = '' }) => Email !== '' && !isOwner(Email, owner));
  if (others) writeOrganizer(event, identity);
}

/** An event to which nobody is invited any more is no meeting. */
function forgetMeeting(event: ICAL.Component): void {
  const organizer = key(organizerAddress(event));
  const lines = event.getAllProperties('attendee');
  if (lines.some((line) => key(attendeeAddress(line)) !== organizer)) return;
  event.removeAllProperties('attendee');
  event.removeAllProperties('organizer');
}

/** A name as a parameter can hold it. */
const parameterText = (text: string): string => cleanLine(text).trim();

export function writeOrganizer(
  event: ICAL.Component,
  { address, displayName }: { readonly address: string; readonly displayName: string | null },
): void {
  event.removeAllProperties('organizer');
  const organizer = new ICAL.Property('organizer', event);
  const name = parameterText(displayName ?? '');
  if (name !== '') organizer.setParameter('cn', name);
  organizer.setValue(`mailto:${address}`);
  event.addProperty(organizer);
}

function addLine(event: ICAL.Component, attendee: AttendeeData, change: AttendeesChange): void {
  const line = new ICAL.Property('attendee', event);
  const name = parameterText(attendee.Name ?? '');
  if (name !== '') line.setParameter('cn', name);
  writeType(line, attendee.AttendeeType ?? 1);
  const answer = change.mayTellAnswers ? answers[attendee.AttendeeStatus ?? 0] : undefined;
  line.setParameter('partstat', answer ?? 'NEEDS-ACTION');
  if (change.responseRequested !== false) line.setParameter('rsvp', 'TRUE');
  line.setValue(`mailto:${cleanLine(attendee.Email ?? '').trim()}`);
  event.addProperty(line);
}

function changeLine(
  line: ICAL.Property,
  attendee: AttendeeData,
  change: AttendeesChange,
  organizes: boolean,
): void {
  const name = parameterText(attendee.Name ?? '');
  const named = parameterText(parameterOf(line, 'cn'));
  // Phones put the address where they have no name.
  if (name !== '' && name !== named && !(named === '' && key(name) === key(attendeeAddress(line)))) {
    line.setParameter('cn', name);
  }
  const type = attendee.AttendeeType;
  if (type !== undefined && type !== attendeeType(line)) writeType(line, type);
  const answer = answers[attendee.AttendeeStatus ?? -1];
  // Of somebody else's meeting only one's own answer is one's own to say.
  const mayTell = change.mayTellAnswers && (organizes || isOwner(attendeeAddress(line), change.owner));
  if (answer !== undefined && mayTell && answer !== partstatOf(line)) line.setParameter('partstat', answer);
}

/** PARTSTAT in the words that phones know. */
function partstatOf(line: ICAL.Property): string {
  const value = parameterOf(line, 'partstat').toUpperCase();
  return ['ACCEPTED', 'DECLINED', 'TENTATIVE'].includes(value) ? value : 'NEEDS-ACTION';
}

/** AttendeeType (MS-ASCAL 2.2.2.6): 1 required, 2 optional, 3 a resource. */
export function attendeeType(line: ICAL.Property): 1 | 2 | 3 {
  if (['RESOURCE', 'ROOM'].includes(parameterOf(line, 'cutype').toUpperCase())) return 3;
  const role = parameterOf(line, 'role').toUpperCase();
  return role === 'OPT-PARTICIPANT' || role === 'NON-PARTICIPANT' ? 2 : 1;
}

function writeType(line: ICAL.Property, type: number): void {
  if (type === 3) {
    line.setParameter('cutype', 'RESOURCE');
    line.setParameter('role', 'NON-PARTICIPANT');
    return;
  }
  if (attendeeType(line) === 3) line.removeParameter('cutype');
  line.setParameter('role', type === 2 ? 'OPT-PARTICIPANT' : 'REQ-PARTICIPANT');
}

/** ResponseRequested asks all attendees but the organizer, or none. */
function requestResponses(event: ICAL.Component, { responseRequested, owner }: AttendeesChange): void {
  if (responseRequested === undefined || !ownerOrganizes(event, owner)) return;
  const organizer = key(organizerAddress(event));
  const lines = event.getAllProperties('attendee').filter((line) => key(attendeeAddress(line)) !== organizer);
  const asked = lines.some((line) => parameterOf(line, 'rsvp').toUpperCase() === 'TRUE');
  if (asked === responseRequested) return;
  for (const line of lines) {
    if (responseRequested) line.setParameter('rsvp', 'TRUE');
    else line.removeParameter('rsvp');
  }
}
