import { BackendError } from '#backend';
import type { DavAccount, DavFolder } from './account.js';
import { contentTypeOf } from './content-type.js';
import { DavRefused } from './errors.js';
import { getText } from './fetch.js';
import { nameOf, objectUrl } from './hrefs.js';
import type { DavAnswer, DavRequest } from './http.js';
import { dav, propOf, requestBody } from './names.js';
import { etagOf, versionOfHeader } from './versions.js';

export interface PutResult {
  readonly version: string | null;
  /** Where the server put it, if not where it was told. */
  readonly name?: string;
}

/** ObjectSource.put for a collection. */
export async function putObject(
  account: DavAccount,
  { collection, component }: DavFolder,
  name: string,
  text: string,
  over: string | null,
): Promise<PutResult> {
  const request = {
    method: 'PUT',
    url: objectUrl(collection.url, name),
    headers: { 'content-type': contentTypeOf(component) },
    body: text,
  };
  const answer =
    over === null
      ? await account.http.do({ ...request, headers: { ...request.headers, 'if-none-match': '*' } })
      : await ifMatching(account, request, over);
  const location = answer.header('location');
  const stored = location === undefined ? null : nameOf(location);
  return {
    // Where versions are more than the ETag the header does not have it all.
    version: account.syncs(collection) ? versionOfHeader(answer.header('etag')) : null,
    ...(stored === null || stored === name ? {} : { name: stored }),
  };
}

/** ObjectSource.remove for a collection. */
export async function removeObject(
  account: DavAccount,
  { collection }: DavFolder,
  name: string,
  over: string | null,
): Promise<void> {
  const request = { method: 'DELETE', url: objectUrl(collection.url, name) };
  try {
    await (over === null ? account.http.do(request) : ifMatching(account, request, over));
  } catch (error) {
    if (!(error instanceof DavRefused)) throw error;
    const { status } = error.refusal;
    if (status === 404 || status === 410) return;
    // What is not there has no ETag that could match (RFC 9110 13.1.1).
    if (status === 412 && (await isGone(account, request.url))) return;
    throw error;
  }
}

/**
 * A request under If-Match. Servers that compare literally and have weak ETags want them back as they gave them; others never
 * match a weak one. A second try with the other form overwrites nothing either.
 */
async function ifMatching(account: DavAccount, request: DavRequest, version: string): Promise<DavAnswer> {
  const etag = etagOf(version);
  if (etag === null) return account.http.do(request);
  const matching = (condition: string): Promise<DavAnswer> =>
    account.http.do({ ...request, headers: { ...request.headers, 'if-match': condition } });
  try {
    return await matching(`"${etag}"`);
  } catch (error) {
    if (!(error instanceof DavRefused) || error.refusal.status !== 412 || error.kind !== 'conflict')
      throw error;
    const known = await currentEtag(account, request.url);
    if (known === null || known === `"${etag}"` || ![`W/"${etag}"`, etag].includes(known)) throw error;
    return matching(known);
  }
}

const etagBody = requestBody('d:propfind', propOf([dav('getetag')]));

/** The ETag property as the server writes it; null if there is none, or no such object. */
async function currentEtag(account: DavAccount, url: URL): Promise<string | null> {
  let etag: string | null = null;
  try {
    const request = { method: 'PROPFIND', url, headers: { depth: '0' }, body: etagBody };
    for await (const part of account.http.multistatus(request))
      if (part.kind === 'response') etag ??= part.response.props.get(dav('getetag'))?.text.trim() ?? null;
  } catch (error) {
    if (!(error instanceof DavRefused)) throw error;
  }
  return etag;
}

async function isGone(account: DavAccount, url: URL): Promise<boolean> {
  try {
    let isThere = false;
    const request = { method: 'PROPFIND', url, headers: { depth: '0' }, body: etagBody };
    for await (const part of account.http.multistatus(request))
      isThere ||= part.kind === 'response' && part.response.status !== 404;
    return !isThere;
  } catch (error) {
    if (error instanceof BackendError && error.kind === 'gone') return true;
    throw error;
  }
}

const noMove: ReadonlySet<number> = new Set([400, 403, 405, 409, 415, 501, 502]);

/** ObjectSource.move: by MOVE; where the server refuses that, by copying and removing. Throws `conflict` if the new name is taken. */
export async function moveObject(
  account: DavAccount,
  from: DavFolder,
  name: string,
  to: DavFolder,
  newName: string,
): Promise<void> {
  const [source, target] = [objectUrl(from.collection.url, name), objectUrl(to.collection.url, newName)];
  if (source.origin === target.origin) {
    try {
      const headers = { destination: target.href, overwrite: 'F' };
      await account.http.do({ method: 'MOVE', url: source, headers });
      return;
    } catch (error) {
      if (!(error instanceof DavRefused) || !noMove.has(error.refusal.status)) throw error;
    }
  }
  const object = await getText(account, from, name);
  if (object === null) throw new BackendError('gone', `${name} is not there`);
  if ('failure' in object) throw new BackendError('invalid', object.failure);
  await putObject(account, to, newName, object.text, null);
  await removeObject(account, from, name, object.version.startsWith('text ') ? null : object.version);
}
