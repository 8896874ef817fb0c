import { ImapFlow } from 'imapflow';
import type { Dovecot } from '../servers/index.js';

/** A mail as another program at the same mailbox sees it. */
export interface SeenMail {
  readonly uid: number;
  readonly subject: string;
  readonly read: boolean;
  readonly flagged: boolean;
  /** INTERNALDATE. */
  readonly received: Date;
}

/** Signs another mail program in to the user's mailbox, for as long as `work` lasts. */
export async function withMailProgram<T>(
  dovecot: Dovecot,
  user: string,
  work: (client: ImapFlow) => Promise<T>,
): Promise<T> {
  const client = new ImapFlow({
    host: dovecot.host,
    port: dovecot.port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, pass: dovecot.password },
    logger: false,
    disableAutoIdle: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

/** The same, within one folder. */
const inFolder = <T>(
  dovecot: Dovecot,
  user: string,
  folder: string,
  work: (client: ImapFlow) => Promise<T>,
): Promise<T> =>
  withMailProgram(dovecot, user, async (client) => {
    await client.mailboxOpen(folder);
    return work(client);
  });

/** Everything in a folder, in the order of arrival. */
export const listFolder = (dovecot: Dovecot, user: string, folder = 'INBOX'): Promise<SeenMail[]> =>
  inFolder(dovecot, user, folder, async (client) => {
    const mails: SeenMail[] = [];
    for await (const mail of client.fetch('1:*', {
      uid: true,
      flags: true,
      internalDate: true,
      envelope: true,
    })) {
      mails.push({
        uid: mail.uid,
        subject: mail.envelope?.subject ?? '',
        read: mail.flags?.has('\\Seen') ?? false,
        flagged: mail.flags?.has('\\Flagged') ?? false,
        received: new Date(mail.internalDate ?? 0),
      });
    }
    return mails;
  });

/** The source of the mails of a folder, in the order of arrival. */
export const sourcesOf = (dovecot: Dovecot, user: string, folder: string): Promise<string[]> =>
  inFolder(dovecot, user, folder, async (client) => {
    const sources: string[] = [];
    for await (const mail of client.fetch('1:*', { source: true })) {
      sources.push(mail.source?.toString('latin1') ?? '');
    }
    return sources;
  });

const uidsOf = async (client: ImapFlow, subject: string): Promise<number[]> => {
  const uids: number[] = [];
  for await (const mail of client.fetch('1:*', { uid: true, envelope: true })) {
    if (mail.envelope?.subject === subject) uids.push(mail.uid);
  }
  if (uids.length === 0) throw new Error(`there is no mail "${subject}"`);
  return uids;
};

/** Sets or takes a flag, e.g. `+\Seen`. */
export const flagMail = (
  dovecot: Dovecot,
  user: string,
  subject: string,
  change: `${'+' | '-'}\\${'Seen' | 'Flagged' | 'Answered'}`,
): Promise<void> =>
  inFolder(dovecot, user, 'INBOX', async (client) => {
    const uids = await uidsOf(client, subject);
    const flag = [change.slice(1)];
    if (change.startsWith('+')) await client.messageFlagsAdd(uids, flag, { uid: true });
    else await client.messageFlagsRemove(uids, flag, { uid: true });
  });

/** Flags and keywords of a mail. */
export const flagsOf = (
  dovecot: Dovecot,
  user: string,
  subject: string,
  folder = 'INBOX',
): Promise<string[]> =>
  inFolder(dovecot, user, folder, async (client) => {
    for await (const { envelope, flags } of client.fetch('1:*', { flags: true, envelope: true })) {
      if (envelope?.subject === subject) return [...(flags ?? [])].sort();
    }
    throw new Error(`there is no mail "${subject}"`);
  });

/** Deletes a mail for good. */
export const expungeMail = (dovecot: Dovecot, user: string, subject: string): Promise<void> =>
  inFolder(dovecot, user, 'INBOX', async (client) => {
    await client.messageDelete(await uidsOf(client, subject), { uid: true });
  });
