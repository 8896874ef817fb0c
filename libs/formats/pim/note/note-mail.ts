import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { EmailItem } from '#eas';
import type { View } from '#backend';
import { sortBodyParts } from '../../body-parts.js';
import { cleanLine } from '../../clean-text.js';
import { encodeHeaderText } from '../../compose/encode-text.js';
import { HeaderBlock } from '../../compose/header-block.js';
import { quotedPrintable } from '../../compose/quoted-printable.js';
import { decodeWords } from '../../encoded-words.js';
import { HeaderFields } from '../../header-fields.js';
import { mailFlags } from '../../mail-flags.js';
import { parseMime, type ParsedMime } from '../../mime-parser.js';
import { readStoredMail } from '../../stored-mail.js';
import { changedText, type ItemText } from '../item-body.js';
import type { NoteFields } from './note-fields.js';

/** Header fields by which the notes programs of iPhones and Macs know a note among mails. */
export const noteHeader = {
  uuid: 'X-Universally-Unique-Identifier',
  type: 'X-Uniform-Type-Identifier',
  createdAt: 'X-Mail-Created-Date',
  /** Theirs know no categories: these are for phones alone. */
  categories: 'X-ActiveSync-Categories',
  messageClass: 'X-ActiveSync-Message-Class',
} as const;
const noteType = 'com.apple.mail-note';

/** Reads a note that is kept as a mail. `modifiedAt` is when the mail was put where it is. Never throws. */
export async function noteOfMail(
  mail: Uint8Array,
  { uid, modifiedAt }: { readonly uid: string; readonly modifiedAt: Date },
): Promise<NoteFields> {
  const header = HeaderFields.parse(mail);
  const created = Date.parse(header.raw(noteHeader.createdAt));
  return {
    uid,
    subject: cleanLine(decodeWords(header.raw('subject'))),
    text: await textOfMail(mail),
    categories: readCategories(header.raw(noteHeader.categories)),
    messageClass: cleanLine(decodeWords(header.raw(noteHeader.messageClass))),
    createdAt: created > 0 ? new Date(created) : modifiedAt,
    modifiedAt,
  };
}

/**
 * A mail of a note, made of the one it was before if there was one: fields nobody knows, and files, are carried over byte by
 * byte, and so is the text if it is the same.
 */
export async function mailOfNote(
  note: NoteFields,
  before: Uint8Array | null,
  how: { readonly uuid: string; readonly from: string; readonly now: Date },
): Promise<Uint8Array> {
  const parsed = before && (await parseMime(pieces(before)));
  const old = HeaderBlock.parse(Buffer.from(parsed?.header ?? []));
  const said = note.text === null ? { Type: 1, Data: '' } : { Type: note.text.type, Data: note.text.text };
  const isSameText = before !== null && changedText(await textOfMail(before), said) === null;
  const entity =
    before && parsed && isSameText
      ? oldEntity(before, parsed, old)
      : await newEntity(note.text, before, parsed);
  const header = old
    .without((name) => made.has(name) || name.startsWith('content-'))
    .adding([
      `Subject: ${encodeHeaderText(note.subject)}`,
      ...(old.has('from') ? [] : [`From: ${encodeHeaderText(how.from)}`]),
      `Date: ${dateField(how.now)}`,
      `Message-Id: <${how.uuid.replace(/[^\w.-]/g, '')}.${how.now.getTime().toString(36)}@note.invalid>`,
      ...(old.has(noteHeader.type.toLowerCase()) ? [] : [`${noteHeader.type}: ${noteType}`]),
      `${noteHeader.uuid}: ${how.uuid}`,
      ...(old.has(noteHeader.createdAt.toLowerCase())
        ? []
        : [`${noteHeader.createdAt}: ${dateField(note.createdAt)}`]),
      ...labelled(noteHeader.categories, note.categories.map(escapeCategory).join(', ')),
      ...labelled(noteHeader.messageClass, note.messageClass),
      'Mime-Version: 1.0',
      ...entity.fields,
    ]);
  return Buffer.concat([header.bytes(), entity.body]);
}

/** The same mail as another note. */
export function renamedMail(mail: Uint8Array, bodyAt: number, uuid: string): Uint8Array {
  const header = HeaderBlock.parse(mail.subarray(0, bodyAt));
  return Buffer.concat([header.with(noteHeader.uuid, uuid).bytes(), mail.subarray(bodyAt)]);
}

/** Where the content behind a mail's header begins. */
export const bodyStart = async (mail: Uint8Array): Promise<number> => (await parseMime(pieces(mail))).bodyAt;

const made: ReadonlySet<string> = new Set(
  [
    'subject',
    'date',
    'message-id',
    'mime-version',
    noteHeader.uuid,
    noteHeader.categories,
    noteHeader.messageClass,
  ].map((name) => name.toLowerCase()),
);

const labelled = (name: string, text: string): string[] =>
  text === '' ? [] : [`${name}: ${encodeHeaderText(text)}`];

/** RFC 5322 3.3. */
const dateField = (at: Date): string => at.toUTCString().replace('GMT', '+0000');

const escapeCategory = (category: string): string =>
  cleanLine(category).replace(/[%,]/g, (letter) => (letter === ',' ? '%2C' : '%25'));

const readCategories = (field: string): string[] =>
  decodeWords(field)
    .split(',')
    .map((part) => cleanLine(part.replace(/%2C|%25/gi, (code) => (/2c/i.test(code) ? ',' : '%'))))
    .filter((category) => category !== '');

interface Entity {
  readonly fields: readonly string[];
  readonly body: Uint8Array;
}

const oldEntity = (mail: Uint8Array, { bodyAt }: ParsedMime, header: HeaderBlock): Entity => ({
  fields: header.only((name) => name.startsWith('content-')).lines(),
  body: mail.subarray(bodyAt),
});

/** The text, and beside it the files of the mail before. */
async function newEntity(
  text: ItemText | null,
  before: Uint8Array | null,
  parsed: ParsedMime | null,
): Promise<Entity> {
  const entity = await textEntity(text ?? { type: 1, text: '' });
  const root = parsed?.structure;
  if (!before || !parsed || !root || root.children.length === 0) return entity;
  const files = sortBodyParts(root).attachments.flatMap((part) => parsed.spans.get(part) ?? []);
  if (files.length === 0) return entity;
  const boundary = `note-${randomUUID()}`;
  const parts = [
    Buffer.concat([Buffer.from(`${entity.fields.join('\r\n')}\r\n\r\n`), entity.body]),
    ...files.map(({ first, end }) => before.subarray(first, end)),
  ];
  return {
    fields: [
      `Content-Type: multipart/${root.subtype === 'related' ? 'related' : 'mixed'}; boundary="${boundary}"`,
    ],
    body: Buffer.concat([
      ...parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), part, Buffer.from('\r\n')]),
      Buffer.from(`--${boundary}--\r\n`),
    ]),
  };
}

async function textEntity({ type, text }: ItemText): Promise<Entity> {
  const lines = Buffer.from(text.replace(/\r\n|\r|\n/g, '\r\n'), 'utf8');
  return {
    fields: [
      `Content-Type: text/${type === 2 ? 'html' : 'plain'}; charset=utf-8`,
      'Content-Transfer-Encoding: quoted-printable',
    ],
    body: Buffer.concat(await Readable.from(quotedPrintable(pieces(lines))).toArray()),
  };
}

/** The text of a mail in the type it is stored in; null if it has none. */
async function textOfMail(mail: Uint8Array): Promise<ItemText | null> {
  const plain = await bodyOf(mail, 1);
  const native = plain.NativeBodyType === 2 ? 2 : 1;
  const data = await gathered((native === 2 ? await bodyOf(mail, 2) : plain).Body?.Data);
  const text = native === 2 ? data : data.trimEnd();
  return text.trim() === '' ? null : { type: native, text };
}

function bodyOf(mail: Uint8Array, type: 1 | 2): Promise<EmailItem> {
  const view: View = {
    protocolVersion: 161,
    bodyPreferences: [{ type }],
    mimeSupport: 0,
    mimeTruncation: null,
    detail: 'full',
  };
  const open = (first: number, end: number | null): AsyncIterable<Uint8Array> =>
    pieces(mail.subarray(first, end ?? mail.length));
  return readStoredMail({ flags: mailFlags([]), receivedAt: new Date(0), open }, view);
}

async function gathered(data: NonNullable<EmailItem['Body']>['Data']): Promise<string> {
  if (data === undefined || typeof data === 'string') return data ?? '';
  const all: Uint8Array[] = [];
  for await (const piece of data) all.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  return Buffer.concat(all).toString('utf8');
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536);
}
