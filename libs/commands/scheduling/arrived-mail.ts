import { BackendError } from '#backend';
import type { EmailItem } from '#eas';
import { parseAddresses } from '#formats';
import { processMessage } from '#scheduling';
import type { AccountLease, CommandContext } from '../context.js';
import { calendarsOf, ownerOf, ruleOf } from './calendars-of.js';
import { readSchedulingMail } from './read-scheduling.js';

/** Mails of one answer that are looked into; a mailbox that is synced for the first time may have thousands from years ago. */
const MOST_MAILS = 20;
/** How old a mail may be that still says something new. Milliseconds. */
const FRESH = 14 * 86_400_000;

/** Whether a mail says something of a meeting that the calendar should know. */
export const concernsCalendar = ({ MessageClass, DateReceived }: EmailItem, now: Date): boolean =>
  MessageClass?.startsWith('IPM.Schedule.Meeting.') === true &&
  (DateReceived === undefined || now.getTime() - DateReceived.getTime() < FRESH);

/**
 * Works what new mails of the Inbox say of meetings into the calendar: answers, proposals, cancellations, updates. Done
 * before the answer that tells of the mails has ended, so that a crash leaves them to the phone's next attempt; a device
 * that is told of them later changes nothing more. Off where the CalDAV server does it.
 */
export async function processArrived(
  context: CommandContext,
  lease: AccountLease,
  path: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  try {
    const calendars = await calendarsOf(lease);
    if (!calendars || (await ruleOf(lease, calendars)) === 'server') return;
    const mail = await lease.backend('Email');
    const inbox = (await mail.folders()).find(({ role }) => role === 'inbox');
    if (inbox?.path !== path) return;
    const owner = await ownerOf(lease);
    for (const id of ids.slice(0, MOST_MAILS)) {
      const read = await readSchedulingMail(mail, path, id, context.limits.mailBytes);
      const from = read && (parseAddresses(read.from)[0]?.address ?? '');
      if (read) await processMessage(calendars, read.message, { from: from ?? '', owner, at: new Date() });
    }
  } catch (error) {
    // The mail itself tells its reader all of it; no calendar may hold it up.
    if (!(error instanceof BackendError) || error.kind === 'auth') throw error;
    context.events.notMarked(error.message);
  }
}
