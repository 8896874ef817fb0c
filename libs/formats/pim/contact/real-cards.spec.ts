import type { ContactsData, ContactsItem } from '#eas';
import type { View } from '#backend';
import { contactCodec } from './contact-codec.js';

const owner = { identities: [{ address: 'me@example.com', displayName: 'Me' }] };
const now = new Date('2026-03-01T10:00:00Z');
const view: View = {
  protocolVersion: 161,
  bodyPreferences: [{ type: 1 }],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
};

const card = (version: string, ...lines: readonly string[]): string =>
  ['BEGIN:VCARD', `VERSION:${version}`, ...lines, 'END:VCARD', ''].join('\r\n');
const read = (text: string): ContactsItem => contactCodec.read(text, { view, owner, occurrence: null });
function write(text: string, data: ContactsData): string {
  const manner = { protocolVersion: 161, supported: null };
  return contactCodec.apply(text, data, { manner, owner, now, instance: null }).text;
}

const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70]).toString('base64');

/** As programs write them: who, the card, and what a phone must show of it. */
const cards: readonly (readonly [string, string, Partial<ContactsItem>])[] = [
  [
    'iPhone: labels of its own, groups, a birthday',
    card(
      '3.0',
      'PRODID:-//Apple Inc.//iPhone OS 17.4//EN',
      'N:Lovelace;Ada;King;Countess;',
      'FN:Countess Ada King Lovelace',
      'NICKNAME:Ada',
      'ORG:Analytical Engines;Programs',
      'TITLE:Programmer',
      'EMAIL;type=INTERNET;type=HOME;type=pref:ada@example.org',
      'item1.EMAIL;type=INTERNET:ada@engines.example',
      'item1.X-ABLabel:Research',
      'TEL;type=CELL;type=VOICE;type=pref:+44 7700 900001',
      'TEL;type=WORK;type=FAX:+44 20 7946 0001',
      'item2.ADR;type=HOME;type=pref:;;12 St James Square;London;;SW1Y 4JH;United Kingdom',
      'item2.X-ABADR:gb',
      'item3.URL;type=pref:https://example.org/ada',
      'item3.X-ABLabel:_$!<HomePage>!$_',
      'BDAY:1815-12-10',
      'NOTE:First\\, and only\\nprogrammer',
      'X-SOCIALPROFILE;type=twitter;x-user=ada:http://twitter.com/ada',
    ),
    {
      FirstName: 'Ada',
      MiddleName: 'King',
      LastName: 'Lovelace',
      Title: 'Countess',
      NickName: 'Ada',
      CompanyName: 'Analytical Engines',
      Department: 'Programs',
      JobTitle: 'Programmer',
      Email1Address: 'ada@example.org',
      Email2Address: 'ada@engines.example',
      MobilePhoneNumber: '+44 7700 900001',
      BusinessFaxNumber: '+44 20 7946 0001',
      HomeAddressStreet: '12 St James Square',
      HomeAddressCity: 'London',
      HomeAddressPostalCode: 'SW1Y 4JH',
      HomeAddressCountry: 'United Kingdom',
      WebPage: 'https://example.org/ada',
      Birthday: new Date('1815-12-10T00:00:00Z'),
    },
  ],
  [
    'iPhone: a birthday without a year is 1604, and Apple says so',
    card('3.0', 'N:B;A;;;', 'FN:A B', 'BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-03'),
    { FirstName: 'A', LastName: 'B' },
  ],
  [
    'Mac: a company',
    card(
      '3.0',
      'N:;;;;',
      'FN:Acme\\, Inc.',
      'ORG:Acme\\, Inc.;',
      'X-ABShowAs:COMPANY',
      'TEL;type=MAIN:+1 555',
    ),
    { CompanyName: 'Acme, Inc.', FileAs: 'Acme, Inc.' },
  ],
  [
    'Mac: related names and a picture',
    card(
      '3.0',
      'N:C;B;;;',
      'FN:B C',
      'item1.X-ABRELATEDNAMES;type=pref:Max',
      'item1.X-ABLabel:_$!<Spouse>!$_',
      `PHOTO;ENCODING=b;TYPE=JPEG:${jpeg}`,
      'X-PHONETIC-FIRST-NAME:bi',
    ),
    { Spouse: 'Max', YomiFirstName: 'bi' },
  ],
  [
    'Google: custom labels in groups',
    card(
      '3.0',
      'FN:Grace Hopper',
      'N:Hopper;Grace;;;',
      'item1.EMAIL;TYPE=INTERNET:grace@navy.example',
      'item1.X-ABLabel:',
      'TEL;TYPE=CELL:+1 555 0100',
      'TEL;TYPE=HOME:+1 555 0101',
      'item2.ORG:Navy',
      'item2.X-ABLabel:',
      'CATEGORIES:myContacts,Friends',
    ),
    {
      FirstName: 'Grace',
      Email1Address: 'grace@navy.example',
      MobilePhoneNumber: '+1 555 0100',
      HomePhoneNumber: '+1 555 0101',
      Categories: { Category: ['myContacts', 'Friends'] },
    },
  ],
  [
    'Google: Gender, an anniversary and a relation as an event',
    card('3.0', 'FN:X Y', 'N:Y;X;;;', 'item1.X-ABDATE:2001-02-03', 'item1.X-ABLabel:_$!<Anniversary>!$_'),
    { FirstName: 'X', Anniversary: new Date('2001-02-03T00:00:00Z') },
  ],
  [
    'Outlook: vCard 2.1 in a code page, quoted-printable over two lines',
    card(
      '2.1',
      'N;LANGUAGE=de;CHARSET=windows-1252;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg',
      'FN;CHARSET=windows-1252;ENCODING=QUOTED-PRINTABLE:J=F6rg M=FCller',
      'ORG:Firma;Abteilung',
      'TITLE:Chef',
      'TEL;WORK;VOICE:+49 30 1',
      'TEL;CELL;VOICE:+49 170 1',
      'TEL;WORK;FAX:+49 30 2',
      'ADR;WORK;PREF;CHARSET=windows-1252;ENCODING=QUOTED-PRINTABLE:;;Stra=DFe 1;Berlin;;10115;Deutsch=',
      'land',
      'EMAIL;PREF;INTERNET:joerg@firma.example',
      'X-MS-OL-DEFAULT-POSTAL-ADDRESS:2',
      'REV:20240101T120000Z',
    ),
    {
      FirstName: 'Jörg',
      LastName: 'Müller',
      BusinessPhoneNumber: '+49 30 1',
      BusinessFaxNumber: '+49 30 2',
      BusinessAddressStreet: 'Straße 1',
      BusinessAddressCountry: 'Deutschland',
      Email1Address: 'joerg@firma.example',
    },
  ],
  [
    'Outlook: manager, assistant, spouse and anniversary',
    card(
      '2.1',
      'N:B;A',
      'FN:A B',
      'X-MS-MANAGER:Boss',
      'X-MS-ASSISTANT:Help',
      'X-MS-SPOUSE;N:Wife',
      'X-MS-ANNIVERSARY;VALUE=DATE:20000203',
      'X-MS-IMADDRESS:sip:a@b.example',
    ),
    {
      FirstName: 'A',
      ManagerName: 'Boss',
      AssistantName: 'Help',
      Spouse: 'Wife',
      Anniversary: new Date('2000-02-03T00:00:00Z'),
    },
  ],
  [
    'Thunderbird: vCard 4.0 with PREF and VALUE',
    card(
      '4.0',
      'EMAIL;PREF=1:anna@example.org',
      'FN:Anna Beispiel',
      'NICKNAME:Anni',
      'UID:3e4a9d7c-0000-4000-8000-000000000000',
      'N:Beispiel;Anna;;;',
      'TEL;TYPE=cell;VALUE=TEXT:0170 1',
      'TEL;TYPE=work;VALUE=TEXT:030 1',
      'ORG:Firma;Abteilung',
      'BDAY;VALUE=DATE:19800102',
      'URL;TYPE=work;VALUE=URL:https://example.org',
      'X-CUSTOM1;VALUE=TEXT:eins',
    ),
    {
      FirstName: 'Anna',
      NickName: 'Anni',
      MobilePhoneNumber: '0170 1',
      BusinessPhoneNumber: '030 1',
      Birthday: new Date('1980-01-02T00:00:00Z'),
    },
  ],
  [
    'CardBook: 3.0 with a preferred mail and a list of categories',
    card('3.0', 'FN:K L', 'N:L;K;;;', 'EMAIL;TYPE=PREF,HOME:k@l.example', 'CATEGORIES:a\\,b,c'),
    { Email1Address: 'k@l.example', Categories: { Category: ['a,b', 'c'] } },
  ],
  [
    'Nextcloud: addresses with types in quotes, a cloud id and a gender',
    card(
      '3.0',
      'PRODID:-//Sabre//Sabre VObject 4.5.4//EN',
      'UID:a-b-c',
      'FN:Nina Next',
      'N:Next;Nina;;;',
      'ADR;TYPE=HOME:;;Weg 2;Ort;Land;12345;Staat',
      'EMAIL;TYPE=HOME:nina@example.org',
      'TEL;TYPE="HOME,VOICE":0301',
      'CLOUD:nina@cloud.example',
      'GENDER:F',
      'X-MANAGERSNAME:Chefin',
      'REV;VALUE=DATE-AND-OR-TIME:20240101T000000Z',
    ),
    { HomeAddressState: 'Land', HomePhoneNumber: '0301', Email1Address: 'nina@example.org' },
  ],
  [
    'Nextcloud: a picture as 4.0 has it',
    card('4.0', 'FN:P Q', 'N:Q;P;;;', `PHOTO:data:image/jpeg;base64,${jpeg}`),
    { FirstName: 'P' },
  ],
  [
    'Evolution: its own elements and slots',
    card(
      '3.0',
      'N:Gnome;Gina;;;',
      'FN:Gina Gnome',
      'X-EVOLUTION-FILE-AS:Gnome\\, Gina',
      'X-EVOLUTION-SPOUSE:Gerd',
      'X-EVOLUTION-MANAGER:Chef',
      'X-EVOLUTION-ASSISTANT:Hilfe',
      'X-EVOLUTION-ANNIVERSARY:2010-06-01',
      'TEL;X-EVOLUTION-UI-SLOT=1;TYPE=WORK,VOICE:1',
      'TEL;X-EVOLUTION-UI-SLOT=2;TYPE=PAGER:2',
      'EMAIL;X-EVOLUTION-UI-SLOT=1;TYPE=WORK:gina@gnome.example',
      'X-MOZILLA-HTML:FALSE',
    ),
    {
      FileAs: 'Gnome, Gina',
      Spouse: 'Gerd',
      ManagerName: 'Chef',
      AssistantName: 'Hilfe',
      Anniversary: new Date('2010-06-01T00:00:00Z'),
      BusinessPhoneNumber: '1',
      PagerNumber: '2',
    },
  ],
  [
    'KAddressBook: its own elements',
    card(
      '3.0',
      'N:Konqi;Karl;;;',
      'FN:Karl Konqi',
      'X-KADDRESSBOOK-X-AssistantsName:Hilfe',
      'X-KADDRESSBOOK-X-ManagersName:Chef',
      'X-KADDRESSBOOK-X-SpouseName:Frau',
      'X-KADDRESSBOOK-X-Anniversary:2011-06-01',
      'X-KADDRESSBOOK-X-Office:Zimmer 1',
      'TEL;TYPE=CELL:1',
    ),
    { FirstName: 'Karl', MobilePhoneNumber: '1' },
  ],
  [
    'Android: 2.1 with quoted-printable and its own custom elements',
    card(
      '2.1',
      'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9D=8E;=E6=98=8E;;;',
      'FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9D=8E=E6=98=8E',
      'TEL;CELL:138 0000',
      'TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=E5=85=B6):139',
      'X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Ming;1;;;;;;;;;;;;;',
    ),
    { LastName: '李', FirstName: '明', MobilePhoneNumber: '138 0000' },
  ],
  [
    'Samsung: a picture in base64 folded with blanks, an empty line behind it',
    card('2.1', 'N:S;Sam;;;', 'FN:Sam S', 'PHOTO;ENCODING=BASE64;JPEG:', ` ${jpeg}`, '', 'TEL;CELL:1'),
    { FirstName: 'Sam', MobilePhoneNumber: '1' },
  ],
  [
    'DAVx5: 4.0 with groups as members of categories',
    card(
      '4.0',
      'PRODID:DAVx5/4.3 ez-vcard/0.12',
      'UID:urn:uuid:1234',
      'FN:D X',
      'N:X;D;;;',
      'TEL;TYPE=cell,pref:1',
      'IMPP:xmpp:d@x.example',
      'item1.EMAIL:d@x.example',
      'item1.X-ABLABEL:Chat',
      'CATEGORIES:Team',
    ),
    { MobilePhoneNumber: '1', Email1Address: 'd@x.example', Categories: { Category: ['Team'] } },
  ],
  [
    'InfCloud: groups around everything',
    card(
      '3.0',
      'UID:inf',
      'FN:I C',
      'N:C;I;;;',
      'item1.TEL;TYPE=WORK,VOICE:1',
      'item1.X-ABLABEL:_$!<Work>!$_',
      'item2.ADR;TYPE=WORK:;;Str;City;;1;DE',
      'item2.X-ABADR:de',
      'X-RADICALE-NAME:inf.vcf',
    ),
    { BusinessPhoneNumber: '1', BusinessAddressCity: 'City' },
  ],
  [
    'Nokia: 2.1 with line feeds alone and names only',
    ['BEGIN:VCARD', 'VERSION:2.1', 'N:Kari', 'TEL;PREF;CELL;VOICE:040', 'END:VCARD', ''].join('\n'),
    { LastName: 'Kari', MobilePhoneNumber: '040' },
  ],
  [
    'Symbian: home and work numbers of one kind, a mobile at work',
    card(
      '2.1',
      'N:S;E;;;',
      'FN:E S',
      'TEL;CELL;WORK:1',
      'TEL;HOME;VOICE:2',
      'EMAIL;INTERNET;WORK:e@s.example',
    ),
    { HomePhoneNumber: '2', Email1Address: 'e@s.example' },
  ],
  [
    'BlackBerry: a PIN and a mobile',
    card('3.0', 'N:B;B;;;', 'FN:B B', 'X-BLACKBERRY-PIN:1', 'TEL;TYPE=CELL:1'),
    { MobilePhoneNumber: '1' },
  ],
  [
    'SOGo: an empty line of each kind',
    card('3.0', 'UID:s', 'N:;;;;', 'FN:', 'ORG:;', 'TEL;TYPE=work:', 'EMAIL:', 'ADR:;;;;;;', 'NICKNAME:only'),
    { NickName: 'only' },
  ],
  [
    'Zimbra: lower case all over',
    'begin:vcard\r\nversion:3.0\r\nfn:Zim Bra\r\nn:Bra;Zim;;;\r\ntel;type=home:1\r\nend:vcard\r\n',
    { FirstName: 'Zim', HomePhoneNumber: '1' },
  ],
  [
    'Roundcube: spouse, manager and a maiden name',
    card(
      '3.0',
      'N:C;R;;;',
      'FN:R C',
      'X-SPOUSE:S',
      'X-MANAGER:M',
      'X-ASSISTANT:A',
      'X-MAIDENNAME:Old',
      'X-DEPARTMENT:D',
    ),
    { Spouse: 'S', ManagerName: 'M', AssistantName: 'A' },
  ],
  [
    'khard: 3.0 with a private object',
    card('3.0', 'N:K;H;;;', 'FN:H K', 'X-JABBER:h@k.example', 'TEL;TYPE=cell,pref:1', 'REV:20240101T000000Z'),
    { MobilePhoneNumber: '1' },
  ],
  [
    'Fastmail: 4.0, numbers as addresses of the net',
    card(
      '4.0',
      'UID:urn:uuid:f',
      'FN:F M',
      'N:M;F;;;',
      'TEL;TYPE="voice,work";VALUE=uri:tel:+1-555-0100',
      'BDAY:--0503',
    ),
    { FirstName: 'F' },
  ],
  [
    'Exchange: what its own export has for a list',
    card('2.1', 'FN:List', 'N:List', 'NOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0Ab'),
    { LastName: 'List' },
  ],
  [
    'a scanner of cards: only FN',
    card('3.0', 'FN:Jane van Doe', 'TEL:1'),
    { FirstName: 'Jane van', LastName: 'Doe' },
  ],
  [
    'a QR code: MECARD’s cousin without VERSION',
    'BEGIN:VCARD\r\nN:Code;Q;;;\r\nFN:Q Code\r\nTEL:1\r\nEND:VCARD\r\n',
    { FirstName: 'Q' },
  ],
  [
    'a school: folded in the middle of a letter of two bytes, with a tab',
    'BEGIN:VCARD\r\nVERSION:3.0\r\nN:Schu\r\n\tle;A;;;\r\nFN:A Schule\r\nEND:VCARD\r\n',
    { LastName: 'Schule' },
  ],
];

describe('cards as programs write them', () => {
  it.each(cards)('%s', (_, text, shown) => {
    const item = read(text);
    expect(item).toMatchObject(shown);
    // A phone that sends back what it was shown, and one that changes only the title, touch nothing else.
    expect(write(text, item as ContactsData)).toBe(text);
    const changed = write(text, { ...(item as ContactsData), JobTitle: 'New title' });
    const lines = new Set(changed.split(/\r?\n/));
    const lost = text.split(/\r?\n/).filter((line) => !lines.has(line) && !/^(?:REV|TITLE)\b/i.test(line));
    expect(lost).toEqual([]);
    const again = write(changed, { ...(read(changed) as ContactsData), JobTitle: item.JobTitle ?? '' });
    const { Body: _text, ...whole } = item;
    expect(read(again)).toMatchObject(whole);
  });
});
