import { sampleMail } from '#backend/contract';
import { commandsOf, FolderBook, MailSync, TestServer } from './testing/index.js';

let server: TestServer;
let book: FolderBook;

beforeEach(async () => {
  server = new TestServer();
  for (const path of ['Trash', 'Work', 'Work/2026', 'Work/2026/May', 'Attic']) {
    server.mailbox.createFolder(path, path === 'Trash' ? 'trash' : null);
  }
  server.mailbox.deliver('Work/2026', sampleMail('kept'));
  book = new FolderBook(server.handset());
  await book.sync();
});
afterEach(() => server.close());

describe('FolderUpdate', () => {
  it.each([
    ['with identities', true],
    ['without identities', false],
  ])(
    'at a source %s keeps the ids of the folder and all below, and what is synced in them (traps 56, 61)',
    async (_what, hasIdentities) => {
      server.hasFolderIdentities = hasIdentities;
      const before = ['Work', '2026', 'May'].map((name) => book.idOf(name));
      const mail = await new MailSync(server.handset(), book.idOf('2026')).complete();
      expect(await book.update(book.idOf('Work'), 'Labour', book.idOf('Attic'))).toBe(1);
      expect(server.mailbox.entries().map(([path]) => path)).toContain('Attic/Labour/2026/May');
      expect(await book.sync()).toEqual([]);
      expect(commandsOf(await mail.sync())).toEqual([]);
      server.mailbox.deliver('Attic/Labour/2026', sampleMail('new'));
      expect(commandsOf(await mail.sync())).toHaveLength(1);
      const anew = new FolderBook(server.handset());
      await anew.sync();
      expect(['Labour', '2026', 'May'].map((name) => anew.idOf(name))).toEqual(before);
      expect(anew.has.get(before[0]!)).toEqual({ name: 'Labour', parent: book.idOf('Attic'), type: 12 });
    },
  );

  it('asked again because its answer was lost gets the same key, whatever others do with the folder', async () => {
    const phone = server.handset();
    const request = { SyncKey: book.key, ServerId: book.idOf('Work'), ParentId: '0', DisplayName: 'Labour' };
    const first = await phone.ask('FolderUpdate', request);
    server.mailbox.renameFolder('Labour', 'Toil');
    expect(await phone.ask('FolderUpdate', request)).toEqual(first);
    expect(server.operations.filter((operation) => operation === 'moveFolder')).toHaveLength(1);
    book.key = first.SyncKey!;
    expect(await book.sync()).toEqual(['Update Toil']);
  });

  it('to what the folder is already asks nothing of the source', async () => {
    expect(await book.update(book.idOf('Work'), 'Work')).toBe(1);
    expect(server.operations).not.toContain('moveFolder');
    expect(await book.sync()).toEqual([]);
  });

  it('answers each refusal by its own Status: a special folder is 2 here, not 3', async () => {
    const work = book.idOf('Work');
    expect(await book.update(work, 'Attic')).toBe(2);
    expect(await book.update(book.idOf('Inbox'), 'x')).toBe(2);
    expect(await book.update(book.idOf('Trash'), 'x')).toBe(2);
    expect(await book.update('m99', 'x')).toBe(4);
    expect(await book.update(work, 'x', 'm99')).toBe(5);
    expect(await book.update(work, '')).toBe(10);
    expect(await book.update(work, 'Work', book.idOf('May'))).toBe(10);
    expect(await book.update(work, 'Work', work)).toBe(10);
    book.key = 'stale';
    expect(await book.update(work, 'x')).toBe(9);
    expect(server.operations.filter((operation) => operation === 'moveFolder')).toHaveLength(1);
  });

  it('of a folder that another client renamed before is its last name', async () => {
    server.mailbox.renameFolder('Work', 'Theirs');
    expect(await book.update(book.idOf('Work'), 'Mine')).toBe(1);
    expect(await book.sync()).toEqual([]);
    expect(server.mailbox.entries().map(([path]) => path)).toContain('Mine/2026/May');
  });
});
