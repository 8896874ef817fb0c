import type { MemoryObjectSource } from '#backends/memory';
import type { ClientProfile } from '#clients';
import sharp from 'sharp';
import { PimSync, TestServer } from '../../testing/index.js';
import type { CollectionOf } from '../../testing/mail-sync.js';

let server: TestServer;
let source: MemoryObjectSource;
let photo: Buffer;
beforeAll(async () => {
  photo = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
});
beforeEach(() => {
  server = new TestServer();
  source = server.pim.add('Contacts');
  source.write(
    'Contacts',
    'ada.vcf',
    [
      'BEGIN:VCARD',
      'VERSION:3.0',
      'UID:ada',
      'FN:Ada Lovelace',
      'N:Lovelace;Ada;;;',
      'TITLE:Countess',
      'NICKNAME:Enchantress',
      'BDAY:1815-12-10',
      `PHOTO;ENCODING=b;TYPE=JPEG:${photo.toString('base64')}`,
      'END:VCARD',
      '',
    ].join('\r\n'),
  );
});
afterEach(() => server.close());

interface Kind {
  readonly version?: number;
  readonly client?: Partial<ClientProfile>;
  readonly Supported?: CollectionOf['Supported'];
}

/** A phone of this kind that has the one contact. */
async function syncedPhone({ version = 141, client = {}, Supported }: Kind): Promise<PimSync> {
  const handset = server.handset({ version, client });
  const { Changes } = await handset.ask('FolderSync', { SyncKey: '0' });
  const id = Changes?.Add?.find(({ Type }) => Type === 9)?.ServerId;
  return new PimSync(handset, id!).complete(Supported ? { Supported } : {});
}

/** Changes the contact as the phone would: its name stays, and what else is given. */
async function change(phone: PimSync, more: object): Promise<string> {
  const [ServerId] = [...phone.has.keys()];
  const Contacts = { FirstName: 'Ada', LastName: 'Lovelace', FileAs: 'Lovelace, Ada', ...more };
  const answered = await phone.send({ Change: { ServerId: ServerId!, ApplicationData: { Contacts } } });
  expect(answered?.Status).toBe(1);
  expect(answered?.Responses).toBeUndefined();
  return source.texts('Contacts').get('ada.vcf')!.replaceAll('\r\n ', '');
}

const shown = (phone: PimSync) => [...phone.has.values()][0]?.Contacts;

describe('what a contact keeps of what a phone leaves out (trap 53)', () => {
  const named = ['Contacts:JobTitle'] as const;
  const lg = { emptySupportedIsNone: true };
  // The title is left out, and so is the nickname; which of them stays?
  it.each<[string, Kind, boolean, boolean]>([
    ['12.1 that names nothing', { version: 121 }, false, false],
    ['14.1 that names nothing', {}, false, false],
    ['14.1 that names the title', { Supported: [...named] }, false, true],
    ['12.1 that names the title', { version: 121, Supported: [...named] }, false, true],
    ['14.1 with an empty Supported', { Supported: [] }, true, true],
    ['an LG with an empty Supported', { Supported: [], client: lg }, false, false],
    ['an LG that names the title', { Supported: [...named], client: lg }, false, true],
    ['a client made for Exchange 2010', { client: { keepsOmitted: true } }, true, true],
    ['16.1 that names nothing', { version: 161 }, false, false],
  ])('%s', async (_, kind, keepsTitle, keepsNickname) => {
    const phone = await syncedPhone(kind);
    expect(shown(phone)).toMatchObject({ JobTitle: 'Countess', NickName: 'Enchantress' });
    const text = await change(phone, { MobilePhoneNumber: '123' });
    expect([text.includes('TITLE:Countess'), text.includes('NICKNAME:Enchantress')]).toEqual([
      keepsTitle,
      keepsNickname,
    ]);
    // A picture that is left out stays for everybody (MS-ASCMD 2.2.3.24).
    expect(text).toContain(photo.toString('base64'));
    expect(text).toContain('123');
  });
});

describe('an empty Picture', () => {
  it.each([
    ['takes the picture away', false],
    ['of iOS means the one there is', true],
  ])('%s', async (_, emptyPictureKeeps) => {
    const phone = await syncedPhone({ client: { emptyPictureKeeps } });
    const text = await change(phone, { Picture: new Uint8Array(), JobTitle: 'Lady' });
    expect(text).toContain('TITLE:Lady');
    expect(text.includes('PHOTO')).toBe(emptyPictureKeeps);
    await phone.complete();
    expect(shown(phone)?.Picture !== undefined).toBe(emptyPictureKeeps);
  });
});

describe('a birthday (trap 97)', () => {
  it.each<[string, Partial<ClientProfile>, string, string]>([
    ['midnight of UTC for most', {}, '1815-12-10T00:00:00.000Z', '1915-03-04T00:00:00Z'],
    ['eight for Android', { birthdayHour: 8 }, '1815-12-10T08:00:00.000Z', '1915-03-04T08:00:00Z'],
    ['eleven for BlackBerry', { birthdayHour: 11 }, '1815-12-10T11:00:00.000Z', '1915-03-04T11:00:00Z'],
    [
      'its own midnight, east of Greenwich',
      { birthdayHour: 12, birthdaysAreLocal: true },
      '1815-12-10T12:00:00.000Z',
      '1915-03-03T22:00:00Z',
    ],
    [
      'its own midnight, west of Greenwich',
      { birthdayHour: 12, birthdaysAreLocal: true },
      '1815-12-10T12:00:00.000Z',
      '1915-03-04T08:00:00Z',
    ],
  ])('is %s, and the same day for all', async (_, client, told, sent) => {
    const phone = await syncedPhone({ client });
    expect(shown(phone)?.Birthday?.toISOString()).toBe(told);
    const Birthday = new Date(sent);
    expect(await change(phone, { Birthday })).toMatch(/^BDAY\S*1915-?03-?04\r$/m);
    await phone.complete();
    expect(shown(phone)?.Birthday?.toISOString().slice(0, 10)).toBe('1915-03-04');
  });

  it.each<Partial<ClientProfile>>([{}, { birthdayHour: 8 }, { birthdayHour: 12, birthdaysAreLocal: true }])(
    'that a phone of %j sends back as it was told stays as it is written',
    async (client) => {
      const phone = await syncedPhone({ client });
      const text = await change(phone, { Birthday: shown(phone)?.Birthday, JobTitle: 'Lady' });
      expect(text).toContain('BDAY:1815-12-10\r\n');
    },
  );
});
