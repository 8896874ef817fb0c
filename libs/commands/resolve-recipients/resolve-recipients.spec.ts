import { BackendError, type BusyPeriod, type DirectoryEntry, type DirectoryRequest } from '#backend';
import type { commands, Encodable } from '#eas';
import { violationsOf } from '../../eas/testing/index.js';
import { CertificateAuthority } from '../testing/certificate-authority.js';
import { TestServer, type Handset } from '../testing/index.js';

let server: TestServer;
let phone: Handset;
let entries: DirectoryEntry[];
let asked: DirectoryRequest[];
beforeEach(() => {
  server = new TestServer();
  phone = server.handset();
  asked = [];
  entries = [
    { displayName: 'Grace Hopper', emailAddress: 'grace@example.org', alias: 'gh' },
    { displayName: 'Grace Kelly', emailAddress: 'kelly@example.org', picture: new Uint8Array(10) },
    { displayName: 'Grace', emailAddress: 'grace2@example.org' },
    { displayName: 'Charles Babbage', emailAddress: 'charles@example.org', picture: new Uint8Array(30) },
  ];
  server.directory = {
    kind: 'test',
    async search(request) {
      asked.push(request);
      const text = request.text.toLowerCase();
      const fits = ({ displayName, emailAddress }: DirectoryEntry) =>
        displayName.toLowerCase().startsWith(text) || emailAddress.startsWith(text);
      const found = entries.filter(fits);
      const shown = found.slice(0, request.limit).map(({ picture, certificates, ...entry }) => ({
        ...entry,
        ...(request.pictures && picture && { picture }),
        ...(request.certificates && certificates && { certificates }),
      }));
      return { entries: shown, total: found.length };
    },
    identities: async () => [],
    close: async () => undefined,
  };
});
afterEach(async () => {
  expect(server.leased).toBe(0);
  await server.close();
});

type Request = Encodable<typeof commands.ResolveRecipients.request>;
type Options = NonNullable<Request['Options']>;

async function resolve(To: string[], Options: Options = {}, by = phone) {
  const answer = await by.call('ResolveRecipients', { To, Options });
  if (answer.kind !== 'document') throw new Error(answer.kind);
  expect(violationsOf(answer.bytes)).toEqual([]);
  expect(answer.value.Status).toBe(1);
  return answer.value.Response ?? [];
}

const one = async (to: string, options: Options = {}, by = phone) => (await resolve([to], options, by))[0]!;

const grace = { Type: 1, DisplayName: 'Grace Hopper', EmailAddress: 'grace@example.org' };

describe('ResolveRecipients', () => {
  it('answers each To in order, also those nobody knows (trap 102)', async () => {
    const responses = await resolve(['grace@example.org', 'nobody@example.org', '', 'Charles']);
    expect(responses.map(({ To, Status, RecipientCount }) => [To, Status, RecipientCount])).toEqual([
      ['grace@example.org', 1, 1],
      ['nobody@example.org', 4, 0],
      ['', 4, 0],
      ['Charles', 1, 1],
    ]);
    expect(responses[0]?.Recipient).toEqual([grace]);
  });

  it('takes an address for who has it, though others begin alike', async () => {
    entries.push({ displayName: 'Other', emailAddress: 'grace@example.org.example.net' });
    expect((await one('grace@example.org')).Recipient).toEqual([grace]);
    expect((await one('"Hopper, Grace" <Grace@Example.org>')).Recipient).toEqual([grace]);
  });

  it('takes the only one who is named exactly so; where there are two, both are told', async () => {
    expect((await one('Grace')).Recipient?.[0]?.EmailAddress).toBe('grace2@example.org');
    entries.push({ displayName: 'grace', emailAddress: 'grace3@example.org' });
    expect(await one('Grace')).toMatchObject({ Status: 2, RecipientCount: 4 });
  });

  it('tells as many suggestions as asked for: 3 says that there are more', async () => {
    expect(await one('Grac')).toMatchObject({ Status: 2, RecipientCount: 3 });
    const partly = await one('Grac', { MaxAmbiguousRecipients: 2 });
    expect([partly.Status, partly.RecipientCount, partly.Recipient?.length]).toEqual([3, 3, 2]);
    const none = await one('Grac', { MaxAmbiguousRecipients: 0 });
    expect([none.Status, none.RecipientCount, none.Recipient]).toEqual([3, 3, undefined]);
  });

  it('knows the account itself without a directory', async () => {
    server.directory = null;
    const own = [{ Type: 1, DisplayName: 'Ada', EmailAddress: 'ada@example.org' }];
    expect(await one('ADA@example.org')).toEqual({
      To: 'ADA@example.org',
      Status: 1,
      RecipientCount: 1,
      Recipient: own,
    });
    expect((await one('ada')).Recipient).toEqual(own);
    expect((await one('bob')).Status).toBe(4);
  });

  it('tells an own address once if the directory has it, too', async () => {
    entries = [{ displayName: 'Ada Lovelace', emailAddress: 'Ada@example.org' }];
    expect((await one('Ada')).Recipient).toMatchObject([{ DisplayName: 'Ada Lovelace' }]);
  });

  const many = (count: number) => Array.from({ length: count }, (_, i) => `p${i}@example.org`);
  const StartTime = new Date('2026-01-01T12:00:00Z');
  it.each<[string, string[], Options]>([
    ['101 recipients', many(101), {}],
    ['no recipient', [], {}],
    ['a recipient of 257 characters', ['x'.repeat(257)], {}],
    ['CertificateRetrieval 4', ['x'], { CertificateRetrieval: 4 }],
    ['MaxCertificates 10000', ['x'], { MaxCertificates: 10_000 }],
    ['MaxAmbiguousRecipients -1', ['x'], { MaxAmbiguousRecipients: -1 }],
    ['Availability without StartTime', ['x'], { Availability: { EndTime: StartTime } }],
    ['Availability that ends as it starts', ['x'], { Availability: { StartTime, EndTime: StartTime } }],
    ['MaxSize -1', ['x'], { Picture: { MaxSize: -1 } }],
  ])('refuses %s by 5', async (_, To, Options) => {
    await expect(phone.call('ResolveRecipients', { To, Options })).rejects.toMatchObject({
      command: 'ResolveRecipients',
      status: 5,
    });
  });

  it('answers a hundred', async () => {
    expect(await resolve(many(100))).toHaveLength(100);
  });

  it('with a directory that is down is 6, and the phone tries again', async () => {
    server.directory!.search = async () => Promise.reject(new BackendError('unavailable', 'down'));
    await expect(resolve(['x'])).rejects.toMatchObject({ status: 6 });
  });
});

describe('ResolveRecipients Picture', () => {
  it('has limits for the whole answer, and is asked for from 14.1 on', async () => {
    const To = ['kelly@example.org', 'charles@example.org', 'grace@example.org', 'grace2@example.org'];
    const pictures = async (options: Options, by = phone) =>
      (await resolve(To, options, by)).map(({ Recipient }) => Recipient?.[0]?.Picture?.Status);
    expect(await pictures({})).toEqual([undefined, undefined, undefined, undefined]);
    expect(await pictures({ Picture: {} })).toEqual([1, 1, 173, 173]);
    expect(await pictures({ Picture: { MaxSize: 20 } })).toEqual([1, 174, 173, 173]);
    expect(await pictures({ Picture: { MaxPictures: 1 } })).toEqual([1, 175, 173, 173]);
    asked.length = 0;
    await pictures({ Picture: {} }, server.handset({ version: 140 }));
    expect(asked.some((request) => request.pictures)).toBe(false);
  });
});

describe('ResolveRecipients Certificates', () => {
  const certificatesOf = async (to: string, options: Options) =>
    (await one(to, options)).Recipient?.[0]?.Certificates;
  let valid: Uint8Array;
  let expired: Uint8Array;
  beforeAll(() => {
    const authority = new CertificateAuthority();
    try {
      valid = Buffer.from(authority.issue('valid').base64, 'base64');
      expired = Buffer.from(authority.issue('expired', { to: '20210101000000Z' }).base64, 'base64');
    } finally {
      authority.remove();
    }
  });
  beforeEach(() => {
    entries = [
      { displayName: 'Two', emailAddress: 'two@example.org', certificates: [valid, valid] },
      { displayName: 'One', emailAddress: 'one@example.org', certificates: [expired, valid] },
      { displayName: 'Bad', emailAddress: 'bad@example.org', certificates: [expired, Buffer.from('bad')] },
      { displayName: 'None', emailAddress: 'none@example.org' },
    ];
  });

  it('come whole, or the first as a mini certificate, or not at all unless asked for', async () => {
    expect(await certificatesOf('two@example.org', {})).toBeUndefined();
    expect(await certificatesOf('two@example.org', { CertificateRetrieval: 1 })).toBeUndefined();
    expect(await certificatesOf('two@example.org', { CertificateRetrieval: 2 })).toEqual({
      Status: 1,
      CertificateCount: 2,
      RecipientCount: 1,
      Certificate: [Buffer.from(valid), Buffer.from(valid)],
    });
    expect(await certificatesOf('one@example.org', { CertificateRetrieval: 3 })).toEqual({
      Status: 1,
      CertificateCount: 1,
      RecipientCount: 1,
      MiniCertificate: Buffer.from(valid),
    });
  });

  it('are 7 where none is valid, and 8 for whom the limit leaves not all', async () => {
    const To = [
      'bad@example.org',
      'none@example.org',
      'one@example.org',
      'two@example.org',
      'one@example.org',
    ];
    const responses = await resolve(To, { CertificateRetrieval: 2, MaxCertificates: 2 });
    const told = responses.map(({ Recipient }) => Recipient?.[0]?.Certificates);
    expect(told.map((one) => [one?.Status, one?.CertificateCount, one?.Certificate?.length])).toEqual([
      [7, 0, undefined],
      [7, 0, undefined],
      [1, 1, 1],
      [8, 2, undefined],
      [1, 1, 1],
    ]);
  });

  it('are not told of somebody who is not meant for sure', async () => {
    entries.push({ displayName: 'On time', emailAddress: 'on@example.org', certificates: [valid] });
    const { Status, Recipient } = await one('On', { CertificateRetrieval: 2 });
    expect(Status).toBe(2);
    expect(Recipient?.map(({ Certificates }) => Certificates)).toEqual([undefined, undefined]);
  });
});

describe('ResolveRecipients Availability', () => {
  const StartTime = new Date('2026-01-01T12:00:00Z');
  const EndTime = new Date('2026-01-01T14:00:00Z');
  const Availability = { StartTime, EndTime };
  const busy: BusyPeriod[] = [{ start: StartTime, end: new Date('2026-01-01T12:05:00Z'), status: 3 }];

  it('is a digit a half hour, of somebody who is meant for sure', async () => {
    server.freeBusy = { freeBusy: async () => busy };
    const { Recipient } = await one('grace@example.org', { Availability });
    expect(Recipient?.[0]?.Availability).toEqual({ Status: 1, MergedFreeBusy: '3000' });
    const ambiguous = await one('Grac', { Availability });
    expect(ambiguous.Recipient?.every((recipient) => recipient.Availability === undefined)).toBe(true);
  });

  it('covers a week where no end is said', async () => {
    server.freeBusy = { freeBusy: async () => [] };
    const { Recipient } = await one('grace@example.org', { Availability: { StartTime } });
    expect(Recipient?.[0]?.Availability?.MergedFreeBusy).toBe('0'.repeat(7 * 48));
  });

  it('is 163 where nobody can tell, 162 where it may be told later; the others are told', async () => {
    const statuses = async () =>
      (await resolve(['grace@example.org', 'charles@example.org'], { Availability })).map(
        ({ Recipient }) => Recipient?.[0]?.Availability?.Status,
      );
    expect(await statuses()).toEqual([163, 163]);
    server.freeBusy = { freeBusy: async (address) => (address.startsWith('grace') ? null : []) };
    expect(await statuses()).toEqual([163, 1]);
    server.freeBusy = {
      freeBusy: async (address) => {
        if (address.startsWith('grace')) throw new BackendError('unavailable', 'slow');
        throw new BackendError('invalid', 'forbidden');
      },
    };
    expect(await statuses()).toEqual([162, 163]);
  });
});
