import { partsInRelated } from '../attachments.js';
import { sortBodyParts } from '../body-parts.js';
import type { MimePart } from '../mime-part.js';
import { composeText, type ComposedText } from './body.js';
import { keptParts, messageFields } from './kept-parts.js';
import { mixed, multipart, transfer } from './multipart.js';
import { transportable } from './reencode.js';
import { asPart, wholeOf, type Composition, type MadeEntity, type Segment } from './segments.js';
import type { Made } from './text-entity.js';
import { isOpaque, isSealed, type TakenMessage } from './taken-message.js';

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
    return besides(written, original);
  }
  return making(async (made) => {
    const text = await composeText(written, original, made);
    return quoting(kind, written, original, text, made);
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
    const parts = await keptParts(
      original,
      [...inline, ...(invitation ? [invitation] : []), ...others],
      made,
    );
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
  made: Made,
): Promise<MadeEntity> {
  const own = sortBodyParts(written.mime.structure).attachments;
  const related = partsInRelated(written.mime.structure);
  const isInline = (part: MimePart): boolean =>
    text.html !== null && related.has(part) && part.contentId !== null && part.disposition !== 'attachment';
  const { inline, others } = placed(sortBodyParts(original.mime.structure).attachments, text);
  const eightBit = written.eightBit || original.eightBit;
  const body = bodyEntity(text, {
    inline: [
      ...(await keptParts(written, own.filter(isInline), made)),
      ...(await keptParts(original, inline, made)),
    ],
    forms: [],
    eightBit,
  });
  const attached = [
    ...(await keptParts(
      written,
      own.filter((part) => !isInline(part)),
      made,
    )),
    ...(await keptParts(original, kind === 'forward' ? others : [], made)),
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

/** The phone's message as it is, and the original as a message beside it. */
async function besides(written: TakenMessage, original: TakenMessage): Promise<Composition> {
  const own = await transportable(written);
  const eightBit = written.eightBit || original.eightBit;
  const parts = [asPart(own.entity), wholeMessage(original)];
  return { entity: multipart('mixed', parts, eightBit), dispose: () => own.dispose() };
}

/** A message as an attachment, byte for byte. */
function wholeMessage(message: TakenMessage): Segment[] {
  const subject = message.fields.text('subject').replace(/[/\\:]/g, ' ');
  return asPart({
    fields: [...messageFields(`${subject.slice(0, 100) || 'message'}.eml`), transfer(message.eightBit)],
    body: [wholeOf(message.spool)],
  });
}
