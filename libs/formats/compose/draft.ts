import { formatAddress, parseAddresses, type MailAddress } from '../addresses.js';
import { partsInRelated } from '../attachments.js';
import { sortBodyParts, type BodyParts } from '../body-parts.js';
import { bodyText } from '../body-text.js';
import { cleanLine } from '../clean-text.js';
import { htmlToText } from '../html-text.js';
import type { MimePart } from '../mime-part.js';
import { spool, type Spool } from '../spool.js';
import { encodeHeaderText, encodeMailbox, encodeParameter } from './encode-text.js';
import { HeaderBlock } from './header-block.js';
import { keptParts } from './kept-parts.js';
import { multipart } from './multipart.js';
import { base64Lines } from './quoted-printable.js';
import { transportable } from './reencode.js';
import { asPart, wholeOf, type Composition, type MadeEntity, type Segment } from './segments.js';
import { contentOf, isSealed, type TakenMessage } from './taken-message.js';
import { textEntity, type Made } from './text-entity.js';
import { wireBytes } from './wire-bytes.js';

/** A file the phone adds to a draft. */
export interface DraftAttachment {
  readonly name: string;
  readonly contentType: string;
  readonly contentId: string | null;
  /** The HTML shows it by its Content-ID. */
  readonly isInline: boolean;
  /** A message rather than a file (MS-ASAIRS 2.2.2.31.1 Method 5). */
  readonly isMessage: boolean;
  readonly content: Spool;
}

/** What a phone writes into a draft; what is absent stays as it is in the draft before. */
export interface DraftChange {
  readonly To?: string;
  readonly Cc?: string;
  readonly Bcc?: string;
  readonly ReplyTo?: string;
  readonly Subject?: string;
  /** 0 low, 1 normal, 2 high. */
  readonly Importance?: number;
  readonly body?: { readonly type: 'plain' | 'html'; readonly text: string };
  readonly add: readonly DraftAttachment[];
  /** Part numbers in the draft before. */
  readonly remove: ReadonlySet<string>;
}

/** A draft made anew. */
export interface ComposedDraft {
  /** Without Content fields. */
  readonly header: HeaderBlock;
  readonly composition: Composition;
}

const addressFields = { To: 'To', Cc: 'Cc', Bcc: 'Bcc', ReplyTo: 'Reply-To' } as const;
const importanceWords = ['low', 'normal', 'high'] as const;

/** Phones separate addresses by comma or semicolon. What is not finished yet (`ann`) is kept as a name. */
function addressList(text: string): string {
  const mailboxes = parseAddresses(text.replace(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/g, ','));
  return mailboxes.map((mailbox: MailAddress) => encodeMailbox(mailbox.name, mailbox.address)).join(',\r\n ');
}

/** Whether two address lists name the same mailboxes in the same order, however they are written. */
const sameAddresses = (one: string, other: string): boolean =>
  parseAddresses(addressList(one)).map(formatAddress).join() ===
  parseAddresses(addressList(other)).map(formatAddress).join();

function headerWith(before: HeaderBlock, change: DraftChange): HeaderBlock {
  let header = before.without((name) => name.startsWith('content-'));
  for (const [element, field] of Object.entries(addressFields)) {
    const text = change[element as keyof typeof addressFields];
    if (text === undefined) continue;
    header = header.without((name) => name === field.toLowerCase());
    const list = addressList(text);
    if (list !== '') header = header.with(field, list);
  }
  if (change.Subject !== undefined) header = header.with('Subject', encodeHeaderText(change.Subject));
  const importance = importanceWords[change.Importance ?? -1];
  if (importance === undefined) return header;
  const told = new Set(['importance', 'priority', 'x-priority', 'x-msmail-priority']);
  return header.without((name) => told.has(name)).with('Importance', importance);
}

const none: BodyParts = { text: [], html: [], attachments: [] };
const token = /^[\w.+-]+\/[\w.+-]+$/;

async function attached(file: DraftAttachment, made: Made): Promise<Segment[]> {
  const name = encodeParameter('filename', file.name || 'attachment');
  const disposition = `Content-Disposition: ${file.isInline ? 'inline' : 'attachment'}${name}`;
  if (file.isMessage) {
    // A message must not be in base64 (RFC 2046 5.2.1).
    const message = await spool(wireBytes(file.content.read(), { eightBit: false }));
    made.push(message);
    return asPart({
      fields: ['Content-Type: message/rfc822', disposition, 'Content-Transfer-Encoding: 8bit'],
      body: [wholeOf(message)],
    });
  }
  const encoded = await spool(base64Lines(file.content.read()));
  made.push(encoded);
  const type = token.test(file.contentType) && !/^(multipart|message)\//i.test(file.contentType);
  const id = cleanLine(file.contentId ?? '').replace(/[<>\s]/g, '');
  return asPart({
    fields: [
      `Content-Type: ${type ? file.contentType : 'application/octet-stream'}${encodeParameter('name', file.name || 'attachment')}`,
      disposition,
      ...(id === '' ? [] : [`Content-ID: <${encodeURI(id)}>`]),
      'Content-Transfer-Encoding: base64',
    ],
    body: [wholeOf(encoded)],
  });
}

/** The text of a draft. */
interface DraftText {
  /** From the plainest to the richest. */
  readonly forms: readonly Segment[][];
  /** The only form, where it was made here and may stand without a multipart around it. */
  readonly alone: MadeEntity | null;
  readonly hasHtml: boolean;
  /** Further parts that are shown as text. */
  readonly more: readonly Segment[][];
}

async function newText({ type, text }: NonNullable<DraftChange['body']>, made: Made): Promise<DraftText> {
  const plain = await textEntity('plain', [type === 'html' ? htmlToText(text) : text], made);
  if (type === 'plain') return { forms: [asPart(plain)], alone: plain, hasHtml: false, more: [] };
  const html = asPart(await textEntity('html', [text], made));
  return { forms: [asPart(plain), html], alone: null, hasHtml: true, more: [] };
}

/** The text as it was. Where it is made of several parts, those behind the first follow as parts of their own. */
async function oldText(before: TakenMessage, parts: BodyParts, made: Made): Promise<DraftText> {
  const html = parts.html.filter((part) => part.subtype === 'html');
  const plain = parts.text.filter((part) => part.subtype !== 'html');
  const first = [...plain.slice(0, 1), ...html.slice(0, 1)];
  return {
    forms: await keptParts(before, first, made),
    alone: null,
    hasHtml: html.length > 0,
    more: await keptParts(before, [...plain.slice(1), ...html.slice(1)], made),
  };
}

/**
 * Writes a draft, anew or over the one before (MS-ASEMAIL 3.1.5.4): what the phone does not send stays, encoded as it was.
 * A sealed draft is left sealed unless it gets another text. Frees nothing of what it is given.
 */
export async function composeDraft(before: TakenMessage | null, change: DraftChange): Promise<ComposedDraft> {
  const made: Made = [];
  const dispose = (): void => made.forEach((one) => one.dispose());
  try {
    const header = headerWith(before?.header ?? HeaderBlock.parse(new Uint8Array()), change);
    const isSame = !change.body && change.add.length + change.remove.size === 0;
    if (before && (isSame || (isSealed(before) && !change.body))) {
      return { header, composition: await transportable(before) };
    }
    return { header, composition: { entity: await entityOf(before, change, made), dispose } };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function entityOf(before: TakenMessage | null, change: DraftChange, made: Made): Promise<MadeEntity> {
  const old = before ? sortBodyParts(before.mime.structure) : none;
  const related = before ? partsInRelated(before.mime.structure) : new Set<MimePart>();
  const kept = old.attachments.filter(({ part }) => !change.remove.has(part));
  const text =
    before && !change.body
      ? await oldText(before, old, made)
      : await newText(change.body ?? { type: 'plain', text: '' }, made);
  const { hasHtml } = text;
  const isShown = (part: MimePart): boolean =>
    hasHtml && part.contentId !== null && (part.disposition === 'inline' || related.has(part));
  const inline = [
    ...(before ? await keptParts(before, kept.filter(isShown), made) : []),
    ...(await Promise.all(change.add.filter(isInlineIn(hasHtml)).map((file) => attached(file, made)))),
  ];
  const others = [
    ...text.more,
    ...(before
      ? await keptParts(
          before,
          kept.filter((part) => !isShown(part)),
          made,
        )
      : []),
    ...(await Promise.all(
      change.add
        .filter((file) => !isInlineIn(hasHtml)(file))
        .map((file) => attached({ ...file, isInline: false }, made)),
    )),
  ];
  const eightBit = (before?.eightBit ?? false) || change.add.some((file) => file.isMessage);
  return around(text, inline, others, eightBit);
}

const isInlineIn =
  (hasHtml: boolean) =>
  (file: DraftAttachment): boolean =>
    hasHtml && file.isInline && file.contentId !== null && !file.isMessage;

/** The text with what its HTML shows, and what is attached, in as few multiparts as it takes. */
function around(
  { forms, alone }: DraftText,
  inline: readonly Segment[][],
  others: readonly Segment[][],
  eightBit: boolean,
): MadeEntity {
  if (alone && inline.length + others.length === 0) return alone;
  const richest = forms.slice(-1);
  const shown =
    inline.length > 0
      ? [asPart(multipart('related', [...richest, ...inline], eightBit, '; type="text/html"'))]
      : richest;
  const all = [...forms.slice(0, -1), ...shown];
  if (all.length > 1 && others.length === 0) return multipart('alternative', all, eightBit);
  const text = all.length > 1 ? [asPart(multipart('alternative', all, eightBit))] : all;
  return multipart('mixed', [...text, ...others], eightBit);
}

/** How texts are compared: mail programs and servers add and take away line ends at the end. */
const comparable = (text: string): string => text.replace(/\r\n?/g, '\n').trimEnd();

async function isSameText(before: TakenMessage, { type, text }: NonNullable<DraftChange['body']>) {
  const { text: plain, html } = sortBodyParts(before.mime.structure);
  const [part, ...others] = type === 'html' ? html : plain;
  if (!part || others.length > 0 || (part.subtype === 'html') !== (type === 'html')) return false;
  // A text that is much shorter or longer cannot be the same, and need not be read.
  if (part.size > Buffer.byteLength(text) * 4 + 1024) return false;
  let old = '';
  for await (const piece of bodyText(part, contentOf(before, part), type === 'html' ? 2 : 1)) old += piece;
  return comparable(old) === comparable(text);
}

/**
 * Whether a change leaves a draft as it is. Some phones send all their drafts again as changes (4.2): none of them must
 * become another mail by that.
 */
export async function isSameDraft(before: TakenMessage, change: DraftChange): Promise<boolean> {
  const { fields } = before;
  if (change.add.length + change.remove.size > 0) return false;
  for (const [element, field] of Object.entries(addressFields)) {
    const text = change[element as keyof typeof addressFields];
    if (text !== undefined && !sameAddresses(text, fields.list(field.toLowerCase()))) return false;
  }
  if (change.Subject !== undefined && cleanLine(change.Subject) !== fields.text('subject')) return false;
  const word = importanceWords[change.Importance ?? -1];
  if (word !== undefined && word !== (fields.raw('importance').toLowerCase() || 'normal')) return false;
  return change.body === undefined || isSameText(before, change.body);
}
