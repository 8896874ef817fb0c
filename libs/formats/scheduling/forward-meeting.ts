import { addressOf, textOf } from '../calendar-values.js';
import { HeaderBlock } from '../compose/header-block.js';
import { encodeHeaderText, encodeMailbox } from '../compose/encode-text.js';
import { streamOf } from '../compose/segments.js';
import { takeIn, type TakenMessage } from '../compose/taken-message.js';
import type { Owner } from '../pim/codec.js';
import { requestMessage } from './build-message.js';
import { composeScheduling } from './compose-scheduling.js';
import { MeetingCalendar } from './meeting-calendar.js';
import { answeredEvents } from './partstat.js';
import { attendeeOf, isOrganizer, ownIdentity } from './people.js';

/** Somebody a meeting is handed on to. */
export interface Guest {
  readonly address: string;
  readonly name: string | null;
}

/**
 * A meeting of a calendar, or one occurrence of it, as the mail that invites to it, for somebody to forward; an appointment,
 * to which nobody invites, is published (RFC 5546 3.2.1). To be disposed of. Throws as `answeredEvents`.
 */
export async function invitationMail(
  text: string,
  owner: Owner,
  { instance, at, maxSize }: { readonly instance: Date | null; readonly at: Date; readonly maxSize: number },
): Promise<TakenMessage> {
  const message = requestMessage(text, [], at, instance);
  const isMeeting = message.from !== '';
  const own = owner.identities[0]!.address;
  const method = isMeeting ? 'REQUEST' : 'PUBLISH';
  const said = isMeeting ? message.text : message.text.replace(/^METHOD:REQUEST/m, 'METHOD:PUBLISH');
  const composition = await composeScheduling({ method, text: said }, { plain: message.plain });
  try {
    const header = HeaderBlock.parse(new Uint8Array())
      .with('From', encodeMailbox('', isMeeting ? message.from : own))
      .with('Subject', encodeHeaderText(message.subject))
      .with('Date', at.toUTCString().replace('GMT', '+0000'))
      .with('MIME-Version', '1.0')
      .adding(composition.entity.fields);
    return await takeIn(streamOf([header.bytes(), ...composition.entity.body]), { maxSize });
  } finally {
    composition.dispose();
  }
}

/**
 * The owner's own meeting with these guests in it, all of it or one occurrence: an appointment becomes a meeting by that. Null
 * if somebody else organizes it, or all are in it already. Throws as `answeredEvents`.
 */
export function withGuests(
  text: string,
  owner: Owner,
  guests: readonly Guest[],
  instance: Date | null,
): string | null {
  const calendar = MeetingCalendar.parse(text);
  const events = answeredEvents(calendar, instance);
  if (!events.every((event) => isOrganizer(event, owner))) return null;
  let changed = false;
  for (const event of events) {
    for (const guest of guests.filter(({ address }) => !attendeeOf(event, address))) {
      if (textOf(event, 'organizer') === '' && addressOf(event.getFirstProperty('organizer')) === '') {
        const { address, displayName } = ownIdentity(event, owner);
        const organizer = event.updatePropertyWithValue('organizer', `mailto:${address}`);
        if (displayName) organizer.setParameter('cn', displayName);
      }
      const attendee = event.addPropertyWithValue('attendee', `mailto:${guest.address}`);
      if (guest.name) attendee.setParameter('cn', guest.name);
      attendee.setParameter('role', 'OPT-PARTICIPANT');
      attendee.setParameter('partstat', 'NEEDS-ACTION');
      attendee.setParameter('rsvp', 'TRUE');
      changed = true;
    }
  }
  return changed ? calendar.print() : null;
}
