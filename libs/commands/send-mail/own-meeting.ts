import { BackendError } from '#backend';
import {
  composeScheduling,
  encodeHeaderText,
  HeaderBlock,
  isOwnMeeting,
  requestMessage,
  withGuests,
  type Guest,
} from '#formats';
import { rework, type Reworked } from '#scheduling';
import type { AccountLease, CommandContext } from '../context.js';
import { calendarsOf, ownerOf, ruleOf } from '../scheduling/calendars-of.js';
import type { MadeMail } from './deliver.js';
import type { OriginalAddress } from './original.js';

/** Who a meeting is forwarded to: the guests, and the To of their mail. */
export interface Forwarding {
  readonly guests: readonly Guest[];
  readonly to: string;
}

/**
 * Whoever organizes a meeting and forwards it invites: the guests are in the meeting from then on, and get a REQUEST as all
 * others did. It is the server's to send where that schedules by itself. Null for a meeting of somebody else. Throws
 * BackendError.
 */
export async function inviteToOwn(
  context: CommandContext,
  lease: AccountLease,
  { folder, item, instance }: OriginalAddress,
  { guests, to }: Forwarding,
): Promise<MadeMail | null> {
  const calendars = await calendarsOf(lease);
  const { folders } = await context.devices.ask(context.asker, { type: 'Resolve', folders: [folder] });
  const path = folders[folder]?.itemClass === 'Calendar' ? folders[folder].path : null;
  if (!calendars || path === null) return null;
  const owner = await ownerOf(lease);
  const find = () => calendars.calendarObject(path, item);
  const { before, did } = await rework(calendars, find, '', (object): Reworked => {
    const text = object && withGuests(object.text, owner, guests, instance);
    return text ? { text } : 'unchanged';
  });
  if (!before) throw new BackendError('gone', 'there is no such event', { reason: 'no-such-item' });
  if (!isOwnMeeting(before.text, owner)) return null;
  // A retry finds the guests in the meeting.
  const text = typeof did === 'object' ? did.text : before.text;
  const addresses = guests.map(({ address }) => address);
  const message = requestMessage(text, addresses, new Date(), instance);
  return {
    header: HeaderBlock.parse(new Uint8Array())
      .with('To', to)
      .with('Subject', encodeHeaderText(message.subject.slice(0, 1000))),
    composition: await composeScheduling(message, { plain: message.plain }),
    saidByServer: (await ruleOf(lease, calendars)) === 'server',
  };
}
