import { BackendError } from '#backend';
import type { StoredObject } from '#objects';
import type { DavAccount, DavFolder } from './account.js';
import { nameOf, objectUrl } from './hrefs.js';
import type { DavAnswer } from './http.js';
import type { DavResponse } from './multistatus.js';
import { caldav, carddav, escapeXml, propOf, requestBody } from './names.js';
import { versionOf, versionOfHeader, versionOfText, versionProps } from './versions.js';

export type FetchedObject = StoredObject | { readonly name: string; readonly failure: string };

/** Bytes of a text that is read with GET. */
const longestText = 48 * 1024 * 1024;

/** So many objects at the beginning of a batch, with none that could be read, are no broken objects but a broken server. */
const mostFailures = 20;

/** ObjectSource.fetch for a collection: in batches, of which the next is on its way while one is read. */
export async function* fetchTexts(
  account: DavAccount,
  folder: DavFolder,
  names: readonly string[],
): AsyncGenerator<FetchedObject> {
  const { batchSize } = account.http.settings;
  const batches: string[][] = [];
  for (let at = 0; at < names.length; at += batchSize) batches.push(names.slice(at, at + batchSize));
  let ahead: Batch | null = null;
  try {
    for (const [index, batch] of batches.entries()) {
      const current: Batch = ahead ?? new Batch(account, folder, batch);
      const next = batches[index + 1];
      ahead = next ? new Batch(account, folder, next) : null;
      yield* current.objects();
    }
  } finally {
    await ahead?.drop();
  }
}

/** One multiget; the request goes out at once. */
class Batch {
  readonly #answers: AsyncGenerator<DavResponse>;
  readonly #first: Promise<IteratorResult<DavResponse> | { readonly error: unknown }>;

  constructor(
    private readonly account: DavAccount,
    private readonly folder: DavFolder,
    private readonly names: readonly string[],
  ) {
    this.#answers = multiget(account, folder, names);
    this.#first = this.#answers.next().catch((error: unknown) => ({ error }));
  }

  async *objects(): AsyncGenerator<FetchedObject> {
    const left = new Set(this.names);
    try {
      for await (const response of this.#responses()) {
        const name = nameOf(response.href);
        if (name === null || !left.has(name)) continue;
        if (response.status === 404 || response.status === 410) {
          left.delete(name);
          continue;
        }
        const object = objectOf(name, response, this.folder);
        if (object === null) continue;
        left.delete(name);
        yield object;
      }
    } catch (error) {
      if (!isAboutTheRequest(error)) throw error;
    }
    // Left out, told without a text, or the report was refused: one by one, so that one bad object harms no other.
    let failures = 0;
    let isAnyRead = left.size < this.names.length;
    for (const name of left) {
      const object = await getText(this.account, this.folder, name);
      if (object) yield object;
      if (object && 'failure' in object) failures += 1;
      else isAnyRead = true;
      if (failures === mostFailures && !isAnyRead)
        throw new BackendError('unavailable', `${this.folder.collection.url.pathname} cannot be read`, {
          reason: 'http-500',
          retryAfter: 30,
        });
    }
  }

  async drop(): Promise<void> {
    await this.#first;
    await this.#answers.return(undefined);
  }

  async *#responses(): AsyncGenerator<DavResponse> {
    try {
      const first = await this.#first;
      if ('error' in first) throw first.error;
      if (first.done) return;
      yield first.value;
      yield* this.#answers;
    } finally {
      await this.#answers.return(undefined);
    }
  }
}

/** Not about who asks, or whether the server is there: a multiget that the server cannot answer, or not in good XML. */
const isAboutTheRequest = (error: unknown): boolean =>
  error instanceof BackendError &&
  (['gone', 'invalid', 'unsupported', 'conflict'].includes(error.kind) ||
    error.reason === 'bad-answer' ||
    error.reason === 'http-500');

const dataProp = { caldav: caldav('calendar-data'), carddav: carddav('address-data') } as const;

async function* multiget(
  account: DavAccount,
  { collection }: DavFolder,
  names: readonly string[],
): AsyncGenerator<DavResponse> {
  const { kind } = account.http.settings;
  const hrefs = names.map(
    (name) => `<d:href>${escapeXml(objectUrl(collection.url, name).pathname)}</d:href>`,
  );
  const root = kind === 'caldav' ? 'c:calendar-multiget' : 'a:addressbook-multiget';
  const props = account.syncs(collection) ? versionProps.slice(0, 1) : versionProps;
  const body = requestBody(root, propOf([...props, dataProp[kind]]) + hrefs.join(''));
  // Depth is 0 by RFC 6352 8.7 and not looked at by RFC 4791 7.9; servers exist that want 1 of it.
  const request = { method: 'REPORT', url: collection.url, headers: { depth: '1' }, body };
  for await (const part of account.http.multistatus(request))
    if (part.kind === 'response') yield part.response;
}

/** Null if the answer has no text. */
function objectOf(name: string, response: DavResponse, { component }: DavFolder): FetchedObject | null {
  const data = response.props.get(dataProp[component === 'VCARD' ? 'carddav' : 'caldav']);
  if (data?.overlong) return { name, failure: 'too big' };
  if (data === undefined || data.text.trim() === '') return null;
  const text = withLineEnds(data.text);
  return { name, text, version: versionOf(response) ?? versionOfText(text) };
}

/** XML turns CRLF into LF, and some servers save the CR as a character reference, or both. */
const withLineEnds = (text: string): string => text.trimStart().replace(/\r*\n/g, '\r\n');

/** One object by GET; null if it is gone. Throws only what ends everything. */
export async function getText(
  account: DavAccount,
  { collection }: DavFolder,
  name: string,
): Promise<FetchedObject | null> {
  try {
    const answer = await account.http.ask({ method: 'GET', url: objectUrl(collection.url, name) });
    const bytes = await readAll(answer, longestText);
    const text = withLineEnds(new TextDecoder('utf-8').decode(bytes));
    return { name, text, version: versionOfHeader(answer.header('etag')) ?? versionOfText(text) };
  } catch (error) {
    if (!(error instanceof BackendError) || error.kind === 'auth' || error.kind === 'throttled') throw error;
    if (error.kind === 'gone') return null;
    if (error.retryable && !error.reason.startsWith('http-5')) throw error;
    return { name, failure: error.message };
  }
}

/** A whole body. Throws BackendError `invalid`, reason `too-big`, beyond `most` bytes. */
export async function readAll(answer: DavAnswer, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of answer.body) {
      length += chunk.byteLength;
      if (length > most)
        throw new BackendError('invalid', `${answer.url.pathname} is too big`, { reason: 'too-big' });
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    answer.drop();
  }
}
