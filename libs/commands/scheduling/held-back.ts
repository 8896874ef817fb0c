import { BackendError } from '#backend';
import {
  parseAddresses,
  comparableAddress,
  isInMeeting,
  MalformedText,
  schedulingIn,
  type SchedulingMessage,
  type TakenMessage,
} from '#formats';
import { objectOf } from '#scheduling';
import type { AccountLease } from '../context.js';
import { calendarsOf, ruleOf } from './calendars-of.js';

/** What a server that schedules by itself says of its own accord when an object is written (RFC 6638 3.2). */
const saidByServer: ReadonlySet<string> = new Set(['REQUEST', 'REPLY', 'CANCEL', 'ADD']);

/**
 * Whether a mail that a phone sends says what the CalDAV server says already: then it must not leave (trap 89). One to
 * somebody whom the object does not know, a proposal, or one about a meeting that is in no calendar has no other sender.
 */
export async function isHeldBack(lease: AccountLease, written: TakenMessage): Promise<boolean> {
  const message = await schedulingIn(written);
  if (!message || !saidByServer.has(message.method)) return false;
  try {
    const calendars = await calendarsOf(lease);
    if (!calendars || (await ruleOf(lease, calendars)) !== 'server') return false;
    const object = await objectOf(calendars, message.uid);
    // A cancelled meeting is gone by the time its phone says so.
    if (!object) return message.method === 'CANCEL';
    return recipients(written).every((address) => isInvolved(address, object.text, message));
  } catch (error) {
    // Better once too often than never: whoever is told twice knows at least.
    const isNone = error instanceof MalformedText;
    if (isNone || (error instanceof BackendError && error.kind !== 'auth')) return false;
    throw error;
  }
}

const recipients = ({ header }: TakenMessage): string[] =>
  ['to', 'cc', 'bcc'].flatMap((name) => parseAddresses(header.list(name)).map(({ address }) => address));

/** Whom the object names, the server has written to. */
function isInvolved(
  address: string,
  text: string,
  { method, organizer, attendees }: SchedulingMessage,
): boolean {
  const isSame = (one: string): boolean => comparableAddress(one) === comparableAddress(address);
  const isRemoved = method === 'CANCEL' && attendees.some(isSame);
  return isRemoved || (method === 'REPLY' && isSame(organizer)) || isInMeeting(text, address);
}
