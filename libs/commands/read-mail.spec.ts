import type { ItemOperationsResponse, Infer } from '#eas';
import { violationsOf } from '../eas/testing/index.js';
import { mimeCorpus, type CorpusMail } from './testing/mime-corpus.js';
import { TestServer, type Answered, type Handset } from './testing/index.js';

const versions = [120, 121, 140, 141, 160, 161] as const;

let server: TestServer;
beforeEach(() => {
  server = new TestServer();
});
const deliver = (mails: readonly CorpusMail[]): void => {
  for (const { source } of mails) server.mailbox.deliver('Inbox', source);
};
afterEach(() => server.close());

type Email = NonNullable<
  Extract<NonNullable<Answered['Commands']>[number], { Add: unknown }>['Add']['ApplicationData']['Email']
>;
type Options = Record<string, unknown>;

/** A first Sync with these Options: the mails by subject, and the bytes of all answers. */
async function synced(phone: Handset, Options: Options) {
  await phone.ask('FolderSync', { SyncKey: '0' });
  const mails = new Map<string, Email>();
  const ids = new Map<string, string>();
  const answers: Buffer[] = [];
  for (let key = '0', more = true, first = true; more; first = false) {
    const answer = await phone.call('Sync', {
      Collections: {
        Collection: [
          { SyncKey: key, CollectionId: 'm1', ...(first ? {} : { GetChanges: true }), Options: [Options] },
        ],
      },
    });
    if (answer.kind !== 'document') throw new Error(`Sync was answered by ${answer.kind}`);
    answers.push(answer.bytes);
    const collection = answer.value.Collections?.Collection?.[0];
    key = collection?.SyncKey ?? '';
    for (const command of collection?.Commands ?? []) {
      if (!('Add' in command)) continue;
      const email = command.Add.ApplicationData.Email ?? {};
      mails.set(email.Subject ?? '', email);
      ids.set(email.Subject ?? '', command.Add.ServerId);
    }
    more = first || collection?.MoreAvailable === true;
  }
  return { mails, ids, answers };
}

type Fetched = NonNullable<Infer<typeof ItemOperationsResponse>['Response']>[number];

async function fetched(phone: Handset, ServerId: string, Options: Options) {
  const answer = await phone.call('ItemOperations', [
    { Fetch: { Store: 'Mailbox', CollectionId: 'm1', ServerId, Options } },
  ] as never);
  if (answer.kind !== 'document') throw new Error(`ItemOperations was answered by ${answer.kind}`);
  const [first] = answer.value.Response as readonly Fetched[];
  if (!first || !('Fetch' in first)) throw new Error('no Fetch in the answer');
  return { bytes: answer.bytes, email: first.Fetch.Properties?.Email, status: first.Fetch.Status };
}

const preferences: readonly (readonly [string, Options])[] = [
  ['nothing asked', {}],
  ['plain text, whole', { BodyPreference: [{ Type: 1 }] }],
  ['HTML, whole', { BodyPreference: [{ Type: 2 }] }],
  ['plain text, cut', { BodyPreference: [{ Type: 1, TruncationSize: 500 }] }],
  [
    'HTML or text, cut',
    {
      BodyPreference: [
        { Type: 2, TruncationSize: 5_000 },
        { Type: 1, TruncationSize: 500 },
      ],
    },
  ],
  ['HTML, all or none', { BodyPreference: [{ Type: 2, TruncationSize: 1_000, AllOrNone: true }] }],
  ['MIME, cut', { MIMESupport: 2, BodyPreference: [{ Type: 4, TruncationSize: 1_000 }] }],
  ['MIME, headers only', { MIMESupport: 2, MIMETruncation: 0, BodyPreference: [{ Type: 4 }] }],
];

describe.each(versions)('in %d', (version) => {
  beforeEach(() => deliver(mimeCorpus));

  it.each(preferences)(
    'mails of every kind break no rule of the specification, and none is left out: %s',
    async (_name, Options) => {
      const { mails, ids, answers } = await synced(server.handset({ version }), Options);
      expect([...mails.keys()].sort()).toEqual(mimeCorpus.map(({ name }) => name).sort());
      expect(answers.flatMap(violationsOf)).toEqual([]);
      const phone = server.handset({ version });
      for (const { name } of mimeCorpus) {
        const { bytes, status, email } = await fetched(phone, ids.get(name)!, Options);
        expect([name, status, violationsOf(bytes)]).toEqual([name, 1, []]);
        expect([name, email?.Subject]).toEqual([name, name]);
      }
    },
  );
});

const bodyOf = (email: Email | undefined) => email?.Body ?? { Data: '', EstimatedDataSize: -1 };
const shown = mimeCorpus.filter(({ protection }) => protection !== 'opaque');

describe.each([1, 2] as const)('the text as type %d', (Type) => {
  beforeEach(() => deliver(shown));

  it('is whole, as long as it is told to be, and has the words of the mail', async () => {
    const { mails } = await synced(server.handset(), { BodyPreference: [{ Type }] });
    for (const { name, words } of shown) {
      const body = bodyOf(mails.get(name));
      const { Data = '', EstimatedDataSize } = body;
      expect([name, body]).toEqual([name, expect.not.objectContaining({ Truncated: true })]);
      expect([name, EstimatedDataSize]).toEqual([name, Buffer.byteLength(Data)]);
      if (words !== null) expect([name, Data]).toEqual([name, expect.stringContaining(words)]);
    }
  });

  it('is cut on borders of characters, tags and entities, and the size told is that of the whole', async () => {
    const phone = server.handset();
    const { mails, ids } = await synced(phone, { BodyPreference: [{ Type }] });
    const sizes = [
      1,
      2,
      3,
      500,
      ...Array.from({ length: 20 }, (_, step) => 4_000 + step * 7),
      65_536,
      131_072,
    ];
    for (const { name } of shown) {
      const { Data: whole = '', EstimatedDataSize } = bodyOf(mails.get(name));
      for (const TruncationSize of sizes.filter((size) => size < (EstimatedDataSize ?? 0))) {
        const { email } = await fetched(phone, ids.get(name)!, {
          BodyPreference: [{ Type, TruncationSize }],
        });
        const { Data = '', ...rest } = bodyOf(email);
        expect([name, rest]).toMatchObject([name, { EstimatedDataSize, Truncated: true }]);
        expect(Buffer.byteLength(Data)).toBeLessThanOrEqual(TruncationSize);
        expect([name, TruncationSize, whole.startsWith(Data)]).toEqual([name, TruncationSize, true]);
        if (Type === 2)
          expect([name, TruncationSize, markupAround(whole, Data.length)]).toEqual([
            name,
            TruncationSize,
            null,
          ]);
      }
    }
  });
});

/** The tag or entity that a cut here would tear; null is none. */
function markupAround(html: string, at: number): string | null {
  const pattern = /<[a-z/!](?:[^>"']|"[^"]*"|'[^']*')*>|&#?\w+;/gi;
  for (const match of html.matchAll(pattern)) {
    if (match.index >= at) return null;
    if (match.index + match[0].length > at) return match[0];
  }
  return null;
}

const protectedMails = mimeCorpus.filter(({ protection }) => protection !== 'none');

const types: readonly (readonly number[])[] = [[], [1], [2], [4], [1, 2], [2, 4], [1, 2, 4]];
const combinations = [1, 2].flatMap((MIMESupport) =>
  types.flatMap((asked) =>
    [{}, { TruncationSize: 100 }, { TruncationSize: 100, AllOrNone: true }].map((limits) => ({
      MIMESupport,
      ...(asked.length > 0 ? { BodyPreference: asked.map((Type) => ({ Type, ...limits })) } : {}),
    })),
  ),
);

it('MIME that would be cut and is wanted whole or not at all gives way to the next type, or to nothing', async () => {
  deliver(mimeCorpus.filter(({ name }) => name === 'much HTML'));
  const mime = { Type: 4, TruncationSize: 500, AllOrNone: true };
  const body = async (...others: object[]) => {
    const Options = { MIMESupport: 2, BodyPreference: [mime, ...others] };
    return bodyOf((await synced(server.handset(), Options)).mails.get('much HTML'));
  };
  expect(await body({ Type: 1, TruncationSize: 100 })).toMatchObject({ Type: 1, Truncated: true });
  const alone = await body();
  expect(alone).toMatchObject({ Type: 4, Truncated: true });
  expect(alone.Data).toBeUndefined();
});

describe('signed and encrypted mail', () => {
  beforeEach(() => deliver(protectedMails));

  it.each(versions)(
    'arrives in %d whole and byte for byte, whatever else was asked (trap 66)',
    async (version) => {
      for (const Options of combinations) {
        const phone = server.handset({ version, deviceId: `p${combinations.indexOf(Options)}` });
        const { mails, ids, answers } = await synced(phone, { ...Options, MIMETruncation: 1 });
        const whole = Buffer.concat(answers);
        for (const mail of protectedMails) {
          expectWhole(mail, whole, mails.get(mail.name), Options);
          const { bytes, email } = await fetched(phone, ids.get(mail.name)!, Options);
          expectWhole(mail, bytes, email, Options);
        }
      }
    },
  );

  it('that is opaque is not given in half to whoever wants no MIME', async () => {
    const { mails } = await synced(server.handset(), {
      MIMESupport: 0,
      BodyPreference: [{ Type: 1 }, { Type: 4 }],
    });
    for (const { name } of protectedMails.filter(({ protection }) => protection === 'opaque'))
      expect(bodyOf(mails.get(name))).toMatchObject({ Type: 1, EstimatedDataSize: 0, Data: '' });
  });
});

function expectWhole(
  { name, source }: CorpusMail,
  bytes: Buffer,
  email: Email | undefined,
  about: object,
): void {
  const { Data, ...body } = bodyOf(email);
  expect([name, about, body]).toEqual([name, about, { Type: 4, EstimatedDataSize: source.length }]);
  expect([name, about, bytes.includes(source)]).toEqual([name, about, true]);
  expect(Data).not.toBe('');
}

it('an invitation is known by GlobalObjId up to 14.1 and by its UID from 16.0 on', async () => {
  deliver(mimeCorpus.filter(({ name }) => name === 'an invitation'));
  for (const version of versions) {
    const { mails } = await synced(server.handset({ version }), {});
    const meeting = mails.get('an invitation')?.MeetingRequest;
    const { UID, GlobalObjId, TimeZone, DtStamp } = meeting ?? {};
    expect([version, UID]).toEqual([version, version >= 160 ? 'meeting-request@example.org' : undefined]);
    expect([version, GlobalObjId !== undefined]).toEqual([version, version < 160]);
    expect(TimeZone).toHaveLength(172);
    expect(DtStamp).toEqual(new Date('2026-11-01T00:00:00Z'));
  }
});
