import { eventually, sampleMail } from '#backend/contract';
import { MailSync, TestServer } from './testing/index.js';

let server: TestServer;
beforeEach(() => void (server = new TestServer()));
afterEach(() => server.close());

it('longestWait: a Ping is held no longer than the client stays awake, whatever it asked for', async () => {
  const phone = server.handset({ client: { longestWait: 480 } });
  await phone.ask('FolderSync', { SyncKey: '0' });
  await new MailSync(phone).complete();
  const hold = jest.spyOn(server.watch, 'hold');
  const answer = phone.ask('Ping', {
    HeartbeatInterval: 3000,
    Folders: { Folder: [{ Id: 'm1', Class: 'Email' }] },
  });
  await eventually(() => server.watch.size === 1);
  server.mailbox.deliver('Inbox', sampleMail('news'));
  await answer;
  expect(hold.mock.calls[0]![0].wait).toBe(475_000);
});

const signed = [
  'From: a@example.org',
  'Subject: signed',
  'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'text',
  '--b',
  'Content-Type: application/pkcs7-signature; name=smime.p7s',
  'Content-Transfer-Encoding: base64',
  '',
  'AAAA',
  '--b--',
  '',
].join('\r\n');

it.each([
  [true, 4],
  [false, 1],
])('mimeForSigned %s: signed mail comes as body type %i though no MIME was asked for', async (on, type) => {
  const phone = server.handset({ client: { mimeForSigned: on } });
  server.mailbox.deliver('Inbox', Buffer.from(signed));
  await phone.ask('FolderSync', { SyncKey: '0' });
  const added = await firstAdded(phone);
  expect(added?.Body?.Type).toBe(type);
});

it.each([
  [true, undefined],
  [false, {}],
])('noEmptyFlag %s: a new mail without a flag has %j', async (on, flag) => {
  const phone = server.handset({ client: { noEmptyFlag: on } });
  server.mailbox.deliver('Inbox', sampleMail('plain'));
  await phone.ask('FolderSync', { SyncKey: '0' });
  expect((await firstAdded(phone))?.Flag).toEqual(flag);
});

it.each([
  [true, ['', 'Ada']],
  [false, [undefined, 'Ada']],
])('alwaysFirstName %s: GAL hits without and with a first name have %j', async (on, names) => {
  const phone = server.handset({ client: { alwaysFirstName: on } });
  const entry = { displayName: 'x', emailAddress: 'x@example.org' };
  server.directory = {
    kind: 'test',
    search: async () => ({ entries: [entry, { ...entry, firstName: 'Ada' }], total: 2 }),
    identities: async () => [],
    close: async () => undefined,
  };
  const { Response } = await phone.ask('Search', { Store: { Name: 'GAL', Query: { text: 'x' } } });
  expect(Response?.Store.Result?.map(({ Properties }) => Properties?.Gal?.FirstName)).toEqual(names);
});

it.each([
  [true, 1, 1],
  [false, 11, undefined],
])('zeroIsEveryFolder %s: a search in CollectionId 0 is %i', async (on, status, total) => {
  const phone = server.handset({ client: { zeroIsEveryFolder: on } });
  server.mailbox.deliver('Inbox', sampleMail('turbine'));
  const Query = { And: [{ FreeText: ['turbine'], CollectionId: ['0'] }] };
  const { Response } = await phone.ask('Search', { Store: { Name: 'Mailbox', Query } });
  expect([Response?.Store.Status, Response?.Store.Total]).toEqual([status, total]);
});

async function firstAdded(phone: ReturnType<TestServer['handset']>) {
  const collection = (SyncKey: string) => ({
    Collections: { Collection: [{ SyncKey, CollectionId: 'm1' }] },
  });
  const begun = await phone.ask('Sync', collection('0'));
  const key = begun.Collections?.Collection?.[0]?.SyncKey ?? '';
  const answer = await phone.ask('Sync', collection(key));
  const command = answer.Collections?.Collection?.[0]?.Commands?.[0];
  return command && 'Add' in command ? command.Add.ApplicationData.Email : undefined;
}
