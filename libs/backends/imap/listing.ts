import type { FeedEntry, Scope } from '#backend';
import { mailFlags, mailVersion } from '#formats';
import type { FetchRow } from './fetch-row.js';
import { itemId } from './item-id.js';
import { number, searchNumbers, text, type Node } from './nodes.js';
import { dayOf, searchDate } from './quoting.js';
import type { Selected, Session } from './session.js';
import { compactSets, expandSet } from './sets.js';

/** One step of a listing: the newest items below a UID. */
export interface ListedPage {
  readonly entries: readonly FeedEntry[];
  /** Every UID of the scope from here on (and below the step's start) is told; null: there are none further down. */
  readonly from: Place | null;
}

/** A message and the sequence number it had when it was last seen; 0 if that is not known. */
export interface Place {
  readonly uid: number;
  readonly position: number;
}

/** What the feed asks of a message. */
export const feedItems = '(UID FLAGS INTERNALDATE)';

/** Tells a row that was asked for by `feedItems` from one the server sent of itself: nobody sends dates unasked. */
export const isFeedRow = (row: FetchRow): boolean => row.flags !== null && row.date !== null;

export function feedEntry(mailbox: Selected, row: FetchRow): FeedEntry {
  return {
    id: itemId(mailbox.uidValidity, row.uid ?? 0),
    version: mailVersion(mailFlags(row.flags ?? [])),
    day: row.date === null ? null : dayOf(row.date),
  };
}

export const inScope = (entry: FeedEntry, { sinceDay }: Scope): boolean =>
  sinceDay === null || entry.day === null || entry.day >= sinceDay;

/** Lists up to `limit` items below that place (null: from the top), newest first. */
export async function listBelow(
  session: Session,
  mailbox: Selected,
  below: Place | null,
  scope: Scope,
  limit: number,
): Promise<ListedPage> {
  if (mailbox.exists === 0 || (below !== null && below.uid <= 1)) return { entries: [], from: null };
  return scope.sinceDay === null
    ? listBySequence(session, mailbox, below, limit)
    : listBySearch(session, mailbox, below?.uid ?? null, scope, limit);
}

/** Without a window the position in the mailbox is all that is needed: the cost of a page does not grow with it. */
async function listBySequence(
  session: Session,
  mailbox: Selected,
  below: Place | null,
  limit: number,
): Promise<ListedPage> {
  if (below !== null && below.position > 1 && below.position <= mailbox.exists) {
    // Most often nothing was removed since the last page, and the message that ended it shows so.
    const bottom = Math.max(1, below.position - limit);
    const rows = await fetchRows(session, 'FETCH', `${bottom}:${below.position}`);
    const isThere = rows.some((row) => row.sequence === below.position && row.uid === below.uid);
    if (isThere) return page(mailbox, rowsBelow(rows, below.uid), bottom === 1);
  }
  const top = below === null ? mailbox.exists : await countBelow(session, below.uid);
  if (top === 0) return { entries: [], from: null };
  const bottom = Math.max(1, top - limit + 1);
  const rows = await fetchRows(session, 'FETCH', `${bottom}:${top}`);
  return page(mailbox, rowsBelow(rows, below?.uid ?? Number.POSITIVE_INFINITY), bottom === 1);
}

const rowsBelow = (rows: readonly FetchRow[], uid: number): FetchRow[] =>
  rows.filter((row) => (row.uid ?? 0) < uid);

async function listBySearch(
  session: Session,
  mailbox: Selected,
  below: number | null,
  scope: Scope,
  limit: number,
): Promise<ListedPage> {
  const found = await searchSince(session, scope.sinceDay ?? 0, below);
  const wanted = found.slice(-limit);
  if (wanted.length === 0) return { entries: [], from: null };
  const rows: FetchRow[] = [];
  for (const set of compactSets(wanted)) rows.push(...(await fetchRows(session, 'UID FETCH', set)));
  const listed = page(mailbox, rows, found.length === wanted.length);
  const from = listed.from === null ? null : { uid: wanted[0] ?? 1, position: 0 };
  return { entries: listed.entries.filter((entry) => inScope(entry, scope)), from };
}

function page(mailbox: Selected, rows: readonly FetchRow[], isLast: boolean): ListedPage {
  const newestFirst = [...rows].sort((a, b) => (b.uid ?? 0) - (a.uid ?? 0));
  const last = newestFirst.at(-1);
  const lowest = last === undefined ? null : { uid: last.uid ?? 1, position: last.sequence };
  return { entries: newestFirst.map((row) => feedEntry(mailbox, row)), from: isLast ? null : lowest };
}

async function fetchRows(session: Session, command: 'FETCH' | 'UID FETCH', set: string): Promise<FetchRow[]> {
  const rows: FetchRow[] = [];
  await session.fetch(command, `${set} ${feedItems}`, isFeedRow, (row) => rows.push(row));
  return rows;
}

/** How many messages have a lower UID. */
async function countBelow(session: Session, below: number): Promise<number> {
  const criteria = `UID 1:${below - 1}`;
  let count = 0;
  if (session.has('ESEARCH')) {
    await session.run('SEARCH', `RETURN (COUNT) ${criteria}`, (name, untagged) => {
      if (name !== 'ESEARCH') return false;
      count = esearchValue(untagged.attributes ?? [], 'COUNT', number) ?? 0;
      return true;
    });
    return count;
  }
  await session.run('SEARCH', criteria, (name, untagged) => {
    if (name !== 'SEARCH') return false;
    count += searchNumbers(untagged).length;
    return true;
  });
  return count;
}

/** UIDs in ascending order of what came on `day` or later; a day more, because servers judge by their own time zone. */
async function searchSince(session: Session, day: number, below: number | null): Promise<number[]> {
  const criteria = `${below === null ? '' : `UID 1:${below - 1} `}SINCE ${searchDate(day - 1)}`;
  return searchUids(session, criteria);
}

/** UID SEARCH, by ESEARCH where there is one: a run of thousands of UIDs is a few bytes there. Ascending. */
export async function searchUids(
  session: Session,
  criteria: string | readonly (string | Uint8Array)[],
): Promise<number[]> {
  const uids: number[] = [];
  const keys = typeof criteria === 'string' ? [criteria] : criteria;
  const extended = session.has('ESEARCH');
  await session.run('UID SEARCH', extended ? ['RETURN (ALL)', ...keys] : keys, (name, untagged) => {
    if (name === 'ESEARCH') {
      const set = esearchValue(untagged.attributes ?? [], 'ALL', text);
      if (set !== null) for (const uid of expandSet(set, 5_000_000)) uids.push(uid);
      return true;
    }
    if (name !== 'SEARCH') return false;
    for (const uid of searchNumbers(untagged)) uids.push(uid);
    return true;
  });
  return uids.sort((a, b) => a - b);
}

/** The value behind a name in an ESEARCH answer (RFC 4731 3.1). */
export function esearchValue<T>(
  attributes: readonly Node[],
  name: string,
  read: (node: Node | undefined) => T | null,
): T | null {
  const index = attributes.findIndex((attribute) => text(attribute)?.toUpperCase() === name);
  return index < 0 ? null : read(attributes[index + 1]);
}
