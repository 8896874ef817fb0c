import { CursorInvalid } from '#backend';
import { objectId } from './object-id.js';
import type { ObjectChanges, ObjectEntry, ObjectSource } from './object-source.js';

/** How many entries are asked for at once where all are wanted. */
const listingLimit = 10_000;
/** A source that has more to tell after so many answers tells the same again and again. */
const mostAnswers = 10_000;

/** All objects of a folder by their ids, and the token from which changes to it are told. */
export interface FolderListing {
  readonly entries: ReadonlyMap<string, ObjectEntry>;
  readonly token: string;
}

/**
 * Brings what is known of a folder up to date; without `known` all of it is asked for. Throws as ObjectSource.changes
 * does, but a token that is not known any more is no failure: then all is asked for again.
 */
export async function listFolder(
  source: ObjectSource,
  folder: string,
  known: FolderListing | null,
): Promise<FolderListing> {
  let listing: Listing = known ?? { entries: new Map(), token: null };
  for (let answers = 0; answers < mostAnswers; answers++) {
    const answer = await source.changes(folder, listing.token, listingLimit).catch(notIfExpired(listing));
    if (answer === null) listing = { entries: new Map(), token: null };
    else listing = { entries: applied(listing.entries, answer), token: answer.token };
    if (answer && !answer.more) return { ...listing, token: answer.token };
  }
  throw new CursorInvalid(`${folder} does not come to an end`);
}

interface Listing extends Pick<FolderListing, 'entries'> {
  readonly token: string | null;
}

const notIfExpired =
  ({ token }: Listing) =>
  (error: unknown): null => {
    if (error instanceof CursorInvalid && token !== null) return null;
    throw error;
  };

function applied(
  before: FolderListing['entries'],
  { changed, removed, isListing }: ObjectChanges,
): FolderListing['entries'] {
  if (changed.length + removed.length === 0 && !isListing) return before;
  const entries = new Map(isListing ? [] : before);
  for (const name of removed) entries.delete(objectId(name));
  for (const entry of changed) entries.set(objectId(entry.name), entry);
  return entries;
}
