import { CursorInvalid } from '#backend';
import type { ObjectEntry } from '#objects';
import type { DavAccount, DavFolder } from './account.js';
import { hasComponent } from './content-type.js';
import { DavRefused } from './errors.js';
import { nameOf, placeOf } from './hrefs.js';
import type { DavResponse } from './multistatus.js';
import { dav, escapeXml, propOf, requestBody } from './names.js';
import { versionOf } from './versions.js';

/** One answer to a sync-collection report (RFC 6578 3.2). */
export interface SyncPage {
  readonly changed: readonly ObjectEntry[];
  readonly removed: readonly string[];
  readonly token: string;
  readonly more: boolean;
}

/** The server has no sync-collection here, or one that must not be trusted. */
export class NoSyncCollection extends Error {
  override readonly name = 'NoSyncCollection';
}

/** Entries a page, if the server keeps to it. No round number: a folder of just that size is asked for twice. */
const pageSize = 1021;
const mostPages = 10_000;

/** Everything there is, and the token for what follows. Throws NoSyncCollection. */
export async function syncAll(account: DavAccount, folder: DavFolder): Promise<SyncPage> {
  const entries = new Map<string, ObjectEntry>();
  let token = '';
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await initialPage(account, folder, token);
    // Between two pages somebody may have changed what an earlier one told.
    for (const name of page.removed) entries.delete(name);
    for (const entry of page.changed) entries.set(entry.name, entry);
    if (!page.more) return { changed: [...entries.values()], removed: [], token: page.token, more: false };
    if (page.token === token) throw new NoSyncCollection('it goes round in circles');
    token = page.token;
  }
  throw new NoSyncCollection('it never ends');
}

async function initialPage(account: DavAccount, folder: DavFolder, token: string): Promise<SyncPage> {
  try {
    const page = await report(account, folder, token, pageSize);
    // A server that cuts the answer and does not say so (RFC 6578 3.6 wants 507) would hide the rest for ever. One that
    // gives more than the limit does not cut at all: Radicale, for which each report is work.
    const isCut = !page.more && page.responses === pageSize;
    return isCut ? await report(account, folder, token, null) : page;
  } catch (error) {
    if (
      error instanceof DavRefused &&
      error.kind !== 'auth' &&
      error.kind !== 'throttled' &&
      error.kind !== 'gone'
    )
      throw new NoSyncCollection(error.message, { cause: error });
    throw error;
  }
}

/**
 * What happened since a token. No limit is sent: servers that forget to say that they cut the answer lose changes then; one
 * that cuts by itself says so. Throws CursorInvalid, NoSyncCollection, BackendError.
 */
export async function syncSince(account: DavAccount, folder: DavFolder, token: string): Promise<SyncPage> {
  try {
    const page = await report(account, folder, token, null);
    if (page.more && page.token === token) throw new CursorInvalid('the continuation is the token itself');
    return page;
  } catch (error) {
    if (error instanceof DavRefused && (await isTokensFault(account, folder, error)))
      throw new CursorInvalid(error.message, { cause: error });
    throw error;
  }
}

/**
 * RFC 6578 3.2 names the precondition valid-sync-token; servers say it with 403, 409, 412, 400, 410 and 507, or fall over
 * it with 500. So everything that is not about who asks, or how often, is the token's fault, if the collection is still there.
 */
async function isTokensFault(
  account: DavAccount,
  { collection }: DavFolder,
  error: DavRefused,
): Promise<boolean> {
  const { status, preconditions } = error.refusal;
  if (preconditions.has(dav('valid-sync-token'))) return true;
  if (error.kind === 'auth' || error.kind === 'throttled' || (status > 500 && status !== 507)) return false;
  return (await account.refreshed(collection)) !== null;
}

async function report(
  account: DavAccount,
  folder: DavFolder,
  token: string,
  limit: number | null,
): Promise<SyncPage & { readonly responses: number }> {
  const changed: ObjectEntry[] = [];
  const removed: string[] = [];
  let next: string | null = null;
  let more = false;
  let responses = 0;
  const url = folder.collection.url;
  for await (const part of account.http.multistatus({
    method: 'REPORT',
    url,
    headers: { depth: '0' },
    body: bodyOf(token, limit, folder.isMixed),
  })) {
    if (part.kind === 'sync-token') next = part.token;
    else {
      responses += 1;
      // The collection itself: there is more (RFC 6578 3.6).
      if (part.response.status === 507) more = true;
      else sort(part.response, folder, changed, removed);
    }
  }
  if (next === null || next === '') throw new NoSyncCollection(`no sync-token from ${placeOf(url)}`);
  if (isCommitId(next)) throw new NoSyncCollection(`${placeOf(url)} does not tell what was removed`);
  return { changed, removed, token: next, more, responses };
}

/**
 * Xandikos (0.2) gives the bare id of a commit where RFC 6578 wants a URI, and never tells what was removed: with it only a
 * listing is right.
 */
const isCommitId = (token: string): boolean => /^[0-9a-f]{40}$/.test(token);

const bodyOf = (token: string, limit: number | null, isMixed: boolean): string =>
  requestBody(
    'd:sync-collection',
    `<d:sync-token>${escapeXml(token)}</d:sync-token><d:sync-level>1</d:sync-level>` +
      (limit === null ? '' : `<d:limit><d:nresults>${limit}</d:nresults></d:limit>`) +
      propOf(isMixed ? [dav('getetag'), dav('getcontenttype')] : [dav('getetag')]),
  );

function sort(response: DavResponse, folder: DavFolder, changed: ObjectEntry[], removed: string[]): void {
  const name = nameOf(response.href);
  if (name === null) return;
  if (response.status === 404 || response.status === 410) {
    removed.push(name);
    return;
  }
  const version = versionOf(response);
  if (version === null) throw new NoSyncCollection('it tells no ETags');
  // What became something else is not there any more, as far as this folder is concerned.
  if (hasComponent(response, folder.component) === false) removed.push(name);
  else changed.push({ name, version });
}
