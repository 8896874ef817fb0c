import { protectionOf } from './message-class.js';
import { partsOf, type MimePart } from './mime-part.js';

type Outcome = 'NDR' | 'DR' | 'DELAYED' | 'IPNRN' | 'IPNNRN';

/**
 * MessageClass of a multipart/report (MS-ASEMAIL 2.2.2.49): what it reports of which kind of mail. `part` is its machine
 * readable part and `text` what that says.
 */
export function reportClass(root: MimePart, part: MimePart, text: string): string {
  const outcome = /disposition-notification$/.test(part.subtype)
    ? receiptOutcome(text)
    : deliveryOutcome(text);
  return `REPORT.${reportedClass(root, outcome)}.${outcome}`;
}

/** Displayed, or gone unread (RFC 8098 3.2.6). */
const receiptOutcome = (text: string): Outcome =>
  /^Disposition:[^;\r\n]*;\s*displayed/im.test(text) ? 'IPNRN' : 'IPNNRN';

/** The worst that befell a recipient (RFC 3464 2.3.3). A report that names no action is sent because of a failure. */
function deliveryOutcome(text: string): Outcome {
  const actions = new Set(
    [...text.matchAll(/^Action:\s*([a-z]+)/gim)].map((match) => (match[1] ?? '').toLowerCase()),
  );
  if (actions.size === 0 || actions.has('failed')) return 'NDR';
  return actions.has('delayed') ? 'DELAYED' : 'DR';
}

/** The class of the mail reported of, as far as there is a class for reports of it. */
function reportedClass(root: MimePart, outcome: Outcome): string {
  const returned = root.children.find(({ type, children }) => type === 'message' && children.length > 0);
  const mail = returned?.children[0];
  if (!mail || (outcome !== 'NDR' && outcome !== 'DR')) return 'IPM.Note';
  switch (protectionOf(mail)) {
    case 'opaque':
      return 'IPM.Note.SMIME';
    case 'signed':
      return 'IPM.Note.SMIME.MultipartSigned';
    case 'none':
      return outcome === 'NDR' ? meetingClass(mail) : 'IPM.Note';
  }
}

function meetingClass(mail: MimePart): string {
  const calendar = [...partsOf(mail)].find(({ subtype }) => subtype === 'calendar');
  switch (calendar?.parameters['method']?.toUpperCase()) {
    case 'REQUEST':
      return 'IPM.Schedule.Meeting.Request';
    case 'CANCEL':
      return 'IPM.Schedule.Meeting.Canceled';
    default:
      return 'IPM.Note';
  }
}
