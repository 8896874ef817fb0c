import ICAL from 'ical.js';
import { textOf, valueOf } from '../calendar-values.js';

/** Properties that say when: a change of one of them asks everybody anew (RFC 5546 2.1.4). */
const timing = ['dtstart', 'dtend', 'duration', 'rrule', 'rdate', 'exdate'] as const;
/** What else those who are invited must hear of. */
const content = [
  'summary',
  'location',
  'description',
  'status',
  'url',
  'x-microsoft-skypeteamsmeetingurl',
] as const;

const printed = (event: ICAL.Component, name: string): string =>
  event
    .getAllProperties(name)
    .map((property) => [zoneOf(property), ...property.getValues().map(String)].join(' '))
    .sort()
    .join('\n');

const zoneOf = (property: ICAL.Property): string => {
  const zone: unknown = property.getParameter('tzid');
  return typeof zone === 'string' ? zone : '';
};

/** Where an event ends, in whatever words it says so. */
function endText(event: ICAL.Component): string {
  const start = valueOf(event, 'dtstart');
  const length = valueOf(event, 'duration');
  if (!(start instanceof ICAL.Time) || !(length instanceof ICAL.Duration)) return printed(event, 'dtend');
  const end = start.clone();
  end.addDuration(length);
  return `${zoneOf(event.getFirstProperty('dtstart')!)} ${end.toString()}`;
}

type Timing = (typeof timing)[number];

/** Whether two forms of an event take place at the same times; what is in `but` may differ. */
export const sameTimes = (one: ICAL.Component, other: ICAL.Component, but: readonly Timing[] = []): boolean =>
  endText(one) === endText(other) &&
  timing
    .filter((name) => name !== 'dtend' && name !== 'duration' && !but.includes(name))
    .every((name) => printed(one, name) === printed(other, name));

/** Whether two forms of an occurrence say the same but for when it is. */
export const sameWords = (one: ICAL.Component, other: ICAL.Component): boolean =>
  content.every((name) => textOf(one, name) === textOf(other, name));

/** Whether those who are invited need not hear of the difference; what is in `but` may differ. */
export const sameForOthers = (
  one: ICAL.Component,
  other: ICAL.Component,
  but: readonly Timing[] = [],
): boolean => sameTimes(one, other, but) && sameWords(one, other);
