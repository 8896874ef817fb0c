/** Mails as they are met with: broken, deep, huge, protected. Sources are exact to the byte. */
export interface CorpusMail {
  readonly name: string;
  readonly source: Buffer;
  /** Signed mail must arrive whole; opaque mail (encrypted, or signed within PKCS #7) whole or not at all (trap 66). */
  readonly protection: 'none' | 'signed' | 'opaque';
  /** Words that whoever reads the text must find; null where there is none to be found. */
  readonly words: string | null;
}

const crlf = (text: string): string => text.replace(/\r?\n/g, '\r\n');
const folded = (base64: string): string => base64.replace(/.{76}(?=.)/g, '$&\n');
const inBase64 = (content: string | Buffer): string => folded(Buffer.from(content).toString('base64'));

const head = (name: string): string => `From: Bob <bob@example.org>
To: ada@example.org
Subject: ${name}
Date: Sun, 22 Nov 2026 08:00:00 +0000
Message-ID: <${name.replace(/\W+/g, '-')}@example.org>
MIME-Version: 1.0
`;

const mail = (
  name: string,
  rest: string | Buffer,
  words: string | null,
  protection: CorpusMail['protection'] = 'none',
): CorpusMail => ({
  name,
  source: Buffer.concat([
    Buffer.from(crlf(head(name))),
    typeof rest === 'string' ? Buffer.from(crlf(rest)) : rest,
  ]),
  protection,
  words,
});

const nested = (depth: number): string =>
  depth === 0
    ? 'Content-Type: text/plain; charset=utf-8\n\nAt the bottom\n'
    : `Content-Type: multipart/mixed; boundary="level-${depth}"\n\n--level-${depth}\n${nested(depth - 1)}\n--level-${depth}--\n`;

const messages = (depth: number): string =>
  depth === 0
    ? 'Subject: innermost\nContent-Type: text/plain\n\nInnermost words\n'
    : `Subject: level ${depth}\nContent-Type: multipart/mixed; boundary="m${depth}"\n\n--m${depth}\nContent-Type: text/plain\n\nWords at level ${depth}\n--m${depth}\nContent-Type: message/rfc822\n\n${messages(depth - 1)}\n--m${depth}--\n`;

const longHtml = `<html><head><style>p > b { color: red }</style></head><body>${Array.from(
  { length: 600 },
  (_, line) =>
    `<p title="a > b &amp; ${line}">Zeile ${line}: Grüße &auml;&#x1F600; 😀 <a href='https://example.org/?a=1&amp;b=${line}'>links</a></p>\n`,
).join('')}</body></html>`;

const event = (method: string, more = ''): string => `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
METHOD:${method}
BEGIN:VEVENT
UID:meeting-${method.toLowerCase()}@example.org
DTSTAMP:20261101T000000Z
DTSTART:20261201T090000Z
DTEND:20261201T100000Z
SUMMARY:Meeting
LOCATION:Room 1
ORGANIZER;CN=Bob:mailto:bob@example.org
ATTENDEE;RSVP=TRUE;PARTSTAT=ACCEPTED:mailto:ada@example.org
${more}END:VEVENT
END:VCALENDAR
`;

const invitation = (method: string, text = event(method)): string =>
  `Content-Type: multipart/alternative; boundary=alt\n\n--alt\nContent-Type: text/plain\n\nPlease come\n--alt\nContent-Type: text/calendar; charset=utf-8; method=${method}\n\n${text}\n--alt--\n`;

const pixel = `Content-Type: image/png; name="dot.png"
Content-ID: <dot@example.org>
Content-Disposition: inline; filename="dot.png"
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=`;

const signed = (protocol: string): string =>
  `Content-Type: multipart/signed; protocol="${protocol}"; micalg=sha-256; boundary="sig"

This is an S/MIME signed message
--sig
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: 8bit

Signed words with trailing blanks  \t
.
--sig
Content-Type: ${protocol}; name="smime.p7s"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="smime.p7s"

MIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglghkgBZQMEAgEFADCABgkqhkiG9w0BBwEAAAAA
--sig--

`;

const enveloped = (
  kind: string,
): string => `Content-Type: application/pkcs7-mime; smime-type=${kind}; name="smime.p7m"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="smime.p7m"

${inBase64(Buffer.from(Array.from({ length: 60_000 }, (_, index) => (index * 31) % 251)))}
`;

/** Latin-1 beyond ASCII, in the header and in the text, as if it were allowed. */
const rawEightBit = Buffer.from(
  crlf('X-Greeting: Grüße\nContent-Type: text/plain; charset=iso-8859-1\n\nGrüße aus München\n'),
  'latin1',
);

const recurring = event('REQUEST', 'RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=12\n').replace(
  'meeting-request',
  '040000008200E00074C5B7101A82E00800000000',
);

export const mimeCorpus: readonly CorpusMail[] = [
  mail('nested multiparts', nested(12), 'At the bottom'),
  mail('multiparts nested too deep', nested(60), null),
  mail(
    'a boundary that never comes',
    'Content-Type: multipart/mixed; boundary="nowhere"\n\nWords without a part\n',
    'Words without a part',
  ),
  mail(
    'a multipart without a boundary',
    'Content-Type: multipart/mixed\n\nWords all the same\n',
    'all the same',
  ),
  mail(
    'a boundary that begins another',
    'Content-Type: multipart/mixed; boundary="a"\n\n--a\nContent-Type: multipart/alternative; boundary="a-b"\n\n--a-b\nContent-Type: text/plain\n\nInner words\n--a-b--\n--a--\n',
    'Inner words',
  ),
  mail(
    'no final boundary',
    'Content-Type: multipart/alternative; boundary="cut"\n\n--cut\nContent-Type: text/plain\n\nPlain words\n--cut\nContent-Type: text/html\n\n<p>Plain words in HTML',
    'Plain words',
  ),
  mail(
    'a final boundary and more behind it',
    'Content-Type: multipart/mixed; boundary="x"\n\npreamble\n--x\n\nThe only part\n--x--\nepilogue\n--x\n\nnever shown\n',
    'The only part',
  ),
  mail(
    'a huge header',
    `X-Long: ${'folded value\n '.repeat(20_000)}end\nContent-Type: text/plain\n\nAfter it all\n`,
    null,
  ),
  mail(
    'many references',
    `References: ${'<abcdefgh@example.org>\n '.repeat(2_000)}<z@z>\n\nHello thread\n`,
    'Hello thread',
  ),
  mail('raw eight bit', rawEightBit, 'München'),
  mail(
    'a header that ends as Nine writes it',
    Buffer.from('\n\nWords behind two line feeds\r\n'),
    'behind two',
  ),
  mail('no text at all', 'Content-Type: text/plain\n\n', null),
  mail('only a header', '', null),
  mail('only a picture', `${pixel}\n`, null),
  mail('messages in messages', messages(5), 'Words at level 5'),
  mail(
    'a forwarded message in base64',
    `Content-Type: multipart/mixed; boundary=f\n\n--f\nContent-Type: text/plain\n\nSee below\n--f\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n${inBase64('Subject: inner\r\n\r\ninside')}\n--f--\n`,
    'See below',
  ),
  mail(
    'inline pictures',
    `Content-Type: multipart/related; boundary=rel\n\n--rel\nContent-Type: text/html; charset=utf-8\n\n<p>With a picture <img src="cid:dot@example.org"></p>\n--rel\n${pixel}\n--rel--\n`,
    'With a picture',
  ),
  mail(
    'format flowed',
    `Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n${'A line that goes on \n'.repeat(300)}to its end\n> quoted \n> on\n-- \nBob\n`,
    'to its end',
  ),
  mail(
    'much HTML',
    `Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${inBase64(longHtml)}\n`,
    'Zeile 0',
  ),
  mail(
    'much text',
    `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n${'Grüße 😀 aus 東京, und weiter\n'.repeat(2_000)}`,
    '東京',
  ),
  mail('one endless line', `Content-Type: text/plain; charset=utf-8\n\n${'ä'.repeat(40_000)}`, 'ää'),
  mail('signed', signed('application/pkcs7-signature'), 'Signed words', 'signed'),
  mail('signed in the old way', signed('application/x-pkcs7-signature'), 'Signed words', 'signed'),
  mail('encrypted', enveloped('enveloped-data'), null, 'opaque'),
  mail('signed within PKCS 7', enveloped('signed-data'), null, 'opaque'),
  mail('an invitation', invitation('REQUEST'), 'Please come'),
  mail('an invitation to a series by Outlook', invitation('REQUEST', recurring), 'Please come'),
  mail('a cancellation', invitation('CANCEL'), 'Please come'),
  mail('an answer', invitation('REPLY'), 'Please come'),
  mail('a counter proposal', invitation('COUNTER'), 'Please come'),
  mail(
    'an invitation of nothing but a name',
    invitation(
      'REQUEST',
      'BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:?\nEND:VEVENT\nEND:VCALENDAR\n',
    ),
    'Please come',
  ),
  mail(
    'a delivery report',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=r\n\n--r\nContent-Type: text/plain\n\nNot delivered\n--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; nobody@example.org\nAction: failed\nStatus: 5.1.1\n\n--r\nContent-Type: message/rfc822\n\nSubject: lost\n\nlost words\n--r--\n',
    'Not delivered',
  ),
];
