import { createHash } from 'node:crypto';
import { propText, type DavResponse } from './multistatus.js';
import { dav } from './names.js';

/** The properties from which an object's version is made where there is no sync-collection. */
export const versionProps: readonly string[] = [
  dav('getetag'),
  dav('getlastmodified'),
  dav('getcontentlength'),
];

/** An ETag without quotes and weakness: servers write the same one differently in headers and in properties. */
export const plainEtag = (etag: string): string =>
  etag.replace(/^\s*(?:W\/)?/i, '').replace(/^"(.*)"\s*$/, '$1');

/**
 * The version of an object, from what the server tells of it: its ETag. One that only says the second of the last change
 * (Kopano) would hide a second change within it: then the length stands beside it. Null if nothing tells.
 */
export function versionOf(response: DavResponse): string | null {
  const etag = propText(response, dav('getetag'));
  const modified = propText(response, dav('getlastmodified'));
  const length = propText(response, dav('getcontentlength'));
  if (etag === null) return modified === null ? null : `${timeMark}${modified}${lengthMark}${length ?? ''}`;
  const plain = plainEtag(etag);
  return isTime(plain, modified) && length !== null ? `${plain}${lengthMark}${length}` : plain;
}

/** No character of an ETag (RFC 9110 8.8.3). */
const lengthMark = ' length ';
const timeMark = 'modified ';

const isTime = (etag: string, modified: string | null): boolean => {
  const seconds = modified === null ? NaN : Date.parse(modified) / 1000;
  return Number.isFinite(seconds) && (etag.includes(String(seconds)) || etag.endsWith(seconds.toString(16)));
};

/** The ETag that a version was made of; null if there was none. */
export const etagOf = (version: string): string | null =>
  version.startsWith(timeMark) ? null : (version.split(lengthMark)[0] ?? null);

/** What version an object has of which the server tells nothing but the text. */
export const versionOfText = (text: string): string =>
  `text ${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;

/** An ETag header of an answer; null if it does not tell what was stored. */
export const versionOfHeader = (etag: string | undefined): string | null =>
  etag === undefined || plainEtag(etag) === '' ? null : plainEtag(etag);
