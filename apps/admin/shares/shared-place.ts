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
 * The place of a shared folder as it is kept: without slashes around it. Throws Refused 422 where nothing could ever be
 * shown: only IMAP has folders of others that are found by their names.
 */
export function sharedPlace(
  settings: Settings,
  { itemClass, path }: { readonly itemClass: ItemClass; readonly path: string },
): string {
  const source = settings[SECTION[itemClass]];
  if (!source) throw invalid('itemClass', `the tenant has no source of ${itemClass}`);
  if (itemClass !== 'Email' || source.kind !== 'imap')
    throw invalid('itemClass', `a source of kind ${source.kind} does not support shared folders`);
  const place = path.normalize('NFC').replace(/^\/+|\/+$/g, '');
  if (place === '' || /\p{Cc}/u.test(place)) throw invalid('path', 'is no name of a folder');
  return place;
}
