import { randomBytes } from 'node:crypto';
import { attachmentName, isMessage, partsInRelated } from '../attachments.js';
import { sortBodyParts } from '../body-parts.js';
import { HeaderFields } from '../header-fields.js';
import type { MimePart } from '../mime-part.js';
import { composeText, type ComposedText, type Made } from './body.js';
import { encodeParameter } from './encode-text.js';
import { asPart, wholeOf, type MadeEntity, type Segment } from './segments.js';
import { bodyOf, isOpaque, isSealed, spanOf, type TakenMessage } from './taken-message.js';

/** What a reply or a forwarded mail is made into; `dispose` frees its texts, not the messages it was made of. */
export interface Composition {
  readonly entity: MadeEntity;
  dispose(): void;
}

/**
 * Adds the original to the message a phone wrote (MS-ASCMD 2.2.1.19, 2.2.1.20): its text below the phone's, in a forwarded
 * mail all its attachments, encoded as they are. What is sealed stays sealed: a signed or encrypted original is attached
 * whole, and to a signed or encrypted message of the phone nothing can be added: null, it goes as it is.
 */
export async function compose(
  kind: 'reply' | 'forward',
  written: TakenMessage,
  original: TakenMessage,
): Promise<Composition | null> {
  if (isSealed(written)) return null;
  const whole = kind === 'forward' ? isSealed(original) : isOpaque(original);
  if (whole || !original.mime.complete || !written.mime.complete) {
    return { entity: besides(written, original), dispose: () => undefined };
  }
  return making(async (made) => {
    const text = await composeText(written, original, made);
    return quoting(kind, written, original, text);
  });
}

/** An invitation handed on by the server itself (Forwardees): its text, its text/calendar part, its attachments. */
export async function composeInvitation(original: TakenMessage): Promise<Composition> {
  if (isSealed(original) || !original.mime.complete) {
    return {
      entity: multipart('mixed', [wholeMessage(original)], original.eightBit),
      dispose: () => undefined,
    };
  }
  return making(async (made) => {
    const text = await composeText(null, original, made);
    const { attachments } = sortBodyParts(original.mime.structure);
    const isInvitation = ({ type, subtype }: MimePart): boolean => type === 'text' && subtype === 'calendar';
    const invitation = attachments.find(isInvitation);
    const { inline, others } = placed(
      attachments.filter((part) => part !== invitation),
      text,
    );
    const parts = await keptParts(original, [...inline, ...(invitation ? [invitation] : []), ...others]);
    const body = bodyEntity(text, {
      inline: parts.slice(0, inline.length),
      forms: invitation ? parts.slice(inline.length, inline.length + 1) : [],
      eightBit: original.eightBit,
    });
    return mixed(body, parts.slice(inline.length + (invitation ? 1 : 0)), original.eightBit);
  });
}

async function making(work: (made: Made) => Promise<MadeEntity>): Promise<Composition> {
  const made: Made = [];
  const dispose = (): void => made.forEach((spool) => spool.dispose());
  try {
    return { entity: await work(made), dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function quoting(
  kind: 'reply' | 'forward',
  written: TakenMessage,
  original: TakenMessage,
  text: ComposedText,
): Promise<MadeEntity> {
  const own = sortBodyParts(written.mime.structure).attachments;
  const related = partsInRelated(written.mime.structure);
  const isInline = (part: MimePart): boolean =>
    text.html !== null && related.has(part) && part.contentId !== null && part.disposition !== 'attachment';
  const { inline, others } = placed(sortBodyParts(original.mime.structure).attachments, text);
  const eightBit = written.eightBit || original.eightBit;
  const body = bodyEntity(text, {
    inline: [...(await keptParts(written, own.filter(isInline))), ...(await keptParts(original, inline))],
    forms: [],
    eightBit,
  });
  const attached = [
    ...(await keptParts(
      written,
      own.filter((part) => !isInline(part)),
    )),
    ...(await keptParts(original, kind === 'forward' ? others : [])),
  ];
  return mixed(body, attached, eightBit);
}

/** Parts the quoted HTML shows stand beside it; all others are attachments. */
function placed(
  attachments: readonly MimePart[],
  { html, shown }: ComposedText,
): { inline: MimePart[]; others: MimePart[] } {
  const isShown = (part: MimePart): boolean => html !== null && shown.has(part.contentId);
  return {
    inline: attachments.filter(isShown),
    others: attachments.filter((part) => !isShown(part)),
  };
}

interface BesideText {
  /** Parts the HTML shows. */
  readonly inline: readonly Segment[][];
  /** Further forms of the same content, the richest last. */
  readonly forms: readonly Segment[][];
  readonly eightBit: boolean;
}

function bodyEntity({ plain, html }: ComposedText, { inline, forms, eightBit }: BesideText): MadeEntity {
  const shown =
    html && inline.length > 0
      ? multipart('related', [asPart(html), ...inline], eightBit, '; type="text/html"')
      : html;
  const all = [plain, shown].filter((entity) => entity !== null);
  const [only] = all;
  if (only && all.length + forms.length === 1) return only;
  return multipart('alternative', [...all.map(asPart), ...forms], eightBit);
}

function mixed(body: MadeEntity, attached: readonly Segment[][], eightBit: boolean): MadeEntity {
  return attached.length === 0 ? body : multipart('mixed', [asPart(body), ...attached], eightBit);
}

/** The phone's message as it is, and the original as a message beside it. */
function besides(written: TakenMessage, original: TakenMessage): MadeEntity {
  const own: MadeEntity = {
    fields: written.header.only((name) => name.startsWith('content-')).lines(),
    body: [bodyOf(written)],
  };
  const eightBit = written.eightBit || original.eightBit;
  return multipart('mixed', [asPart(own), wholeMessage(original)], eightBit);
}

/** A message as an attachment, byte for byte. */
function wholeMessage(message: TakenMessage): Segment[] {
  const subject = message.fields.text('subject').replace(/[/\\:]/g, ' ');
  return asPart({
    fields: [...messageFields(`${subject.slice(0, 100) || 'message'}.eml`), transfer(message.eightBit)],
    body: [wholeOf(message.spool)],
  });
}

const messageFields = (name: string): string[] => [
  'Content-Type: message/rfc822',
  `Content-Disposition: attachment${encodeParameter('filename', name)}`,
];

const transfer = (eightBit: boolean): string => `Content-Transfer-Encoding: ${eightBit ? '8bit' : '7bit'}`;

const keptParts = (message: TakenMessage, parts: readonly MimePart[]): Promise<Segment[][]> =>
  Promise.all(parts.map((part) => kept(message, part)));

/** A header longer than this is carried as it is. Bytes. */
const shortHeader = 64 * 1024;

/** A part with its header, byte for byte; a message of a digest needs the type that it had from its place. */
async function kept(message: TakenMessage, part: MimePart): Promise<Segment[]> {
  const span = spanOf(message, part);
  const content = message.mime.extents.get(part);
  if (!isMessage(part) || !content || content.first - span.first > shortHeader) return [span];
  const header: Uint8Array[] = [];
  const range = { first: span.first, last: content.first - 1 };
  for await (const piece of message.spool.read(range)) header.push(piece);
  if (HeaderFields.parse(Buffer.concat(header)).has('content-type')) return [span];
  return asPart({
    fields: messageFields(attachmentName(part)),
    body: [{ spool: message.spool, first: content.first, end: content.end }],
  });
}

/** Parts between delimiters that nobody could foresee. */
function multipart(
  subtype: 'mixed' | 'related' | 'alternative',
  parts: readonly Segment[][],
  eightBit: boolean,
  parameters = '',
): MadeEntity {
  const boundary = `=_${randomBytes(18).toString('hex')}`;
  const delimiter = (end: string): Buffer => Buffer.from(`\r\n--${boundary}${end}\r\n`);
  return {
    fields: [
      `Content-Type: multipart/${subtype}${parameters};\r\n boundary="${boundary}"`,
      transfer(eightBit),
    ],
    body: [...parts.flatMap((part) => [delimiter(''), ...part]), delimiter('--')],
  };
}
