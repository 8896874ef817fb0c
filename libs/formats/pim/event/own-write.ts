import type ICAL from 'ical.js';
import { isDeepStrictEqual } from 'node:util';
import type { ItemByClass, ItemDataByClass } from '#eas';
import type { WriteContext, WrittenText } from '../codec.js';
import { whenOmitted } from '../omitted.js';
import { writeAttachments } from './attachments-write.js';
import { writeAttendees, writeOrganizer, type AttendeesChange } from './attendees-write.js';
import { writeCounterProposals, writeFields, type FieldData } from './event-fields.js';

type Data = ItemDataByClass['Calendar'];
type Item = ItemByClass['Calendar'];

/** What an event or an occurrence says of itself besides its times. */
export type OwnData = FieldData &
  Partial<
    Pick<
      Data,
      | 'Attendees'
      | 'Attachments'
      | 'OrganizerName'
      | 'OrganizerEmail'
      | 'ResponseRequested'
      | 'DisallowNewTimeProposal'
    >
  >;

/** Writes all of it; `told` is what the phone was told of this very component. */
export function writeOwn(
  event: ICAL.Component,
  data: OwnData,
  told: Partial<Item>,
  context: WriteContext,
): WrittenText['files'] {
  writeFields(event, data, told);
  writePeople(event, data, told, context);
  const proposals = data.DisallowNewTimeProposal;
  writeCounterProposals(event, proposals === told.DisallowNewTimeProposal ? undefined : proposals);
  return writeAttachments(event, data.Attachments, context.contents);
}

function writePeople(event: ICAL.Component, data: OwnData, told: Partial<Item>, context: WriteContext): void {
  const change = attendeesChange(data, told, context);
  const { OrganizerEmail: address = '', OrganizerName: displayName = null } = data;
  // From 16.0 on the organizer is the server's to say (trap 87); before, a phone may write down somebody else's meeting.
  const names = change.mayTellAnswers && address.includes('@') && !event.hasProperty('organizer');
  if (names && (change.attendees?.length ?? 0) > 0) writeOrganizer(event, { address, displayName });
  writeAttendees(event, change);
}

export function attendeesChange(data: OwnData, told: Partial<Item>, context: WriteContext): AttendeesChange {
  const { manner, owner } = context;
  const said = data.Attendees && (data.Attendees.Attendee ?? []);
  const requested = data.ResponseRequested;
  return {
    attendees: said && isDeepStrictEqual(said, told.Attendees?.Attendee ?? []) ? undefined : said,
    owner,
    mayTellAnswers: manner.protocolVersion < 160,
    responseRequested: requested === told.ResponseRequested ? undefined : requested,
  };
}

/** Attendees that a phone of an old version leaves out are taken away, if it may (trap 53). */
export const withOmittedPeople = <D extends OwnData>(data: D, { manner }: WriteContext): D =>
  data.Attendees === undefined && whenOmitted('Calendar', 'Calendar:Attendees', manner) === 'cleared'
    ? { ...data, Attendees: {} }
    : data;
