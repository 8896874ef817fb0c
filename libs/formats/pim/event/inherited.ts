import ICAL from 'ical.js';
import { reminderOf } from './alarms-write.js';
import { attendeeAddress } from './attendees-write.js';
import { placeProperties } from './location-write.js';

/**
 * An override component says all that its occurrence is (RFC 5545), while for phones an occurrence inherits what it does not
 * state (trap 85). Both hold if what an override has in common with its series counts as inherited: when the series changes
 * there, the override follows.
 */

/** Properties that change together. */
const groups: readonly (readonly string[])[] = [
  ['summary'],
  ['location', ...placeProperties],
  ['description', 'x-alt-desc'],
  ['categories'],
  ['class'],
  ['transp', 'x-microsoft-cdo-busystatus'],
  ['status'],
  ['organizer'],
  ['x-microsoft-disallow-counter'],
];

const textsOf = (event: ICAL.Component, names: readonly string[]): string =>
  names.flatMap((name) => event.getAllProperties(name).map((property) => property.toICALString())).join('\n');

const addressesOf = (event: ICAL.Component): string =>
  event
    .getAllProperties('attendee')
    .map((line) => attendeeAddress(line).toLowerCase())
    .sort()
    .join('\n');

/** What a component has in common with another. */
export interface Inheritance {
  readonly groups: readonly (readonly string[])[];
  readonly attendees: boolean;
  readonly reminder: boolean;
}

export const inheritance = (override: ICAL.Component, master: ICAL.Component): Inheritance => ({
  groups: groups.filter((names) => textsOf(override, names) === textsOf(master, names)),
  attendees: addressesOf(override) === addressesOf(master),
  reminder: reminderOf(override)?.minutes === reminderOf(master)?.minutes,
});

/** Gives an override what its series says by now, in the properties it had in common with it. */
export function follow(override: ICAL.Component, master: ICAL.Component, inherited: Inheritance): void {
  for (const names of inherited.groups) {
    if (textsOf(override, names) === textsOf(master, names)) continue;
    for (const name of names) {
      override.removeAllProperties(name);
      for (const property of master.getAllProperties(name)) {
        const copy: unknown[] = structuredClone(property.jCal);
        override.addProperty(new ICAL.Property(copy, override));
      }
    }
  }
}
