import { sampleMail } from '#backend/contract';
import { FolderBook, MailSync, TestServer } from './testing/index.js';

let server: TestServer;
let book: FolderBook;

beforeEach(async () => {
  server = new TestServer();
  server.mailbox.createFolder('Trash', 'trash');
  for (const path of ['Work', 'Work/2026', 'Attic']) server.mailbox.createFolder(path);
  server.mailbox.deliver('Work', sampleMail('lost'));
  book = new FolderBook(server.handset());
  await book.sync();
});
afterEach(() => server.close());

const paths = () => server.mailbox.entries().map(([path]) => path);

describe('FolderDelete', () => {
  it('deletes a folder with all below it; the phone is told of those below, and of nothing else', async () => {
    expect(await book.delete(book.idOf('Work'))).toBe(1);
    expect(paths()).toEqual(['Attic', 'Inbox', 'Trash']);
    expect(await book.sync()).toEqual(['Delete 2026']);
    expect(await book.sync()).toEqual([]);
  });

  it('makes the folder unknown to Sync, and one of the same name another folder (trap 61)', async () => {
    const id = book.idOf('Work');
    const mail = await new MailSync(server.handset(), id).complete();
    await book.delete(id);
    expect((await mail.sync())?.Status).toBe(12);
    expect(await book.create('Work')).toBe(1);
    expect(book.idOf('Work')).not.toBe(id);
    expect((await mail.sync())?.Status).toBe(12);
  });

  it('asked again because its answer was lost gets the same key, and spares the folder made since', async () => {
    const phone = server.handset();
    const request = { SyncKey: book.key, ServerId: book.idOf('Attic') };
    const first = await phone.ask('FolderDelete', request);
    expect(first.Status).toBe(1);
    server.mailbox.createFolder('Attic');
    expect(await phone.ask('FolderDelete', request)).toEqual(first);
    expect(paths()).toContain('Attic');
  });

  it('refuses what every mailbox needs with 3, also where it lies below the folder', async () => {
    server.mailbox.renameFolder('Trash', 'Attic/Trash');
    expect(await book.delete(book.idOf('Inbox'))).toBe(3);
    expect(await book.delete(book.idOf('Trash'))).toBe(3);
    expect(await book.delete(book.idOf('Attic'))).toBe(3);
    expect(await book.delete('m99')).toBe(4);
    book.key = 'stale';
    expect(await book.delete(book.idOf('Work'))).toBe(9);
    expect(paths()).toEqual(['Attic', 'Attic/Trash', 'Inbox', 'Work', 'Work/2026']);
  });

  it('is told to another phone of the account, and straying to it leads to a FolderSync (trap 30)', async () => {
    const tablet = server.handset({ deviceId: 'tablet' });
    const other = new FolderBook(tablet);
    await other.sync();
    const work = other.idOf('Work');
    const mail = await new MailSync(tablet, work).complete();
    await book.delete(work);
    for (let times = 0; times < 2; times++) expect((await mail.sync())?.Status).toBe(12);
    const Folders = { Folder: [{ Id: other.idOf('Inbox'), Class: 'Email' as const }] };
    expect((await tablet.ask('Ping', { HeartbeatInterval: 60, Folders })).Status).toBe(7);
    expect((await other.sync()).sort()).toEqual(['Delete 2026', 'Delete Work']);
  });
});
