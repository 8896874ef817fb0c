import { searchText, type MailField, type MailQuery } from '#backend';
import { attachmentName } from './attachments.js';
import { sortBodyParts } from './body-parts.js';
import { bodyText } from './body-text.js';
import { importance } from './build-email.js';
import { decodeCharset } from './charset.js';
import { decodeWords } from './encoded-words.js';
import { HeaderFields } from './header-fields.js';
import { parseMime, type ParsedMime } from './mime-parser.js';
import { type MimePart } from './mime-part.js';
import { type StoredMail } from './stored-mail.js';

/** What is known so far of whether a query fits: null is not yet known. */
type Verdict = boolean | null;
type Leaf = Exclude<MailQuery, { all: unknown } | { any: unknown } | { not: unknown }>;

const millisecondsPerDay = 86_400_000;

/**
 * Whether a stored mail fits a query, for sources that have no search of their own. Reads no more of it than it needs:
 * nothing where its state decides, else its header and structure, and its texts only if their words are asked for.
 * Content is looked at piece by piece and never held. Throws what the source throws.
 */
export async function matchesMail(mail: StoredMail, query: MailQuery): Promise<boolean> {
  const byState = judge(query, (leaf) => stateVerdict(leaf, mail));
  if (byState !== null) return byState;
  const parsed = await parseMime(mail.open(0, null));
  const headers = HeaderFields.parse(parsed.header);
  const beforeText = (leaf: Leaf): Verdict =>
    stateVerdict(leaf, mail) ?? headerVerdict(leaf, headers, parsed);
  const byHeader = judge(query, beforeText);
  if (byHeader !== null) return byHeader;
  const found = await findWords(mail, parsed, query, beforeText);
  return judge(query, (leaf) => beforeText(leaf) ?? found.has(leaf)) === true;
}

/** Decides as early as what is known allows. */
function judge(query: MailQuery, leaf: (query: Leaf) => Verdict): Verdict {
  if ('all' in query) return allOf(query.all.map((each) => judge(each, leaf)));
  if ('any' in query) return negated(allOf(query.any.map((each) => negated(judge(each, leaf)))));
  if ('not' in query) return negated(judge(query.not, leaf));
  return leaf(query);
}

const negated = (verdict: Verdict): Verdict => (verdict === null ? null : !verdict);

function allOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(null) ? null : true;
}

function stateVerdict(leaf: Leaf, { flags, receivedAt }: StoredMail): Verdict {
  const day = receivedAt.getTime() / millisecondsPerDay;
  if ('field' in leaf) return searchText(leaf.text) === '' ? true : null;
  if ('sinceDay' in leaf) return day >= leaf.sinceDay;
  if ('beforeDay' in leaf) return day < leaf.beforeDay;
  if ('read' in leaf) return flags.seen === leaf.read;
  if ('flagged' in leaf) return flags.flagged === leaf.flagged;
  if ('keyword' in leaf) {
    const wanted = leaf.keyword.toLowerCase();
    return flags.keywords.some((keyword) => keyword.toLowerCase() === wanted);
  }
  return null;
}

/** Null for words that are not in the header and may be in the texts. */
function headerVerdict(leaf: Leaf, headers: HeaderFields, parsed: ParsedMime): Verdict {
  const size = parsed.size + parsed.bareLineFeeds;
  if ('largerThan' in leaf) return size > leaf.largerThan;
  if ('smallerThan' in leaf) return size < leaf.smallerThan;
  if ('importance' in leaf) return importance(headers) === leaf.importance;
  if ('hasAttachment' in leaf) return attachmentsOf(parsed).length > 0 === leaf.hasAttachment;
  if (!('field' in leaf)) return null;
  const words = folded(searchText(leaf.text));
  const has = (text: string): boolean => folded(text).includes(words);
  if (leaf.field === 'body') return null;
  if (leaf.field === 'attachment') return namesOf(parsed).some(has);
  if (leaf.field === 'any') return has(wholeHeader(parsed.header)) || namesOf(parsed).some(has) ? true : null;
  return fieldsOf(leaf.field).some((name) => has(decodeWords(headers.list(name))));
}

const fieldsOf = (field: Exclude<MailField, 'any' | 'body' | 'attachment'>): readonly string[] =>
  field === 'participants' ? ['from', 'to', 'cc', 'bcc'] : [field];

const attachmentsOf = ({ structure }: ParsedMime): readonly MimePart[] =>
  sortBodyParts(structure).attachments;
const namesOf = (parsed: ParsedMime): readonly string[] => attachmentsOf(parsed).map(attachmentName);

const wholeHeader = (header: Uint8Array): string =>
  decodeWords(decodeCharset(header, null).replace(/\r?\n[ \t]+/g, ' '));

/** Substrings are compared without case, and however their letters are composed and their lines were broken. */
const folded = (text: string): string => text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ');

/** Looks for all words that are still open in all texts of the mail, messages inside it included; one reading for all. */
async function findWords(
  mail: StoredMail,
  parsed: ParsedMime,
  query: MailQuery,
  known: (leaf: Leaf) => Verdict,
): Promise<ReadonlySet<Leaf>> {
  const open = new Map<Leaf, string>();
  for (const leaf of leavesOf(query)) {
    if ('field' in leaf && known(leaf) === null) open.set(leaf, folded(searchText(leaf.text)));
  }
  const found = new Set<Leaf>();
  const isDecided = (): boolean =>
    judge(query, (leaf) => known(leaf) ?? (found.has(leaf) ? true : null)) !== null;
  for (const [part, { first, end }] of parsed.extents) {
    if (part.type !== 'text') continue;
    const keep = Math.max(...[...open.values()].map((words) => words.length));
    let tail = '';
    for await (const piece of bodyText(part, mail.open(first, end), 1)) {
      const text = folded(tail + piece);
      for (const [leaf, words] of open) {
        if (!text.includes(words)) continue;
        open.delete(leaf);
        found.add(leaf);
      }
      if (open.size === 0 || isDecided()) return found;
      // Words may begin in one piece and end in the next.
      tail = text.slice(-keep);
    }
  }
  return found;
}

function* leavesOf(query: MailQuery): Generator<Leaf> {
  if ('all' in query) for (const each of query.all) yield* leavesOf(each);
  else if ('any' in query) for (const each of query.any) yield* leavesOf(each);
  else if ('not' in query) yield* leavesOf(query.not);
  else yield query;
}
