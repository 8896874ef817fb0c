import { CursorInvalid } from '#backend';
import type { ObjectChanges } from '#objects';
import type { DavAccount, DavFolder } from './account.js';
import { stateOf } from './collections.js';
import { digestOf, listObjects } from './listing.js';
import { NoSyncCollection, syncAll, syncSince } from './sync-collection.js';

/**
 * Our tokens: `s` and the server's sync-token, or `l` and a digest of what the last listing saw (`lc` of the collection's
 * CTag, `lh` of the entries themselves).
 */
const longestSyncToken = 299;

const nothing = (token: string): ObjectChanges => ({
  changed: [],
  removed: [],
  token,
  more: false,
  isListing: false,
});

/** ObjectSource.changes for a collection: by sync-collection where it works, by comparing listings elsewhere. */
export async function changesOf(
  account: DavAccount,
  folder: DavFolder,
  token: string | null,
): Promise<ObjectChanges> {
  if (token === null) return listAnew(account, folder);
  if (token.startsWith('l')) return relist(account, folder, token);
  if (!token.startsWith('s')) throw new CursorInvalid('not a token of this source');
  try {
    return toChanges(await syncSince(account, folder, token.slice(1)), false);
  } catch (error) {
    // From now on the answer is a listing, which says all there is.
    if (error instanceof NoSyncCollection) throw new CursorInvalid(error.message, { cause: error });
    throw error;
  }
}

async function listAnew(account: DavAccount, folder: DavFolder): Promise<ObjectChanges> {
  if (account.syncs(folder.collection)) {
    try {
      const all = await syncAll(account, folder);
      if (all.token.length <= longestSyncToken) return toChanges(all, true);
    } catch (error) {
      if (!(error instanceof NoSyncCollection)) throw error;
    }
    account.stopSyncing(folder.collection);
  }
  return listing(account, folder);
}

async function listing(account: DavAccount, folder: DavFolder): Promise<ObjectChanges> {
  // Asked before the listing: what changes in between is told again the next time.
  const collection = await account.refreshed(folder.collection);
  const state = collection && stateOf(collection);
  const changed = await listObjects(account, folder);
  const token = state === null ? `lh${digestOf(changed)}` : `lc${digestOf(state)}`;
  return { changed, removed: [], token, more: false, isListing: true };
}

async function relist(account: DavAccount, folder: DavFolder, token: string): Promise<ObjectChanges> {
  if (token.startsWith('lc')) {
    const collection = await account.refreshed(folder.collection);
    const state = collection && stateOf(collection);
    if (state !== null && token === `lc${digestOf(state)}`) return nothing(token);
  }
  const now = await listing(account, folder);
  return now.token === token ? nothing(token) : now;
}

const toChanges = (
  { changed, removed, token, more }: Awaited<ReturnType<typeof syncAll>>,
  isListing: boolean,
): ObjectChanges => ({ changed, removed, token: `s${token}`, more, isListing });
