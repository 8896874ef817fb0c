import type { BackendFolder } from '#backend';
import { classOf, componentsOf, folderPath, type Component } from './folder-path.js';
import { collectionUrl, isSamePlace, placeOf } from './hrefs.js';
import type { DavHttp } from './http.js';
import { propHas, propHrefs, propText, type DavResponse } from './multistatus.js';
import { calendarServer, caldav, carddav, dav, propOf, requestBody } from './names.js';
import { childrenOf } from './read-xml.js';

/** A calendar or an address book. */
export interface Collection {
  readonly url: URL;
  readonly name: string | null;
  readonly components: readonly Component[];
  readonly readOnly: boolean;
  /** resource-id (RFC 5842 3.1). */
  readonly identity: string | null;
  /** It says that it has the sync-collection report (RFC 6578). */
  readonly syncs: boolean;
  readonly syncToken: string | null;
  readonly ctag: string | null;
}

const components = caldav('supported-calendar-component-set');
const resourceType = dav('resourcetype');
const privileges = dav('current-user-privilege-set');
const reports = dav('supported-report-set');

/** What tells whether anything in a collection changed. */
const stateProps: readonly string[] = [dav('sync-token'), calendarServer('getctag')];

const collectionProps: readonly string[] = [
  resourceType,
  dav('displayname'),
  dav('resource-id'),
  privileges,
  reports,
  components,
];

/**
 * What stands beside calendars in a home and is none for a phone: scheduling's own, the trash of Nextcloud, and calendars
 * that are only a link to somewhere else.
 */
const hidden: readonly string[] = [
  caldav('schedule-inbox'),
  caldav('schedule-outbox'),
  calendarServer('subscribed'),
  calendarServer('calendar-proxy-read'),
  calendarServer('calendar-proxy-write'),
  calendarServer('notification'),
  calendarServer('dropbox-home'),
  '{http://nextcloud.com/ns}deleted-calendar',
  '{http://nextcloud.com/ns}trash-bin',
];

const kindOfCollection = { caldav: caldav('calendar'), carddav: carddav('addressbook') } as const;

/**
 * The collections at a place: itself (`depth` 0), or what lies in it; with their states only where these are wanted, because
 * Radicale reads every object of a collection to tell one. Throws BackendError.
 */
export async function listCollections(
  http: DavHttp,
  place: URL,
  depth: 0 | 1,
  { states }: { readonly states: boolean },
): Promise<Collection[]> {
  const found = new Map<string, Collection>();
  const request = {
    method: 'PROPFIND',
    url: place,
    headers: { depth: String(depth) },
    body: requestBody('d:propfind', propOf(states ? [...collectionProps, ...stateProps] : collectionProps)),
  };
  for await (const part of http.multistatus(request)) {
    if (part.kind !== 'response') continue;
    const collection = collectionOf(part.response, part.url, http.settings.kind);
    if (collection) found.set(placeOf(collection.url), collection);
  }
  return [...found.values()].sort((one, other) => (one.url.href < other.url.href ? -1 : 1));
}

/** Null if the response is about something else. */
export function collectionOf(
  response: DavResponse,
  base: URL,
  kind: 'caldav' | 'carddav',
): Collection | null {
  const url = collectionUrl(response.href, base);
  if (url === null || !propHas(response, resourceType, kindOfCollection[kind])) return null;
  if (hidden.some((each) => propHas(response, resourceType, each))) return null;
  return {
    url,
    name: propText(response, dav('displayname')),
    components: componentsIn(response, kind),
    readOnly: isReadOnly(response),
    identity: propHrefs(response, dav('resource-id'))[0] ?? null,
    syncs: childrenOf(response.props.get(reports), dav('supported-report')).some(({ children }) =>
      children.some((report) => report.children.some(({ name }) => name === dav('sync-collection'))),
    ),
    syncToken: propText(response, dav('sync-token')),
    ctag: propText(response, calendarServer('getctag')),
  };
}

/** RFC 4791 5.2.3: without the property any component may be there. */
function componentsIn(response: DavResponse, kind: 'caldav' | 'carddav'): readonly Component[] {
  const all = componentsOf(kind);
  const set = response.props.get(components);
  if (kind === 'carddav' || set === undefined) return all;
  const named = set.children.map((each) => each.attributes.get('name')?.toUpperCase());
  return all.filter((component) => named.includes(component));
}

/** RFC 3744 5.4. A server that does not tell privileges refuses when it comes to it. */
function isReadOnly(response: DavResponse): boolean {
  const set = response.props.get(privileges);
  if (set === undefined) return false;
  const granted = new Set(
    childrenOf(set, dav('privilege')).flatMap(({ children }) => children.map(({ name }) => name)),
  );
  const writes = [dav('all'), dav('write')].some((name) => granted.has(name));
  return !writes && !(granted.has(dav('write-content')) && granted.has(dav('bind')));
}

/** What a collection's state is told by; null if the server tells nothing of the kind. */
export const stateOf = ({ syncToken, ctag }: Collection): string | null => ctag ?? syncToken;

/** The folders that collections are, the main one of each class first among its kind. */
export function foldersOf(
  collections: readonly Collection[],
  home: URL,
  kind: 'caldav' | 'carddav',
  /** The calendar the server puts invitations into (schedule-default-calendar-URL). */
  preferred: URL | null,
): BackendFolder[] {
  return componentsOf(kind).flatMap((component) => {
    const having = collections.filter((each) => each.components.includes(component));
    const main = mainOf(having, preferred);
    return having.map((collection) => ({
      path: folderPath(collection.url, component, home),
      parent: null,
      name: collection.name ?? lastSegment(collection.url),
      itemClass: classOf[component],
      role: collection === main ? ('default' as const) : null,
      identity: collection.identity === null ? null : folderIdentity(collection.identity, component),
      selectable: true,
      readOnly: collection.readOnly,
    }));
  });
}

const folderIdentity = (identity: string, component: Component): string =>
  component === 'VEVENT' || component === 'VCARD' ? identity : `${identity}#${component}`;

/** What servers and clients call the first calendar or address book they make. */
const mainNames: readonly string[] = [
  'default',
  'calendar',
  'personal',
  'contacts',
  'addressbook',
  'tasks',
  'notes',
  'home',
  'card',
];

function mainOf(having: readonly Collection[], preferred: URL | null): Collection | undefined {
  const writable = having.filter(({ readOnly }) => !readOnly);
  const byName = (name: string): Collection | undefined =>
    writable.find((each) => lastSegment(each.url).toLowerCase() === name) ??
    writable.find((each) => each.name?.toLowerCase() === name);
  return (
    writable.find(({ url }) => preferred !== null && isSamePlace(url, preferred)) ??
    mainNames.map(byName).find((each) => each !== undefined) ??
    // One that is for this alone is rather meant than a calendar that may have a task, too.
    [...writable].sort((one, other) => one.components.length - other.components.length)[0] ??
    having[0]
  );
}

function lastSegment(url: URL): string {
  const segment = url.pathname.split('/').filter(Boolean).at(-1) ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
