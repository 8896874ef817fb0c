import type { View } from '#backend';
import type { EmailItem } from '#eas';
import { partText } from './body-text.js';
import { type PartOpener, type SpareText } from './build-body.js';
import { readInvitation, type Invitation } from './invitation.js';
import { messageClass, protectionOf } from './message-class.js';
import { type MimePart } from './mime-part.js';
import { type MailPlan } from './plan-mail.js';
import { reportClass } from './report-class.js';
import { tnefPart } from './tnef-attachment.js';
import { readTnef } from './tnef-reader.js';
import { decodeTransfer } from './transfer-encoding.js';

/** What the special parts of a mail say of it. */
export interface MailKind {
  readonly elements: Pick<EmailItem, 'MessageClass' | 'ContentClass' | 'MeetingRequest'>;
  /** What is listed as attachment: the mail's own parts and what a winmail.dat holds. */
  readonly attachments: readonly MimePart[];
  /** Shown as the body of a mail that has no text of its own; null if there is none. */
  readonly spareText: SpareText | null;
}

/** What an invitation needs to know of its mail. */
export interface MailFacts {
  readonly structure: MimePart;
  readonly sentAt: Date;
  /** The From element. */
  readonly from: string;
  readonly open: PartOpener;
}

/** Reads the special parts of the plan. Throws only what `open` throws. */
export async function readMailKind(mail: MailFacts, plan: MailPlan, view: View): Promise<MailKind> {
  const { calendar, report, tnef } = plan.special;
  const invitation = calendar ? await openInvitation(mail, calendar, view) : null;
  const reported = report ? await wholeText(mail, report) : '';
  const contents = tnef
    ? await readTnef(decodeTransfer(mail.open({ part: tnef, bytes: null }), tnef.encoding))
    : null;
  const fromTnef =
    tnef && contents ? contents.attachments.map((file, index) => tnefPart(tnef, file, index + 1)) : [];
  const replaced = invitation?.replacesPart ? plan.bodyParts.attachments.filter(isInvitation) : [];
  return {
    elements: {
      MessageClass: classOf(mail.structure, invitation, report, reported),
      ContentClass: `urn:content-classes:${invitation ? 'calendarmessage' : 'message'}`,
      ...(invitation ? { MeetingRequest: invitation.meeting } : {}),
    },
    attachments: [...plan.bodyParts.attachments.filter((part) => !replaced.includes(part)), ...fromTnef],
    spareText: contents?.text ?? plainText(invitation?.description ?? '') ?? plainText(reported),
  };
}

/** An invitation that is not declared a file is the mail itself, and listed nowhere else, as Exchange does. */
const isInvitation = ({ type, subtype, disposition }: MimePart): boolean =>
  type === 'text' && subtype === 'calendar' && disposition !== 'attachment';

const plainText = (text: string): SpareText | null => (text.trim() === '' ? null : { type: 1, text });

function classOf(
  structure: MimePart,
  invitation: Invitation | null,
  report: MimePart | null,
  reported: string,
): string {
  // A phone that does not know of the signature cannot check it: that comes before what is signed.
  if (protectionOf(structure) !== 'none') return messageClass(structure);
  if (invitation) return invitation.messageClass;
  return report ? reportClass(structure, report, reported) : messageClass(structure);
}

async function openInvitation(mail: MailFacts, part: MimePart, view: View): Promise<Invitation | null> {
  return readInvitation(await wholeText(mail, part), {
    method: part.parameters['method'] ?? '',
    protocolVersion: view.protocolVersion,
    sentAt: mail.sentAt,
    from: mail.from,
  });
}

/** Characters kept of a special part; its octets are limited by the plan. */
const longestText = 256 * 1024;

async function wholeText(mail: MailFacts, part: MimePart): Promise<string> {
  let text = '';
  for await (const piece of partText(part, mail.open({ part, bytes: null }))) {
    text += piece;
    if (text.length > longestText) break;
  }
  return text.slice(0, longestText);
}
