import type ICAL from 'ical.js';
import { parameterOf, wordOf } from '../../calendar-values.js';
import { attendeeAddress } from './attendees-write.js';
import { busyWords } from './event-fields.js';

/** BusyStatus (MS-ASCAL 2.2.2.9): 0 free, 1 tentative, 2 busy, 3 out of office, 4 elsewhere. */
export type BusyStatus = 0 | 1 | 2 | 3 | 4;

const isCancelled = (event: ICAL.Component): boolean => wordOf(event, 'status') === 'CANCELLED';

/**
 * What of somebody's time the event takes. Outlook's words count first, then TRANSP and STATUS (RFC 5545 3.8.2.7, 3.8.1.11). What
 * was declined, or cancelled, takes none; what was accepted with a "perhaps" takes it perhaps.
 */
export function busyStatusOf(event: ICAL.Component, addresses: readonly string[]): BusyStatus {
  if (isCancelled(event)) return 0;
  const answer = answerOf(event, addresses);
  if (answer === 'DECLINED') return 0;
  const said = [wordOf(event, 'x-microsoft-cdo-busystatus'), wordOf(event, 'x-microsoft-cdo-intendedstatus')];
  const known = said
    .map((word) => (busyWords as readonly string[]).indexOf(word))
    .find((index) => index >= 0);
  if (known !== undefined) return known as BusyStatus;
  if (wordOf(event, 'transp') === 'TRANSPARENT') return 0;
  return wordOf(event, 'status') === 'TENTATIVE' || answer === 'TENTATIVE' ? 1 : 2;
}

/** PARTSTAT of the first attendee with one of these addresses; '' if there is none. */
export function answerOf(event: ICAL.Component, addresses: readonly string[]): string {
  const own = attendeeOf(event, addresses);
  return own ? parameterOf(own, 'partstat').toUpperCase() || 'NEEDS-ACTION' : '';
}

/** The first attendee with one of these addresses (in lower case). */
export function attendeeOf(event: ICAL.Component, addresses: readonly string[]): ICAL.Property | null {
  if (addresses.length === 0) return null;
  const wanted = new Set(addresses);
  return (
    event.getAllProperties('attendee').find((line) => wanted.has(attendeeAddress(line).toLowerCase())) ?? null
  );
}
