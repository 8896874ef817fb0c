import { CursorInvalid, type ChangePage, type ChangesRequest, type FeedEntry } from '#backend';
import { mailVersion, type MailFlags } from '#formats';
import { flagsOfLetters, type KeywordNames } from './file-names.js';
import { type UidHistory, type UidRecord } from './uid-file.js';

/** A message of a folder as the log knows it. */
export interface UidEntry {
  readonly uid: number;
  readonly base: string;
  readonly day: number;
  flags: string;
  /** When it last changed, on the log's clock. */
  seq: number;
  removed: boolean;
  /** `new/...` or `cur/...` as last seen; null until the directory was read. */
  file: string | null;
}

/** Numbers of removed messages that are remembered at least, when the log is cleaned up. */
const keptRemovals = 10_000;
const uidDigits = 6;

/** Numbers and changes of one folder in memory: what the feed is answered from. Pure; its owner writes the records. */
export class UidLog {
  readonly epoch: string;
  /** What the letters a to z stand for. */
  keywords: KeywordNames = [];
  private readonly byBase = new Map<string, UidEntry>();
  private readonly byUid = new Map<number, UidEntry>();
  /** In the order of their numbers, removed ones included until the log is cleaned up. */
  private ordered: UidEntry[] = [];
  /** In the order of time. A line is void when its entry changed again later. */
  private changes: { seq: number; entry: UidEntry }[] = [];
  private clock: number;
  private floor: number;
  private nextUid: number;

  constructor(history: UidHistory) {
    this.epoch = history.epoch;
    this.floor = history.floor;
    this.clock = history.floor;
    this.nextUid = history.nextUid;
    for (const record of history.records) this.apply(record);
    this.ordered.sort((a, b) => a.uid - b.uid);
  }

  get live(): Iterable<UidEntry> {
    return this.byBase.values();
  }

  get size(): number {
    return this.byBase.size;
  }

  byName(base: string): UidEntry | undefined {
    return this.byBase.get(base);
  }

  byId(id: string): UidEntry | undefined {
    const [epoch, number] = id.split('-');
    const entry =
      epoch === this.epoch && number?.length === uidDigits ? this.byUid.get(parseInt(number, 36)) : undefined;
    return entry?.removed ? undefined : entry;
  }

  idOf = ({ uid }: UidEntry): string => `${this.epoch}-${uid.toString(36).padStart(uidDigits, '0')}`;

  /** What the entry's letters mean in this folder. */
  flagsOf({ flags }: Pick<UidEntry, 'flags'>): MailFlags {
    return flagsOfLetters(flags, this.keywords);
  }

  add(base: string, day: number, flags: string): UidRecord {
    return this.apply({ kind: 'added', seq: this.clock + 1, uid: this.nextUid, day, flags, base });
  }

  setFlags({ uid }: UidEntry, flags: string): UidRecord {
    return this.apply({ kind: 'flags', seq: this.clock + 1, uid, flags });
  }

  remove({ uid }: UidEntry): UidRecord {
    return this.apply({ kind: 'removed', seq: this.clock + 1, uid });
  }

  private apply(record: UidRecord): UidRecord {
    this.clock = Math.max(this.clock, record.seq);
    this.nextUid = Math.max(this.nextUid, record.uid + 1);
    const entry = record.kind === 'added' ? this.insert(record) : this.byUid.get(record.uid);
    if (!entry) return record;
    entry.seq = record.seq;
    if (record.kind === 'flags') entry.flags = record.flags;
    if (record.kind === 'removed') {
      entry.removed = true;
      if (this.byBase.get(entry.base) === entry) this.byBase.delete(entry.base);
    }
    this.changes.push({ seq: record.seq, entry });
    return record;
  }

  private insert({ uid, base, day, flags, seq }: UidRecord & { kind: 'added' }): UidEntry {
    const entry: UidEntry = { uid, base, day, flags, seq, removed: false, file: null };
    this.byBase.set(base, entry);
    this.byUid.set(uid, entry);
    this.ordered.push(entry);
    return entry;
  }

  /** Whether so much of the log is void that it should be cleaned up and its file written anew. */
  get isWasteful(): boolean {
    return this.changes.length > 2 * this.byBase.size + 2 * keptRemovals;
  }

  /** Forgets what is void and the oldest removals. Returns what the file has to hold. */
  cleanUp(): UidHistory {
    const valid = this.changes.filter(({ seq, entry }) => entry.seq === seq);
    const removals = valid.filter(({ entry }) => entry.removed);
    const forgotten = removals.slice(0, Math.max(0, removals.length - keptRemovals));
    this.floor = Math.max(this.floor, forgotten.at(-1)?.seq ?? 0);
    for (const { entry } of forgotten) this.byUid.delete(entry.uid);
    this.changes = valid.filter(({ seq, entry }) => !entry.removed || seq > this.floor);
    this.ordered = this.ordered.filter((entry) => !entry.removed);
    return {
      epoch: this.epoch,
      floor: this.floor,
      nextUid: this.nextUid,
      records: this.changes.flatMap(recordsOf),
    };
  }

  /** The feed (see ChangePage). */
  page({ cursor, scope, limit: wanted }: ChangesRequest): ChangePage {
    const limit = Math.max(1, wanted);
    const place = cursor === null ? { time: this.clock, before: null } : this.parse(cursor);
    return cursor === null || place.before !== null
      ? this.list(place.time, place.before, scope.sinceDay, limit)
      : this.delta(place.time, scope.sinceDay, limit);
  }

  /** Epoch, the time from which changes are still to be told, and while listing the number below which to go on. */
  private format(time: number, before: number | null): string {
    return `${this.epoch}.${time.toString(36)}.${before === null ? '' : before.toString(36)}`;
  }

  private parse(cursor: string): { time: number; before: number | null } {
    const match = /^([0-9a-z]{7})\.([0-9a-z]{1,11})\.([0-9a-z]{0,11})$/.exec(cursor);
    const time = parseInt(match?.[2] ?? '', 36);
    const valid = match?.[1] === this.epoch && time >= this.floor && time <= this.clock;
    if (!valid) throw new CursorInvalid("the cursor is not of this folder's history");
    return { time, before: match[3] ? parseInt(match[3], 36) : null };
  }

  private list(time: number, before: number | null, sinceDay: number | null, limit: number): ChangePage {
    const changed: FeedEntry[] = [];
    let from: number | null = null;
    let more = false;
    for (let i = this.firstAtOrAbove(before) - 1; i >= 0; i--) {
      const entry = this.ordered[i]!;
      if (entry.removed || !isInside(entry, sinceDay)) continue;
      if (changed.length === limit) {
        more = true;
        break;
      }
      changed.push(this.entryOf(entry));
      from = entry.uid;
    }
    const bound = (uid: number | null): string | null => (uid === null ? null : this.boundOf(uid));
    const listed = { from: more ? bound(from) : null, to: bound(before) };
    return { changed, removed: [], cursor: this.format(time, more ? from : null), more, listed };
  }

  private boundOf(uid: number): string {
    return `${this.epoch}-${uid.toString(36).padStart(uidDigits, '0')}`;
  }

  private firstAtOrAbove(uid: number | null): number {
    return uid === null ? this.ordered.length : lowerBound(this.ordered, (entry) => entry.uid >= uid);
  }

  private delta(time: number, sinceDay: number | null, limit: number): ChangePage {
    const changed: FeedEntry[] = [];
    const removed: string[] = [];
    let at = lowerBound(this.changes, ({ seq }) => seq > time);
    let reached = time;
    for (; at < this.changes.length && changed.length < limit; at++) {
      const { seq, entry } = this.changes[at]!;
      reached = seq;
      if (entry.seq !== seq) continue;
      if (entry.removed) removed.push(this.idOf(entry));
      else if (isInside(entry, sinceDay)) changed.push(this.entryOf(entry));
    }
    return { changed, removed, cursor: this.format(reached, null), more: at < this.changes.length };
  }

  private entryOf(entry: UidEntry): FeedEntry {
    return { id: this.idOf(entry), version: mailVersion(this.flagsOf(entry)), day: entry.day };
  }
}

const isInside = ({ day }: UidEntry, sinceDay: number | null): boolean =>
  sinceDay === null || day >= sinceDay;

/** Index of the first element for which the test holds; it must hold for all behind it. */
function lowerBound<T>(elements: readonly T[], test: (element: T) => boolean): number {
  let low = 0;
  let high = elements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(elements[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A removed message needs its number only; its line stands for one that was added before it. */
function recordsOf({ seq, entry }: { seq: number; entry: UidEntry }): UidRecord[] {
  const { uid, day, flags, base } = entry;
  const added: UidRecord = { kind: 'added', seq, uid, day, flags, base };
  return entry.removed ? [added, { kind: 'removed', seq, uid }] : [added];
}
