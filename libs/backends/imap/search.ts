import { BackendError, NewestHits, searchText } from '#backend';
import type { BackendFolder, MailHit, MailQuery } from '#backend';
import { attachmentName, sortBodyParts } from '#formats';
import { readBodyStructure } from './body-structure.js';
import { folderPaths, inEach, withMail } from './each-folder.js';
import { itemId } from './item-id.js';
import { esearchValue, searchUids } from './listing.js';
import { isList, number, text, type Node } from './nodes.js';
import type { Pool } from './pool.js';
import {
  attachmentQueries,
  isBeyondAscii,
  searchKeys,
  type AttachmentQuery,
  type SearchContext,
  type SearchKeys,
} from './search-keys.js';
import type { Selected, Session } from './session.js';
import { compactSets, expandSet } from './sets.js';

/** Without SORT so many mails, at least, are put in the order of their dates; of more the newest UIDs count as newest. */
const mostDated = 1_000;
/** Mails one search for an attachment's name can be narrowed down to: the command line has an end. */
const mostAttachmentHits = 1_000;

/** What was found in one folder: the newest UIDs, and how many there are in all. */
interface Found {
  readonly uidValidity: number;
  /** INTERNALDATE in milliseconds by UID. */
  readonly newest: readonly { readonly uid: number; readonly date: number }[];
  readonly total: number;
}

/** MailSearcher for IMAP: one SEARCH (or SORT) a folder, several folders at a time. */
export async function searchMail(
  pool: Pool,
  allFolders: () => Promise<readonly BackendFolder[]>,
  request: { folders: readonly string[] | null; query: MailQuery; limit: number },
): Promise<{ total: number; hits: readonly MailHit[] }> {
  const { query, limit } = request;
  const folders = request.folders ?? (await folderPaths(allFolders));
  const busy = await withMail(pool, folders);
  const found = await inEach(pool, busy, (session, mailbox) =>
    search(session, mailbox, query, limit, busy.length > 1),
  );
  if (request.folders !== null && folders.length > 0 && busy.length > 0 && found.size === 0) {
    throw new BackendError('gone', 'none of the folders is there', { reason: 'no-such-folder' });
  }
  const hits = new NewestHits(limit);
  for (const folder of busy) {
    const { uidValidity, newest, total } = found.get(folder) ?? { uidValidity: 0, newest: [], total: 0 };
    for (const { uid, date } of newest) hits.add({ folder, id: itemId(uidValidity, uid) }, date);
    hits.countOlder(total - newest.length);
  }
  return hits.result;
}

async function search(
  session: Session,
  mailbox: Selected,
  query: MailQuery,
  limit: number,
  datesMatter: boolean,
): Promise<Found> {
  const { uidValidity } = mailbox;
  if (mailbox.exists === 0) return { uidValidity, newest: [], total: 0 };
  const keys = searchKeys(query, await contextOf(session, mailbox, query));
  const sorted = session.has('ESORT') ? await sortedUids(session, keys, limit) : null;
  if (sorted !== null && !datesMatter) {
    // One folder alone: the order is all that is needed of the dates.
    const newest = sorted.uids.map((uid, index) => ({ uid, date: -index }));
    return { uidValidity, newest, total: sorted.total };
  }
  const uids = sorted?.uids ?? (await withCharset(session, keys)).reverse();
  const dates = await datesOf(session, uids.slice(0, sorted === null ? Math.max(limit, mostDated) : limit));
  const newest = [...dates].map(([uid, date]) => ({ uid, date }));
  newest.sort((a, b) => b.date - a.date || b.uid - a.uid);
  return { uidValidity, newest, total: sorted?.total ?? uids.length };
}

/** The newest of the UIDs found, by INTERNALDATE, sorted by the server; null if it knows no such charset. */
async function sortedUids(
  session: Session,
  keys: SearchKeys,
  limit: number,
): Promise<{ uids: readonly number[]; total: number } | null> {
  const inParts = session.has('CONTEXT=SORT') || session.has('CONTEXT=SEARCH');
  const wanted = inParts && limit > 0 ? `COUNT PARTIAL 1:${limit}` : 'COUNT ALL';
  let set: string | null = null;
  let total = 0;
  try {
    await session.run(
      'UID SORT',
      [`RETURN (${wanted}) (REVERSE ARRIVAL) UTF-8`, ...keys],
      (name, untagged) => {
        if (name !== 'ESEARCH') return false;
        const attributes = untagged.attributes ?? [];
        total = esearchValue(attributes, 'COUNT', number) ?? 0;
        set = esearchValue(attributes, 'ALL', text) ?? esearchValue(attributes, 'PARTIAL', partialSet);
        return true;
      },
    );
  } catch (error) {
    if (error instanceof BackendError && error.reason === 'bad-charset') return null;
    throw error;
  }
  return { uids: expandSet(set ?? '', limit), total };
}

/** The set of `PARTIAL (1:100 7,5:6)` (RFC 5267 4.4). */
const partialSet = (node: Node | undefined): string | null => (isList(node) ? text(node[1]) : null);

/** UIDs in ascending order. Servers that refuse UTF-8 by name often take it where nothing is said. */
async function withCharset(session: Session, keys: SearchKeys): Promise<number[]> {
  if (!isBeyondAscii(keys)) return searchUids(session, keys);
  try {
    return await searchUids(session, ['CHARSET UTF-8', ...keys]);
  } catch (error) {
    if (!(error instanceof BackendError && error.reason === 'bad-charset')) throw error;
    return searchUids(session, keys);
  }
}

async function datesOf(session: Session, uids: readonly number[]): Promise<Map<number, number>> {
  const dates = new Map<number, number>();
  for (const set of compactSets(uids)) {
    await session.fetch(
      'UID FETCH',
      `${set} (UID INTERNALDATE)`,
      (row) => row.date !== null,
      ({ uid, date }) => dates.set(uid ?? 0, date ?? 0),
    );
  }
  return dates;
}

async function contextOf(session: Session, mailbox: Selected, query: MailQuery): Promise<SearchContext> {
  const { permanentFlags } = mailbox;
  const context: SearchContext = {
    now: Date.now(),
    within: session.has('WITHIN'),
    // A mailbox that can only be read tells no flags at all.
    hasKeyword: (keyword) =>
      permanentFlags === null || permanentFlags.size === 0 || permanentFlags.has(keyword.toLowerCase()),
    withAttachment: (asked) => attachments.get(asked) ?? [],
  };
  const attachments = await attachmentHits(session, attachmentQueries(query), context);
  return context;
}

/** UIDs by the name they were searched for. The structures tell the names as a phone is shown them, however encoded. */
async function attachmentHits(
  session: Session,
  queries: readonly AttachmentQuery[],
  context: SearchContext,
): Promise<Map<AttachmentQuery, readonly number[]>> {
  const found = new Map<AttachmentQuery, number[]>(queries.map((query) => [query, []]));
  if (queries.length === 0) return found;
  const wanted = queries.map((query) => [query, searchText(query.text).toLowerCase()] as const);
  // A message with attachments is a multipart, or it is one itself.
  const likely = searchKeys({ any: [{ hasAttachment: true }] }, context);
  const plain = ['OR', ...likely, 'HEADER Content-Type "multipart/"'];
  const candidates = (await searchUids(session, plain)).reverse();
  for (const set of compactSets(candidates)) {
    await session.fetch(
      'UID FETCH',
      `${set} (UID BODYSTRUCTURE)`,
      (row) => row.bodyStructure !== null,
      ({ uid, bodyStructure }) => {
        const { attachments } = sortBodyParts(readBodyStructure(bodyStructure ?? []));
        const names = attachments.map((part) => attachmentName(part).normalize('NFC').toLowerCase());
        for (const [query, words] of wanted) {
          if (names.some((name) => name.includes(words))) found.get(query)?.push(uid ?? 0);
        }
      },
    );
  }
  for (const uids of found.values()) uids.sort((a, b) => b - a).splice(mostAttachmentHits);
  return found;
}
