import { createHash } from 'node:crypto';
import { BackendError, NewestHits, type MailHit, type MailSearcher } from '#backend';
import { HeaderFields, matchesMail } from '#formats';
import { stored, type MemoryMail } from './memory-mail.js';
import { type MemoryMailbox } from './memory-mailbox.js';

/** MailSearcher: looks at one mail after the other. */
export async function searchMail(
  mailbox: MemoryMailbox,
  { folders, query, limit }: Parameters<MailSearcher['searchMail']>[0],
): Promise<{ total: number; hits: readonly MailHit[] }> {
  const existing = mailbox.entries().filter(([path]) => folders?.includes(path) ?? true);
  if (folders !== null && folders.length > 0 && existing.length === 0) {
    throw new BackendError('gone', 'none of the folders is there', { reason: 'no-such-folder' });
  }
  const hits = new NewestHits(limit);
  for (const [folder, content] of existing) {
    for (const mail of [...content.mails()].reverse()) {
      const fits = !mail.unreadable && (await matchesMail(stored(mail), query));
      if (fits) hits.add({ folder, id: mail.id }, mail.receivedAt.getTime());
    }
  }
  return hits.result;
}

/** ConversationFinder: all mails of one thread. */
export function conversation(mailbox: MemoryMailbox, id: Uint8Array): readonly MailHit[] {
  const wanted = Buffer.from(id).toString('latin1');
  return mailbox.entries().flatMap(([folder, each]) =>
    each
      .mails()
      .filter((mail) => threadIdOf(mail) === wanted)
      .map((mail) => ({ folder, id: mail.id })),
  );
}

/** What a server with OBJECTID would tell: the same for all mails whose References begin with the same message. */
export function threadIdOf({ message }: MemoryMail): string {
  const headers = HeaderFields.parse(message);
  const ids = `${headers.raw('references')} ${headers.raw('in-reply-to')} ${headers.raw('message-id')}`;
  const root = /<[^<>]+>/.exec(ids)?.[0] ?? ids;
  return `T${createHash('sha256').update(root).digest('hex').slice(0, 16)}`;
}
