import { createServer, type AddressInfo, type Server } from 'node:net';
import { canFindConversation, canSearchMail, canUpdateState } from '#backend';
import { eventually, plainView, Replica } from '#backend/contract';
import { startCyrus, type Cyrus } from '../../../tests/servers/index.js';
import { ImapFactory } from './index.js';
import { imapFixture } from './testing/imap-fixture.js';

/** A small old server: it knows ASCII only, and five flags. Its answers by what a command begins with. */
async function oldServer(): Promise<{ server: Server; port: number; heard: string[] }> {
  const heard: string[] = [];
  const select =
    '* 2 EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen \\Flagged \\Answered \\Draft)] ok\r\n' +
    '* OK [UIDVALIDITY 5] ok\r\n* OK [UIDNEXT 9] ok\r\n';
  const answers: readonly (readonly [RegExp, string, string])[] = [
    [/^UID SEARCH CHARSET/, '', 'NO [BADCHARSET (US-ASCII)] unknown'],
    [/^UID SEARCH SUBJECT/, '* SEARCH 7 8\r\n', 'OK done'],
    [
      /^UID FETCH/,
      '* 1 FETCH (UID 7 FLAGS (\\Seen) INTERNALDATE "02-Jan-2026 00:00:00 +0000")\r\n' +
        '* 2 FETCH (UID 8 FLAGS () INTERNALDATE "01-Jan-2026 00:00:00 +0000")\r\n',
      'OK done',
    ],
    [/^SELECT/, select, 'OK [READ-WRITE] done'],
    [/^CAPABILITY/, '* CAPABILITY IMAP4rev1\r\n', 'OK done'],
    [/./, '', 'OK done'],
  ];
  const server = createServer((socket) => {
    let command = '';
    socket.on('error', () => undefined);
    socket.write('* OK [CAPABILITY IMAP4rev1] hello\r\n');
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n')) {
        if (line === '') continue;
        command += line;
        if (/\{\d+\}$/.test(line)) {
          socket.write('+ go on\r\n');
          continue;
        }
        const [, tag = '', rest = ''] = /^(\S+) (.*)$/.exec(command) ?? [];
        command = '';
        heard.push(rest);
        const [, untagged, tagged] = answers.find(([begin]) => begin.test(rest)) ?? [/./, '', 'OK'];
        socket.write(`${untagged}${tag} ${tagged}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, heard };
}

describe('a server of little ability', () => {
  let old: Awaited<ReturnType<typeof oldServer>>;
  let factory: ImapFactory;
  beforeEach(async () => {
    old = await oldServer();
    factory = new ImapFactory({ host: '127.0.0.1', port: old.port, tls: 'none' });
  });
  afterEach(async () => {
    await factory.close();
    old.server.close();
  });

  it('that refuses UTF-8 by name is asked without it, and the newest come first by their dates', async () => {
    const backend = await factory.open({ user: 'u', password: 'p' });
    if (!canSearchMail(backend)) throw new Error('cannot');
    const found = await backend.searchMail({
      folders: ['INBOX'],
      query: { field: 'subject', text: 'Zoë' },
      limit: 1,
    });
    expect(found).toMatchObject({ total: 2, hits: [{ folder: 'INBOX', id: '00000050000007' }] });
    expect(old.heard.filter((line) => line.startsWith('UID SEARCH'))).toEqual([
      'UID SEARCH CHARSET UTF-8 SUBJECT {4}Zoë',
      'UID SEARCH SUBJECT {4}Zoë',
    ]);
  });

  it('that keeps no keywords is not told any, and still hears that a mail was read', async () => {
    const backend = await factory.open({ user: 'u', password: 'p' });
    if (!canUpdateState(backend)) throw new Error('cannot');
    const state = { read: true, keywords: ['Red'], noted: true, forwarded: true };
    expect(await backend.updateState('INBOX', '00000050000007', state)).toEqual({ version: 's' });
    expect(old.heard.filter((line) => line.startsWith('UID STORE'))).toEqual(['UID STORE 7 +FLAGS (\\Seen)']);
  });
});

describe('conversations at a server with OBJECTID', () => {
  let server: Cyrus;
  beforeAll(async () => (server = await startCyrus()));
  afterAll(() => server.stop());

  it('are found in all folders by the ConversationId their mails carry', async () => {
    const fixture = await imapFixture(server, server.addUser('talker'), {}, {});
    const { backend, inbox } = fixture;
    try {
      const mail = (subject: string, id: string, references: string): Buffer =>
        Buffer.from(
          `From: a@example.org\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\nSubject: ${subject}\r\n` +
            `Message-ID: <${id}@x>\r\n${references}\r\ntext\r\n`,
        );
      const other = await fixture.createFolder('Kept', null);
      await fixture.deliver(inbox, mail('Plans', '1', ''));
      await fixture.deliver(inbox, mail('Something else', '2', ''));
      await fixture.deliver(other, mail('Re: Plans', '3', 'In-Reply-To: <1@x>\r\nReferences: <1@x>\r\n'));
      const replica = new Replica(backend, inbox);
      await eventually(async () => (await replica.sync(), replica.ids.length === 2));
      const there = new Replica(backend, other);
      await eventually(async () => (await there.sync(), there.ids.length === 1));
      let id: Uint8Array | undefined;
      for await (const result of backend.read(inbox, [replica.ids[0]!], plainView)) {
        if ('item' in result) id = result.item.ConversationId;
      }
      if (!canFindConversation(backend) || id === undefined) throw new Error('no ConversationId');
      const found = await backend.conversation(id);
      expect(found).toHaveLength(2);
      expect(found).toEqual(
        expect.arrayContaining([
          { folder: inbox, id: replica.ids[0] },
          { folder: other, id: there.ids[0] },
        ]),
      );
      expect(await backend.conversation(Buffer.from([0, 1, 2]))).toBeNull();
    } finally {
      await fixture.stop();
    }
  });
});
