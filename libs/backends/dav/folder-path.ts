import { BackendError, type ItemClass } from '#backend';
import { collectionUrl } from './hrefs.js';

/** What a collection is looked at for: one that has several components is a folder for each of them. */
export type Component = 'VEVENT' | 'VTODO' | 'VJOURNAL' | 'VCARD';

export const classOf: Readonly<Record<Component, Exclude<ItemClass, 'Email'>>> = {
  VEVENT: 'Calendar',
  VTODO: 'Tasks',
  VJOURNAL: 'Notes',
  VCARD: 'Contacts',
};

export const componentsOf = (kind: 'caldav' | 'carddav'): readonly Component[] =>
  kind === 'caldav' ? ['VEVENT', 'VTODO', 'VJOURNAL'] : ['VCARD'];

/**
 * The path of a folder: the collection's path, or its whole address where that is on another host; for tasks and notes the
 * component stands behind it, because the same collection may be a calendar too.
 */
export function folderPath(collection: URL, component: Component, home: URL): string {
  const place =
    collection.origin === home.origin ? collection.pathname : collection.origin + collection.pathname;
  return component === 'VTODO' || component === 'VJOURNAL' ? `${place}#${component}` : place;
}

/** The inverse. Throws `gone` for what is no path of a folder. */
export function parseFolderPath(
  path: string,
  kind: 'caldav' | 'carddav',
  home: URL,
): { readonly url: URL; readonly component: Component } {
  const [place = '', named] = path.split('#');
  const component = componentsOf(kind).find((each) =>
    named === undefined ? each === 'VEVENT' || each === 'VCARD' : each === named,
  );
  const url = collectionUrl(place, home);
  if (component === undefined || url === null)
    throw new BackendError('gone', `no such folder: ${path.slice(0, 300)}`);
  return { url, component };
}
