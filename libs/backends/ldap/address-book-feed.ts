import { CursorInvalid, type ChangePage, type FeedEntry } from '#backend';
import type { Listed, RecentRosters, Roster } from './roster.js';

/** Where a phone is: it has `roster`; or it is told of it from `from` on; or of what makes it `target`. */
interface Position {
  readonly roster: string;
  readonly target: string | null;
  readonly from: string | null;
}

const cursorPattern = /^([\w-]{22})(?:\.([\w-]{22}))?(?:\.([0-9a-f]{14}))?$/;

function parse(cursor: string): Position {
  const [, roster, target, from] = cursorPattern.exec(cursor) ?? [];
  if (roster === undefined || (target !== undefined && from === undefined))
    throw new CursorInvalid('not a cursor of an address book');
  return { roster, target: target ?? null, from: from ?? null };
}

const entryOf = ({ id, version }: Listed): FeedEntry => ({ id, version, day: null });

/**
 * What a phone is told that stands at the cursor. Between two rosters that are both remembered it is told the
 * difference, else everybody anew. A directory in which suddenly nobody is takes nobody away: that is a right that was
 * lost, a base that moved or a server that was set up anew, and no reason to empty every phone of the company.
 */
export function changesSince(
  cursor: string | null,
  current: Roster,
  recent: RecentRosters,
  limit: number,
): ChangePage {
  const most = Math.max(1, limit);
  if (cursor === null) return listing(current, null, current, most);
  const { roster, target, from } = parse(cursor);
  const idle = { changed: [], removed: [], cursor, more: false };
  if (current.people.length === 0 && roster !== current.digest) return idle;
  const has = known(roster, current, recent);
  if (target !== null) {
    const wanted = known(target, current, recent);
    return has && wanted
      ? difference(has, wanted, from, current, most)
      : listing(current, null, current, most);
  }
  if (from !== null) return has ? listing(has, from, current, most) : listing(current, null, current, most);
  if (roster === current.digest) return idle;
  return has ? difference(has, current, null, current, most) : listing(current, null, current, most);
}

const known = (digest: string, current: Roster, recent: RecentRosters): Roster | undefined =>
  digest === current.digest ? current : recent.get(digest);

/** Index of the first person whose id is not before `id`. */
function indexOf(people: readonly Listed[], id: string | null): number {
  let [low, high] = [0, id === null ? 0 : people.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (people[middle]!.id < id!) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A page of everybody; what changed while the pages were fetched is told behind them. */
function listing(told: Roster, from: string | null, current: Roster, limit: number): ChangePage {
  const start = indexOf(told.people, from);
  const to = told.people[start + limit]?.id ?? null;
  return {
    changed: told.people.slice(start, start + limit).map(entryOf),
    removed: [],
    cursor: to === null ? told.digest : `${told.digest}.${to}`,
    more: to !== null || told.digest !== current.digest,
    listed: { from, to },
  };
}

/** A page of what makes one roster the other, in the order of ids. */
function difference(
  before: Roster,
  after: Roster,
  from: string | null,
  current: Roster,
  limit: number,
): ChangePage {
  const changed: FeedEntry[] = [];
  const removed: string[] = [];
  for (const { id, now } of differences(before.people, after.people, from)) {
    if (changed.length + removed.length >= limit) {
      return { changed, removed, cursor: `${before.digest}.${after.digest}.${id}`, more: true };
    }
    if (now) changed.push(entryOf(now));
    else removed.push(id);
  }
  return { changed, removed, cursor: after.digest, more: after.digest !== current.digest };
}

/** Whom the two do not have in common, from an id on; `now` undefined is gone. */
function* differences(before: readonly Listed[], after: readonly Listed[], from: string | null) {
  let [left, right] = [indexOf(before, from), indexOf(after, from)];
  while (left < before.length || right < after.length) {
    const [old, now] = [before[left], after[right]];
    const order = compared(old, now);
    if (order < 0) yield { id: old!.id, now: undefined };
    else if (order > 0 || old!.version !== now!.version) yield { id: now!.id, now };
    if (order <= 0) left++;
    if (order >= 0) right++;
  }
}

/** Which of two comes first; nobody comes last. */
function compared(one: Listed | undefined, other: Listed | undefined): number {
  if (!one || !other) return one ? -1 : 1;
  return one.id === other.id ? 0 : one.id < other.id ? -1 : 1;
}
