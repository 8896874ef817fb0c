import type { BodyPreference, View } from '#backend';
import { type BodyParts, nativeBodyType, sortBodyParts } from './body-parts.js';
import { protectionOf } from './message-class.js';
import { type MimePart } from './mime-part.js';
import { specialParts, type SpecialParts } from './special-parts.js';

/** Something of a mail that has to be read to build its item. */
export interface PartNeed {
  /** Null is the whole message as it is stored, header included. */
  readonly part: MimePart | null;
  /** Encoded octets needed from its begin; null is all. */
  readonly bytes: number | null;
}

/** One way to answer the phone's body preferences. */
export interface BodyChoice {
  /** 1 plain text, 2 HTML, 4 MIME. */
  readonly type: 1 | 2 | 4;
  /** Bytes after conversion; null is whole. */
  readonly truncationSize: number | null;
  /** Pass on to the next choice rather than cut. */
  readonly allOrNone: boolean;
  /** Characters of preview wanted; 0 is none. */
  readonly preview: number;
  readonly needs: readonly PartNeed[];
}

/** What has to be read of a mail and in which order bodies are tried: decided from the structure alone, without I/O. */
export interface MailPlan {
  /** Empty for `state` views, and where the phone wants nothing but the BodyPart. */
  readonly choices: readonly BodyChoice[];
  /** What all choices and the preview need together, each part once. The source may fetch these ahead. */
  readonly needs: readonly PartNeed[];
  /** Read for the preview alone, because the body is MIME; also in `needs`. */
  readonly previewNeed: PartNeed | null;
  readonly bodyParts: BodyParts;
  readonly nativeBodyType: 1 | 2;
  /** How the BodyPart is made, the mail without what it quotes; null if it is not wanted. */
  readonly bodyPart: BodyChoice | null;
  /** Parts that say what the mail is. All of them are also in `needs`, whole. */
  readonly special: SpecialParts;
}

/**
 * Parts up to this many octets are read whole, because only then the size told of them is exact (trap 63). Reading all of
 * larger ones for a cut of 500 bytes was measured to cost two to five times as much as an estimate.
 */
const alwaysWhole = 128 * 1024;
/** Octets of a larger part that are read at least, so that its size is estimated by more than its first words. */
const enoughToEstimate = 32 * 1024;
/** What is read of a message beyond the cut, for a header that is longer than the phone wants. */
const longestHeader = 64 * 1024;
/** HTML begins with style sheets: so much is read at least to find text in it. */
const htmlHead = 64 * 1024;

/** Plans the reading of a mail for a view (MS-ASAIRS 2.2.2.12, MS-ASCMD 2.2.3.110). */
export function planMail(structure: MimePart, view: View): MailPlan {
  const bodyParts = sortBodyParts(structure);
  const special = specialParts(structure);
  const nativeType = nativeBodyType(bodyParts);
  const about = { bodyParts, special, nativeBodyType: nativeType };
  if (view.detail === 'state') return { ...about, choices: [], needs: [], previewNeed: null, bodyPart: null };
  const choices = chooseBodies(structure, bodyParts, nativeType, view);
  const reachable = choices.slice(0, choices.findIndex(({ allOrNone }) => !allOrNone) + 1 || choices.length);
  const bodyPart = choosePart(structure, bodyParts, view);
  const previewNeed = previewOfMime(reachable[0], bodyParts);
  const needs = merge([
    ...reachable.flatMap((choice) => choice.needs),
    ...(bodyPart?.needs ?? []),
    ...(previewNeed ? [previewNeed] : []),
    ...[special.calendar, special.report, special.tnef].flatMap((part) =>
      part ? [{ part, bytes: null }] : [],
    ),
  ]);
  return { ...about, choices: reachable, needs, previewNeed, bodyPart };
}

/** MS-ASCON 3.2.5.7: the BodyPart is always HTML; a phone that wants only it gets no Body. */
function choosePart(structure: MimePart, parts: BodyParts, view: View): BodyChoice | null {
  if (view.bodyPart === undefined || view.protocolVersion < 141) return null;
  const { truncationSize = null, allOrNone, preview } = view.bodyPart;
  const shown = protectionOf(structure) === 'opaque' ? [] : parts.html;
  return {
    type: 2,
    truncationSize,
    allOrNone: allOrNone === true && truncationSize !== null,
    preview: Math.min(255, preview ?? 0),
    // What is quoted may stand before what is not.
    needs: shown.map((part) => ({
      part,
      bytes: neededBytes(part, 2, truncationSize === null ? null : truncationSize * 4),
    })),
  };
}

function chooseBodies(structure: MimePart, parts: BodyParts, native: 1 | 2, view: View): BodyChoice[] {
  if (view.bodyPart !== undefined && view.protocolVersion >= 141 && view.bodyPreferences.length === 0)
    return [];
  const mime = mimeChoice(structure, view);
  if (mime)
    return mime.allOrNone
      ? [mime, ...textChoices(structure, parts, native, view, wantedTexts(view))]
      : [mime];
  return textChoices(structure, parts, native, view, textPreferences(view));
}

function textChoices(
  structure: MimePart,
  parts: BodyParts,
  native: 1 | 2,
  view: View,
  preferences: readonly TextPreference[],
): BodyChoice[] {
  const inOrder = [
    ...preferences.filter(({ type }) => type === native),
    ...preferences.filter(({ type }) => type !== native),
  ];
  // An encrypted mail has no body that could be shown without its whole MIME.
  const shown: BodyParts =
    protectionOf(structure) === 'opaque' ? { text: [], html: [], attachments: [] } : parts;
  return inOrder.map((preference) => textChoice(preference, shown, view));
}

/** MIME is sent if the phone asked for it and may have it; S/MIME mail also unasked, since nothing else can be checked. */
function mimeChoice(structure: MimePart, view: View): BodyChoice | null {
  if (view.mimeSupport === 0) return null;
  const protection = protectionOf(structure);
  const preference = view.bodyPreferences.find(({ type }) => type === 4);
  if (protection === 'none' && (view.mimeSupport !== 2 || !preference)) return null;
  // A signature over a mail that was cut is broken, and an encrypted one cannot be read at all (trap 66).
  const truncationSize = protection === 'none' ? (preference?.truncationSize ?? view.mimeTruncation) : null;
  return {
    type: 4,
    truncationSize,
    // Another type the phone asked for is better than half a message, if it says so (MS-ASAIRS 2.2.2.1).
    allOrNone: preference?.allOrNone === true && truncationSize !== null,
    preview: previewLength(preference, view),
    needs: [{ part: null, bytes: truncationSize === null ? null : truncationSize + longestHeader }],
  };
}

type TextPreference = BodyPreference & { readonly type: 1 | 2 };

const wantedTexts = (view: View): TextPreference[] =>
  view.bodyPreferences.filter((preference): preference is TextPreference => preference.type <= 2);

/** What the phone can show but MIME; RTF is never made, so who asks for nothing else gets HTML (MS-ASAIRS 2.2.2.41.4). */
function textPreferences(view: View): TextPreference[] {
  const wanted = wantedTexts(view);
  if (wanted.length > 0) return wanted;
  return [{ type: view.bodyPreferences.some(({ type }) => type === 3) ? 2 : 1 }];
}

const previewLength = (preference: BodyPreference | undefined, view: View): number =>
  view.protocolVersion >= 140 ? Math.min(255, preference?.preview ?? 0) : 0;

function textChoice(preference: TextPreference, parts: BodyParts, view: View): BodyChoice {
  const truncationSize = preference.truncationSize ?? null;
  return {
    type: preference.type,
    truncationSize,
    allOrNone: preference.allOrNone === true && truncationSize !== null,
    preview: previewLength(preference, view),
    needs: partsFor(preference.type, parts).map((part) => ({
      part,
      bytes: neededBytes(part, preference.type, truncationSize),
    })),
  };
}

/** Senders put a word or two into the plain twin of an HTML mail just to have one: that is not the mail's text. */
function partsFor(type: 1 | 2, parts: BodyParts): readonly MimePart[] {
  if (type === 2) return parts.html;
  const octets = parts.text.reduce((sum, part) => sum + part.size, 0);
  return octets <= 4 ? parts.html : parts.text;
}

function neededBytes(part: MimePart, type: 1 | 2, truncationSize: number | null): number | null {
  if (truncationSize === null || part.size <= alwaysWhole) return null;
  const stripped = type === 1 && part.subtype === 'html';
  const text = stripped ? Math.max(htmlHead, truncationSize * 8) : truncationSize + 1024;
  const bytes = Math.max(enoughToEstimate, Math.ceil(text * expansion(part)));
  return bytes >= part.size ? null : bytes;
}

/** How many encoded octets one byte of UTF-8 may take at most, by transfer encoding and charset. */
function expansion(part: MimePart): number {
  const encoding = part.encoding === 'base64' ? 1.4 : part.encoding === 'quoted-printable' ? 3.1 : 1;
  const wide = /^(?:utf-?(?:16|32)|iso-2022)/i.test(part.parameters['charset'] ?? '');
  return wide ? encoding * 4 : encoding;
}

function previewOfMime(choice: BodyChoice | undefined, parts: BodyParts): PartNeed | null {
  const part = parts.text[0];
  if (!part || choice?.type !== 4 || choice.preview === 0) return null;
  const bytes = part.subtype === 'html' ? htmlHead : 8 * 1024;
  return { part, bytes: bytes >= part.size ? null : bytes };
}

/** Each part once, with the largest need of it. */
function merge(needs: readonly PartNeed[]): PartNeed[] {
  const merged = new Map<MimePart | null, PartNeed>();
  for (const need of needs) {
    const known = merged.get(need.part);
    const larger = !known || (known.bytes !== null && (need.bytes === null || need.bytes > known.bytes));
    if (larger) merged.set(need.part, need);
  }
  return [...merged.values()];
}
