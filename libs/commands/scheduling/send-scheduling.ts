import { CommonStatus, EasStatusError } from '#eas';
import {
  asciiDomain,
  composeScheduling,
  encodeHeaderText,
  encodeMailbox,
  HeaderBlock,
  type OutgoingScheduling,
} from '#formats';
import type { CommandContext } from '../context.js';
import { deliver } from '../send-mail/deliver.js';

/** What a person reads beside what programs do. */
export interface SaidBeside {
  readonly plain: string;
  readonly html?: string;
}

/** Longest subject, before it is encoded. */
const SUBJECT = 1_000;

/**
 * Sends a scheduling message as a mail of the account, once for all that is sent under this key (null: somebody else takes
 * care of that), and keeps it with the sent items. Throws EasStatusError as SendMail does.
 */
export async function sendScheduling(
  context: CommandContext,
  message: OutgoingScheduling,
  { key, said }: { readonly key: string | null; readonly said: SaidBeside },
): Promise<void> {
  const { from, to, subject } = message;
  const mailboxes = to.map((address) => encodeMailbox('', asciiDomain(address)));
  const header = HeaderBlock.parse(new Uint8Array())
    .with('From', encodeMailbox('', asciiDomain(from)))
    .with('To', mailboxes.join(',\r\n '))
    .with('Subject', encodeHeaderText(subject.slice(0, SUBJECT)));
  try {
    await deliver(context, {
      command: 'SendMail',
      clientId: key === null ? null : `scheduling ${key}`,
      accountId: null,
      save: true,
      written: null,
      make: async () => ({ header, composition: await composeScheduling(message, said) }),
    });
  } catch (error) {
    const isSent = error instanceof EasStatusError && error.status === CommonStatus.MessagePreviouslySent;
    if (!isSent) throw error;
  }
}
