import { CommonStatus, SmartForwardRequest } from '#eas';
import type { CommandContext } from '../context.js';
import type { Reply } from '../reply.js';
import { deliver, type MadeMail } from './deliver.js';
import { makeForwardedInvitation, forwardeesOf } from './forwardees.js';
import { readSubmission } from './read-submission.js';
import { refused } from './refusal.js';
import { makeSmart, sourceOf } from './smart.js';
import type { AccountLease } from '../context.js';

/**
 * MS-ASCMD 2.2.1.19 SmartForward: the original goes along as the server has it, its attachments never come to the phone.
 * From 16.0 on a meeting may be forwarded by naming Forwardees alone; the server then writes the mail.
 */
export async function smartForward(context: CommandContext): Promise<Reply> {
  const command = 'SmartForward';
  const { value, written } = await readSubmission(context, command, SmartForwardRequest);
  const source = sourceOf(context, value);
  const make = (lease: AccountLease): Promise<MadeMail> => {
    if (!written) return makeForwardedInvitation(context, lease, source, forwardeesOf(value));
    if (value?.Forwardees) {
      throw refused(
        command,
        CommonStatus.InvalidMimeBodyCombination,
        'Forwardees and Mime exclude each other',
      );
    }
    return makeSmart(context, lease, { command, source, replaceMime: value?.ReplaceMime === true, written });
  };
  return deliver(context, {
    command,
    clientId: value?.ClientId ?? null,
    accountId: value?.AccountId ?? null,
    save: value ? value.SaveInSentItems === true : context.query.saveInSent,
    written,
    make,
  });
}
