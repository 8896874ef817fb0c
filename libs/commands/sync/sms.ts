import { createHash } from 'node:crypto';

/**
 * Text messages. Phones that ask for them in a second Options block (MS-ASCMD 2.2.3.27.6), and some that were never told
 * of them, upload theirs into the Inbox (quirks 4.6). No source keeps them: they are accepted and forgotten, since a phone
 * whose message is refused stops syncing its mail.
 */
const SMS = 'SMS';

/** No source's ids begin so (FeedEntry.id is the source's own: digits and lower case in all of them). */
const PREFIX = 'SMS';
const HASH_LENGTH = 11;

export const isSmsOf = (command: { readonly Class?: string | undefined }): boolean => command.Class === SMS;

/** The id given out for a message: the same for a retry, another one under the next key, where ClientIds begin anew. */
export const smsItem = (key: string, clientId: string): string =>
  PREFIX + createHash('sha256').update(`${key} ${clientId}`).digest('hex').slice(0, HASH_LENGTH);

export const isSmsItem = (item: string): boolean => item.startsWith(PREFIX);
