import type { View } from '#backend';
import { buildEmail, parseMime, planMail, type MailSource } from './index.js';

const view = (changes: Partial<View> = {}): View => ({
  protocolVersion: 141,
  bodyPreferences: [],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'full',
  ...changes,
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function mailOf(text: string | Buffer): Promise<MailSource> {
  const raw = Buffer.isBuffer(text) ? text : Buffer.from(text.replace(/\r?\n/g, '\r\n'));
  const parsed = await parseMime(once(raw));
  return {
    header: parsed.header,
    flags: { seen: false, flagged: false, answered: false, forwarded: false },
    receivedAt: new Date('2026-01-02T03:04:05Z'),
    structure: parsed.structure,
    size: parsed.size,
    open: ({ part }) => {
      const extent = part ? parsed.extents.get(part) : { first: 0, end: raw.length };
      return once(raw.subarray(extent!.first, extent!.end));
    },
    fileReference: ({ part }) => `ref:${part}`,
  };
}

async function build(text: string | Buffer, changes: Partial<View> = {}) {
  const source = await mailOf(text);
  return buildEmail(source, planMail(source.structure, view(changes)), view(changes));
}

const alternative = `From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>
To: "A, B" <ab@example.org>, c@example.org
Subject: Re: =?iso-8859-1?q?Gr=FC=DFe?=
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: multipart/alternative; boundary=y

--y
Content-Type: text/plain; charset=utf-8

plain text
--y
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<p>html t=E9xt</p>
--y--

--x
Content-Type: application/pdf; name="a.pdf"
Content-Transfer-Encoding: base64

AAAA
--x--
`;

describe('an item of a mail', () => {
  it('has decoded headers, the native body and the attachments', async () => {
    const item = await build(alternative, { bodyPreferences: [{ type: 1 }, { type: 2 }] });
    expect(item).toMatchObject({
      From: '"Jürgen" <j@example.org>',
      To: '"A, B" <ab@example.org>, c@example.org',
      DisplayTo: 'A, B; c@example.org',
      Subject: 'Re: Grüße',
      ThreadTopic: 'Grüße',
      Importance: 1,
      NativeBodyType: 2,
      Body: { Type: 2, Data: '<p>html téxt</p>', EstimatedDataSize: 17 },
      Attachments: {
        Attachment: [{ DisplayName: 'a.pdf', FileReference: 'ref:2', Method: 1, EstimatedDataSize: 3 }],
      },
    });
  });
});
