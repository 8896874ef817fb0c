import ICAL from 'ical.js';
import type { BusyPeriod } from '#backend';
import { parseCalendarText, UnreadableCalendar } from '../calendar-text.js';
import { parameterOf, valuesOf } from '../calendar-values.js';

/** FBTYPE (RFC 5545 3.2.9), and what Exchange and others add to it, as digits of MergedFreeBusy. */
const statuses: Readonly<Record<string, BusyPeriod['status'] | null>> = {
  FREE: null,
  'BUSY-TENTATIVE': 1,
  BUSY: 2,
  'BUSY-UNAVAILABLE': 3,
  'X-OUT-OF-OFFICE': 3,
};

/** The busy times in a VFREEBUSY (RFC 5545 3.6.4). Null if the text has none, or cannot be read: nothing is known then. */
export function readFreeBusy(text: string): readonly BusyPeriod[] | null {
  try {
    const found = parseCalendarText(text, 'vfreebusy').getAllSubcomponents('vfreebusy');
    return found.length === 0
      ? null
      : found.flatMap((one) => one.getAllProperties('freebusy').flatMap(periodsOf));
  } catch (error) {
    if (error instanceof UnreadableCalendar) return null;
    throw error;
  }
}

function periodsOf(property: ICAL.Property): BusyPeriod[] {
  const type = parameterOf(property, 'fbtype').toUpperCase() || 'BUSY';
  // What nobody knows is busy (RFC 5545 3.2.9).
  const status = Object.hasOwn(statuses, type) ? statuses[type] : 2;
  if (!status) return [];
  return valuesOf(property).flatMap((value) => {
    if (!(value instanceof ICAL.Period)) return [];
    const [start, end] = [value.start.toJSDate(), value.getEnd().toJSDate()];
    return start < end ? [{ start, end, status }] : [];
  });
}
