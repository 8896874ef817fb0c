import { createHash } from 'node:crypto';
import { BackendError } from '#backend';
import type { ObjectEntry } from '#objects';
import type { DavAccount, DavFolder } from './account.js';
import { hasComponent } from './content-type.js';
import { fetchTexts } from './fetch.js';
import { nameOf } from './hrefs.js';
import type { DavRequest } from './http.js';
import { propHas, type DavResponse } from './multistatus.js';
import { dav, propOf, requestBody } from './names.js';
import { versionOf, versionOfText, versionProps } from './versions.js';

const listed: readonly string[] = [dav('resourcetype'), dav('getcontenttype'), ...versionProps];

/** All objects of a folder with their versions. Throws BackendError. */
export async function listObjects(account: DavAccount, folder: DavFolder): Promise<ObjectEntry[]> {
  const responses = new Map<string, string | null>();
  for await (const response of listedResponses(account, folder)) {
    const name = nameOf(response.href);
    if (name === null || (response.status !== null && response.status >= 400)) continue;
    if (propHas(response, dav('resourcetype'), dav('collection'))) continue;
    if (hasComponent(response, folder.component) === false) continue;
    responses.set(name, versionOf(response));
  }
  const entries: ObjectEntry[] = [];
  const bare: string[] = [];
  for (const [name, version] of responses) {
    if (version === null) bare.push(name);
    else entries.push({ name, version });
  }
  return bare.length === 0 ? entries : [...entries, ...(await versionsFromTexts(account, folder, bare))];
}

async function* listedResponses(account: DavAccount, folder: DavFolder): AsyncGenerator<DavResponse> {
  const { url } = folder.collection;
  const list = {
    method: 'PROPFIND',
    url,
    headers: { depth: '1' },
    body: requestBody('d:propfind', propOf(listed)),
  };
  if (!folder.isMixed) {
    yield* responsesOf(account, list);
    return;
  }
  // Only a query can tell events from tasks where content types do not.
  let isAnswered = false;
  try {
    for await (const response of responsesOf(account, queryFor(folder))) {
      isAnswered = true;
      yield response;
    }
  } catch (error) {
    const isRefused = error instanceof BackendError && !error.retryable && error.kind !== 'auth';
    if (isAnswered || !isRefused) throw error;
    yield* responsesOf(account, list);
  }
}

async function* responsesOf(account: DavAccount, request: DavRequest): AsyncGenerator<DavResponse> {
  for await (const part of account.http.multistatus(request))
    if (part.kind === 'response') yield part.response;
}

const queryFor = ({ collection, component }: DavFolder): DavRequest => ({
  method: 'REPORT',
  url: collection.url,
  headers: { depth: '1' },
  body: requestBody(
    'c:calendar-query',
    `${propOf(listed)}<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="${component}"/></c:comp-filter></c:filter>`,
  ),
});

/** A server that tells neither ETags nor times is asked for everything. */
async function versionsFromTexts(
  account: DavAccount,
  folder: DavFolder,
  names: readonly string[],
): Promise<ObjectEntry[]> {
  const entries: ObjectEntry[] = [];
  for await (const object of fetchTexts(account, folder, names))
    entries.push({
      name: object.name,
      version: 'failure' in object ? versionOfText(object.failure) : object.version,
    });
  return entries;
}

/** A short word for a whole listing, or for a server's own word of any length. */
export const digestOf = (what: string | readonly ObjectEntry[]): string => {
  const hash = createHash('sha256');
  if (typeof what === 'string') hash.update(what);
  else
    for (const { name, version } of [...what].sort((one, other) => (one.name < other.name ? -1 : 1)))
      hash.update(JSON.stringify([name, version]));
  return hash.digest('base64url').slice(0, 27);
};
