import { BackendError } from '#backend';
import { sampleMail } from '#backend/contract';
import { commandsOf, MailSync, TestServer } from '../testing/index.js';

let server: TestServer;
let mail: MailSync;
let id: string;

beforeEach(async () => {
  server = new TestServer();
  server.mailbox.createFolder('Trash', 'trash');
  server.mailbox.deliver('Inbox', sampleMail('theirs'));
  const phone = server.handset();
  await phone.ask('FolderSync', { SyncKey: '0' });
  mail = await new MailSync(phone).complete();
  id = mail.idOf('theirs');
  const writes = new Set(['updateState', 'deleteItems', 'moveItems']);
  server.fault = (operation) =>
    writes.has(operation) ? new BackendError('invalid', 'shared', { reason: 'read-only' }) : null;
});
afterEach(() => server.close());

const read = (): [{ Change: { ServerId: string; ApplicationData: { Email: { Read: boolean } } } }] => [
  { Change: { ServerId: id, ApplicationData: { Email: { Read: true } } } },
];

describe('Sync in a read-only folder', () => {
  it('keeps a Change out: 7, and the source’s version comes back (traps 28, 51)', async () => {
    const answer = await mail.sync({ Commands: read() });
    expect(answer?.Responses).toEqual([{ Change: { ServerId: id, Status: 7 } }]);
    expect(answer?.Commands).toMatchObject([
      { Change: { ServerId: id, ApplicationData: { Email: { Read: false } } } },
    ]);
    expect(commandsOf(await mail.sync())).toEqual([]);
  });

  it.each([true, false])(
    'takes no Delete (DeletesAsMoves %s): the item is added again, once',
    async (moves) => {
      const answer = await mail.sync({ DeletesAsMoves: moves, Commands: [{ Delete: { ServerId: id } }] });
      expect(answer?.Responses).toBeUndefined();
      expect(commandsOf(answer)).toEqual([`Add ${id}`]);
      expect(commandsOf(await mail.sync())).toEqual([]);
      server.mailbox.deliver('Inbox', sampleMail('new'));
      expect(commandsOf(await mail.sync())).toHaveLength(1);
    },
  );

  it('says the same again to a phone that lost the answer', async () => {
    const [key] = [mail.key];
    for (const Commands of [read(), [{ Delete: { ServerId: id } }]]) {
      const from = mail.key;
      const first = await mail.sync({ Commands });
      expect(commandsOf(first)).toHaveLength(1);
      mail.key = from;
      const again = await mail.sync({ Commands });
      expect(again).toEqual(first);
    }
    expect(mail.key).not.toBe(key);
    expect(commandsOf(await mail.sync())).toEqual([]);
  });

  it('restores later for a phone that wants no changes now, and Ping does not wait', async () => {
    const answer = await mail.sync({ GetChanges: false, Commands: [{ Delete: { ServerId: id } }] });
    expect(commandsOf(answer)).toEqual([]);
    const Folder = [{ Id: mail.id, Class: 'Email' as const }];
    const ping = await server.handset().ask('Ping', { HeartbeatInterval: 60, Folders: { Folder } });
    expect(ping.Status).toBe(2);
    expect(commandsOf(await mail.sync())).toEqual([`Add ${id}`]);
    expect(commandsOf(await mail.sync())).toEqual([]);
  });

  it('forgets what it owed when the item is gone by then', async () => {
    await mail.sync({ GetChanges: false, Commands: read() });
    const [, folder] = server.mailbox.entries().find(([path]) => path === 'Inbox')!;
    folder.remove(id.slice(id.indexOf(':') + 1));
    expect(commandsOf(await mail.sync())).toEqual([`Delete ${id}`]);
    expect(commandsOf(await mail.sync())).toEqual([]);
    expect(commandsOf(await mail.sync())).toEqual([]);
  });
});
