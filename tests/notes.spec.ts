/**
 * What is kept beside the mail (libs/mail-notes) is one thing for a whole cluster: two phones of a user, each at a gateway of
 * its own, with nothing in common but the mailbox, the database and Redis.
 */
import { FolderType } from '#eas';
import type { ClientCommand, Collection, Phone } from '#phone';
import { startDovecot, startSmtpSink, type Dovecot, type SmtpSink } from './servers/index.js';
import { newUser } from './stage/accounts.js';
import { letter } from './stage/corpus.js';
import { startCluster, type Cluster } from './stage/deployment.js';
import { listFolder } from './stage/mail-program.js';
import { emailOn, folderNamed, folderOf, mailOn, readyPhone } from './stage/phones.js';
import { takeViolations } from './stage/traffic.js';

let dovecot: Dovecot;
let sink: SmtpSink;
let cluster: Cluster;
beforeAll(async () => {
  [dovecot, sink] = await Promise.all([startDovecot(), startSmtpSink()]);
  cluster = await startCluster({ dovecot, sink });
});
afterAll(async () => {
  await cluster.stop();
  await Promise.all([dovecot.stop(), sink.stop()]);
});
afterEach(() => expect(takeViolations()).toEqual([]));

const subject = 'The offer';

/** A phone at each gateway. */
const twoPhones = (user: string): Promise<{ phone: Phone; inbox: Collection }[]> =>
  Promise.all(cluster.gateways.map(({ url }) => readyPhone({ ...cluster, url }, user, { version: '16.1' })));

type Changed = Extract<ClientCommand, { Change: unknown }>['Change'];
type Email = NonNullable<NonNullable<Changed['ApplicationData']>['Email']>;
const change = (ServerId: string, email: Email): ClientCommand => ({
  Change: { ServerId, ApplicationData: { Email: email } },
});

const dueOn = (day: number): Email => {
  const date = new Date(Date.UTC(2026, 11, day));
  const dates = { StartDate: date, DueDate: date, UtcStartDate: date, UtcDueDate: date };
  return { Flag: { Status: 2, FlagType: 'Flag for follow up', ...dates } };
};

it('dates of a flag and names of categories go from gateway to gateway and back, and outlive both', async () => {
  const user = newUser(dovecot, [{ source: letter(subject) }]);
  const [one, two] = await twoPhones(user);
  if (!one || !two) throw new Error('there are two gateways');
  const id = mailOn(one.inbox, subject);
  const Categories = { Category: ['Büro', 'Angebot, "Süd"'] };
  await one.inbox.sync({ commands: [change(id, { ...dueOn(1), Categories })] });
  expect(await two.inbox.sync()).toMatchObject({ changed: [id] });
  expect(emailOn(two.inbox, subject).Flag?.DueDate).toEqual(new Date(Date.UTC(2026, 11, 1)));
  expect([...(emailOn(two.inbox, subject).Categories?.Category ?? [])].sort()).toEqual(
    [...Categories.Category].sort(),
  );

  await two.inbox.sync({ commands: [change(id, dueOn(2))] });
  expect(await one.inbox.sync()).toMatchObject({ changed: [id] });
  expect(emailOn(one.inbox, subject).Flag?.DueDate).toEqual(new Date(Date.UTC(2026, 11, 2)));

  for (const gateway of cluster.gateways) {
    await gateway.stop();
    await gateway.start();
  }
  expect(await one.inbox.sync()).toMatchObject({ changed: [], added: [], deleted: [] });
  const [anew] = await twoPhones(user);
  expect(emailOn(anew!.inbox, subject).Flag?.DueDate).toEqual(new Date(Date.UTC(2026, 11, 2)));
});

it('a draft written on at one gateway and then at the other is one draft under one id', async () => {
  const user = newUser(dovecot);
  const [one, two] = await twoPhones(user);
  if (!one || !two) throw new Error('there are two gateways');
  const [mine, theirs] = [one, two].map(({ phone }) => folderOf(phone, FolderType.drafts));
  if (!mine || !theirs) throw new Error('there are drafts');
  await Promise.all([mine.syncAll(), theirs.syncAll()]);
  const body = (Data: string): Email => ({ Body: { Type: 1, Data } });
  const first = { To: 'dora@example.org', Subject: subject, ...body('first') };
  await mine.sync({ commands: [{ Add: { ClientId: 'one', ApplicationData: { Email: first } } }] });
  const id = mailOn(mine, subject);
  await theirs.sync();
  for (const [writer, reader, text] of [
    [mine, theirs, 'second'],
    [theirs, mine, 'third'],
    [mine, theirs, 'fourth'],
  ] as const) {
    expect(await writer.sync({ commands: [change(id, body(text))] })).toMatchObject({ status: 1 });
    expect(await reader.sync()).toMatchObject({ changed: [id], added: [], deleted: [] });
    expect(emailOn(reader, subject).Body?.Data).toContain(text);
    expect(await listFolder(dovecot, user, 'Drafts')).toHaveLength(1);
  }
  const fetched = await two.phone.fetchItem(theirs, id);
  expect(JSON.stringify(fetched)).toContain('fourth');
  await theirs.sync({ commands: [{ Delete: { ServerId: id } }], deletesAsMoves: false });
  expect(await mine.sync()).toMatchObject({ deleted: [id] });
  expect(await listFolder(dovecot, user, 'Drafts')).toEqual([]);
});

it('a folder renamed at one gateway keeps its mails and their dates at the other', async () => {
  const user = newUser(dovecot);
  dovecot.seed(user, [{ source: letter(subject) }], 'Work');
  const [one, two] = await twoPhones(user);
  if (!one || !two) throw new Error('there are two gateways');
  const [mine, theirs] = [one, two].map(({ phone }) => folderNamed(phone, 'Work'));
  if (!mine || !theirs) throw new Error('there is a folder');
  await Promise.all([mine.syncAll(), theirs.syncAll()]);
  const id = mailOn(mine, subject);
  await mine.sync({ commands: [change(id, dueOn(1))] });
  expect(await one.phone.folderUpdate({ id: mine.id, name: 'Labour', parentId: '0' })).toBe(1);
  // The other gateway, and whoever hosts its device, still know the folder by its old name.
  expect(await theirs.sync()).toMatchObject({ status: 1, changed: [id], added: [], deleted: [] });
  expect(emailOn(theirs, subject).Flag?.DueDate).toEqual(new Date(Date.UTC(2026, 11, 1)));
  await theirs.sync({ commands: [change(id, dueOn(2))] });
  expect(await mine.sync()).toMatchObject({ changed: [id], added: [], deleted: [] });
  expect(emailOn(mine, subject).Flag?.DueDate).toEqual(new Date(Date.UTC(2026, 11, 2)));
});
