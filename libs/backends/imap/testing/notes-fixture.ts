import type { ImapFlow } from 'imapflow';
import type { PimFixture, PimSamples } from '#backend/contract';
import { ImapFactory } from '../index.js';
import { configOf, outsider, type ImapServer } from './imap-fixture.js';

const uuid = (title: string): string => `UUID-${title.replace(/[^A-Za-z0-9]/g, '-').toUpperCase()}`;

/** A note as the notes program of an iPhone writes it. */
export const iosNote = (title: string, more = '', html = `${title}<div>second line</div>`): string =>
  [
    'Content-Type: text/html;\r\n\tcharset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    'From: Anna <anna@example.org>',
    'X-Uniform-Type-Identifier: com.apple.mail-note',
    'Mime-Version: 1.0 (iOS/17.0 (21A329) notesync)',
    'Date: Mon, 23 Nov 2026 09:00:00 +0100',
    'X-Mail-Created-Date: Sun, 22 Nov 2026 09:00:00 +0100',
    `X-Universally-Unique-Identifier: ${uuid(title)}`,
    `Message-Id: <${uuid(title)}@example.org>`,
    `Subject: ${title}`,
    ...(more === '' ? [] : [more]),
    '',
    `<html><head></head><body>${html.replaceAll('=', '=3D')}</body></html>`,
    '',
  ].join('\r\n');

const unknown = 'X-Somebodys-Own: kept';

export const noteMailSamples: PimSamples<'Notes'> = {
  itemClass: 'Notes',
  uid: uuid,
  unknown,
  text: (title) => iosNote(title, unknown),
  data: (title) => ({ Subject: title, MessageClass: 'IPM.StickyNote' }),
  change: (title) => ({ Subject: title }),
  titleOf: ({ Subject }) => Subject,
  malformed: (title) => title,
};

export interface NotesFixture extends PimFixture {
  /** Somebody else at the same account. */
  readonly client: ImapFlow;
}

/** Notes of an account nobody has used yet. Handles are UIDs. */
export async function notesFixture(server: ImapServer, user: string): Promise<NotesFixture> {
  const factory = new ImapFactory(configOf(server, { pollInterval: 100, hiddenFolders: ['Notes'] }));
  const backend = await factory.openNotes({ user, password: server.password }, { folder: 'Notes' });
  const client = await outsider(server, user);
  await client.mailboxCreate('Notes');
  const within = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
    const lock = await client.getMailboxLock(folder);
    try {
      await client.noop();
      return await work();
    } finally {
      lock.release();
    }
  };
  const add = async (folder: string, text: string): Promise<string> => {
    const appended = await client.append(folder, text, ['\\Seen']);
    if (appended === false || appended.uid === undefined) throw new Error('APPEND told no UID');
    return String(appended.uid);
  };
  const remove = (folder: string, uid: string): Promise<void> =>
    within(folder, async () => void (await client.messageDelete(uid, { uid: true })));
  return {
    backend,
    client,
    folder: 'Notes',
    add,
    // As the other side edits: a new mail of the same UUID, and the one before goes.
    replace: async (folder, uid, text) => {
      await add(folder, text);
      await remove(folder, uid);
    },
    remove,
    texts: (folder) =>
      within(folder, async () => {
        const found: string[] = [];
        const { exists } = await client.mailboxOpen(folder);
        if (exists === 0) return found;
        for await (const { source } of client.fetch('1:*', { source: true }))
          found.push(source?.toString() ?? '');
        return found;
      }),
    addFolder: async (name) => {
      await client.mailboxCreate(`Notes/${name}`);
      return `Notes/${name}`;
    },
    removeFolder: async (folder) => void (await client.mailboxDelete(folder)),
    stop: async () => {
      await backend.close();
      await factory.close();
      client.close();
    },
  };
}
