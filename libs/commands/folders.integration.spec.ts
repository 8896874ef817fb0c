import type { Backend } from '#backend';
import { sampleMail } from '#backend/contract';
import { ImapFactory } from '#backends/imap';
import { startDovecot, type Dovecot } from '../../tests/servers/index.js';
import { withMailProgram } from '../../tests/stage/mail-program.js';
import { commandsOf, FolderBook, MailSync, TestServer, type Answered } from './testing/index.js';

/* Folders of a real IMAP server, changed by phones and by another mail program. */
let dovecot: Dovecot;
beforeAll(async () => (dovecot = await startDovecot()));
afterAll(() => dovecot.stop());

let users = 0;
let user = '';
let imap: ImapFactory;
let backend: Backend;
let server: TestServer;
let books: FolderBook[];

const program = <T>(work: Parameters<typeof withMailProgram<T>>[2]): Promise<T> =>
  withMailProgram(dovecot, user, work);
/** The folders that the tests make, as the server has them. */
const listed = (): Promise<string[]> =>
  program(async (client) => {
    const paths = (await client.list()).map(({ path }) => path);
    return paths.filter((path) => /^(Attic|Work)/.test(path)).sort();
  });
const put = (folder: string, subject: string): Promise<unknown> =>
  program((client) => client.append(folder, sampleMail(subject)));

const phone = (deviceId: string) => server.handset({ deviceId, version: 161 });
const mailOf = (deviceId: string, folder: string): Promise<MailSync> =>
  new MailSync(phone(deviceId), folder).complete();

beforeEach(async () => {
  user = `folders${++users}`;
  const { host, port, password } = dovecot;
  imap = new ImapFactory({ host, port, tls: 'none' });
  backend = await imap.open({ user, password });
  server = new TestServer({ backend });
  await program(async (client) => {
    for (const path of ['Attic', 'Work', 'Work/2026', 'Work/2026/May']) await client.mailboxCreate(path);
  });
  for (const subject of ['one', 'two']) await put('Work/2026', subject);
  books = ['phonea', 'phoneb'].map((deviceId) => new FolderBook(phone(deviceId)));
  for (const book of books) await book.sync();
});
afterEach(async () => {
  await server.close();
  await backend.close();
  await imap.close();
});

const due = {
  Status: 2,
  FlagType: 'Flag for follow up',
  StartDate: new Date('2026-11-30T00:00:00Z'),
  DueDate: new Date('2026-12-01T00:00:00Z'),
  UtcStartDate: new Date('2026-11-30T00:00:00Z'),
  UtcDueDate: new Date('2026-12-01T00:00:00Z'),
};

const flags = (answered: Answered | null): unknown[] =>
  (answered?.Commands ?? []).flatMap((command) =>
    'Add' in command ? [command.Add.ApplicationData.Email?.Flag?.DueDate] : [],
  );

it('a folder made by a phone is there for all, also where its name is beyond ASCII', async () => {
  const [one, two] = [books[0]!, books[1]!];
  expect(await one.create('Büro & Söhne 日本', one.idOf('Attic'))).toBe(1);
  expect(await one.sync()).toEqual([]);
  expect(await two.sync()).toEqual(['Add Büro & Söhne 日本']);
  expect(two.idOf('Büro & Söhne 日本')).toBe(one.idOf('Büro & Söhne 日本'));
  expect(await listed()).toContain('Attic/Büro & Söhne 日本');
  expect(await one.create('Büro & Söhne 日本', one.idOf('Attic'))).toBe(2);
  const subscribed = await program(async (client) => (await client.list()).filter((each) => each.subscribed));
  expect(subscribed.map(({ path }) => path)).toContain('Attic/Büro & Söhne 日本');
});

it('a folder renamed and moved by a phone keeps its mails on every phone, and what is kept beside them', async () => {
  const [one, two] = [books[0]!, books[1]!];
  const ids = ['Work', '2026', 'May'].map((name) => one.idOf(name));
  const folder = ids[1]!;
  const [mine, others] = [await mailOf('phonea', folder), await mailOf('phoneb', folder)];
  const ServerId = mine.idOf('one');
  await mine.sync({ Commands: [{ Change: { ServerId, ApplicationData: { Email: { Flag: due } } } }] });
  expect(commandsOf(await others.sync())).toEqual([`Change ${ServerId}`]);

  expect(await one.update(ids[0]!, 'Labour', one.idOf('Attic'))).toBe(1);
  expect(await listed()).toEqual(['Attic', 'Attic/Labour', 'Attic/Labour/2026', 'Attic/Labour/2026/May']);
  // The other phone syncs mail before it has looked at its folders.
  for (const mail of [mine, others]) expect(commandsOf(await mail.sync())).toEqual([]);
  expect(await one.sync()).toEqual([]);
  expect(await two.sync()).toEqual(['Update Labour']);
  expect(['Labour', '2026', 'May'].map((name) => two.idOf(name))).toEqual(ids);

  await put('Attic/Labour/2026', 'three');
  for (const mail of [mine, others]) {
    expect(commandsOf(await mail.sync())).toHaveLength(1);
    expect([...mail.has.values()].sort()).toEqual(['one', 'three', 'two']);
  }
  const anew = new MailSync(phone('phonec'), folder);
  await new FolderBook(phone('phonec')).sync();
  await anew.sync();
  expect(flags(await anew.sync()).filter(Boolean)).toEqual([due.DueDate]);
  expect([...anew.has.keys()].sort()).toEqual([...mine.has.keys()].sort());
});

it('a folder deleted by a phone goes with all below it, and comes back as another one', async () => {
  const [one, two] = [books[0]!, books[1]!];
  const before = one.idOf('Work');
  const mail = await mailOf('phoneb', one.idOf('2026'));
  expect(await one.delete(before)).toBe(1);
  expect(await listed()).toEqual(['Attic']);
  expect((await one.sync()).sort()).toEqual(['Delete 2026', 'Delete May']);
  expect((await mail.sync())?.Status).toBe(12);
  expect((await two.sync()).sort()).toEqual(['Delete 2026', 'Delete May', 'Delete Work']);
  expect(await one.create('Work')).toBe(1);
  expect(one.idOf('Work')).not.toBe(before);
});

it('a folder that another program renames is the same, and no mail in it is told again', async () => {
  const one = books[0]!;
  const folder = one.idOf('2026');
  const mail = await mailOf('phonea', folder);
  await program((client) => client.mailboxRename('Work/2026', 'Attic/Old'));
  expect(commandsOf(await mail.sync())).toEqual([]);
  expect((await one.sync()).sort()).toEqual(['Update Old']);
  expect(one.idOf('Old')).toBe(folder);
  await put('Attic/Old', 'three');
  expect(commandsOf(await mail.sync())).toHaveLength(1);
});

it('what a phone does with mails is done where their folder is, if another program has just renamed it', async () => {
  const mail = await mailOf('phonea', books[0]!.idOf('2026'));
  await program((client) => client.mailboxRename('Work/2026', 'Attic/Old'));
  const answered = await mail.sync({
    Commands: [
      { Change: { ServerId: mail.idOf('one'), ApplicationData: { Email: { Read: true } } } },
      { Delete: { ServerId: mail.idOf('two') } },
    ],
  });
  expect(answered).toMatchObject({ Status: 1 });
  expect(answered?.Responses ?? []).toEqual([]);
  const left = await program(async (client) => {
    await client.mailboxOpen('Attic/Old');
    return client.fetchAll('1:*', { flags: true });
  });
  expect(left.map(({ flags: set }) => set?.has('\\Seen'))).toEqual([true]);
});

it('a folder whose name another one took is followed before a single mail is told as deleted', async () => {
  const one = books[0]!;
  const folder = one.idOf('2026');
  const mail = await mailOf('phonea', folder);
  await program(async (client) => {
    await client.mailboxRename('Work/2026', 'Attic/Old');
    await client.mailboxCreate('Work/2026');
  });
  await put('Work/2026', 'of another folder');
  expect(commandsOf(await mail.sync())).toEqual([]);
  expect((await one.sync()).sort()).toEqual(['Add 2026', 'Update Old']);
  expect(one.idOf('Old')).toBe(folder);
  expect(one.idOf('2026')).not.toBe(folder);
});

it('a folder that another program deleted and made again is another one (trap 61)', async () => {
  const one = books[0]!;
  const folder = one.idOf('May');
  const mail = await mailOf('phonea', folder);
  await program(async (client) => {
    await client.mailboxDelete('Work/2026/May');
    await client.mailboxCreate('Work/2026/May');
  });
  expect(await one.sync()).toEqual(['Delete May', 'Add May']);
  expect(one.idOf('May')).not.toBe(folder);
  expect((await mail.sync())?.Status).toBe(12);
});

it('mails move into a folder the phone has just made, and back after it was renamed', async () => {
  const one = books[0]!;
  const [from, mail] = [one.idOf('2026'), await mailOf('phonea', one.idOf('2026'))];
  await one.create('New');
  const to = one.idOf('New');
  const target = await mailOf('phonea', to);
  const move = async (SrcMsgId: string, SrcFldId: string, DstFldId: string): Promise<string> => {
    const moves = [{ SrcMsgId, SrcFldId, DstFldId }];
    const { Response } = await phone('phonea').ask('MoveItems', { Move: moves });
    expect(Response?.[0]?.Status).toBe(3);
    return Response![0]!.DstMsgId!;
  };
  const there = await move(mail.idOf('one'), from, to);
  expect(await one.update(to, 'Newer', one.idOf('Attic'))).toBe(1);
  await move(there, to, from);
  for (const each of [mail, target]) expect(commandsOf(await each.sync())).toEqual([]);
});
