import type { Tenant } from '#accounts';
import type { ItemClass } from '#backend';
import { invalid } from '../call.js';

type Settings = Tenant['settings'];

const SECTION = {
  Email: 'mail',
  Calendar: 'calendar',
  Contacts: 'contacts',
  Tasks: 'tasks',
  Notes: 'notes',
} as const satisfies Record<ItemClass, keyof Settings>;

/**
 * The place of a shared folder as it is kept: an IMAP folder's without slashes around it, a collection's as whole URL at the
 * tenant's own server, because the user's password goes there. Throws Refused 422 where nothing could ever be shown.
 */
export function sharedPlace(
  settings: Settings,
  user: string,
  { itemClass, path }: { readonly itemClass: ItemClass; readonly path: string },
): string {
  const source = settings[SECTION[itemClass]];
  if (!source) throw invalid('itemClass', `the tenant has no source of ${itemClass}`);
  if (itemClass === 'Email' && source.kind === 'imap') return imapPlace(path);
  if (source.kind !== 'caldav' && source.kind !== 'carddav')
    throw invalid('itemClass', `a source of kind ${source.kind} has no folders of others`);
  return davPlace(path, source.url.replaceAll('{user}', encodeURIComponent(user)));
}

function imapPlace(path: string): string {
  const place = path.normalize('NFC').replace(/^\/+|\/+$/g, '');
  if (place === '' || /\p{Cc}/u.test(place)) throw invalid('path', 'is no name of a folder');
  return place;
}

function davPlace(path: string, server: string): string {
  const url = URL.canParse(path, server) ? new URL(path, server) : null;
  if (!url || !/^https?:$/.test(url.protocol) || !URL.canParse(server)) throw invalid('path', 'is no URL');
  if (url.origin !== new URL(server).origin)
    throw invalid('path', "is at another server than the tenant's own: no password may go there");
  url.username = url.password = url.search = url.hash = '';
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
