import type { Component } from './folder-path.js';
import { propText, type DavResponse } from './multistatus.js';
import { dav } from './names.js';

/** Whether an object has this component, by its getcontenttype (`text/calendar; component=vevent`); null if that does not say. */
export function hasComponent(response: DavResponse, component: Component): boolean | null {
  const type = propText(response, dav('getcontenttype'));
  const [, named] = /;\s*component="?(v[a-z]+)/i.exec(type ?? '') ?? [];
  return named === undefined ? null : named.toUpperCase() === component;
}

/** As which type a text is stored. */
export const contentTypeOf = (component: Component): string =>
  component === 'VCARD' ? 'text/vcard; charset=utf-8' : 'text/calendar; charset=utf-8';
