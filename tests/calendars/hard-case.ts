import type { CalendarItem } from '#eas';

/** What becomes of a hard text on its way to a phone. */
interface Expected {
  /**
   * When a phone shows it: the first of its starts in order, as `2026-03-29T01:30Z`, or as `2026-03-29` for all-day events. A
   * last one of `'end'` says that there are no more.
   */
  readonly starts?: readonly string[];
  /** The first version whose words can say the starts; default all. */
  readonly from?: number;
  /** Elements that the phone is told, in every version. */
  readonly sees?: Partial<CalendarItem>;
  /**
   * An item, a series that is told as one item for each occurrence (trap 92), or nothing that can be read. Default: an item.
   */
  readonly fate?: 'item' | 'expanded' | 'unreadable';
  /** A phone's change of it is refused. */
  readonly readOnly?: true;
  /** VTIMEZONEs beside it. */
  readonly zones?: readonly string[];
  /** Lines of the VCALENDAR itself. */
  readonly calendar?: readonly string[];
}

/** One object of the calendar of hard cases. The name says what is hard. */
export interface HardCase extends Expected {
  readonly name: string;
  readonly text: string;
}

const crlf = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;

let cases = 0;

/** An object of one VEVENT with these lines; `{uid}` in them is its UID. A line longer than 75 octets is folded as it should be. */
export function hard(name: string, expected: Expected, ...lines: readonly string[]): HardCase {
  const uid = `hard-${(cases += 1)}@example.org`;
  const text = crlf(
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Somebody//Else//EN',
      ...(expected.calendar ?? []),
      ...(expected.zones ?? []).flatMap((zone) => zone.trim().split('\n')),
      'BEGIN:VEVENT',
      'UID:{uid}',
      'DTSTAMP:20260101T000000Z',
      ...(lines.some((line) => line.startsWith('SUMMARY')) ? [] : ['SUMMARY:Round']),
      ...lines,
      'END:VEVENT',
      'END:VCALENDAR',
    ].map((line) => line.replaceAll('{uid}', uid)),
  );
  return { name, ...expected, text };
}

/** A text that is no orderly VCALENDAR, as it is. `{uid}` is a UID of its own. */
export function raw(name: string, expected: Expected, text: string): HardCase {
  const uid = `raw-${(cases += 1)}@example.org`;
  return { name, ...expected, text: text.replaceAll('{uid}', uid) };
}

/** Ends the VEVENT of the series and begins one that stands for an occurrence of it. */
export const override = (...lines: readonly string[]): readonly string[] => [
  'END:VEVENT',
  'BEGIN:VEVENT',
  'UID:{uid}',
  'DTSTAMP:20260101T000000Z',
  ...(lines.some((line) => line.startsWith('SUMMARY')) ? [] : ['SUMMARY:Round']),
  ...lines,
];

export const alarm = (...lines: readonly string[]): readonly string[] => [
  'BEGIN:VALARM',
  ...lines,
  'END:VALARM',
];

/** A yearly change of clocks as everybody writes it. */
const observance = (kind: string, start: string, [from, to]: [string, string], rule: string): string =>
  [
    `BEGIN:${kind}`,
    `DTSTART:${start}`,
    `TZOFFSETFROM:${from}`,
    `TZOFFSETTO:${to}`,
    ...(rule === '' ? [] : [`RRULE:FREQ=YEARLY;${rule}`]),
    `END:${kind}`,
  ].join('\n');

export const vtimezone = (tzid: string, ...observances: readonly string[]): string =>
  ['BEGIN:VTIMEZONE', `TZID:${tzid}`, ...observances, 'END:VTIMEZONE'].join('\n');

/** The zone of Berlin under whatever name. */
export const berlinAs = (tzid: string): string =>
  vtimezone(
    tzid,
    observance('DAYLIGHT', '19810329T020000', ['+0100', '+0200'], 'BYMONTH=3;BYDAY=-1SU'),
    observance('STANDARD', '19961027T030000', ['+0200', '+0100'], 'BYMONTH=10;BYDAY=-1SU'),
  );

/** The zone of New York under whatever name. */
export const newYorkAs = (tzid: string): string =>
  vtimezone(
    tzid,
    observance('DAYLIGHT', '20070311T020000', ['-0500', '-0400'], 'BYMONTH=3;BYDAY=2SU'),
    observance('STANDARD', '20071104T020000', ['-0400', '-0500'], 'BYMONTH=11;BYDAY=1SU'),
  );

export { observance };
