import { randomUUID } from 'node:crypto';
import { noMailFlags, parseMime, readStoredPart, type MimePart } from '#formats';
import type { Handset } from './handset.js';
import { MailSync } from './mail-sync.js';
import type { TestServer } from './test-server.js';

/** Mails that are answered and forwarded, and what comes of it; a part is given as it stands between its delimiters. */
export const lines = (...text: string[]): string => text.join('\r\n');
export const picture = lines(
  'Content-Type: image/png; name=p.png',
  'Content-ID: <pic@x>',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: inline',
  '',
  'iVBORw0KGgo=',
);
export const file = lines(
  'Content-Type: application/pdf',
  'Content-Disposition: attachment; filename="../a\u0301.pdf"',
  'Content-Transfer-Encoding: base64',
  'X-Odd:  spaced ',
  '',
  'JVBERi0x',
  'LjQK',
);
export const message = lines('Content-Type: message/rfc822', '', 'Subject: inner', '', 'inner text');
export const html = lines(
  'Content-Type: text/html; charset=iso-8859-1',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<html><head><title>t</title></head><body><p>Gr=FC=DFe</p><img src=3D"cid:pic@x"></body></html>',
);
export const plain = lines(
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  '',
  'Grüße',
  '> older',
);
export const multipart = (subtype: string, boundary: string, ...parts: string[]): string =>
  lines(
    `Content-Type: multipart/${subtype}; boundary=${boundary}`,
    '',
    ...parts.map((part) => `--${boundary}\r\n${part}`),
    `--${boundary}--`,
  );
export const head = lines(
  'From: Bob <bob@example.net>',
  'To: Ada <ada@example.org>, Carol <carol@example.net>',
  'Subject: Original',
  'Message-ID: <orig@example.net>',
  'References: <first@example.net>',
  'Date: Sun, 22 Nov 2026 10:00:00 +0000',
);
export const rich = lines(
  head,
  'MIME-Version: 1.0',
  multipart(
    'mixed',
    'M',
    multipart('alternative', 'A', plain, multipart('related', 'R', html, picture)),
    file,
    message,
  ),
);
export const signed = lines(
  head,
  'MIME-Version: 1.0',
  'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=S',
  '',
  '--S',
  plain,
  '--S',
  lines('Content-Type: application/pkcs7-signature', 'Content-Transfer-Encoding: base64', '', 'AAAA'),
  '--S--',
  '',
);

/** What a phone writes. */
export const writtenMail = (
  to: string,
  body = multipart(
    'alternative',
    'P',
    lines('Content-Type: text/plain', '', 'Mine'),
    lines('Content-Type: text/html; charset=utf-8', '', '<html><body>M&auml;ne</body></html>'),
  ),
): Buffer =>
  Buffer.from(
    lines('From: ada@example.org', `To: ${to}`, 'Subject: Re: Original', 'MIME-Version: 1.0', body),
  );

/** Delivers a mail with the subject `Original`; its ServerId on the phone. */
export async function original(server: TestServer, text: string, phone: Handset): Promise<string> {
  server.mailbox.deliver('Inbox', Buffer.from(text));
  await phone.ask('FolderSync', { SyncKey: '0' });
  const inbox = await new MailSync(phone).complete();
  return inbox.idOf('Original');
}

/** A mail that was sent, taken apart. */
export interface SentMime {
  readonly structure: MimePart;
  readonly header: string;
  partText(part: MimePart): Promise<string>;
  /** The part with its header. */
  spanText(part: MimePart): string;
}

export async function readMime(text: string): Promise<SentMime> {
  const bytes = Buffer.from(text);
  const open = async function* (first: number, end: number | null) {
    yield bytes.subarray(first, end ?? bytes.length);
  };
  const { structure, spans, header } = await parseMime(open(0, null));
  const partText = async (part: MimePart): Promise<string> => {
    const { content } = await readStoredPart({ open, flags: noMailFlags, receivedAt: new Date() }, part.part);
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  };
  const spanText = (part: MimePart): string => {
    const span = spans.get(part)!;
    return bytes.subarray(span.first, span.end).toString();
  };
  return { structure, header: Buffer.from(header).toString(), partText, spanText };
}

/** The tree in one line: `mixed(text/plain image/png)`. */
export const shapeOf = (part: MimePart): string =>
  part.type === 'multipart'
    ? `${part.subtype}(${part.children.map(shapeOf).join(' ')})`
    : `${part.type}/${part.subtype}`;

/** Answers or forwards a mail, which must succeed; what was sent. */
export async function sendSmart(
  server: TestServer,
  phone: Handset,
  command: 'SmartReply' | 'SmartForward',
  ItemId: string,
  more: object = {},
): Promise<SentMime> {
  const Source = { FolderId: ItemId.split(':')[0]!, ItemId };
  const Mime = writtenMail('bob@example.net');
  const request = { ClientId: randomUUID(), Source, Mime, ...more };
  const answer = await phone.call(command, request);
  if (answer.kind !== 'empty') throw new Error(`${command} was answered by ${answer.kind}`);
  return readMime(server.sent.at(-1)!.text);
}

/** Flags of the first mail of the Inbox. */
export function flagsInInbox({ mailbox }: TestServer) {
  const inbox = mailbox.folder('Inbox');
  const scope = { sinceDay: null };
  const [entry] = inbox.changes({ folder: '', cursor: null, scope, limit: 9 }).changed;
  return inbox.find(entry!.id)!.flags;
}
