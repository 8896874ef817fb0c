import { BackendError } from '#backend';
import { eventually, sampleMail } from '#backend/contract';
import { MailSync, TestServer, type Handset } from './testing/index.js';

let server: TestServer;
let phone: Handset;
beforeEach(async () => {
  server = new TestServer();
  phone = server.handset();
  await phone.ask('FolderSync', { SyncKey: '0' });
});
afterEach(() => server.close());

const watching = (...ids: string[]) => ({
  HeartbeatInterval: 300,
  Folders: { Folder: ids.map((Id) => ({ Id, Class: 'Email' })) },
});
const isWaiting = () => eventually(() => server.watch.size === 1);
const deliver = (subject: string, folder = 'Inbox') => server.mailbox.deliver(folder, sampleMail(subject));

describe('Ping', () => {
  it('waits for news and names the folder in plain text (trap 37)', async () => {
    await new MailSync(phone).complete();
    const answer = phone.ask('Ping', watching('m1'));
    await isWaiting();
    deliver('news');
    expect(await answer).toEqual({ Status: 2, Folders: { Folder: ['m1'] } });
    expect(server.watch.size).toBe(0);
  });

  it('tells at once of what came between the last Sync and the Ping (trap 39), and acknowledges nothing', async () => {
    const inbox = await new MailSync(phone).complete();
    deliver('between');
    const { key } = inbox;
    expect((await phone.ask('Ping', watching('m1'))).Status).toBe(2);
    expect((await phone.ask('Ping', null)).Status).toBe(2);
    await inbox.sync();
    expect(inbox.key).not.toBe(key);
    expect([...inbox.has.values()]).toEqual(['between']);
  });

  it('looks once where its account is watched and nothing happened, and misses nothing that did', async () => {
    const { watch, account, operations } = server;
    const isWatched = () => watch.isQuiet(watch.moment(account), ['Email Inbox']);
    const inbox = await new MailSync(phone).complete();
    server.mailbox.createFolder('Work');
    await phone.ask('FolderSync', { SyncKey: '0' });
    // Keeps the account watched.
    const tablet = server.handset({ deviceId: 'tablet' });
    await tablet.ask('FolderSync', { SyncKey: '0' });
    await new MailSync(tablet, 'm2').complete();
    const other = tablet.ask('Ping', watching('m2'));
    await isWaiting();
    const first = phone.ask('Ping', watching('m1'));
    await eventually(isWatched);
    deliver('first');
    expect((await first).Status).toBe(2);
    await inbox.sync();
    await inbox.sync();
    operations.length = 0;
    const second = phone.ask('Ping', watching('m1'));
    await eventually(() => watch.size === 2);
    deliver('second');
    expect(await second).toEqual({ Status: 2, Folders: { Folder: ['m1'] } });
    // When it came, and when the mail did.
    expect(operations.filter((operation) => operation === 'changes')).toHaveLength(2);
    watch.endAccount(account.key, 'draining');
    expect((await other).Status).toBe(1);
  });

  it('needs interval and folders once (3); then either may stay out, and Folders may come empty', async () => {
    await new MailSync(phone).complete();
    deliver('news');
    expect(await phone.ask('Ping', null)).toEqual({ Status: 3 });
    expect(await phone.ask('Ping', { HeartbeatInterval: 300 })).toEqual({ Status: 3 });
    expect(await phone.ask('Ping', { Folders: { Folder: [{ Id: 'm1' }] } })).toEqual({ Status: 3 });
    expect((await phone.ask('Ping', watching('m1'))).Status).toBe(2);
    expect((await phone.ask('Ping', null)).Status).toBe(2);
    expect((await phone.ask('Ping', { HeartbeatInterval: 400 })).Status).toBe(2);
    expect((await phone.ask('Ping', { Folders: { Folder: [] } })).Status).toBe(2);
  });

  it.each([
    [59, 60],
    [0, 60],
    [3541, 3540],
  ])('of %i seconds is answered by 5 with the nearest interval, %i', async (HeartbeatInterval, nearest) => {
    const answer = await phone.ask('Ping', { ...watching('m1'), HeartbeatInterval });
    expect(answer).toEqual({ Status: 5, HeartbeatInterval: nearest });
  });

  it('for too many folders is answered by 6 with how many there may be', async () => {
    const answer = await phone.ask('Ping', watching('m1', 'm2', 'm3', 'm4'));
    expect(answer).toEqual({ Status: 6, MaxFolders: 3 });
  });

  it('passes over folders without a key; with nothing else it waits, and never says 2 (trap 38)', async () => {
    server.mailbox.createFolder('Trash', 'trash');
    await phone.ask('FolderSync', { SyncKey: '0' });
    deliver('x', 'Trash');
    const answer = phone.ask('Ping', watching('m2', 'm77', 'Outbox'));
    await isWaiting();
    deliver('y', 'Trash');
    server.watch.happened(server.account.key, null);
    phone.hangUp();
    await expect(answer).rejects.toThrow('answered by empty');
    expect(server.told).toContain('released Ping disconnected');
  });

  it('asks for a FolderSync when the folders are others (7)', async () => {
    await new MailSync(phone).complete();
    server.mailbox.createFolder('New');
    expect(await phone.ask('Ping', watching('m1'))).toEqual({ Status: 7 });
  });

  it('asks for it too when the phone goes on syncing a folder that is not there (trap 30)', async () => {
    await new MailSync(phone).complete();
    const stray = new MailSync(phone, 'm77');
    expect((await stray.sync())?.Status).toBe(12);
    const first = phone.ask('Ping', watching('m1'));
    await isWaiting();
    expect((await stray.sync())?.Status).toBe(12);
    expect((await first).Status).toBe(1);
    expect(await phone.ask('Ping', null)).toEqual({ Status: 7 });
    expect(await phone.ask('Ping', null)).toEqual({ Status: 7 });
    await phone.ask('FolderSync', { SyncKey: '0' });
    const patient = phone.ask('Ping', null);
    await isWaiting();
    phone.hangUp();
    await expect(patient).rejects.toThrow();
  });

  it('is not woken for ever by a folder that is gone: FolderSync tells of it, the next Ping waits', async () => {
    server.mailbox.createFolder('Gone');
    await phone.ask('FolderSync', { SyncKey: '0' });
    await new MailSync(phone).complete();
    await new MailSync(phone, 'm2').complete();
    server.mailbox.deleteFolder('Gone');
    expect(await phone.ask('Ping', watching('m1', 'm2'))).toEqual({ Status: 7 });
    await phone.ask('FolderSync', { SyncKey: '0' });
    const answer = phone.ask('Ping', null);
    await isWaiting();
    deliver('news');
    expect(await answer).toEqual({ Status: 2, Folders: { Folder: ['m1'] } });
  });

  it('is ended by a newer Ping or Sync of the phone with "no change", never an error (trap 40)', async () => {
    const inbox = await new MailSync(phone).complete();
    const first = phone.ask('Ping', watching('m1'));
    await isWaiting();
    const second = phone.ask('Ping', null);
    expect(await first).toEqual({ Status: 1 });
    await isWaiting();
    await inbox.sync();
    expect(await second).toEqual({ Status: 1 });
    expect(server.watch.size).toBe(0);
  });

  it('is not ended by another phone of the account', async () => {
    await new MailSync(phone).complete();
    const other = server.handset({ deviceId: 'other' });
    await other.ask('FolderSync', { SyncKey: '0' });
    await new MailSync(other).complete();
    const answers = [phone.ask('Ping', watching('m1')), other.ask('Ping', watching('m1'))];
    await eventually(() => server.watch.size === 2);
    deliver('news');
    for (const answer of answers) expect((await answer).Status).toBe(2);
  });

  it('sleeps through an event that is none for it, and through a source that is down for a while', async () => {
    const inbox = await new MailSync(phone).complete();
    deliver('first');
    await inbox.sync();
    await inbox.sync();
    const answer = phone.ask('Ping', watching('m1'));
    await isWaiting();
    server.fault = () => new BackendError('unavailable', 'down');
    const asked = server.operations.length;
    server.watch.happened(server.account.key, null);
    await eventually(() => server.operations.length > asked);
    expect(server.watch.size).toBe(1);
    server.fault = () => null;
    deliver('news');
    expect((await answer).Status).toBe(2);
  });

  it('of a phone whose password is refused meanwhile fails, so that it signs in again', async () => {
    await new MailSync(phone).complete();
    const answer = phone.ask('Ping', watching('m1'));
    const refused = expect(answer).rejects.toMatchObject({ kind: 'auth' });
    await isWaiting();
    server.fault = () => new BackendError('auth', 'no longer');
    server.watch.happened(server.account.key, null);
    await refused;
  });

  it('that hangs up is forgotten', async () => {
    await new MailSync(phone).complete();
    const answer = phone.call('Ping', watching('m1'));
    await isWaiting();
    phone.hangUp();
    expect(await answer).toEqual({ kind: 'empty' });
    expect(server.watch.size).toBe(0);
  });
});
