import { searchText, type MailField, type MailQuery } from '#backend';
import { isKeyword } from '#formats';
import { quote, searchDate } from './quoting.js';
import { compactSet } from './sets.js';

/** Search keys in pieces: text as it stands, and strings that have to be literals. The first piece is always text. */
export type SearchKeys = readonly (string | Uint8Array)[];

/** A search for the name of an attachment, which SEARCH itself knows nothing of. */
export type AttachmentQuery = Extract<MailQuery, { field: MailField }>;

/** What the keys depend on besides the query. */
export interface SearchContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The server judges by age in seconds (WITHIN, RFC 5032). */
  readonly within: boolean;
  /** Whether any message may have this keyword. Asking for one that is unknown makes Dovecot take note of it for ever. */
  readonly hasKeyword: (keyword: string) => boolean;
  /** UIDs of the mails that have such an attachment. */
  readonly withAttachment: (query: AttachmentQuery) => readonly number[];
}

const everything = ['ALL'];
const nothing = ['NOT ALL'];
const secondsPerDay = 86_400;

/** A query as one search key (RFC 9051 6.4.4). */
export function searchKeys(query: MailQuery, context: SearchContext): SearchKeys {
  if ('all' in query) return allOf(query.all.map((each) => searchKeys(each, context)));
  if ('any' in query) return anyOf(query.any.map((each) => searchKeys(each, context)));
  if ('not' in query) return not(searchKeys(query.not, context));
  return criterionKeys(query, context);
}

type Criterion = Exclude<MailQuery, { all: unknown } | { any: unknown } | { not: unknown }>;

function criterionKeys(query: Criterion, context: SearchContext): SearchKeys {
  if ('field' in query) return fieldKeys(query, context);
  if ('sinceDay' in query) return sinceKeys(query.sinceDay, context);
  if ('beforeDay' in query) return beforeKeys(query.beforeDay, context);
  if ('read' in query) return [query.read ? 'SEEN' : 'UNSEEN'];
  if ('flagged' in query) return [query.flagged ? 'FLAGGED' : 'UNFLAGGED'];
  if ('keyword' in query) return keywordKeys(query.keyword, context);
  if ('hasAttachment' in query) return query.hasAttachment ? attached(context) : not(attached(context));
  if ('importance' in query) return importanceKeys[query.importance];
  if ('largerThan' in query) return [`LARGER ${octets(query.largerThan)}`];
  return [`SMALLER ${octets(query.smallerThan)}`];
}

/** The searches for attachments in a query. */
export function attachmentQueries(query: MailQuery): AttachmentQuery[] {
  if ('all' in query) return query.all.flatMap(attachmentQueries);
  if ('any' in query) return query.any.flatMap(attachmentQueries);
  if ('not' in query) return attachmentQueries(query.not);
  return 'field' in query && query.field === 'attachment' && searchText(query.text) !== '' ? [query] : [];
}

/** Whether the keys hold text that only a CHARSET explains. */
export const isBeyondAscii = (keys: SearchKeys): boolean =>
  keys.some((piece) => typeof piece !== 'string' && piece.some((byte) => byte > 0x7f));

const octets = (size: number): number => Math.min(Math.max(0, Math.floor(size)), 0xffff_ffff);

function allOf(keys: readonly SearchKeys[]): SearchKeys {
  const [first = everything, ...rest] = keys;
  if (rest.length === 0) return first;
  const pieces = keys.flat();
  const last = pieces.at(-1);
  // The bracket has to stand right behind a key, and nothing can stand right behind a literal.
  const closed = typeof last === 'string' ? [...pieces.slice(0, -1), `${last})`] : [...pieces, 'ALL)'];
  return [`(${String(closed[0])}`, ...closed.slice(1)];
}

/** In halves, because servers limit how deep keys may be nested. */
function anyOf(keys: readonly SearchKeys[]): SearchKeys {
  const [first = nothing, ...rest] = keys;
  if (rest.length === 0) return first;
  const middle = keys.length >> 1;
  return ['OR', ...anyOf(keys.slice(0, middle)), ...anyOf(keys.slice(middle))];
}

const not = (keys: SearchKeys): SearchKeys => ['NOT', ...keys];

const fieldNames: Readonly<Record<Exclude<MailField, 'attachment'>, readonly string[]>> = {
  any: ['TEXT'],
  subject: ['SUBJECT'],
  from: ['FROM'],
  to: ['TO'],
  cc: ['CC'],
  bcc: ['BCC'],
  body: ['BODY'],
  participants: ['FROM', 'TO', 'CC', 'BCC'],
};

function fieldKeys(query: AttachmentQuery, context: SearchContext): SearchKeys {
  const words = searchText(query.text);
  if (words === '') return everything;
  if (query.field === 'attachment') return uidKeys(context.withAttachment(query));
  return anyOf(fieldNames[query.field].map((name) => [name, ...string(words)]));
}

/** A quoted string is ASCII (RFC 3501 4.3); what is more goes as a literal. */
const string = (words: string): SearchKeys =>
  /^[\x20-\x7e]*$/.test(words) ? [quote(words)] : [Buffer.from(words, 'utf8')];

const uidKeys = (uids: readonly number[]): SearchKeys =>
  uids.length === 0 ? nothing : [`UID ${compactSet(uids)}`];

/** SINCE goes by the days of the server's own time zone; the age in seconds does not. */
function sinceKeys(day: number, context: SearchContext): SearchKeys {
  // Of what is yet to come nothing is there, today's mail least of all.
  const whole = day * secondsPerDay * 1000 > context.now ? Math.ceil(day) : Math.floor(day);
  return youngerKeys(day, context) ?? [`SINCE ${searchDate(whole)}`];
}

function beforeKeys(day: number, context: SearchContext): SearchKeys {
  return not(youngerKeys(day, context) ?? [`SINCE ${searchDate(Math.ceil(day))}`]);
}

/** Null where the server cannot tell ages, or not this one. */
function youngerKeys(day: number, { now, within }: SearchContext): SearchKeys | null {
  const age = Math.ceil(now / 1000) - Math.ceil(day * secondsPerDay);
  return within && age > 0 && age < 0x8000_0000 ? [`YOUNGER ${age}`] : null;
}

function keywordKeys(keyword: string, { hasKeyword }: SearchContext): SearchKeys {
  return isKeyword(keyword) && hasKeyword(keyword) ? [`KEYWORD ${keyword}`] : nothing;
}

/** As near as a header tells; servers that look into mails themselves say it by a keyword (RFC 9051's registry). */
function attached(context: SearchContext): SearchKeys {
  const said = keywordKeys('$HasAttachment', context);
  const denied = keywordKeys('$HasNoAttachment', context);
  const likely: SearchKeys = ['OR HEADER Content-Type "multipart/mixed" HEADER Content-Type "application/"'];
  return anyOf([
    ...(said === nothing ? [] : [said]),
    denied === nothing ? likely : allOf([likely, not(denied)]),
  ]);
}

const header = (name: string, value: string): SearchKeys => [`HEADER ${name} "${value}"`];
/** The words decide before the digits do: see `importance` in libs/formats. */
const worded = (word: string): SearchKeys =>
  anyOf([header('Importance', word), header('X-MSMail-Priority', word)]);
const anyWord = anyOf([worded('high'), worded('low'), worded('normal')]);
const high = anyOf([
  worded('high'),
  allOf([not(anyWord), anyOf([header('X-Priority', '1'), header('X-Priority', '2')])]),
  allOf([not(anyWord), header('Priority', 'urgent'), not(header('Priority', 'non-urgent'))]),
]);
const low = anyOf([
  worded('low'),
  allOf([
    not(anyWord),
    anyOf([header('X-Priority', '4'), header('X-Priority', '5'), header('Priority', 'non-urgent')]),
  ]),
]);
const importanceKeys: Readonly<Record<0 | 1 | 2, SearchKeys>> = {
  0: low,
  1: allOf([not(high), not(low)]),
  2: high,
};
