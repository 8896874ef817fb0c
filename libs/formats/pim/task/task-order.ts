import type ICAL from 'ical.js';
import { textOf } from '../icalendar/properties.js';

/** Where a task stands in its owner's list (MS-ASTASK 2.2.2.19, 2.2.2.28); iCalendar has no twin. */
export const ordinalDate = 'x-activesync-ordinal-date';
export const subOrdinalDate = 'x-activesync-sub-ordinal-date';

/** Null where there is none that can be understood. */
export function ordinalDateOf(main: ICAL.Component): Date | null {
  const text = textOf(main, ordinalDate);
  const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? null : new Date(time);
}
