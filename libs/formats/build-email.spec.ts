import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { NOTED, type BodyPreference, type View } from '#backend';
import type { EmailItem } from '#eas';
import {
  buildEmail,
  noMailFlags,
  parseMime,
  planMail,
  stateElements,
  type MailFlags,
  type MailPlan,
  type MailSource,
} from './index.js';

const view = (changes: Partial<View> = {}): View => ({
  protocolVersion: 141,
  bodyPreferences: [],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
  ...changes,
});
const prefer = (...bodyPreferences: BodyPreference[]): Partial<View> => ({ bodyPreferences });

async function* pieces(bytes: Uint8Array, size = 5000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const rawOf = (text: string | Buffer): Buffer =>
  Buffer.isBuffer(text) ? text : Buffer.from(text.replace(/\r?\n/g, '\r\n'));

/** A source that gives no more than was planned, as IMAP's partial fetch does, and fails for what was not. */
async function mailOf(raw: Buffer, plan: (source: MailSource) => MailPlan): Promise<[MailSource, MailPlan]> {
  const parsed = await parseMime(pieces(raw));
  const bare: MailSource = {
    header: parsed.header,
    flags: noMailFlags,
    receivedAt: new Date('2026-01-02T03:04:05Z'),
    threadId: null,
    structure: parsed.structure,
    size: parsed.size,
    open: () => pieces(Buffer.alloc(0)),
    fileReference: ({ part }) => `ref:${part}`,
  };
  const planned = plan(bare);
  const open: MailSource['open'] = (need) => {
    const allowed = planned.needs.find(({ part }) => part === need.part);
    if (!allowed) throw new Error('read what was not planned');
    const { first, end } = (need.part ? parsed.extents.get(need.part) : undefined) ?? {
      first: 0,
      end: raw.length,
    };
    return pieces(raw.subarray(first, allowed.bytes === null ? end : Math.min(end, first + allowed.bytes)));
  };
  return [{ ...bare, open }, planned];
}

async function build(text: string | Buffer, changes: Partial<View> = {}): Promise<EmailItem> {
  const [source, plan] = await mailOf(rawOf(text), ({ structure }) => planMail(structure, view(changes)));
  return buildEmail(source, plan, view(changes));
}

async function dataOf(item: EmailItem): Promise<string> {
  const data = item.Body?.Data;
  if (data === undefined || typeof data === 'string') return data ?? '';
  const held: Buffer[] = [];
  for await (const piece of data) held.push(Buffer.from(piece));
  return Buffer.concat(held).toString();
}

const text = (body: string, header = ''): string =>
  `From: a@b.org\nSubject: s\nContent-Type: text/plain; charset=utf-8\n${header}\n${body}`;
const html = (body: string): string => `Subject: s\nContent-Type: text/html; charset=utf-8\n\n${body}`;
const multipart = (kind: string, ...parts: string[]): string => {
  const boundary = `=_${kind.replace(/\W.*$/, '')}`;
  const inside = parts.map((part) => `--${boundary}\n${part}\n`).join('');
  return `Content-Type: multipart/${kind}; boundary="${boundary}"\n\n${inside}--${boundary}--\n`;
};
const plainPart = (body: string): string => `Content-Type: text/plain; charset=utf-8\n\n${body}`;
const htmlPart = (body: string): string => `Content-Type: text/html; charset=utf-8\n\n${body}`;
const file = (type: string, name: string, more = ''): string =>
  `Content-Type: ${type}${name ? `; name="${name}"` : ''}\nContent-Transfer-Encoding: base64\n${more}\nAAAA`;

describe('headers of an item', () => {
  it('are decoded, formatted and complete', async () => {
    const item = await build(
      `From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>
Sender: office@example.org
To: "A, B" <ab@example.org>, c@example.org
Cc: d@example.org
Reply-To: r@example.org
Subject: Re: AW: =?iso-8859-1?q?Gr=FC=DFe?=
X-Priority: 1 (Highest)

x`,
    );
    expect(item).toMatchObject({
      From: '"Jürgen" <j@example.org>',
      Sender: 'office@example.org',
      To: '"A, B" <ab@example.org>, c@example.org',
      Cc: 'd@example.org',
      ReplyTo: 'r@example.org',
      DisplayTo: 'A, B; c@example.org',
      Subject: 'Re: AW: Grüße',
      ThreadTopic: 'Grüße',
      DateReceived: new Date('2026-01-02T03:04:05Z'),
      Importance: 2,
      Read: false,
      Flag: {},
      MessageClass: 'IPM.Note',
      ContentClass: 'urn:content-classes:message',
      InternetCPID: '65001',
      NativeBodyType: 1,
    });
  });

  it('that are missing are left out, but what clients misread is not', async () => {
    const item = await build('\nno header at all');
    expect(item).toMatchObject({ Subject: '', Importance: 1, Read: false });
    expect(Object.keys(item)).not.toContain('To');
  });

  it.each([
    ['Importance: low', 0],
    ['Importance: High', 2],
    ['X-Priority: 5', 0],
    ['X-Priority: 3', 1],
    ['Priority: urgent', 2],
    ['Priority: nonsense', 1],
  ])('%s is importance %i', async (header, importance) => {
    expect((await build(`${header}\n\nx`)).Importance).toBe(importance);
  });

  it('of a state view are left out, and the verb needs 14.0', async () => {
    const [source, plan] = await mailOf(rawOf(text('x')), ({ structure }) =>
      planMail(structure, view({ detail: 'state' })),
    );
    const flags = { ...noMailFlags, seen: true, flagged: true, forwarded: true };
    const state = { Read: true, Flag: { Status: 2, FlagType: 'for Follow Up' } };
    expect(plan.needs).toEqual([]);
    const item = await buildEmail({ ...source, flags }, plan, view({ detail: 'state' }));
    expect(item).toEqual({ ...state, LastVerbExecuted: 3, Categories: {} });
    const old = await buildEmail({ ...source, flags }, plan, view({ detail: 'state', protocolVersion: 121 }));
    expect(old).toEqual(state);
  });

  it('tell the categories from 14.0 on, an empty element when the last one went, and the note behind them', () => {
    const state = (flags: Partial<MailFlags>, protocolVersion: number): EmailItem =>
      stateElements({ ...noMailFlags, ...flags }, view({ detail: 'state', protocolVersion }));
    const keywords = ['Red', '$Label1'];
    expect(state({ keywords }, 140).Categories).toEqual({ Category: keywords });
    expect(state({ keywords, noted: true }, 161).Categories).toEqual({ Category: [...keywords, NOTED] });
    expect(state({}, 140).Categories).toEqual({});
    expect(state({ keywords }, 121)).not.toHaveProperty('Categories');
    expect(state({ keywords, noted: true }, 121).Categories).toEqual({ Category: [NOTED] });
    const many = Array.from({ length: 400 }, (_, i) => `k${i}`);
    expect(state({ keywords: many, noted: true }, 161).Categories?.Category).toHaveLength(300);
  });
});

describe('the choice of a body', () => {
  const both = multipart('alternative', plainPart('plain'), htmlPart('<p>html</p>'));

  it.each<[string, string, Partial<View>, number, string]>([
    ['the native type of those asked for: HTML', both, prefer({ type: 1 }, { type: 2 }), 2, '<p>html</p>'],
    ['the native type of those asked for: text', text('plain'), prefer({ type: 2 }, { type: 1 }), 1, 'plain'],
    ['the plain twin, if only text is asked for', both, prefer({ type: 1 }), 1, 'plain'],
    ['text made of HTML', html('<p>a</p><p>b</p>'), prefer({ type: 1 }), 1, 'a\r\n\r\nb\r\n'],
    ['text, if nothing is asked for', both, {}, 1, 'plain'],
    ['text, if only MIME is asked for and not allowed', text('plain'), prefer({ type: 4 }), 1, 'plain'],
    ['HTML, if only RTF is asked for', both, prefer({ type: 3 }), 2, '<p>html</p>'],
    [
      'HTML rather than an empty plain twin',
      multipart('alternative', plainPart(' '), htmlPart('<p>x</p>')),
      prefer({ type: 1 }),
      1,
      'x\r\n',
    ],
  ])('takes %s', async (_, mail, changes, type, data) => {
    expect((await build(mail, changes)).Body).toMatchObject({
      Type: type,
      Data: data,
      EstimatedDataSize: data.length,
    });
  });

  it('makes HTML of text, escaped and line by line', async () => {
    const item = await build(text('a < b\n\n  indented & "quoted"\n'), prefer({ type: 2 }));
    expect(item.Body?.Data).toBe(
      '<html><body>\r\na &lt; b<br>\r\n<br>\r\n&nbsp; indented &amp; &quot;quoted&quot;<br>\r\n</body></html>\r\n',
    );
    expect(item.NativeBodyType).toBe(1);
  });

  it('passes over a type that must not be cut and would be', async () => {
    const mail = multipart('alternative', plainPart('0123456789'), htmlPart('<p>0123456789</p>'));
    const preferences = prefer(
      { type: 2, truncationSize: 12, allOrNone: true },
      { type: 1, truncationSize: 5 },
    );
    expect((await build(mail, preferences)).Body).toMatchObject({ Type: 1, Truncated: true, Data: '01234' });
    const roomy = prefer({ type: 2, truncationSize: 17, allOrNone: true }, { type: 1, truncationSize: 5 });
    expect((await build(mail, roomy)).Body).toMatchObject({ Type: 2, Data: '<p>0123456789</p>' });
  });

  it('ignores AllOrNone without a size, and sends nothing if nothing may be cut', async () => {
    expect((await build(text('0123456789'), prefer({ type: 1, allOrNone: true }))).Body).toMatchObject({
      Data: '0123456789',
    });
    const only = await build(text('0123456789'), prefer({ type: 1, allOrNone: true, truncationSize: 5 }));
    expect(only.Body).toEqual({ Type: 1, EstimatedDataSize: 10, Truncated: true });
  });

  it('joins several shown parts, and lists the others', async () => {
    const mail = multipart('mixed', plainPart('one'), file('image/png', 'p.png'), plainPart('two'));
    const item = await build(mail, prefer({ type: 1 }));
    expect(item.Body?.Data).toBe('one\r\n\r\ntwo');
    expect(item.Attachments?.Attachment).toHaveLength(1);
  });

  it('shows the human part of a report', async () => {
    const status = 'Content-Type: message/delivery-status\n\nReporting-MTA: dns; x';
    const returned = 'Content-Type: message/rfc822\n\nSubject: What I sent\n\nbody';
    const item = await build(
      multipart('report; report-type=delivery-status', plainPart('It failed.'), status, returned),
      prefer({ type: 1 }),
    );
    expect(item.Body?.Data).toBe('It failed.');
    expect(item.Attachments?.Attachment).toMatchObject([
      { DisplayName: 'part2.txt' },
      { DisplayName: 'What I sent.eml', Method: 5 },
    ]);
  });

  it('does not take an invitation for the body', async () => {
    const mail = multipart(
      'alternative',
      plainPart('Come!'),
      'Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR',
    );
    const item = await build(mail, prefer({ type: 2 }, { type: 1 }));
    expect(item.Body).toMatchObject({ Type: 1, Data: 'Come!' });
    expect(item.Attachments?.Attachment).toMatchObject([{ DisplayName: 'invite.ics' }]);
  });

  it('gives an empty body where there is none', async () => {
    const item = await build('Subject: x\nContent-Type: image/png\n\nAAAA', prefer({ type: 1 }));
    expect(item.Body).toEqual({ Type: 1, EstimatedDataSize: 0, Data: '' });
    expect(item.Attachments?.Attachment).toMatchObject([
      { DisplayName: 'image1.png', FileReference: 'ref:1' },
    ]);
  });

  it('undoes format=flowed and delsp', async () => {
    const mail =
      'Content-Type: text/plain; format=flowed; delsp=yes\n\nLong \nword. \n> quo \n> ted\n-- \nme\n';
    expect((await build(mail, prefer({ type: 1 }))).Body?.Data).toBe(
      'Longword.\r\n> quoted\r\n-- \r\nme\r\n',
    );
  });

  it('cleans what a phone cannot take: NUL, controls, broken UTF-8', async () => {
    const raw = Buffer.concat([
      rawOf(text('')),
      Buffer.from('a\0b\x07c é'),
      Buffer.from([0xc3]),
      Buffer.from(' éé\n'),
    ]);
    expect(await dataOf(await build(raw, prefer({ type: 1 })))).toBe('abc é\ufffd éé\r\n');
  });

  it('reads HTML in the charset it names itself', async () => {
    const raw = Buffer.concat([
      Buffer.from('Content-Type: text/html\r\n\r\n<meta charset="windows-1251">'),
      Buffer.from([0xcf, 0xf0, 0xe8]),
    ]);
    expect(await dataOf(await build(raw, prefer({ type: 2 })))).toContain('При');
  });
});

describe('cutting', () => {
  it('never cuts a character, and tells the exact size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(80), async (body, size) => {
        const clean = body.replace(/[\p{Cc}\p{Cs}\ufffe\uffff\ufeff]/gu, '');
        const item = await build(text(clean), prefer({ type: 1, truncationSize: size }));
        const data = await dataOf(item);
        expect(clean.startsWith(data)).toBe(true);
        expect(Buffer.byteLength(data)).toBeLessThanOrEqual(size);
        expect(item.Body?.EstimatedDataSize).toBe(Buffer.byteLength(clean));
        expect(item.Body?.Truncated ?? false).toBe(data !== clean);
      }),
    );
  });

  it.each([
    ['<p>one</p><p class="x">two</p>', 15, '<p>one</p>'],
    ['<p>one &uuml; two</p>', 11, '<p>one '],
    ['<p>one &uuml; two</p>', 13, '<p>one &uuml;'],
    ['<p>one</p>', 3, '<p>'],
    ['<p>one</p>', 0, ''],
  ])('HTML %j to %i bytes is %j', async (body, truncationSize, data) => {
    expect(await dataOf(await build(html(body), prefer({ type: 2, truncationSize })))).toBe(data);
  });

  it('of a large body reads only what is needed and estimates the rest', async () => {
    const line = 'A line of sixty-four characters, which is repeated many times.\r\n';
    const raw = rawOf(text(line.repeat(20_000)));
    const changes = prefer({ type: 1, truncationSize: 500 });
    const [source, plan] = await mailOf(raw, ({ structure }) => planMail(structure, view(changes)));
    expect(plan.needs).toMatchObject([{ bytes: 32 * 1024 }]);
    const item = await buildEmail(source, plan, view(changes));
    expect(item.Body).toMatchObject({ Truncated: true });
    expect(Math.abs(item.Body!.EstimatedDataSize! / (line.length * 20_000) - 1)).toBeLessThan(0.01);
    expect(await dataOf(item)).toHaveLength(500);
  });

  it('asks for enough of every encoding', async () => {
    const body = 'ÄÖÜ'.repeat(60_000);
    const encoded = {
      base64: Buffer.from(body).toString('base64').replace(/.{76}/g, '$&\r\n'),
      'quoted-printable': [...Buffer.from(body)]
        .map((byte) => `=${byte.toString(16)}`)
        .join('')
        .replace(/.{75}/g, '$&=\r\n'),
    };
    for (const [encoding, content] of Object.entries(encoded)) {
      const mail = text(content, `Content-Transfer-Encoding: ${encoding}\n`);
      const data = await dataOf(await build(mail, prefer({ type: 1, truncationSize: 50_001 })));
      expect(data).toBe('ÄÖÜ'.repeat(60_000).slice(0, 25_000));
    }
  });

  it('of a whole large body streams it, with its exact size, and leaves no file open', async () => {
    const before = (await readdir('/proc/self/fd')).length;
    const line = '<p>Ein längerer Absatz, der sich wiederholt.</p>\r\n';
    const item = await build(html(line.repeat(40_000)), prefer({ type: 2 }));
    expect(typeof item.Body?.Data).toBe('object');
    expect(await dataOf(item)).toBe(line.repeat(40_000));
    expect(item.Body).toMatchObject({ EstimatedDataSize: Buffer.byteLength(line) * 40_000 });
    expect((await readdir('/proc/self/fd')).length).toBe(before);
  });
});

describe('MIME', () => {
  const signed = multipart(
    'signed; protocol="application/pkcs7-signature"',
    plainPart('signed'),
    file('application/pkcs7-signature', 'smime.p7s'),
  );
  const encrypted =
    'Subject: e\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\nContent-Transfer-Encoding: base64\n\nAAAA\n';

  it.each<[string, string, Partial<View>, number]>([
    ['never at 0', text('x'), { ...prefer({ type: 4 }, { type: 1 }), mimeSupport: 0 }, 1],
    ['not of ordinary mail at 1', text('x'), { ...prefer({ type: 4 }, { type: 1 }), mimeSupport: 1 }, 1],
    ['of signed mail at 1', signed, { ...prefer({ type: 4 }, { type: 1 }), mimeSupport: 1 }, 4],
    ['of encrypted mail at 1, even unasked', encrypted, { ...prefer({ type: 1 }), mimeSupport: 1 }, 4],
    ['of all mail at 2', text('x'), { ...prefer({ type: 4 }, { type: 1 }), mimeSupport: 2 }, 4],
    ['not at 2 if it is not asked for', text('x'), { ...prefer({ type: 1 }), mimeSupport: 2 }, 1],
  ])('is sent %s', async (_, mail, changes, type) => {
    const item = await build(mail, changes);
    expect(item.Body?.Type).toBe(type);
    if (type === 4) expect(await dataOf(item)).toBe(rawOf(mail).toString());
    if (type === 4) expect(item.Body?.EstimatedDataSize).toBe(rawOf(mail).length);
  });

  it('of encrypted mail is whole or absent', async () => {
    const cut = await build(encrypted, {
      ...prefer({ type: 4, truncationSize: 10 }),
      mimeSupport: 1,
      mimeTruncation: 0,
    });
    expect(cut.Body?.Truncated).toBeUndefined();
    expect(await dataOf(cut)).toBe(rawOf(encrypted).toString());
    const absent = await build(encrypted, { ...prefer({ type: 2 }), mimeSupport: 0 });
    expect(await dataOf(absent)).not.toContain('AAAA');
    expect(absent).toMatchObject({
      MessageClass: 'IPM.Note.SMIME',
      Attachments: { Attachment: [{ DisplayName: 'smime.p7m' }] },
    });
    expect((await build(signed)).MessageClass).toBe('IPM.Note.SMIME.MultipartSigned');
  });

  it('that is cut keeps its header', async () => {
    const mail = text('0123456789');
    const header = rawOf(mail).toString().split('0123')[0]!;
    const headersOnly = await build(mail, { ...prefer({ type: 4 }), mimeSupport: 2, mimeTruncation: 0 });
    expect(headersOnly.Body).toMatchObject({
      Type: 4,
      Truncated: true,
      EstimatedDataSize: rawOf(mail).length,
    });
    expect(await dataOf(headersOnly)).toBe(header);
    const some = await build(mail, {
      ...prefer({ type: 4, truncationSize: header.length + 3 }),
      mimeSupport: 2,
    });
    expect(await dataOf(some)).toBe(`${header}012`);
  });

  it('comes byte for byte, but for the NUL that would end the string', async () => {
    const raw = Buffer.concat([rawOf(text('')), Buffer.from([0xe9, 0xff, 0, 0x80])]);
    const item = await build(raw, { ...prefer({ type: 4 }), mimeSupport: 2 });
    const held: Buffer[] = [];
    for await (const piece of item.Body!.Data as AsyncIterable<Uint8Array>) held.push(Buffer.from(piece));
    expect(
      Buffer.concat(held).equals(Buffer.concat([rawOf(text('')), Buffer.from([0xe9, 0xff, 0x20, 0x80])])),
    ).toBe(true);
  });
});

describe('previews', () => {
  it('beside MIME are what the source has at hand, and the text is not read for them', async () => {
    const changes = { ...prefer({ type: 4, truncationSize: 10, preview: 5 }), mimeSupport: 2 as const };
    const [source, plan] = await mailOf(rawOf(text('Hello you')), ({ structure }) =>
      planMail(structure, view(changes)),
    );
    const opened: (string | undefined)[] = [];
    const open: MailSource['open'] = (need) => {
      opened.push(need.part?.part);
      return source.open(need);
    };
    const item = await buildEmail({ ...source, open, preview: 'At hand' }, plan, view(changes));
    expect(item.Body?.Preview).toBe('At ha');
    expect(opened).toEqual([undefined]);
    const read = await buildEmail({ ...source, open, preview: '' }, plan, view(changes));
    expect(read.Body?.Preview).toBe('Hello');
  });

  it('stand beside HTML and MIME, not beside plain text, and not before 14.0', async () => {
    const mail = multipart(
      'alternative',
      plainPart('Hello you'),
      htmlPart('<style>x</style><p>Hello <b>you</b></p>'),
    );
    expect((await build(mail, prefer({ type: 2, preview: 7 }))).Body?.Preview).toBe('Hello y');
    expect((await build(mail, { ...prefer({ type: 4, preview: 5 }), mimeSupport: 2 })).Body?.Preview).toBe(
      'Hello',
    );
    expect((await build(mail, prefer({ type: 1, preview: 7 }))).Body?.Preview).toBeUndefined();
    expect((await build(mail, prefer({ type: 1, preview: 7, truncationSize: 0 }))).Body?.Preview).toBe(
      'Hello y',
    );
    expect(
      (await build(mail, { ...prefer({ type: 2, preview: 7 }), protocolVersion: 121 })).Body?.Preview,
    ).toBeUndefined();
  });
});

describe('attachments', () => {
  it('are named safely, inline ones by their content id', async () => {
    const mail = multipart(
      'mixed',
      multipart('related', htmlPart('<img src="cid:1">'), file('image/gif', '', 'Content-ID: <1>\n')),
      file('application/octet-stream', '../../etc/passwd'),
      file('application/pdf', '=?utf-8?q?=C3=BCber=0D=0A.pdf?='),
      'Content-Type: text/plain; name="notes.txt"\nContent-Disposition: attachment\n\nnotes',
      'Content-Type: message/rfc822\n\nSubject: a/b\n\nx',
    );
    const item = await build(mail, prefer({ type: 2 }));
    expect(item.Attachments?.Attachment).toEqual([
      {
        DisplayName: 'image1-2.gif',
        FileReference: 'ref:1.2',
        Method: 1,
        EstimatedDataSize: 3,
        ContentId: '1',
        IsInline: true,
      },
      { DisplayName: 'passwd', FileReference: 'ref:2', Method: 1, EstimatedDataSize: 3 },
      { DisplayName: 'über .pdf', FileReference: 'ref:3', Method: 1, EstimatedDataSize: 3 },
      { DisplayName: 'notes.txt', FileReference: 'ref:4', Method: 1, EstimatedDataSize: 5 },
      { DisplayName: 'a b.eml', FileReference: 'ref:5', Method: 5, EstimatedDataSize: 17 },
    ]);
  });
});

it('any garbage becomes an item', async () => {
  const words = [
    'Content-Type: ',
    'multipart/alternative; boundary=b',
    'text/html',
    '--b',
    '\r\n',
    '\r\n\r\n',
    '=?',
    '<p',
    '&',
    '\xff',
  ];
  const garbage = fc
    .array(fc.constantFrom(...words), { maxLength: 30 })
    .map((list) => Buffer.from(list.join(''), 'latin1'));
  await fc.assert(
    fc.asyncProperty(
      garbage,
      fc.constantFrom(1 as const, 2 as const),
      fc.nat(50),
      async (raw, type, truncationSize) => {
        const item = await build(raw, prefer({ type, truncationSize, preview: 20 }));
        expect(item.Body?.Type).toBe(type);
        await dataOf(item);
      },
    ),
  );
});
