import type { MemoryObjectSource } from '#backends/memory';
import { BackendError, type DirectoryEntry } from '#backend';
import type { commands, Encodable } from '#eas';
import sharp from 'sharp';
import { violationsOf } from '../../eas/testing/index.js';
import { TestServer, type Handset } from '../testing/index.js';

type Request = Encodable<typeof commands.ResolveRecipients.request>;

let server: TestServer;
let phone: Handset;
let source: MemoryObjectSource;
let entries: DirectoryEntry[];

beforeEach(() => {
  server = new TestServer();
  phone = server.handset();
  source = server.pim.add('Contacts');
  entries = [];
  server.directory = {
    kind: 'test',
    async search({ text, limit }) {
      const wanted = text.toLowerCase();
      const found = entries.filter(({ displayName, emailAddress }) =>
        [displayName, emailAddress].some((name) => name.toLowerCase().startsWith(wanted)),
      );
      return { entries: found.slice(0, limit), total: found.length };
    },
    identities: async () => [],
    close: async () => undefined,
  };
});
afterEach(async () => {
  expect(server.leased).toBe(0);
  await server.close();
});

/** `name`: first and last. */
function contact(name: string, addresses: readonly string[], more = ''): void {
  const [first, last = ''] = name.split(' ');
  const emails = addresses.map((address) => `EMAIL:${address}\r\n`).join('');
  source.write(
    'Contacts',
    `${name}.vcf`,
    `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${name}\r\nFN:${name}\r\nN:${last};${first};;;\r\n${emails}${more}END:VCARD\r\n`,
  );
}

async function resolve(To: string[], Options: Request['Options'] = {}) {
  const answer = await phone.call('ResolveRecipients', { To, Options });
  if (answer.kind !== 'document') throw new Error(answer.kind);
  expect(violationsOf(answer.bytes)).toEqual([]);
  expect(answer.value.Status).toBe(1);
  return answer.value.Response ?? [];
}

const one = async (to: string, options: Request['Options'] = {}) => (await resolve([to], options))[0]!;
const addressesOf = async (to: string, options: Request['Options'] = {}) =>
  (await one(to, options)).Recipient?.map(({ Type, EmailAddress }) => [Type, EmailAddress]);

describe('ResolveRecipients in the contacts', () => {
  it('finds somebody by address, by any name and by how he is spoken of', async () => {
    contact('Grace Hopper', ['grace@example.org'], 'NICKNAME:Amazing\r\n');
    const hopper = { Type: 2, DisplayName: 'Hopper, Grace', EmailAddress: 'grace@example.org' };
    for (const to of ['grace@example.org', 'GRACE HOPPER', 'Hopper, Grace', 'hop', 'amaz', 'gräce'])
      expect(await one(to)).toEqual({ To: to, Status: 1, RecipientCount: 1, Recipient: [hopper] });
  });

  it('does not take a word of a note, an end of a name or a contact without an address', async () => {
    contact('Grace Hopper', ['grace@example.org'], 'NOTE:knows Turing\r\n');
    contact('Alan Turing', []);
    for (const to of ['Turing', 'opper', 'ace@example.org', 'example.org'])
      expect(await one(to)).toEqual({ To: to, Status: 4, RecipientCount: 0 });
  });

  it('tells the directory first, and nobody twice', async () => {
    entries = [{ displayName: 'Grace Kelly', emailAddress: 'Kelly@example.org' }];
    contact('Grace Hopper', ['grace@example.org', 'hopper@example.org']);
    contact('Grace Kelly', ['kelly@EXAMPLE.org']);
    contact('Grace Double', ['grace@example.org']);
    const { Status, RecipientCount, Recipient } = await one('Grace');
    expect([Status, RecipientCount]).toEqual([2, 3]);
    expect(Recipient?.[0]).toMatchObject({ Type: 1, EmailAddress: 'Kelly@example.org' });
    expect(new Set(Recipient?.slice(1).map(({ Type, EmailAddress }) => `${Type} ${EmailAddress}`))).toEqual(
      new Set(['2 grace@example.org', '2 hopper@example.org']),
    );
    expect(await addressesOf('kelly@example.org')).toEqual([[1, 'Kelly@example.org']]);
    expect(await addressesOf('ada@example.org')).toEqual([[1, 'ada@example.org']]);
  });

  it('asks which address of a contact is meant, and says how many there are in all', async () => {
    contact('Grace Hopper', ['a@example.org', 'b@example.org', 'c@example.org']);
    expect(await one('Grace Hopper')).toMatchObject({ Status: 2, RecipientCount: 3 });
    const partly = await one('Grace Hopper', { MaxAmbiguousRecipients: 2 });
    expect([partly.Status, partly.RecipientCount, partly.Recipient?.length]).toEqual([3, 3, 2]);
    expect(await addressesOf('b@example.org')).toEqual([[2, 'b@example.org']]);
  });

  it('gives their photos within the limits of the whole answer, and no certificates', async () => {
    const photo = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const PHOTO = `PHOTO;ENCODING=b;TYPE=JPEG:${photo.toString('base64')}\r\n`;
    contact('Grace Hopper', ['grace@example.org'], PHOTO);
    contact('Alan Turing', ['alan@example.org'], PHOTO);
    contact('Ed Dijkstra', ['ed@example.org']);
    const To = ['grace@example.org', 'alan@example.org', 'ed@example.org'];
    const pictures = async (Picture: object) =>
      (await resolve(To, { Picture })).map(({ Recipient }) => Recipient?.[0]?.Picture?.Status);
    expect(await pictures({})).toEqual([1, 1, 173]);
    expect(await pictures({ MaxPictures: 1 })).toEqual([1, 175, 173]);
    expect(await pictures({ MaxSize: 10 })).toEqual([174, 174, 173]);
    const [certified] = (await one('ed@example.org', { CertificateRetrieval: 2 })).Recipient ?? [];
    expect(certified?.Certificates).toMatchObject({ Status: 7, CertificateCount: 0 });
    expect((await one('grace@example.org')).Recipient?.[0]?.Picture).toBeUndefined();
    expect((await one('grace@example.org', { Picture: {} })).Recipient?.[0]?.Picture?.Data).toEqual(photo);
  });

  it('goes on without contacts that are down, which is told once', async () => {
    contact('Grace Hopper', ['grace@example.org']);
    entries = [{ displayName: 'Grace Kelly', emailAddress: 'kelly@example.org' }];
    server.pim.fault = (itemClass) =>
      itemClass === 'Contacts' ? new BackendError('unavailable', 'down') : null;
    const responses = await resolve(['Grace', 'grace@example.org', 'Gra']);
    expect(responses.map(({ Status }) => Status)).toEqual([1, 4, 1]);
    expect(server.told.filter((line) => line.includes('contacts'))).toEqual(['contacts failed']);
    server.pim.fault = () => null;
    expect((await one('Grace')).RecipientCount).toBe(2);
  });
});
