import { CursorInvalid, type ChangePage, type ChangesRequest, type FeedEntry } from '#backend';
import { FeedAnswers, type FeedAnswer } from './feed-answers.js';
import {
  formatCursor,
  markOf,
  parseCursor,
  type DeltaCursor,
  type FeedCursor,
  type SettledCursor,
} from './feed-cursor.js';
import { monthOf } from './horizon.js';
import type { Digest, ObjectDigests } from './object-digests.js';
import { behindObject, feedVersion, objectOf, occurrenceId } from './object-id.js';
import type { ObjectNames } from './object-names.js';
import type { ObjectEntry, ObjectSource } from './object-source.js';
import type { ObjectTexts } from './object-texts.js';

/** Objects that are looked into at once. */
const chunkSize = 200;
/** Objects a page looks at, at most, where few of them are inside the scope. */
const mostObjects = 1_000;
const millisecondsPerDay = 86_400_000;

/** What the feed works with. */
export interface FeedParts {
  readonly source: ObjectSource;
  /** Texts are looked into: objects may be several items, or none. */
  readonly surveys: boolean;
  readonly names: ObjectNames;
  readonly texts: ObjectTexts;
  readonly digests: ObjectDigests;
  readonly now: () => Date;
}

/** An answer of the source that is being told, and from where on. */
interface Telling {
  readonly folder: string;
  readonly answer: FeedAnswer;
  /** The token that was asked with; null for a listing. */
  readonly since: string | null;
  /** Ids below it are told already. */
  readonly next: string;
  /** Where changes go on after a listing whose answer is not the first one any more. */
  readonly token: string;
  readonly month: number;
  readonly expanded: boolean;
}

/** Makes pages of the port's feed from what a source tells of its objects (see ChangePage). */
export class ObjectFeed {
  private readonly answers: FeedAnswers;

  constructor(private readonly parts: FeedParts) {
    this.answers = new FeedAnswers(parts.source, parts.texts);
  }

  async changes({ folder, cursor, scope, limit }: ChangesRequest): Promise<ChangePage> {
    const month = monthOf(this.parts.now());
    const at = cursor === null ? null : parseCursor(cursor);
    if (at?.expanded === true && at.month !== month) {
      throw new CursorInvalid('the horizon moved: occurrences come and go');
    }
    const telling = await this.telling(folder, at, month, Math.max(1, limit));
    const page = new Page(telling, telling.answer.isListing ? scope.sinceDay : null, Math.max(1, limit));
    await this.fill(page, telling);
    this.fetchAhead(page, telling);
    return this.finish(page, telling);
  }

  private async telling(
    folder: string,
    at: FeedCursor | null,
    month: number,
    limit: number,
  ): Promise<Telling> {
    if (at !== null && at.kind !== 'listing') return this.changesSince(folder, at, month, limit);
    const answer = await this.answers.listing(folder, at?.token ?? null);
    const begin = { next: '', token: answer.token, month, expanded: false };
    return { ...begin, ...at, folder, answer, since: null };
  }

  private async changesSince(
    folder: string,
    at: SettledCursor | DeltaCursor,
    month: number,
    limit: number,
  ): Promise<Telling> {
    const mark = at.kind === 'delta' ? at.mark : null;
    const answer = await this.answers.changes(folder, at.token, limit, mark);
    const { isListing, token } = answer;
    return {
      folder,
      answer,
      since: isListing ? null : at.token,
      // Another answer than the one that was begun: its earlier ids may hold news.
      next: at.kind === 'delta' && mark === markOf(token) ? at.next : '',
      token,
      // While no series was told by its occurrences nothing speaks against a newer horizon.
      month: at.expanded ? at.month : month,
      expanded: at.expanded,
    };
  }

  private async fill(page: Page, { folder, answer, next, month }: Telling): Promise<void> {
    const { names, texts, digests, surveys } = this.parts;
    let at = firstFrom(answer.ids, objectOf(next));
    const last = Math.min(answer.ids.length, at + mostObjects);
    for (let size = Math.min(page.limit, chunkSize); at < last && !page.isFull; at += size) {
      const ids = answer.ids.slice(at, Math.min(last, at + size));
      const entries = ids.flatMap((id) => answer.objects.get(id) ?? []);
      texts.heard(folder, entries);
      const [found] = await Promise.all([
        digests.of(folder, entries, month),
        names.remember(folder, namesOf(ids, answer.objects)),
      ]);
      for (const id of ids) {
        const entry = answer.objects.get(id) ?? null;
        page.tell(id, entry === null ? null : (found.get(entry.name) ?? null), surveys);
        if (page.isFull) break;
      }
    }
    const behind = answer.ids[last];
    if (behind !== undefined) page.endBefore(behind);
  }

  /** While this page is read and sent, the texts of the next one are on their way: a first sync waits for its source. */
  private fetchAhead({ boundary }: Page, { folder, answer }: Telling): void {
    if (boundary === null || !answer.isListing) return;
    const { texts, surveys } = this.parts;
    // Reading would fetch them again.
    if (texts.feedsElsewhere && !surveys) return;
    const at = firstFrom(answer.ids, objectOf(boundary));
    const next = answer.ids.slice(at, at + chunkSize);
    texts.fetchAhead(
      folder,
      next.flatMap((id) => answer.objects.get(id) ?? []),
    );
  }

  private finish(page: Page, telling: Telling): ChangePage {
    const { folder, answer, month } = telling;
    const { changed, removed, retold, boundary } = page;
    const told = { month, expanded: telling.expanded || page.expanded };
    if (boundary !== null) this.answers.keep(folder, telling, answer);
    const cursor = formatCursor(cursorAfter(boundary, telling, told));
    const more = boundary !== null || answer.more;
    if (!answer.isListing) {
      return { changed, removed, cursor, more, ...(retold.length > 0 ? { retold } : {}) };
    }
    const from = telling.next === '' ? null : telling.next;
    return { changed, removed, cursor, more, listed: { from, to: boundary } };
  }
}

function cursorAfter(
  boundary: string | null,
  { since, token, answer }: Telling,
  told: { readonly month: number; readonly expanded: boolean },
): FeedCursor {
  if (boundary === null) return { kind: 'settled', ...told, token };
  if (since === null) return { kind: 'listing', ...told, token, next: boundary };
  return { kind: 'delta', ...told, token: since, next: boundary, mark: markOf(answer.token) };
}

/** Place of the first id that is not below `id`. */
function firstFrom(ids: readonly string[], id: string): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle]! < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function namesOf(
  ids: readonly string[],
  objects: ReadonlyMap<string, ObjectEntry | null>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const id of ids) {
    const entry = objects.get(id);
    if (entry) names.set(id, entry.name);
  }
  return names;
}

/** The items an object is told as, in the order of their ids. */
function entriesOf(id: string, { version, day, occurrences }: Digest): FeedEntry[] {
  const shown = feedVersion(version);
  if (occurrences === null) return [{ id, version: shown, day }];
  const byId = new Map(
    occurrences.map((start) => {
      const entry = {
        id: occurrenceId(id, start),
        version: shown,
        day: Math.floor(start.getTime() / millisecondsPerDay),
      };
      return [entry.id, entry];
    }),
  );
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A page while it is filled. */
class Page {
  readonly changed: FeedEntry[] = [];
  readonly removed: string[] = [];
  readonly retold: { from: string; to: string }[] = [];
  /** Ids from it on are left for the next page; null: all is told. */
  boundary: string | null = null;
  expanded = false;

  constructor(
    private readonly telling: Telling,
    private readonly sinceDay: number | null,
    readonly limit: number,
  ) {}

  get isFull(): boolean {
    return this.boundary !== null;
  }

  /** `digest` null: the object is not there (any more). */
  tell(id: string, digest: Digest | null, isRange: boolean): void {
    const entries = digest === null || digest.isOther ? [] : entriesOf(id, digest);
    this.expanded ||= (digest?.occurrences ?? null) !== null;
    const open = entries.filter((entry) => entry.id >= this.telling.next && this.isWanted(entry));
    const room = this.limit - this.changed.length;
    if (open.length > 0 && room <= 0) return this.endBefore(open[0]!.id);
    this.changed.push(...open.slice(0, room));
    if (open.length > room) this.endBefore(open[room]!.id);
    if (this.telling.answer.isListing) return;
    if (entries.length === 0) this.removed.push(id);
    if (isRange) {
      const from = this.telling.next > id ? this.telling.next : id;
      this.retold.push({ from, to: this.boundary ?? behindObject(id) });
    }
  }

  endBefore(id: string): void {
    this.boundary ??= id;
  }

  private isWanted({ day }: FeedEntry): boolean {
    return this.sinceDay === null || day === null || day >= this.sinceDay;
  }
}
