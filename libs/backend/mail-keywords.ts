/**
 * The keyword on a mail about which something is kept outside of its source: a follow-up's dates, the time of a reply, a
 * draft's own id. Setting or renewing it makes the source tell all devices that the mail changed.
 */
export const NOTED = '$GodwitNoted';

/** Keywords with a meaning of their own (IANA's registry, and what mail programs set): no categories. Lower-cased. */
export const systemKeywords: ReadonlySet<string> = new Set([
  NOTED.toLowerCase(),
  '$forwarded',
  'forwarded',
  '$mdnsent',
  'mdnsent',
  '$submitpending',
  '$submitted',
  '$junk',
  'junk',
  '$notjunk',
  'notjunk',
  'nonjunk',
  '$phishing',
  '$autojunk',
  '$hasattachment',
  '$hasnoattachment',
  '$imported',
  '$istrusted',
  '$memo',
  '$hasmemo',
  '$muted',
  '$followed',
  '$canunsubscribe',
  '$unsubscribed',
  '$new',
  '$autosent',
  '$maskedemail',
  '$recent',
  '$x-me-annot-1',
  '$x-me-annot-2',
  '$ismailinglist',
  '$isnotification',
  'old',
]);

/** Whether a keyword is a category to its user. */
export const isCategory = (keyword: string): boolean =>
  !keyword.startsWith('\\') && !systemKeywords.has(keyword.toLowerCase());
