import { CursorInvalid } from '#backend';
import type { ChangePage, ChangesRequest, FeedEntry, Scope } from '#backend';
import { formatCursor, parseCursor, type Cursor, type FeedMode, type Mark } from './cursor.js';
import type { FetchRow } from './fetch-row.js';
import { itemId } from './item-id.js';
import { feedEntry, feedItems, inScope, isFeedRow, listBelow, searchUids, type Place } from './listing.js';
import { bigNumber, list, number, text } from './nodes.js';
import { quote } from './quoting.js';
import { settle, type Journal, type Selected, type Session } from './session.js';
import { compactSets, expandSet } from './sets.js';

/** More removals than this at once are told by a fresh listing: servers may name ranges of UIDs that never were. */
const mostRemovals = 100_000;
/** Changes come while they are asked for; after so many attempts to see a quiet moment a listing decides. */
const attempts = 3;

type Listing = Extract<Cursor, { phase: 'listing' }>;
type Paging = Extract<Cursor, { phase: 'paging' }>;

/** One page of a mailbox's feed, on a connection lent for it. Throws CursorInvalid, BackendError. */
export async function changes(session: Session, request: ChangesRequest): Promise<ChangePage> {
  if (request.cursor === null) return startListing(session, request);
  const cursor = parseCursor(request.cursor);
  if (cursor.phase === 'even' && (await sameByStatus(session, request.folder, cursor.mark))) {
    return { changed: [], removed: [], cursor: request.cursor, more: false };
  }
  const mailbox = await session.refresh(request.folder);
  check(session, mailbox, cursor.mark);
  switch (cursor.phase) {
    case 'listing':
      return continueListing(session, mailbox, cursor, request);
    case 'paging':
      return continuePaging(session, mailbox, cursor, request);
    case 'even':
      return changesSince(session, mailbox, cursor.mark, request);
  }
}

const isClean = (mailbox: Selected): boolean => mailbox.epoch === mailbox.modseqEpoch;

function modeOf(session: Session, mailbox: Selected): FeedMode {
  if (!mailbox.hasModseq) return 'plain';
  return session.quickResync ? 'quick' : 'modseq';
}

/** The state of the mailbox that this connection sees; with modification sequences only right while it is clean. */
const markOf = (session: Session, mailbox: Selected): Mark => ({
  uidValidity: mailbox.uidValidity,
  mode: modeOf(session, mailbox),
  modseq: mailbox.modseq,
  count: mailbox.exists,
  uidNext: mailbox.uidNext,
  tag: mailbox.hasModseq ? '' : mailbox.tag,
  epoch: mailbox.hasModseq ? 0 : mailbox.epoch,
});

function check(session: Session, mailbox: Selected, mark: Mark): void {
  if (mailbox.uidValidity !== mark.uidValidity) throw new CursorInvalid('UIDVALIDITY changed');
  if (modeOf(session, mailbox) !== mark.mode)
    throw new CursorInvalid('the server keeps its history differently now');
  // Some servers lose count after a repair: what they say since is worth nothing against the old number.
  if (mailbox.epoch === 0 && mailbox.modseq < mark.modseq) throw new CursorInvalid('HIGHESTMODSEQ fell');
}

/**
 * Whether nothing happened, asked without opening the mailbox: for a connection that has another one open and would have
 * to open that again soon.
 */
async function sameByStatus(session: Session, folder: string, mark: Mark): Promise<boolean> {
  if (mark.mode === 'plain' || session.selected === null || session.selected.path === folder) return false;
  const status = await mailboxStatus(session, folder);
  return (
    status.uidValidity === mark.uidValidity &&
    status.modseq === mark.modseq &&
    (mark.mode === 'quick' || (status.messages === mark.count && status.uidNext === mark.uidNext))
  );
}

interface MailboxStatus {
  readonly uidValidity: number | null;
  readonly uidNext: number | null;
  readonly messages: number | null;
  readonly modseq: bigint | null;
}

async function mailboxStatus(session: Session, folder: string): Promise<MailboxStatus> {
  const values = new Map<string, Parameters<typeof text>[0]>();
  await session.run(
    'STATUS',
    `${quote(folder)} (UIDVALIDITY UIDNEXT MESSAGES HIGHESTMODSEQ)`,
    (name, untagged) => {
      if (name !== 'STATUS') return false;
      const items = list(untagged.attributes?.[1]);
      for (let index = 0; index + 1 < items.length; index += 2) {
        values.set(text(items[index])?.toUpperCase() ?? '', items[index + 1]);
      }
      return true;
    },
  );
  return {
    uidValidity: number(values.get('UIDVALIDITY')),
    uidNext: number(values.get('UIDNEXT')),
    messages: number(values.get('MESSAGES')),
    modseq: bigNumber(values.get('HIGHESTMODSEQ')),
  };
}

async function startListing(session: Session, request: ChangesRequest): Promise<ChangePage> {
  let mailbox = await session.refresh(request.folder);
  // The listing begins at a known state, so that what happens while it goes on is told after it.
  if (mailbox.hasModseq && !isClean(mailbox)) mailbox = (await session.select(request.folder, true)).mailbox;
  return listingPage(session, mailbox, markOf(session, mailbox), null, request);
}

const continueListing = (
  session: Session,
  mailbox: Selected,
  cursor: Listing,
  request: ChangesRequest,
): Promise<ChangePage> =>
  listingPage(session, mailbox, cursor.mark, { uid: cursor.below, position: cursor.position }, request);

async function listingPage(
  session: Session,
  mailbox: Selected,
  mark: Mark,
  below: Place | null,
  { scope, limit }: ChangesRequest,
): Promise<ChangePage> {
  const { entries, from } = await listBelow(session, mailbox, below, scope, Math.max(1, limit));
  const next: Cursor =
    from === null
      ? { phase: 'even', mark }
      : { phase: 'listing', mark, below: from.uid, position: from.position };
  return {
    changed: entries,
    removed: [],
    cursor: formatCursor(next),
    more: from !== null,
    listed: {
      from: from === null ? null : itemId(mailbox.uidValidity, from.uid),
      to: below === null ? null : itemId(mailbox.uidValidity, below.uid),
    },
  };
}

/** What happened since the mark; the mailbox is open and its view as new as the request. */
async function changesSince(
  session: Session,
  mailbox: Selected,
  mark: Mark,
  request: ChangesRequest,
): Promise<ChangePage> {
  if (nothingNew(mailbox, mark)) {
    return { changed: [], removed: [], cursor: formatCursor({ phase: 'even', mark }), more: false };
  }
  if (mark.mode === 'plain') return listingPage(session, mailbox, markOf(session, mailbox), null, request);
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    // The journal begins where the view was last sure: it serves whoever knows just that. Who knows more may know a mail that
    // came and went while nobody looked through this connection: of that it heard nothing.
    const journal = mark.mode === 'quick' && mark.modseq === mailbox.modseq ? mailbox.journal : null;
    const told = mailbox.epoch;
    const next = await stateNow(session, mailbox, mark);
    const isSure = mailbox.epoch === told;
    const found = await changedSince(session, mailbox, mark, journal, request.limit);
    // From here on the connection can tell by itself whether something happens. Not if it heard of something after the number
    // was asked: another connection may have given the same number to somebody who knows nothing of that.
    if (isSure && !found.disturbed && found.newest <= mailbox.modseq) settle(mailbox);
    else mailbox.journal.complete = false;
    const removed = removals(mailbox, mark, next, found);
    if (removed === 'unclear') continue;
    if (removed === 'some') break;
    return deltaPage(mailbox, mark, next, found, removed, request);
  }
  const { mailbox: again } = await session.select(request.folder, true);
  return listingPage(session, again, markOf(session, again), null, request);
}

function nothingNew(mailbox: Selected, mark: Mark): boolean {
  if (mark.mode === 'plain') return mailbox.tag === mark.tag && mailbox.epoch === mark.epoch;
  const sameCount = mark.mode === 'quick' || mailbox.exists === mark.count;
  return isClean(mailbox) && mark.modseq >= mailbox.modseq && sameCount;
}

/**
 * A state that the view is sure to contain. The number is asked before the view is brought up to date once more: a
 * server may count changes it does not show yet, and it may show changes later than those it counted.
 */
async function stateNow(session: Session, mailbox: Selected, mark: Mark): Promise<Mark> {
  if (isClean(mailbox)) return markOf(session, mailbox);
  const { modseq } = await mailboxStatus(session, mailbox.path);
  await session.refresh(mailbox.path);
  if (modseq === null || modseq < mark.modseq) throw new CursorInvalid('HIGHESTMODSEQ fell');
  mailbox.modseq = modseq;
  return markOf(session, mailbox);
}

interface Found {
  readonly rows: readonly FetchRow[];
  /** Rows that were too many for the page. */
  readonly cut: boolean;
  readonly vanished: readonly number[];
  /** Rows of messages newer than the mark, the cut ones too. */
  readonly added: number;
  /** Something else happened meanwhile. */
  readonly disturbed: boolean;
  /** The highest modification sequence of all rows. */
  readonly newest: bigint;
}

async function changedSince(
  session: Session,
  mailbox: Selected,
  mark: Mark,
  journal: Journal | null,
  limit: number,
): Promise<Found> {
  const rows: FetchRow[] = [];
  const vanished: number[] = [];
  let total = 0;
  let added = 0;
  let newest = mark.modseq;
  const epoch = mailbox.epoch;
  const onRow = (row: FetchRow): void => {
    total += 1;
    if ((row.uid ?? 0) >= mark.uidNext) added += 1;
    if (row.modseq !== null && row.modseq > newest) newest = row.modseq;
    mailbox.uidNext = Math.max(mailbox.uidNext, (row.uid ?? 0) + 1);
    if (rows.length < limit) rows.push(row);
  };
  if (journal?.complete === true) {
    // With its help the cost is that of the changes, not that of the mailbox.
    vanished.push(...journal.vanished);
    const changed = [...journal.changed].filter((uid) => !journal.vanished.has(uid) && uid < mailbox.uidNext);
    const sets = [...compactSets(changed), `${Math.max(1, mailbox.uidNext)}:*`];
    for (const set of sets) {
      await session.fetch('UID FETCH', `${set} ${feedItems} (CHANGEDSINCE ${mark.modseq})`, isFeedRow, onRow);
    }
  } else {
    const args = `1:* ${feedItems} (CHANGEDSINCE ${mark.modseq}${mark.mode === 'quick' ? ' VANISHED' : ''})`;
    await session.fetch('UID FETCH', args, isFeedRow, onRow, (earlier) => {
      for (const uid of expandSet(earlier, mostRemovals + 1 - vanished.length)) vanished.push(uid);
    });
  }
  // History knows of removals that this connection's view does not show yet: such a mail is gone, and must not be added.
  const gone = new Set(vanished);
  const disturbed = mailbox.epoch !== epoch;
  return {
    rows: rows.filter(({ uid }) => !gone.has(uid ?? 0)).sort((a, b) => (a.uid ?? 0) - (b.uid ?? 0)),
    cut: total > rows.length,
    vanished,
    added,
    disturbed,
    newest,
  };
}

/** UIDs that are gone; `some` if there are and nobody can tell which; `unclear` if it has to be looked at again. */
function removals(
  mailbox: Selected,
  mark: Mark,
  next: Mark,
  found: Found,
): readonly number[] | 'some' | 'unclear' {
  if (mark.mode === 'quick') return found.vanished.length > mostRemovals ? 'some' : found.vanished;
  if (found.disturbed) return 'unclear';
  return mark.count + found.added === next.count && mailbox.exists === next.count ? [] : 'some';
}

function deltaPage(
  mailbox: Selected,
  mark: Mark,
  next: Mark,
  found: Found,
  removed: readonly number[],
  { scope }: ChangesRequest,
): ChangePage {
  const reached: Mark = { ...next, uidNext: Math.max(next.uidNext, mailbox.uidNext) };
  const after = found.rows.at(-1)?.uid ?? 0;
  const cursor: Cursor = found.cut
    ? { phase: 'paging', mark: reached, since: mark.modseq, after }
    : { phase: 'even', mark: reached };
  return {
    changed: entriesOf(mailbox, found.rows, scope),
    removed: removed.map((uid) => itemId(mailbox.uidValidity, uid)),
    cursor: formatCursor(cursor),
    more: found.cut,
  };
}

/** The rest of a long delta: found by SEARCH, so that a page costs what it holds and not what is still to come. */
async function continuePaging(
  session: Session,
  mailbox: Selected,
  cursor: Paging,
  request: ChangesRequest,
): Promise<ChangePage> {
  const { mark, since, after } = cursor;
  const found = await searchUids(session, `UID ${after + 1}:* MODSEQ ${since + 1n}`);
  // `n:*` names the last message even if its UID is lower (RFC 9051 9, seq-range).
  const left = found.filter((uid) => uid > after);
  const wanted = left.slice(0, Math.max(1, request.limit));
  const rows: FetchRow[] = [];
  for (const set of compactSets(wanted)) {
    await session.fetch('UID FETCH', `${set} ${feedItems}`, isFeedRow, (row) => rows.push(row));
  }
  const more = left.length > wanted.length;
  const next: Cursor = more
    ? { phase: 'paging', mark, since, after: wanted.at(-1) ?? after }
    : { phase: 'even', mark };
  return { changed: entriesOf(mailbox, rows, request.scope), removed: [], cursor: formatCursor(next), more };
}

const entriesOf = (mailbox: Selected, rows: readonly FetchRow[], scope: Scope): FeedEntry[] =>
  rows.map((row) => feedEntry(mailbox, row)).filter((entry) => inScope(entry, scope));
