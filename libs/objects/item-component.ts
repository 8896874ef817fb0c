import type { PimClass } from '#backend';

/** The component of iCalendar that makes an object an item of the class (RFC 5545 3.6). */
const components: Readonly<Record<PimClass, string | null>> = {
  Calendar: 'VEVENT',
  Tasks: 'VTODO',
  Notes: 'VJOURNAL',
  Contacts: null,
};

const begin = /^BEGIN:(VEVENT|VTODO|VJOURNAL)[ \t]*\r?$/gim;

/**
 * Whether a text is a sound neighbour of another class: many calendars hold events and tasks side by side. A text without
 * any component is none: it is a broken item of this class, which the user should hear of.
 */
export function isOtherComponent(itemClass: PimClass, text: string): boolean {
  const own = components[itemClass];
  if (own === null) return false;
  let others = 0;
  for (const [, component] of text.matchAll(begin)) {
    if (component?.toUpperCase() === own) return false;
    others += 1;
  }
  return others > 0;
}
