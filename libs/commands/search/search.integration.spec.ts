import type { Backend, Directory } from '#backend';
import { mailWithAttachment, sampleMail } from '#backend/contract';
import { ImapFactory } from '#backends/imap';
import { LdapFactory } from '#backends/ldap';
import { startDovecot, startSlapd, type Dovecot, type Slapd } from '../../../tests/servers/index.js';
import { TestServer, type Handset } from '../testing/index.js';

/* Search, Find and ResolveRecipients before a real IMAP server and a real directory. */
const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2_000, 'x')]);
const person = (uid: string, givenName: string, sn: string, more: object = {}) => ({
  uid,
  cn: `${givenName} ${sn}`,
  givenName,
  sn,
  mail: `${uid}@example.org`,
  ...more,
});
const people = [
  person('ada', 'Ada', 'Lovelace', { jpegPhoto: photo, title: 'Countess' }),
  person('adam', 'Adam', 'Riese'),
];

let dovecot: Dovecot;
let slapd: Slapd;
let imap: ImapFactory;
let ldap: LdapFactory;
let backend: Backend;
let directory: Directory;
let server: TestServer;
let phone: Handset;
const user = 'searcher';

beforeAll(async () => {
  [dovecot, slapd] = await Promise.all([startDovecot(), startSlapd({ people })]);
  imap = new ImapFactory({ host: dovecot.host, port: dovecot.port, tls: 'none' });
  ldap = new LdapFactory({ url: slapd.url, base: slapd.suffix, schema: 'inetOrgPerson' });
  backend = await imap.open({ user, password: dovecot.password });
  directory = ldap.directoryFor({ user: 'ada', local: 'ada', domain: 'example.org', password: 'x' });
  server = new TestServer({ backend });
  server.directory = directory;
  phone = server.handset({ version: 161 });
  for (let i = 0; i < 5; i++) await dovecot.deliver(user, sampleMail(`turbine ${i}`).toString());
  await dovecot.deliver(user, mailWithAttachment('Zoë report', Buffer.from('content')).toString());
});
afterAll(async () => {
  await server.close();
  await Promise.all([backend.close(), directory.close()]);
  await Promise.all([imap.close(), ldap.close()]);
  await Promise.all([dovecot.stop(), slapd.stop()]);
});

async function search(FreeText: string, Options: object = {}) {
  const Query = { And: [{ Class: ['Email'], FreeText: [FreeText] }] };
  const { Response } = await phone.ask('Search', { Store: { Name: 'Mailbox', Query, Options } });
  return Response!.Store;
}

it('Search finds by words and KQL over IMAP, a page at a time, and what it found is fetched by LongId', async () => {
  const page = await search('turbine from:ada', { Range: '1-2' });
  expect(page).toMatchObject({ Status: 1, Range: '1-2', Total: 5 });
  expect((await search('subject:Zoë hasattachment:yes')).Total).toBe(1);
  expect((await search('zoë OR "turbine 3"')).Total).toBe(2);
  expect((await search('turbine received<yesterday')).Total).toBe(0);
  const [hit] = (await search('zoë')).Result!;
  const { Response } = await phone.ask('ItemOperations', [
    { Fetch: { Store: 'Mailbox', LongId: hit!.LongId! } },
  ]);
  expect(Response).toMatchObject([
    { Fetch: { Status: 1, Properties: { Email: { Subject: 'Zoë report' } } } },
  ]);
});

it('Search limits by the moment, where the server can', async () => {
  const limits = async (GreaterThan: Date) => {
    const And = [{ GreaterThan: [{ DateReceived: true as const, Value: GreaterThan }] }];
    const { Response } = await phone.ask('Search', { Store: { Name: 'Mailbox', Query: { And } } });
    return Response!.Store.Total;
  };
  expect(await limits(new Date(Date.now() - 3_600_000))).toBe(6);
  expect(await limits(new Date(Date.now() + 3_600_000))).toBe(0);
});

it('Find shows hits with previews', async () => {
  const MailBoxSearchCriterion = { Query: { FreeText: 'subject:zoë', Class: 'Email' } };
  const { Response } = await phone.ask('Find', { SearchId: 'a', ExecuteSearch: { MailBoxSearchCriterion } });
  expect(Response).toMatchObject({ Status: 1, Range: '0-0', Total: 1 });
  expect(Response?.Result?.[0]?.Properties.Email).toMatchObject({
    Subject: 'Zoë report',
    Preview: 'See attachment.',
    HasAttachments: true,
  });
});

it('the directory answers GAL searches with photos, and tells who recipients are', async () => {
  const Options = { Picture: { MaxSize: 5_000 } };
  const { Response } = await phone.ask('Search', {
    Store: { Name: 'GAL', Query: { text: 'lovel' }, Options },
  });
  expect(Response?.Store).toMatchObject({ Status: 1, Range: '0-0', Total: 1 });
  const gal = Response?.Store.Result?.[0]?.Properties?.Gal;
  expect(gal).toMatchObject({ DisplayName: 'Ada Lovelace', Title: 'Countess', Picture: { Status: 1 } });
  expect(photo.equals(gal!.Picture!.Data!)).toBe(true);
  const resolved = await phone.ask('ResolveRecipients', {
    To: ['ada@example.org', 'ada', 'nobody'],
    Options: { Picture: {}, CertificateRetrieval: 2 },
  });
  expect(resolved.Response?.map(({ Status, RecipientCount }) => [Status, RecipientCount])).toEqual([
    [1, 1],
    [1, 1],
    [4, 0],
  ]);
  expect(resolved.Response?.[0]?.Recipient?.[0]).toMatchObject({
    EmailAddress: 'ada@example.org',
    Certificates: { Status: 7 },
    Picture: { Status: 1 },
  });
});
