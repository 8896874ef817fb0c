import { BackendError } from '#backend';
import { sampleMail } from '#backend/contract';
import { ProtocolError } from '#eas';
import { commandsOf, FolderBook, MailSync, TestServer } from './testing/index.js';

let server: TestServer;
beforeEach(() => (server = new TestServer()));
afterEach(() => server.close());

describe('FolderSync', () => {
  it('from key 0 gives every folder, parents first, each default type once (traps 59, 60)', async () => {
    server.mailbox.createFolder('Trash', 'trash');
    server.mailbox.createFolder('Work/2026');
    const { Status, SyncKey, Changes } = await server.handset().ask('FolderSync', { SyncKey: '0' });
    expect(Status).toBe(1);
    expect(SyncKey).not.toBe('0');
    expect(Changes?.Count).toBe(4);
    const folders = Changes?.Add ?? [];
    const work = folders.find((folder) => folder.DisplayName === 'Work');
    expect(folders.map(({ DisplayName, Type, ParentId }) => [DisplayName, Type, ParentId])).toEqual([
      ['Inbox', 2, '0'],
      ['Trash', 4, '0'],
      ['Work', 12, '0'],
      ['2026', 12, work?.ServerId],
    ]);
    for (const { ServerId } of folders) expect(ServerId).toMatch(/^m\d+$/);
  });

  it('tells differences once, keeps ids over a rename and over key 0, and its key while nothing happens', async () => {
    server.mailbox.createFolder('Old');
    const phone = server.handset();
    const first = await phone.ask('FolderSync', { SyncKey: '0' });
    const same = await phone.ask('FolderSync', { SyncKey: first.SyncKey! });
    expect(same).toEqual({ Status: 1, SyncKey: first.SyncKey, Changes: { Count: 0 } });
    server.mailbox.renameFolder('Old', 'New');
    server.mailbox.createFolder('More');
    const next = await phone.ask('FolderSync', { SyncKey: first.SyncKey! });
    expect(next.Changes?.Count).toBe(2);
    expect(next.Changes?.Update).toEqual([{ ServerId: 'm2', ParentId: '0', DisplayName: 'New', Type: 12 }]);
    // The answer got lost: the old key still counts, and gets the same.
    const again = await phone.ask('FolderSync', { SyncKey: first.SyncKey! });
    expect(again.Changes).toEqual(next.Changes);
    server.mailbox.deleteFolder('More');
    const gone = await phone.ask('FolderSync', { SyncKey: again.SyncKey! });
    expect(gone.Changes?.Delete).toEqual([{ ServerId: 'm3' }]);
    const anew = await phone.ask('FolderSync', { SyncKey: '0' });
    expect(anew.Changes?.Add?.map(({ ServerId }) => ServerId)).toEqual(['m1', 'm2']);
  });

  it('tells a folder that was deleted and made again between two looks as another one (trap 61)', async () => {
    server.mailbox.createFolder('Work');
    const book = new FolderBook(server.handset());
    await book.sync();
    const before = book.idOf('Work');
    server.mailbox.deleteFolder('Work');
    server.mailbox.createFolder('Work');
    expect(await book.sync()).toEqual(['Delete Work', 'Add Work']);
    expect(book.idOf('Work')).not.toBe(before);
    expect((await new MailSync(server.handset(), before).sync())?.Status).toBe(12);
  });

  it('follows two folders that changed places between two looks, with what is synced in them', async () => {
    for (const path of ['One', 'Two']) {
      server.mailbox.createFolder(path);
      server.mailbox.deliver(path, sampleMail(`in ${path}`));
    }
    const book = new FolderBook(server.handset());
    await book.sync();
    const ids = { one: book.idOf('One'), two: book.idOf('Two') };
    const one = await new MailSync(server.handset(), ids.one).complete();
    server.mailbox.renameFolder('One', 'Three');
    server.mailbox.renameFolder('Two', 'One');
    server.mailbox.renameFolder('Three', 'Two');
    expect((await book.sync()).sort()).toEqual(['Update One', 'Update Two']);
    expect([book.idOf('Two'), book.idOf('One')]).toEqual([ids.one, ids.two]);
    expect(commandsOf(await one.sync())).toEqual([]);
  });

  it('is not needed for a Sync to notice that its folder went elsewhere and another has its name', async () => {
    server.mailbox.createFolder('Work');
    server.mailbox.deliver('Work', sampleMail('kept'));
    const book = new FolderBook(server.handset());
    await book.sync();
    const work = await new MailSync(server.handset(), book.idOf('Work')).complete();
    server.mailbox.renameFolder('Work', 'Labour');
    server.mailbox.createFolder('Work');
    server.mailbox.deliver('Work', sampleMail('of another folder'));
    expect(commandsOf(await work.sync())).toEqual([]);
    server.mailbox.deliver('Labour', sampleMail('new'));
    expect(commandsOf(await work.sync())).toHaveLength(1);
    expect([...work.has.values()]).toEqual(['kept', 'new']);
  });

  it.each(['renamed', 'renamed, and another has its name'])(
    'is not needed for changes and deletions to be done in a folder that was %s',
    async (what) => {
      server.mailbox.createFolder('Trash', 'trash');
      server.mailbox.createFolder('Work');
      for (const subject of ['read', 'gone']) server.mailbox.deliver('Work', sampleMail(subject));
      const book = new FolderBook(server.handset());
      await book.sync();
      const work = await new MailSync(server.handset(), book.idOf('Work')).complete();
      server.mailbox.renameFolder('Work', 'Labour');
      if (what !== 'renamed') server.mailbox.createFolder('Work');
      const answered = await work.sync({
        Commands: [
          { Change: { ServerId: work.idOf('read'), ApplicationData: { Email: { Read: true } } } },
          { Delete: { ServerId: work.idOf('gone') } },
        ],
      });
      expect(answered).toMatchObject({ Status: 1 });
      expect(answered?.Responses ?? []).toEqual([]);
      const [left, ...others] = server.mailbox.folder('Labour').mails();
      expect(others).toEqual([]);
      expect(left?.flags.seen).toBe(true);
      expect(server.mailbox.folder('Trash').mails()).toHaveLength(1);
    },
  );

  it('answers a key that is not live by 9, not by 3 (trap 29)', async () => {
    const phone = server.handset();
    expect(await phone.ask('FolderSync', { SyncKey: 'nonsense' })).toEqual({ Status: 9 });
    const { SyncKey } = await phone.ask('FolderSync', { SyncKey: '0' });
    await phone.ask('FolderSync', { SyncKey: '0' });
    expect(await phone.ask('FolderSync', { SyncKey: SyncKey! })).toEqual({ Status: 9 });
  });

  it('from key 0 tells what the server speaks, as OPTIONS would', async () => {
    const phone = server.handset();
    const reply = await phone.reply('FolderSync', { SyncKey: '0' });
    expect(reply).toMatchObject({ headers: { 'MS-ASProtocolVersions': '12.0,12.1,14.0,14.1,16.0,16.1' } });
  });

  it('without a body, or of a source that is down, is no answer of its own', async () => {
    const phone = server.handset();
    await expect(phone.call('FolderSync', null)).rejects.toBeInstanceOf(ProtocolError);
    server.fault = () => new BackendError('unavailable', 'down');
    await expect(phone.call('FolderSync', { SyncKey: '0' })).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
