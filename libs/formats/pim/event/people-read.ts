import type ICAL from 'ical.js';
import { parseDateTime, type ItemByClass } from '#eas';
import { cleanLine } from '../../clean-text.js';
import { parameterOf, wordOf } from '../../calendar-values.js';
import { timeOf, momentOf } from '../../calendar-time.js';
import type { CalendarZones } from '../../calendar-zone.js';
import type { ReadContext } from '../codec.js';
import { attendeeAddress, attendeeType } from './attendees-write.js';
import { answerOf, attendeeOf } from './event-words.js';

type Item = ItemByClass['Calendar'];
type Attendees = NonNullable<NonNullable<Item['Attendees']>['Attendee']>;
type Attendee = Extract<Attendees, readonly unknown[]>[number];

/** MS-ASCAL 2.2.2.5: what an attendee said. */
const answers: Readonly<Record<string, number>> = { TENTATIVE: 2, ACCEPTED: 3, DECLINED: 4 };
const notResponded = 5;

/** MS-ASCAL 2.2.2.28. */
const MeetingBit = { meeting: 1, received: 2, cancelled: 4 } as const;

/** Who is concerned by an event, and in what way the account's owner is. */
export interface People {
  readonly organizer: { readonly name: string; readonly address: string } | null;
  /** Without the organizer, whom many servers list as an attendee, too, and Exchange never does. */
  readonly attendees: readonly Attendee[];
  readonly isMeeting: boolean;
  /** Somebody else organizes it. */
  readonly isReceived: boolean;
}

const mostAttendees = 2000;

export function peopleOf(event: ICAL.Component, { owner }: ReadContext): People {
  const own = new Set(owner.identities.map(({ address }) => address.toLowerCase()));
  const organizer = organizerOf(event);
  const isOwn = organizer === null || own.has(organizer.address.toLowerCase());
  const host = organizer?.address.toLowerCase() ?? '';
  const seen = new Set<string>([host]);
  const attendees: Attendee[] = [];
  for (const line of event.getAllProperties('attendee').slice(0, mostAttendees)) {
    const address = cleanLine(attendeeAddress(line));
    const key = address.toLowerCase();
    // Outlook 2016 rejects attendees without an address (quirks 4.4).
    if (address === '' || seen.has(key)) continue;
    seen.add(key);
    attendees.push(attendee(line, address));
  }
  return { organizer, attendees, isMeeting: attendees.length > 0 || !isOwn, isReceived: !isOwn };
}

function organizerOf(event: ICAL.Component): People['organizer'] {
  const line = event.getFirstProperty('organizer');
  const address = line ? cleanLine(attendeeAddress(line)) : '';
  if (!line || address === '') return null;
  return { name: cleanLine(parameterOf(line, 'cn')) || address, address };
}

function attendee(line: ICAL.Property, address: string): Attendee {
  const answer = parameterOf(line, 'partstat').toUpperCase();
  return {
    Email: address,
    Name: cleanLine(parameterOf(line, 'cn')) || address,
    AttendeeStatus: answers[answer] ?? (answer === '' || answer === 'NEEDS-ACTION' ? notResponded : 0),
    AttendeeType: attendeeType(line),
    ...proposalOf(line),
  };
}

/** The time an attendee would rather meet at, as COUNTER told it; both ends or none (MS-ASCMD 2.2.3.141). */
function proposalOf(line: ICAL.Property): Pick<Attendee, 'ProposedStartTime' | 'ProposedEndTime'> {
  const [start, end] = [proposed(line, 'start'), proposed(line, 'end')];
  return start && end ? { ProposedStartTime: start, ProposedEndTime: end } : {};
}

const proposed = (line: ICAL.Property, what: 'start' | 'end'): Date | undefined =>
  parseDateTime(parameterOf(line, `x-godwit-proposed-${what}`));

/** The elements that tell of people: of an event, or of one occurrence. iOS needs MeetingStatus in each (quirks 4.1). */
export function peopleElements(
  event: ICAL.Component,
  people: People,
  zones: CalendarZones,
  context: ReadContext,
): Partial<Item> {
  const { attendees } = people;
  return {
    MeetingStatus: meetingStatus(event, people),
    ...(attendees.length > 0 ? { Attendees: { Attendee: attendees } } : {}),
    ...(context.view.protocolVersion >= 140 ? answerElements(event, people, zones, context) : {}),
  };
}

function meetingStatus(event: ICAL.Component, { isMeeting, isReceived }: People): number {
  if (!isMeeting) return 0;
  const cancelled = wordOf(event, 'status') === 'CANCELLED' ? MeetingBit.cancelled : 0;
  return MeetingBit.meeting | (isReceived ? MeetingBit.received : 0) | cancelled;
}

/** From 14.0: what the owner answered (MS-ASCAL 2.2.2.40: 0 none, 1 organizer, 2 to 5 as AttendeeStatus). */
function answerElements(
  event: ICAL.Component,
  { isMeeting, isReceived }: People,
  zones: CalendarZones,
  { owner }: ReadContext,
): Partial<Item> {
  if (!isMeeting) return { ResponseType: 0 };
  if (!isReceived) return { ResponseType: 1 };
  const addresses = owner.identities.map(({ address }) => address.toLowerCase());
  const answer = answerOf(event, addresses);
  const ResponseType = answer === '' ? 0 : (answers[answer] ?? notResponded);
  const replied = timeOf(event, 'x-microsoft-cdo-replytime', zones);
  return { ResponseType, ...(replied ? { AppointmentReplyTime: momentOf(replied) } : {}) };
}

/** Of the whole event, from 14.0: whether answers are awaited, and whether another time may be proposed. */
export function requestElements(event: ICAL.Component, people: People, context: ReadContext): Partial<Item> {
  const addresses = context.owner.identities.map(({ address }) => address.toLowerCase());
  const own = people.isReceived ? attendeeOf(event, addresses) : null;
  const asked = own ? [own] : people.isReceived ? [] : event.getAllProperties('attendee');
  return {
    ...(people.isMeeting
      ? { ResponseRequested: asked.some((line) => parameterOf(line, 'rsvp').toUpperCase() === 'TRUE') }
      : {}),
    DisallowNewTimeProposal: wordOf(event, 'x-microsoft-disallow-counter') === 'TRUE',
  };
}
