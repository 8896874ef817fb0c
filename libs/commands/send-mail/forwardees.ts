import { CommonStatus, type SmartForwardRequest } from '#eas';
import {
  asciiDomain,
  composeInvitation,
  encodeHeaderText,
  encodeMailbox,
  HeaderBlock,
  threadFields,
} from '#formats';
import type { AccountLease, CommandContext } from '../context.js';
import type { MadeMail } from './deliver.js';
import { addressOf, openOriginal, type SourceName } from './original.js';
import { inviteToOwn } from './own-meeting.js';
import { refused } from './refusal.js';
import { forwardedNow, markOriginal } from './smart.js';

const command = 'SmartForward';

type Forwardee = NonNullable<NonNullable<SmartForwardRequest['Forwardees']>['Forwardee']>[number];

/** RFC 5321 4.5.3.1: an address of ordinary characters, for which no quoting is needed. */
const ADDRESS = /^[^\s\p{C}<>()[\]\\,;:"@]{1,64}@[^\s\p{C}<>()[\]\\,;:"@]{1,255}$/u;

/** To whom the invitation goes. Throws EasStatusError: 107 if there is neither Mime nor Forwardees, 179 for no address. */
export function forwardeesOf(value: SmartForwardRequest | null): readonly Forwardee[] {
  if (!value?.Forwardees) throw refused(command, CommonStatus.InvalidMIME, 'no message');
  const forwardees = value.Forwardees.Forwardee ?? [];
  if (forwardees.length === 0 || !forwardees.every(({ Email }) => ADDRESS.test(Email))) {
    throw refused(command, CommonStatus.InvalidSmartForwardParameters, 'a Forwardee has no address');
  }
  return forwardees;
}

/**
 * The mail that hands an invitation on, written by the server (MS-ASCMD 2.2.3.79): the invitation of a mail, or a meeting of
 * a calendar. Throws EasStatusError, BackendError.
 */
export async function makeForwardedInvitation(
  context: CommandContext,
  lease: AccountLease,
  source: SourceName,
  forwardees: readonly Forwardee[],
): Promise<MadeMail> {
  const address = addressOf(command, source);
  const to = forwardees
    .map(({ Email, Name }) => encodeMailbox(Name ?? '', asciiDomain(Email)))
    .join(',\r\n ');
  const guests = forwardees.map(({ Email, Name }) => ({ address: Email, name: Name ?? null }));
  const own = await inviteToOwn(context, lease, address, { guests, to });
  if (own) return own;
  const original = await openOriginal(context, command, lease, address);
  const { message } = original;
  try {
    const header = HeaderBlock.parse(new Uint8Array())
      .with('To', to)
      .with('Subject', `FW: ${encodeHeaderText(message.fields.text('subject').slice(0, 1000))}`);
    return {
      header: header.adding(threadFields(header, message)),
      composition: await composeInvitation(message),
      sent: () => markOriginal(context, original, forwardedNow()),
      dispose: () => message.dispose(),
    };
  } catch (error) {
    message.dispose();
    throw error;
  }
}
