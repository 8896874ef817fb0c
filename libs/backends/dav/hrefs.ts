import { BackendError } from '#backend';

/** Paths of collections and names of objects, whatever way a server writes them. */

/** An href without scheme, host and port. `?` and `#` are taken as parts of a name: servers forget to encode them. */
const pathOf = (href: string): string => href.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '') || '/';

/** The object an href names: its last segment, decoded. Null for a collection (`.../`). */
export function nameOf(href: string): string | null {
  const path = pathOf(href);
  const segment = path.slice(path.lastIndexOf('/') + 1);
  return segment === '' ? null : decodeSegment(segment);
}

/** Bytes that are not UTF-8 stay encoded: so they find back to the same object. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

const isRaw = (name: string): boolean => {
  if (!name.includes('%') || /%(?![0-9a-f]{2})/i.test(name)) return false;
  try {
    decodeURIComponent(name);
    return false;
  } catch {
    return true;
  }
};

/** A name as segment of a path. What RFC 3986 allows in one stays as most servers write it: some compare without decoding. */
export const encodeName = (name: string): string =>
  isRaw(name)
    ? name
    : encodeURIComponent(name.replace(/\p{Cs}/gu, '\ufffd')).replace(
        /%(?:40|3A|24|26|2B|2C|3B|3D)/g,
        (code) => decodeURIComponent(code),
      );

/** Address of an object in a collection. Throws `invalid` for `.` and `..`, which would name something else. */
export function objectUrl(collection: URL, name: string): URL {
  const segment = encodeName(name);
  if (/^\.{0,2}$/.test(segment)) throw new BackendError('invalid', 'no name for an object');
  const url = new URL(collection.href);
  url.pathname = `${withSlash(collection.pathname)}${segment}`;
  return url;
}

/** An href that a server gave, as address; null if it is none. A collection's ends with a slash. */
export function collectionUrl(href: string, base: URL): URL | null {
  if (!URL.canParse(href, base.href)) return null;
  const url = new URL(href, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  url.pathname = withSlash(url.pathname);
  url.search = '';
  url.hash = '';
  url.username = '';
  url.password = '';
  return url;
}

export const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`);

/** Whether two addresses are the same but for the way they are encoded. */
export const isSamePlace = (one: URL, other: URL): boolean => placeOf(one) === placeOf(other);

/** An address in one spelling, to compare by. */
export const placeOf = (url: URL): string =>
  url.origin + withSlash(url.pathname.split('/').map(decodeSegment).map(encodeName).join('/'));
