import { CommonStatus, SendMailRequest } from '#eas';
import { transportable } from '#formats';
import type { CommandContext } from '../context.js';
import type { Reply } from '../reply.js';
import { deliver } from './deliver.js';
import { headerOf } from './smart.js';
import { readSubmission } from './read-submission.js';
import { refused } from './refusal.js';

/** MS-ASCMD 2.2.1.17 SendMail: a whole mail, sent as the phone wrote it but for what mail must and must not have. */
export async function sendMail(context: CommandContext): Promise<Reply> {
  const { value, written } = await readSubmission(context, 'SendMail', SendMailRequest);
  if (!written) throw refused('SendMail', CommonStatus.InvalidMIME, 'no message');
  return deliver(context, {
    command: 'SendMail',
    clientId: value?.ClientId ?? null,
    accountId: value?.AccountId ?? null,
    save: value ? value.SaveInSentItems === true : context.query.saveInSent,
    written,
    make: async () => ({ header: headerOf(written), composition: await transportable(written) }),
  });
}
