import { NOTED, type View } from '#backend';
import type { EmailItem } from '#eas';
import { displayNames, formatAddress, formatAddresses, parseAddresses } from './addresses.js';
import { describeAttachment, partsInRelated } from './attachments.js';
import { buildBody, buildBodyPart, type PartOpener } from './build-body.js';
import { conversationElements, topicOf } from './conversation.js';
import { HeaderFields } from './header-fields.js';
import { type MailFlags } from './mail-flags.js';
import { readMailKind } from './mail-kind.js';
import { type MimePart } from './mime-part.js';
import { type MailPlan } from './plan-mail.js';
import { isForwardSubject } from './quote-marks.js';

/** A mail as a source can tell of it: all that an item is built from. */
export interface MailSource {
  /** The header as it stands, or at least the fields of neededHeaderFields. */
  readonly header: Uint8Array;
  readonly flags: MailFlags;
  /** INTERNALDATE: when the mail came to this mailbox. */
  readonly receivedAt: Date;
  /** The server's id of the conversation (THREADID of RFC 8474); null where it has none. */
  readonly threadId: string | null;
  /** The beginning of its text as the source has it at hand (PREVIEW of RFC 8970); null or absent where it has not. */
  readonly preview?: string | null;
  readonly structure: MimePart;
  /** Octets of the whole message as stored (RFC822.SIZE). */
  readonly size: number;
  /** Opens what a plan needs, still in its transfer encoding; at least `need.bytes` octets if there are so many. */
  readonly open: PartOpener;
  /** The FileReference of an attachment. */
  readonly fileReference: (part: MimePart) => string;
}

/**
 * Builds the item a phone is sent. Reads content through `source.open` only as planned. Where the body is large its Data
 * is a stream, which must be consumed or returned. Throws only what `source.open` throws.
 */
export async function buildEmail(source: MailSource, plan: MailPlan, view: View): Promise<EmailItem> {
  const state = stateElements(source.flags, view);
  if (view.detail === 'state') return state;
  const headers = HeaderFields.parse(source.header);
  const addresses = addressElements(headers);
  const subject = subjectElements(headers);
  const sentAt = dateOf(headers) ?? source.receivedAt;
  const facts = { ...source, sentAt, from: addresses.From ?? '' };
  const kind = await readMailKind(facts, plan, view);
  const { spareText } = kind;
  const body = await buildBody(source, plan, spareText);
  const bodyPart = await buildBodyPart(source, plan, spareText, isForwardSubject(subject.Subject ?? ''));
  return {
    ...addresses,
    ...subject,
    DateReceived: source.receivedAt,
    Importance: importance(headers),
    ...state,
    ...attachmentElements(source, kind.attachments),
    ...body,
    ...bodyPart,
    ...kind.elements,
    // All text leaves as UTF-8, whatever it was written in (MS-ASEMAIL 2.2.2.40).
    InternetCPID: '65001',
    NativeBodyType: plan.bodyParts.html.length === 0 ? (spareText?.type ?? 1) : plan.nativeBodyType,
    ...conversationElements({
      headers,
      threadId: source.threadId,
      threadTopic: subject.ThreadTopic ?? '',
      sentAt,
    }),
    IsDraft: source.flags.draft,
  };
}

/** The Date header; null where it is missing or none. */
function dateOf(headers: HeaderFields): Date | null {
  const date = new Date(headers.raw('date').replace(/\([^()]*\)/g, ''));
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The item of a `state` view: what a mail's version covers and nothing else. */
export function stateElements(flags: MailFlags, view: View): EmailItem {
  const verb = flags.answered ? 1 : flags.forwarded ? 3 : 0;
  return {
    Read: flags.seen,
    Flag: flags.flagged ? { Status: 2, FlagType: 'for Follow Up' } : {},
    ...(view.protocolVersion >= 140 && verb > 0 ? { LastVerbExecuted: verb } : {}),
    ...categories(flags, view.protocolVersion >= 140),
    // Tells who reads states that this mail is written on, and has to be read as a whole (trap 79).
    ...(flags.draft && view.protocolVersion >= 160 ? { IsDraft: true } : {}),
  };
}

/** MS-ASEMAIL 2.2.2.17: at most 300. */
const mostCategories = 299;

/**
 * The keywords as they are called at the source, from 14.0 on (trap 80). Empty without any, or a phone would not hear that
 * the last one went (MS-ASEMAIL 2.2.2.16). NOTED comes last and in every version, for the layer that keeps what is noted
 * and takes it out again; no other lets it be set.
 */
function categories({ keywords, noted }: MailFlags, areKnown: boolean): Pick<EmailItem, 'Categories'> {
  if (!areKnown && !noted) return {};
  const names = [...(areKnown ? keywords.slice(0, mostCategories) : []), ...(noted ? [NOTED] : [])];
  return { Categories: names.length > 0 ? { Category: names } : {} };
}

function addressElements(headers: HeaderFields): EmailItem {
  const to = parseAddresses(headers.list('to'));
  const from = parseAddresses(headers.list('from'));
  const sender = parseAddresses(headers.list('sender'))[0];
  const author = from.length > 0 ? from : sender ? [sender] : [];
  const onBehalf = sender && author[0] && sender.address.toLowerCase() !== author[0].address.toLowerCase();
  return present({
    To: formatAddresses(to),
    Cc: formatAddresses(parseAddresses(headers.list('cc'))),
    // Only what the user wrote has it: drafts and the copy in Sent.
    Bcc: formatAddresses(parseAddresses(headers.list('bcc'))),
    From: formatAddresses(author.slice(0, 1)),
    ReplyTo: formatAddresses(parseAddresses(headers.list('reply-to')), '; '),
    DisplayTo: displayNames(to),
    Sender: onBehalf ? formatAddress(sender) : '',
  });
}

function present<T extends Record<string, string>>(elements: T): Partial<T> {
  const result: Partial<T> = {};
  for (const key of Object.keys(elements) as (keyof T)[]) {
    if (elements[key] !== '') result[key] = elements[key];
  }
  return result;
}

function subjectElements(headers: HeaderFields): EmailItem {
  const subject = headers.text('subject');
  return { Subject: subject, ThreadTopic: topicOf(headers) };
}

/** Sent always: old Android reads a missing Importance as low. */
export function importance(headers: HeaderFields): 0 | 1 | 2 {
  const word = (headers.raw('importance') || headers.raw('x-msmail-priority')).toLowerCase();
  if (/high/.test(word)) return 2;
  if (/low/.test(word)) return 0;
  const digit = /^[1-5]/.exec(headers.raw('x-priority'))?.[0];
  if (digit) return digit < '3' ? 2 : digit > '3' ? 0 : 1;
  const priority = headers.raw('priority').toLowerCase();
  return priority === 'urgent' ? 2 : priority === 'non-urgent' ? 0 : 1;
}

function attachmentElements(source: MailSource, attachments: readonly MimePart[]): EmailItem {
  if (attachments.length === 0) return {};
  const related = partsInRelated(source.structure);
  return {
    Attachments: {
      Attachment: attachments.map((part) =>
        describeAttachment(part, source.fileReference(part), related.has(part)),
      ),
    },
  };
}
