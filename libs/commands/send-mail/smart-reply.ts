import { CommonStatus, SmartReplyRequest } from '#eas';
import type { CommandContext } from '../context.js';
import type { Reply } from '../reply.js';
import { deliver } from './deliver.js';
import { readSubmission } from './read-submission.js';
import { refused } from './refusal.js';
import { makeSmart, sourceOf } from './smart.js';

/** MS-ASCMD 2.2.1.20 SmartReply: the phone sends what its user wrote, the original's text is added here. */
export async function smartReply(context: CommandContext): Promise<Reply> {
  const command = 'SmartReply';
  const { value, written } = await readSubmission(context, command, SmartReplyRequest);
  if (!written) throw refused(command, CommonStatus.InvalidMIME, 'no message');
  const source = sourceOf(context, value);
  const replaceMime = value?.ReplaceMime === true;
  return deliver(context, {
    command,
    clientId: value?.ClientId ?? null,
    accountId: value?.AccountId ?? null,
    save: value ? value.SaveInSentItems === true : context.query.saveInSent,
    written,
    make: (lease) => makeSmart(context, lease, { command, source, replaceMime, written }),
  });
}
