import { protectionOf } from './message-class.js';
import { partsOf, type MimePart } from './mime-part.js';

/** Parts that say what a mail is, and are read for that whatever body the phone wants. */
export interface SpecialParts {
  /** A calendar text that may be an invitation. */
  readonly calendar: MimePart | null;
  /** What a delivery report or a receipt tells machines. */
  readonly report: MimePart | null;
  /** A winmail.dat whose content is shown as if it were parts of the mail. */
  readonly tnef: MimePart | null;
}

/** Octets. Invitations are a few KB; a larger calendar text is an export, and shown as the file it is. */
const largestCalendar = 256 * 1024;
/** Octets. Larger ones are passed on as they are: finding out what is in them costs reading them. */
const largestTnef = 32 * 1024 * 1024;

/** Finds them by the structure alone; encrypted mail has none. */
export function specialParts(root: MimePart): SpecialParts {
  if (protectionOf(root) === 'opaque') return { calendar: null, report: null, tnef: null };
  const parts = [...partsOf(root)];
  const calendars = parts.filter((part) => isCalendar(part) && part.size <= largestCalendar);
  return {
    // Google sends the same invitation twice, and the one that is no file is the one that phones are to act on.
    calendar: calendars.find(({ type }) => type === 'text') ?? calendars[0] ?? null,
    report: isReport(root) ? (root.children.find(isReportPart) ?? null) : null,
    tnef: parts.find((part) => isTnef(part) && part.size <= largestTnef) ?? null,
  };
}

/** `text/calendar`, and files that are one under another name. */
function isCalendar({ type, subtype, filename }: MimePart): boolean {
  if (subtype === 'calendar' || (type === 'application' && subtype === 'ics')) return true;
  return type === 'application' && subtype === 'octet-stream' && /\.ics$/i.test(filename ?? '');
}

function isTnef({ type, subtype, filename }: MimePart): boolean {
  if (type !== 'application') return false;
  return (
    /^(?:vnd\.)?ms-tnef$/.test(subtype) ||
    (subtype === 'octet-stream' && /^winmail\.dat$/i.test(filename ?? ''))
  );
}

const isReport = ({ type, subtype }: MimePart): boolean => type === 'multipart' && subtype === 'report';

const isReportPart = ({ type, subtype }: MimePart): boolean =>
  type === 'message' && /^(?:global-)?(?:delivery-status|disposition-notification)$/.test(subtype);
