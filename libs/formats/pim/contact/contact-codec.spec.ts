import fc from 'fast-check';
import { BackendError, type ChangeManner, type View } from '#backend';
import { ContactsItem, type ContactsData } from '#eas';
import { MalformedText } from '../codec.js';
import { contactCodec } from './contact-codec.js';

const versions = [120, 121, 140, 141, 160, 161];
const owner = { identities: [{ address: 'me@example.com', displayName: 'Me' }] };
const now = new Date('2026-03-01T10:00:00Z');

const view = (more: Partial<View> = {}): View => ({
  protocolVersion: 141,
  bodyPreferences: [{ type: 1 }],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
  ...more,
});
const read = (text: string, more: Partial<View> = {}) =>
  contactCodec.read(text, { view: view(more), owner, occurrence: null });
const plain: ChangeManner = { protocolVersion: 141, supported: null };
const ghosting: ChangeManner = { protocolVersion: 141, supported: new Set() };
const write = (text: string, data: ContactsData, manner: ChangeManner = ghosting): string =>
  contactCodec.apply(text, data, { manner, owner, now, instance: null }).text;
const create = (data: ContactsData, manner: ChangeManner = plain): string =>
  contactCodec.create(data, 'uid-1', { manner, owner, now, instance: null }).text;

const vcard = (...lines: readonly string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD', ''].join('\r\n');
/** Lines of one text that are not in the other. */
const difference = (one: string, other: string): string[] => {
  const known = new Set(other.split('\r\n'));
  return one.split('\r\n').filter((line) => !known.has(line));
};

const otherElements = [
  'Anniversary',
  'Birthday',
  'Categories',
  'Children',
  'Picture',
  'Body',
  'Alias',
  'WeightedRank',
  'FileAs',
];
const textElements = ContactsItem.children
  .map((child) => ('key' in child ? child.key : ''))
  .filter((key) => key !== '' && !otherElements.includes(key));

const wireText = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 16 })
  .map((text) => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/g, '') || 'x');
const awkward = fc.constantFrom(
  'a;b',
  'a,b',
  'a\\b',
  '\\n',
  'a\nb',
  ' x ',
  'http://a/?b=c;d,e',
  'ä'.repeat(80),
  '"<x>:',
  'tel:1',
);
const anyText = fc.oneof(wireText, awkward);
const anyDay = fc.integer({ min: -100_000, max: 100_000 }).map((day) => new Date(day * 86_400_000));
const anyList = fc.array(anyText, { minLength: 1, maxLength: 4 });

const anyContact: fc.Arbitrary<ContactsData> = fc.record(
  {
    ...Object.fromEntries(textElements.map((key) => [key, anyText])),
    Birthday: anyDay,
    Anniversary: anyDay,
    Categories: fc.record({ Category: anyList }),
    Children: fc.record({ Child: anyList }),
    Picture: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    Body: anyText.map((text) => ({ Type: 1, Data: text })),
  },
  { requiredKeys: [] },
);

/** What must come back: all that was said, FileAs computed, and the text of the body as it is stored. */
function essence(contact: ReturnType<typeof read> | ContactsData): Record<string, unknown> {
  const { FileAs: _computed, Body, Picture, ...rest } = contact;
  const note = typeof Body?.Data === 'string' ? Body.Data.replace(/\r\n/g, '\n').trimEnd() : '';
  return { ...rest, note, picture: Picture ? Buffer.from(Picture).toString('hex') : null };
}

describe('a contact of a phone', () => {
  it.each(versions)('comes back from a vCard as it was, whatever is in it (%i)', (protocolVersion) => {
    fc.assert(
      fc.property(anyContact, (contact) => {
        const text = create(contact, { protocolVersion, supported: null });
        expect(essence(read(text, { protocolVersion }))).toEqual(essence(contact));
      }),
      { numRuns: 30 },
    );
  });

  it.each(versions)('replaces all of another contact, and nothing of it is left (%i)', (protocolVersion) => {
    const manner = { protocolVersion, supported: null };
    const bare: ContactsData = { Body: { Type: 1, Data: '' }, Picture: null };
    fc.assert(
      fc.property(anyContact, anyContact, (before, after) => {
        const text = write(create(before), { ...bare, ...after }, manner);
        expect(essence(read(text, { protocolVersion }))).toEqual(essence(after));
      }),
      { numRuns: 20 },
    );
  });

  it.each(versions)('goes over the wire as it is given (%i)', (protocolVersion) => {
    fc.assert(
      fc.property(anyContact, (contact) => {
        const text = create(contact, { protocolVersion, supported: null });
        expect(write(text, contact, { protocolVersion, supported: null })).toBe(text);
      }),
      { numRuns: 10 },
    );
  });
});

const unknownLine = fc
  .tuple(
    fc.constantFrom(
      'X-THING',
      'item7.X-FOO',
      'KEY;ENCODING=b',
      'GEO',
      'REV',
      'SOUND;VALUE=uri',
      'X-A;X-P="a:b;c"',
      'LANG;PREF=1;PID=1.1',
      'CLASS',
    ),
    fc.stringMatching(/^[ -~äöü]{0,120}$/),
  )
  .map(([head, value]) => `${head}:${value}`);
const knownLine = fc.constantFrom(
  'TEL;TYPE=CELL,VOICE;PREF=1:+49 170 1',
  'TEL;TYPE=CELL:+49 170 2',
  'item1.TEL:+49 30 3',
  'item1.X-ABLabel:_$!<HomeFax>!$_',
  'EMAIL;TYPE=INTERNET,HOME:a@example.com',
  'EMAIL;TYPE=WORK:b@example.com',
  'EMAIL:c@example.com',
  'EMAIL:d@example.com',
  'ADR;TYPE=HOME;X-P=1:box;ext;Street 1\\, back;Town;;12345;Land',
  'NICKNAME:Joe,Joey',
  'BDAY:--0503',
  'CATEGORIES:a,b',
  'NOTE:one\\ntwo',
  'ORG:Acme\\, Inc.;Sales;East',
  'URL:http://example.com/a,b;c',
  'IMPP;X-SERVICE-TYPE=Jabber:xmpp:a@example.com',
  'X-SPOUSE:Alex',
  'N:Doe;Jane,Ann;;Dr.;',
  'FN:Dr. Jane Doe',
);
const anyCard = fc
  .array(fc.oneof(unknownLine, knownLine), { maxLength: 25 })
  .chain((lines) => fc.shuffledSubarray(lines, { minLength: lines.length }))
  .map((lines) => vcard(...lines));

describe('a card of somebody else', () => {
  it.each(versions)('is not touched by a phone that says what it was shown (%i)', (protocolVersion) => {
    fc.assert(
      fc.property(anyCard, (text) => {
        const { Picture: _picture, ...contact } = read(text, { protocolVersion });
        const manner = { protocolVersion, supported: null };
        expect(write(text, contact as ContactsData, manner)).toBe(text);
      }),
      { numRuns: 30 },
    );
  });

  it.each(versions)('keeps every line that the phone’s change is not about (%i)', (protocolVersion) => {
    fc.assert(
      fc.property(anyCard, anyText, (text, title) => {
        const contact = read(text, { protocolVersion });
        const { Picture: _picture, ...rest } = contact;
        const manner = { protocolVersion, supported: null };
        const changed = write(text, { ...rest, JobTitle: title } as ContactsData, manner);
        expect(difference(text, changed)).toEqual([]);
        expect(read(changed, { protocolVersion }).JobTitle).toBe(title);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a changed property', () => {
  it('is that very line, and keeps its parameters', () => {
    const text = vcard(
      'N:Doe;Jane;;;',
      'FN:Jane Doe',
      'item1.TEL;type=CELL;type=VOICE;type=pref;X-ID=7:+1 555 1',
      'item1.X-ABLabel:Ski hut',
      'TEL;TYPE=CELL:+1 555 2',
    );
    const changed = write(text, { MobilePhoneNumber: '+1 555 9' });
    expect(difference(changed, text)).toEqual(['item1.TEL;type=CELL;type=VOICE;type=pref;X-ID=7:+1 555 9']);
    expect(difference(text, changed)).toHaveLength(1);
  });

  it('that is taken away takes its label with it', () => {
    const text = vcard(
      'item1.TEL;TYPE=CELL:1',
      'item1.X-ABLabel:Ski hut',
      'item2.TEL;TYPE=HOME:2',
      'item2.X-ABLabel:x',
    );
    expect(difference(text, write(text, { MobilePhoneNumber: '' }))).toEqual([
      'item1.TEL;TYPE=CELL:1',
      'item1.X-ABLabel:Ski hut',
    ]);
  });

  it('an address moved up by a phone that closed the gap keeps its own line', () => {
    const text = vcard('EMAIL;TYPE=HOME:a@example.com', 'EMAIL;TYPE=WORK:b@example.com');
    const changed = write(text, { Email1Address: 'b@example.com', Email2Address: '' });
    expect(difference(text, changed)).toEqual(['EMAIL;TYPE=HOME:a@example.com']);
    expect(difference(changed, text)).toEqual([]);
  });

  it('two addresses that change places come back so', () => {
    const text = vcard('EMAIL;TYPE=HOME:a@example.com', 'EMAIL;TYPE=WORK:b@example.com');
    const swapped = { Email1Address: 'b@example.com', Email2Address: 'a@example.com' };
    expect(read(write(text, swapped))).toMatchObject(swapped);
  });

  it('one part of an address leaves the others their letters', () => {
    const text = vcard('ADR;TYPE=HOME:P.O. Box 1;Back,yard;Street 1;Town;;12345;Land');
    const changed = write(text, { HomeAddressCity: 'City' });
    expect(changed).toContain('ADR;TYPE=HOME:P.O. Box 1;Back,yard;Street 1;City;;12345;Land');
  });

  it('Outlook’s way to write an address becomes the address alone', () => {
    expect(create({ Email1Address: '"Doe, Jane" <jane@example.com>' })).toContain(
      'EMAIL:jane@example.com\r\n',
    );
  });
});

it('what only the recipient information cache has is not kept of a contact (MS-ASCNTC 2.2.2.2, 2.2.2.64)', () => {
  const text = create({ LastName: 'x', Alias: 'a', WeightedRank: 3 });
  expect(text).toBe(create({ LastName: 'x' }));
  const old = vcard('N:x;;;;', 'FN:x', 'X-ACTIVESYNC-ALIAS:a', 'X-ACTIVESYNC-WEIGHTEDRANK:3');
  expect(read(old)).not.toHaveProperty('Alias');
  expect(write(old, { LastName: 'y' })).toContain('X-ACTIVESYNC-ALIAS:a');
});

describe('omitted elements', () => {
  const text = vcard(
    'N:Doe;Jane;;;',
    'FN:Jane Doe',
    'TITLE:Boss',
    'NOTE:keep',
    'PHOTO;ENCODING=b;TYPE=JPEG:/9j/',
    'X-A:1',
  );

  it('are deleted without Supported, but for body and picture', () => {
    const changed = write(text, { FirstName: 'Jane', LastName: 'Doe' }, plain);
    expect(difference(text, changed)).toEqual(['TITLE:Boss']);
  });

  it('are kept with an empty one', () => {
    expect(write(text, { FirstName: 'Jane' })).toBe(text);
  });

  it('an empty Picture takes the picture away, unless the phone means the one there is', () => {
    expect(read(write(text, { Picture: null })).Picture).toBeUndefined();
    expect(write(text, { Picture: null }, { ...ghosting, emptyPictureKeeps: true })).toBe(text);
  });
});

describe('names', () => {
  it('FN follows the name in the form it had, and a name somebody chose stays', () => {
    expect(write(vcard('N:Doe;Jane;;;', 'FN:Doe\\, Jane'), { LastName: 'Roe' })).toContain(
      'FN:Roe\\, Jane\r\n',
    );
    expect(write(vcard('N:Doe;Jane;;;', 'FN:Mom'), { JobTitle: 'x' })).toContain('FN:Mom\r\n');
  });

  it('FileAs is kept only if it is not computed', () => {
    const text = create({ FirstName: 'Jane', LastName: 'Doe', FileAs: 'Doe, Jane' });
    expect(text).not.toContain('FILE-AS');
    expect(read(text).FileAs).toBe('Doe, Jane');
    expect(read(create({ FirstName: 'Jane', FileAs: 'JD' })).FileAs).toBe('JD');
  });

  it('a FileAs that a phone only repeats follows a changed name', () => {
    const text = create({ FirstName: 'Jane', LastName: 'Doe' });
    expect(read(write(text, { LastName: 'Roe', FileAs: 'Doe, Jane' })).FileAs).toBe('Roe, Jane');
  });

  it('a new card has all a vCard 3.0 needs', () => {
    const lines = create({ CompanyName: 'Acme' }).split('\r\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'VERSION:3.0',
        'UID:uid-1',
        'FN:Acme',
        'N:;;;;',
        'REV:2026-03-01T10:00:00Z',
        'ORG:Acme',
      ]),
    );
    expect(lines.find((line) => line.startsWith('FN:'))).toBe('FN:Acme');
  });

  it('a card without N is split for the phone, and stays so', () => {
    const text = vcard('FN:Jane Ann Doe');
    const contact = read(text);
    expect(contact).toMatchObject({ FirstName: 'Jane Ann', LastName: 'Doe' });
    expect(write(text, { FirstName: 'Jane Ann', LastName: 'Doe' })).toBe(text);
    expect(write(text, { LastName: 'Roe' })).toContain('N:Roe;Jane Ann;;;\r\n');
  });
});

describe('days', () => {
  const day = (time: string) => new Date(time);

  it('are days, whatever hour a kind of phone gives them', () => {
    const text = create({ Birthday: day('1985-04-12T11:59:00Z') });
    expect(text).toContain('BDAY;VALUE=date:1985-04-12\r\n');
    expect(read(text).Birthday).toEqual(day('1985-04-12T00:00:00Z'));
    expect(read(text, { birthdays: { hour: 8, localMidnight: false } }).Birthday).toEqual(
      day('1985-04-12T08:00:00Z'),
    );
  });

  it('midnight of the phone’s own zone is the nearest day', () => {
    const birthdays = { hour: 0, localMidnight: true };
    for (const time of ['1985-04-11T22:00:00Z', '1985-04-12T05:00:00Z', '1985-04-12T12:00:00Z']) {
      expect(create({ Birthday: day(time) }, { ...plain, birthdays })).toContain(':1985-04-12\r\n');
    }
  });

  it('a day without a year, in words or with a time stays until the phone gives another', () => {
    for (const line of ['BDAY:--0503', 'BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-03', 'BDAY:19850503T101010Z']) {
      const text = vcard(line);
      const { Birthday } = read(text);
      expect(write(text, { Birthday: Birthday })).toBe(text);
    }
    const words = vcard('BDAY;VALUE=text:about 1800');
    expect(write(words, {}, plain)).toBe(words);
    expect(
      write(vcard('BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-03'), { Birthday: day('1990-05-03T00:00:00Z') }),
    ).toContain('BDAY:1990-05-03\r\n');
  });

  it('a phone that leaves it out takes it away', () => {
    expect(write(vcard('BDAY:1985-04-12'), {}, plain)).not.toContain('BDAY');
  });
});

describe('pictures', () => {
  it('larger than 48 KB in base64 are refused (trap 96)', () => {
    const fits = new Uint8Array(36 * 1024);
    expect(() => create({ Picture: fits })).not.toThrow();
    expect(() => create({ Picture: new Uint8Array(36 * 1024 + 1) })).toThrow(BackendError);
  });

  it('of all three versions are shown and replaced in their own form', () => {
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 1, 2, 3);
    const base64 = Buffer.from(jpeg).toString('base64');
    const other = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 5);
    for (const [version, line, after] of [
      ['3.0', `PHOTO;ENCODING=b;TYPE=JPEG:${base64}`, 'PHOTO;ENCODING=b;TYPE=PNG:'],
      ['4.0', `PHOTO:data:image/jpeg;base64,${base64}`, 'PHOTO:data:image/png;base64,'],
      ['2.1', `PHOTO;JPEG;ENCODING=BASE64:${base64}`, 'PHOTO;JPEG;ENCODING=BASE64;TYPE=PNG:'],
    ] as const) {
      const text = vcard(line).replace('VERSION:3.0', `VERSION:${version}`);
      expect(Buffer.from(read(text).Picture!)).toEqual(Buffer.from(jpeg));
      expect(write(text, { Picture: jpeg })).toBe(text);
      expect(write(text, { Picture: other })).toContain(after);
    }
  });
});

describe('vCard 2.1', () => {
  const card = (...lines: readonly string[]): string => vcard(...lines).replace('3.0', '2.1');

  it('is read with its bare types, quoted-printable and charsets', () => {
    const text = card(
      'N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg',
      'TEL;HOME;FAX:1',
      'TEL;WORK;PREF:2',
      'NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:one=0D=0Atw=',
      'o =C3=A4',
    );
    expect(read(text)).toMatchObject({
      LastName: 'Müller',
      FirstName: 'Jörg',
      HomeFaxNumber: '1',
      BusinessPhoneNumber: '2',
      Body: { Data: 'one\r\ntwo ä' },
    });
  });

  it('is written so that it can be read again', () => {
    const text = card('N:Doe;Jane', 'FN:Jane Doe', 'TEL;HOME;VOICE:1');
    const changed = write(text, {
      LastName: 'Müller',
      HomePhoneNumber: '2',
      Body: { Type: 1, Data: 'a\nb ä' },
    });
    expect(changed).toContain('VERSION:2.1');
    expect(changed).toContain('TEL;HOME;VOICE:2\r\n');
    expect(read(changed)).toMatchObject({
      LastName: 'Müller',
      FirstName: 'Jane',
      Body: { Data: 'a\r\nb ä' },
    });
  });
});

describe('vCard 4.0', () => {
  const card = (...lines: readonly string[]): string => vcard(...lines).replace('3.0', '4.0');

  it('numbers that are addresses stay so', () => {
    const text = card('TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+1-555-1;ext=2');
    expect(read(text).HomePhoneNumber).toBe('+1-555-1;ext=2');
    expect(write(text, { HomePhoneNumber: '+1-555-9' })).toContain('TYPE="voice,home":tel:+1-555-9\r\n');
  });

  it('a spouse is RELATED', () => {
    const text = card('RELATED;TYPE=spouse;VALUE=text:Alex', 'RELATED;TYPE=spouse:urn:uuid:1');
    expect(read(text).Spouse).toBe('Alex');
    expect(write(card(), { Spouse: 'Kim' })).toContain('RELATED;TYPE=spouse;VALUE=text:Kim\r\n');
  });
});

describe('broken and hostile texts', () => {
  it('what is no vCard is MalformedText', () => {
    for (const text of ['', 'x', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n', '\u0000'.repeat(100)]) {
      expect(() => read(text)).toThrow(MalformedText);
    }
  });

  it('a card without VERSION, FN, N or END is one', () => {
    expect(read('BEGIN:VCARD\nTEL;CELL:1\n').MobilePhoneNumber).toBe('1');
    const changed = write('BEGIN:VCARD\nTEL;CELL:1', { JobTitle: 'x' });
    expect(read(changed)).toMatchObject({ MobilePhoneNumber: '1', JobTitle: 'x' });
  });

  it('of several cards the first counts, and all are kept', () => {
    const two = vcard('FN:A') + vcard('FN:B', 'TITLE:b');
    const changed = write(two, { JobTitle: 'a' });
    expect(read(two).JobTitle).toBeUndefined();
    expect(changed).toBe(vcard('FN:A', 'TITLE:a') + vcard('FN:B', 'TITLE:b'));
  });

  it('lines that are none, bad parameters and a card within the card are kept', () => {
    const text = vcard(
      'garbage',
      'TEL;TYPE="x:1',
      'AGENT:',
      'BEGIN:VCARD',
      'TITLE:inner',
      'END:VCARD',
      ';;:',
      ':',
      'TITLE:outer',
    );
    expect(read(text).JobTitle).toBe('outer');
    expect(difference(text, write(text, { JobTitle: 'new' }))).toEqual(['TITLE:outer']);
  });

  it.each([
    ['a property of 10 MB', 'NOTE:' + 'a'.repeat(10_000_000)],
    ['10 MB without a colon', 'a'.repeat(10_000_000)],
    ['10 MB of separators', 'ADR:' + ';'.repeat(10_000_000)],
    ['10 MB of backslashes', 'ORG:' + '\\'.repeat(10_000_000)],
    ['100,000 parameters', 'TEL' + ';TYPE=x'.repeat(2_000) + ':1'],
    ['many quotes', 'TEL;X="' + '";"'.repeat(5_000) + ':1'],
    ['9,000 numbers', Array.from({ length: 9_000 }, (_, n) => `TEL;TYPE=HOME:${n}`).join('\r\n')],
  ])('%s costs no more than a moment', (_what, line) => {
    const text = vcard(line);
    const start = performance.now();
    read(text);
    const changed = write(text, { MobilePhoneNumber: '5' });
    expect(read(changed).MobilePhoneNumber).toBe('5');
    expect(performance.now() - start).toBeLessThan(8_000);
  });

  it('too many properties are refused', () => {
    expect(() => read(vcard('X:1\r\n'.repeat(10_001)))).toThrow(MalformedText);
  });

  it('random text behind BEGIN never throws anything else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const card = `BEGIN:VCARD\n${text}`;
        read(card);
        read(write(card, { JobTitle: 'x' }));
        contactCodec.words(card);
        contactCodec.uidOf(card);
      }),
    );
  });
});

it('words are what people search for, without case and accents', () => {
  const words = contactCodec.words(vcard('FN:Jörg ÄRGER', 'PHOTO;ENCODING=b:QUJD', 'EMAIL:J@Example.com'));
  expect(words).toContain('jorg arger');
  expect(words).toContain('j@example.com');
  expect(words).not.toContain('qujd');
});

it('the UID is the card’s, or there is none', () => {
  expect(contactCodec.uidOf(vcard('UID:abc'))).toBe('abc');
  expect(contactCodec.uidOf(vcard('FN:x'))).toBeNull();
});
