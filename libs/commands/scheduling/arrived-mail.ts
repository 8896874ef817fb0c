import { BackendError } from '#backend';
import type { EmailItem } from '#eas';
import { parseAddresses, schedulingKey } from '#formats';
import { processMessage } from '#scheduling';
import type { AccountLease, CommandContext } from '../context.js';
import { calendarsOf, ownerOf, ruleOf } from './calendars-of.js';
import { readSchedulingMail } from './read-scheduling.js';

/** How old a mail may be that still says something new; a mailbox that is synced first may have thousands from years ago. Milliseconds. */
const FRESH = 14 * 86_400_000;

/** Whether a mail says something of a meeting that the calendar should know. */
export const concernsCalendar = ({ MessageClass, DateReceived }: EmailItem, now: Date): boolean =>
  MessageClass?.startsWith('IPM.Schedule.Meeting.') === true &&
  (DateReceived === undefined || now.getTime() - DateReceived.getTime() < FRESH);

/**
 * Works what a mail of the Inbox says of a meeting into the calendar: an answer, a proposal, a cancellation, an update. Off
 * where the CalDAV server does it. The same message in another mail changes nothing more. Throws BackendError where it can
 * be done later.
 */
export async function applyMail(context: CommandContext, path: string, id: string): Promise<void> {
  const lease = context.account.lease();
  try {
    await applyLeased(context, lease, path, id);
  } catch (error) {
    // Deleted before anybody looked: its user knew enough.
    if (!(error instanceof BackendError && error.kind === 'gone')) throw error;
  } finally {
    lease.release();
  }
}

async function applyLeased(
  context: CommandContext,
  lease: AccountLease,
  path: string,
  id: string,
): Promise<void> {
  const calendars = await calendarsOf(lease);
  if (!calendars || (await ruleOf(lease, calendars)) === 'server') return;
  const mail = await lease.backend('Email');
  const inbox = (await mail.folders()).find(({ role }) => role === 'inbox');
  if (inbox?.path !== path) return;
  const read = await readSchedulingMail(mail, path, id, context.limits.mailBytes);
  if (!read) return;
  const from = parseAddresses(read.from)[0]?.address ?? '';
  // A forged copy that was not believed must not keep the true one out.
  const key = `said ${JSON.stringify([from.toLowerCase(), schedulingKey(read.message)])}`;
  const { store } = context.jobs;
  if (await store.isSettled(context.account.key, key)) return;
  const owner = await ownerOf(lease);
  const processed = await processMessage(calendars, read.message, { from, owner, at: new Date() });
  if (processed === 'applied') await store.settle(context.account.key, [key]);
}
