import { BoundedCache } from './bounded-cache.js';
import { markOf } from './feed-cursor.js';
import { listFolder } from './listing.js';
import { objectId } from './object-id.js';
import type { ObjectEntry, ObjectSource } from './object-source.js';
import type { ObjectTexts } from './object-texts.js';

/** What a source answered, in the order in which it is told. */
export interface FeedAnswer {
  /** Ids, in order. */
  readonly ids: readonly string[];
  /** Null: removed. */
  readonly objects: ReadonlyMap<string, ObjectEntry | null>;
  /** Where to go on once all is told. */
  readonly token: string;
  readonly more: boolean;
  /** All there is in the folder. */
  readonly isListing: boolean;
}

const keptBytes = 32 * 1024 * 1024;
const bytesPerObject = 300;

const inOrder = (
  objects: ReadonlyMap<string, ObjectEntry | null>,
  rest: Omit<FeedAnswer, 'ids' | 'objects'>,
): FeedAnswer => ({ ids: [...objects.keys()].sort(), objects, ...rest });

/**
 * Asks the source, and remembers answers that are too large for one page until the last of it was told. What another
 * process remembers is asked for again.
 */
export class FeedAnswers {
  private readonly kept = new BoundedCache<FeedAnswer>(keptBytes);

  constructor(
    private readonly source: ObjectSource,
    private readonly texts: ObjectTexts,
  ) {}

  /** The folder as it is now; with `token`, as it was when the source gave that token, or later. */
  async listing(folder: string, token: string | null): Promise<FeedAnswer> {
    const kept = token === null ? undefined : this.kept.get(listingKey(folder, token));
    if (kept) return kept;
    const { entries, token: now } = await listFolder(this.source, folder, null);
    this.texts.retain(folder, namesOf(entries.values()));
    return inOrder(entries, { token: now, more: false, isListing: true });
  }

  /** What happened since the token; with `mark`, the answer of that mark if it is still known. Throws CursorInvalid. */
  async changes(folder: string, token: string, limit: number, mark: string | null): Promise<FeedAnswer> {
    const kept = mark === null ? undefined : this.kept.get(changesKey(folder, token, mark));
    if (kept) return kept;
    const { changed, removed, ...rest } = await this.source.changes(folder, token, limit);
    const objects = new Map<string, ObjectEntry | null>();
    if (rest.isListing) this.texts.retain(folder, namesOf(changed));
    for (const name of removed) {
      this.texts.forget(folder, name);
      objects.set(objectId(name), null);
    }
    for (const entry of changed) objects.set(objectId(entry.name), entry);
    return inOrder(objects, rest);
  }

  /** To be told in more than one page: a listing under the token its cursor has, changes under the one they were asked with. */
  keep(
    folder: string,
    { since, token }: { readonly since: string | null; readonly token: string },
    answer: FeedAnswer,
  ): void {
    const key = since === null ? listingKey(folder, token) : changesKey(folder, since, markOf(answer.token));
    this.kept.set(key, answer, answer.ids.length * bytesPerObject);
  }
}

function* namesOf(entries: Iterable<ObjectEntry>): Generator<string> {
  for (const { name } of entries) yield name;
}

const listingKey = (folder: string, token: string): string => `l\n${folder}\n${token}`;
const changesKey = (folder: string, token: string, mark: string): string => `d\n${folder}\n${mark}\n${token}`;
