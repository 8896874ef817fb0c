import { BackendError } from '#backend';
import { listCollections } from './collections.js';
import { collectionUrl, isSamePlace, withSlash } from './hrefs.js';
import type { DavHttp } from './http.js';
import { propHas, propHrefs, type DavResponse } from './multistatus.js';
import { caldav, carddav, dav, propOf, requestBody } from './names.js';
import { mayHaveCredentials } from './trust.js';

/** Where an account's things are. */
export interface Places {
  /** Collections of collections, in the server's order. */
  readonly homes: readonly URL[];
  /** The configured address is a collection itself: there is nothing else. */
  readonly single: URL | null;
  readonly outbox: URL | null;
  readonly inbox: URL | null;
  /** The account's own calendar addresses (`mailto:`), the preferred first. */
  readonly addresses: readonly string[];
}

const homeSet = { caldav: caldav('calendar-home-set'), carddav: carddav('addressbook-home-set') } as const;
const collectionType = { caldav: caldav('calendar'), carddav: carddav('addressbook') } as const;
const principalProp = dav('current-user-principal');

const asked = (kind: 'caldav' | 'carddav'): readonly string[] => [
  dav('resourcetype'),
  principalProp,
  homeSet[kind],
  ...(kind === 'caldav'
    ? [caldav('schedule-outbox-URL'), caldav('schedule-inbox-URL'), caldav('calendar-user-address-set')]
    : []),
];

interface Found {
  readonly response: DavResponse;
  readonly url: URL;
}

/**
 * Finds the account's homes from the configured address (RFC 6764 6, RFC 4791 6.2.1): it may be the server's root, a
 * principal, a home or a collection. Throws BackendError; `gone` if there is nothing of the kind.
 */
export async function discover(http: DavHttp): Promise<Places> {
  const { kind } = http.settings;
  const start = (await lookAt(http, http.home)) ?? (await wellKnown(http));
  if (start === null)
    throw new BackendError('gone', `no ${kind} at ${http.home.href}`, { reason: 'not-found' });
  const principal = await principalFrom(http, start);
  const places = placesOf(http, principal);
  if (propHas(start.response, dav('resourcetype'), collectionType[kind]))
    return { ...places, homes: [], single: start.url };
  const own = places.homes;
  if (own.some((home) => holds(start.url, home)) || (await isNoHome(http, start.url))) {
    if (own.length > 0) return places;
    throw new BackendError('gone', `no ${kind} home at ${http.home.href}`, { reason: 'not-found' });
  }
  // A home of somebody else, or of a server that knows no principals.
  return { ...places, homes: [start.url] };
}

/** What a resource says of itself; null if there is no such resource, or nothing of WebDAV. */
async function lookAt(http: DavHttp, place: URL): Promise<Found | null> {
  const request = {
    method: 'PROPFIND',
    url: place,
    headers: { depth: '0' },
    body: requestBody('d:propfind', propOf(asked(http.settings.kind))),
  };
  try {
    let found: Found | null = null;
    for await (const part of http.multistatus(request))
      if (part.kind === 'response') found ??= { response: part.response, url: part.url };
    return found;
  } catch (error) {
    if (error instanceof BackendError && ['gone', 'invalid', 'unsupported'].includes(error.kind)) return null;
    // A root that is a web page answers PROPFIND with anything at all; the well-known address says more.
    if (error instanceof BackendError && error.reason === 'bad-answer') return null;
    throw error;
  }
}

/** RFC 6764 5: what the redirect leads to; else what else is usual. */
async function wellKnown(http: DavHttp): Promise<Found | null> {
  const found = await lookAt(http, new URL(`/.well-known/${http.settings.kind}`, http.home));
  return found ?? (http.home.pathname === '/' ? null : lookAt(http, new URL('/', http.home)));
}

/** The principal of who signed in; what was looked at itself, if it is one or nothing else is known. */
async function principalFrom(http: DavHttp, start: Found): Promise<Found> {
  if (start.response.props.has(homeSet[http.settings.kind])) {
    if (propHrefs(start.response, homeSet[http.settings.kind]).length > 0) return start;
  }
  const known = principalOf(http, start) ?? principalOf(http, await wellKnownIfElsewhere(http, start));
  return (known && (await lookAt(http, known))) ?? start;
}

async function wellKnownIfElsewhere(http: DavHttp, start: Found): Promise<Found | null> {
  return start.url.pathname.startsWith('/.well-known/') ? null : wellKnown(http);
}

function principalOf(http: DavHttp, found: Found | null): URL | null {
  const [href] = found ? propHrefs(found.response, principalProp) : [];
  return href === undefined || found === null ? null : trusted(http, href, found.url);
}

/** An address the server named, if the account's password may go there. */
function trusted(http: DavHttp, href: string, base: URL): URL | null {
  const url = collectionUrl(href, base);
  return url !== null && mayHaveCredentials(http.home, url) ? url : null;
}

function placesOf(http: DavHttp, { response, url }: Found): Places {
  const at = (name: string): URL[] =>
    propHrefs(response, name)
      .map((href) => trusted(http, href, url))
      .filter((each) => each !== null);
  const homes = at(homeSet[http.settings.kind]);
  return {
    homes: homes.filter((home, index) => homes.findIndex((each) => isSamePlace(each, home)) === index),
    single: null,
    outbox: at(caldav('schedule-outbox-URL'))[0] ?? null,
    inbox: at(caldav('schedule-inbox-URL'))[0] ?? null,
    addresses: propHrefs(response, caldav('calendar-user-address-set'))
      .map((address) => address.replace(/^mailto:/i, 'mailto:'))
      .filter((address) => address.startsWith('mailto:')),
  };
}

const holds = (outer: URL, inner: URL): boolean =>
  outer.origin === inner.origin && inner.pathname.startsWith(withSlash(outer.pathname));

async function isNoHome(http: DavHttp, place: URL): Promise<boolean> {
  try {
    return (await listCollections(http, place, 1, { states: false })).length === 0;
  } catch (error) {
    if (error instanceof BackendError && !error.retryable && error.kind !== 'auth') return true;
    throw error;
  }
}

/** The calendar the server itself would put things into (RFC 6638 9.2); null if it does not say. */
export async function defaultCalendar(http: DavHttp, { inbox }: Places): Promise<URL | null> {
  if (inbox === null) return null;
  const name = caldav('schedule-default-calendar-URL');
  const body = requestBody('d:propfind', propOf([name]));
  try {
    for await (const part of http.multistatus({
      method: 'PROPFIND',
      url: inbox,
      headers: { depth: '0' },
      body,
    })) {
      const [href] = part.kind === 'response' ? propHrefs(part.response, name) : [];
      if (href !== undefined) return collectionUrl(href, part.url);
    }
    return null;
  } catch (error) {
    if (error instanceof BackendError && !error.retryable && error.kind !== 'auth') return null;
    throw error;
  }
}
