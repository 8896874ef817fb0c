import type { SeedMail } from '../servers/index.js';

/** A mail with what it says, in whatever way it says it. */
export interface Sample {
  readonly subject: string;
  /** Words that a phone must be able to read in its body. */
  readonly words: string;
  readonly source: Buffer;
}

const crlf = (text: string): string => text.replace(/\n/g, '\r\n');

const word = (charset: string, bytes: Buffer): string => `=?${charset}?B?${bytes.toString('base64')}?=`;

function head(number: number, subject: string, type: string): string {
  return `From: =?utf-8?Q?J=C3=B8rgen?= <jorgen@example.org>
To: anna@example.test
Cc: Bert <bert@example.org>
Subject: ${subject}
Date: Sun, 22 Nov 2026 08:00:00 +0000
Message-ID: <sample-${number}@example.org>
MIME-Version: 1.0
${type}

`;
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

type Maker = (number: number) => Sample;

const plain: Maker = (number) => {
  const subject = `Mail ${number} in plain text`;
  const words = `These are the plain words of mail ${number}.`;
  const type = 'Content-Type: text/plain; charset=utf-8';
  return { subject, words, source: Buffer.from(crlf(`${head(number, subject, type)}${words}\n`)) };
};

const html: Maker = (number) => {
  const subject = `Mail ${number} in HTML`;
  const words = `Hypertext number ${number} with <markup> & more`;
  const type = 'Content-Type: text/html; charset=utf-8';
  const body = `<html><head><style>p { color: red }</style></head><body><p>Hypertext number <b>${number}</b> with &lt;markup&gt; &amp; more</p></body></html>\n`;
  return { subject, words, source: Buffer.from(crlf(head(number, subject, type) + body)) };
};

const alternative: Maker = (number) => {
  const subject = `Mail ${number} both ways`;
  const words = `Said in two ways, ${number}`;
  const body = `--both
Content-Type: text/plain; charset=us-ascii

${words}
--both
Content-Type: text/html; charset=us-ascii

<p>${words}</p>
--both--
`;
  const type = 'Content-Type: multipart/alternative; boundary=both';
  return { subject, words, source: Buffer.from(crlf(head(number, subject, type) + body)) };
};

/** What the attachment of every third mail holds. */
export const attachmentBytes = (number: number): Buffer =>
  Buffer.from(Array.from({ length: 3000 + number }, (_, index) => (index * 7 + number) % 256));

const attached: Maker = (number) => {
  const subject = `Mail ${number} with an attachment`;
  const words = `See attachment ${number}.`;
  const content = attachmentBytes(number).toString('base64').replace(/.{76}/g, '$&\n');
  const body = `--mixed
Content-Type: text/plain; charset=utf-8

${words}
--mixed
Content-Type: application/octet-stream; name="data-${number}.bin"
Content-Disposition: attachment; filename="data-${number}.bin"
Content-Transfer-Encoding: base64

${content}
--mixed--
`;
  const type = 'Content-Type: multipart/mixed; boundary=mixed';
  return { subject, words, source: Buffer.from(crlf(head(number, subject, type) + body)) };
};

const western: Maker = (number) => {
  const subject = `Größe ${number} à la carte`;
  const words = `Äpfel und Öl für Jürgen, ${number}`;
  const type = 'Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit';
  const encoded = head(number, word('iso-8859-1', bytesOf(subject)), type);
  return { subject, words, source: Buffer.concat([Buffer.from(crlf(encoded)), bytesOf(`${words}\r\n`)]) };
};

/** "Привет" in KOI8-R and "テスト" in ISO-2022-JP, by their bytes. */
const KOI8 = Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4]);
const JIS = Buffer.from('\x1b$B%F%9%H\x1b(B', 'latin1');

const russian: Maker = (number) => {
  const subject = `Привет ${number}`;
  const type = 'Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: 8bit';
  const encoded = head(number, word('koi8-r', Buffer.concat([KOI8, Buffer.from(` ${number}`)])), type);
  const body = Buffer.concat([KOI8, Buffer.from(`, mail ${number}\r\n`)]);
  return {
    subject,
    words: `Привет, mail ${number}`,
    source: Buffer.concat([Buffer.from(crlf(encoded)), body]),
  };
};

const japanese: Maker = (number) => {
  const subject = `テスト ${number}`;
  const type = 'Content-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: 7bit';
  const encoded = head(number, word('iso-2022-jp', Buffer.concat([JIS, Buffer.from(` ${number}`)])), type);
  const body = Buffer.concat([JIS, Buffer.from(` mail ${number}\r\n`)]);
  return {
    subject,
    words: `テスト mail ${number}`,
    source: Buffer.concat([Buffer.from(crlf(encoded)), body]),
  };
};

const makers: readonly Maker[] = [plain, html, alternative, attached, western, russian, japanese];

export const sample = (number: number): Sample => makers[number % makers.length]?.(number) ?? plain(number);

/** A multipart that never says where its parts are, in a transfer encoding that it is not in. */
export const brokenSample: Sample = {
  subject: 'Mail that is broken',
  words: '',
  source: Buffer.from(
    crlf(`${head(-1, 'Mail that is broken', 'Content-Type: multipart/mixed')}--nowhere
Content-Type: text/html; charset=x-no-such-charset
Content-Transfer-Encoding: base64

@@@ this is no base64 \u0000 @@@
--nowhere
Content-Type: multipart/alternative; boundary=
`),
  ),
};

const HOUR = 3_600_000;
const flagsOf = (number: number): string => `${number % 5 === 0 ? 'F' : ''}${number % 3 === 0 ? 'S' : ''}`;

/** Mails of all kinds, the oldest first and `hours` apart, the newest an hour ago. */
export function seedMails(samples: readonly Sample[], hours: number): SeedMail[] {
  const now = Math.floor(Date.now() / 1000) * 1000;
  return samples.map(({ source }, index) => ({
    source,
    date: new Date(now - HOUR - (samples.length - 1 - index) * hours * HOUR),
    flags: flagsOf(index),
  }));
}

/** `count` samples; number 0 is the first. */
export const samples = (count: number): Sample[] =>
  Array.from({ length: count }, (_, number) => sample(number));

/** A short mail for delivery. */
export const letter = (subject: string, text = 'Short words.'): string =>
  crlf(
    `${head(0, subject, 'Content-Type: text/plain; charset=utf-8').replace(/Message-ID.*\n/, '')}${text}\n`,
  );
