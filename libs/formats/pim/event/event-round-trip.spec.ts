import fc from 'fast-check';
import ICAL from 'ical.js';
import type { ItemByClass, ItemDataByClass } from '#eas';
import { encodeTimeZone } from '../../time-zone-blob.js';
import { rulesOfZone } from '../../time-zone-rules.js';
import type { Owner, WriteContext } from '../codec.js';
import { parseEventObject } from './calendar-object.js';
import { occurrencesIn } from './expand.js';
import { readEvent } from './read-event.js';
import { applyEvent, createEvent } from './write-event.js';

type Data = ItemDataByClass['Calendar'];
type Item = ItemByClass['Calendar'];

const owner: Owner = { identities: [{ address: 'anna@example.org', displayName: 'Anna' }] };
const now = new Date('2026-03-01T12:10:00Z');
const versions = [121, 140, 141, 160, 161] as const;
const hour = 3_600_000;
const day = 24 * hour;

const context = (protocolVersion: number): WriteContext => ({
  manner: { protocolVersion, supported: null },
  owner,
  now,
  instance: null,
});

const read = (text: string, protocolVersion: number): Item =>
  readEvent(text, {
    owner,
    occurrence: null,
    view: {
      protocolVersion,
      bodyPreferences: [{ type: 1 }],
      mimeSupport: 0,
      mimeTruncation: null,
      detail: 'full',
    },
  });

const word = fc.stringMatching(/^[a-zäß日;,:\\"' ]{0,11}[a-z日]$/u);
const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney', 'UTC');
const start = fc
  .integer({ min: 0, max: 4 * 365 * 48 })
  .map((half) => Date.UTC(2024, 0, 1) + (half * hour) / 2);

const pattern = fc.oneof(
  fc.record({ Type: fc.constant(0), Interval: fc.integer({ min: 1, max: 99 }) }),
  fc.record({
    Type: fc.constant(1),
    Interval: fc.integer({ min: 1, max: 9 }),
    DayOfWeek: fc.integer({ min: 1, max: 127 }),
  }),
  fc.record({
    Type: fc.constant(2),
    Interval: fc.integer({ min: 1, max: 9 }),
    DayOfMonth: fc.integer({ min: 1, max: 31 }),
  }),
  fc.record({
    Type: fc.constant(3),
    Interval: fc.integer({ min: 1, max: 9 }),
    WeekOfMonth: fc.integer({ min: 1, max: 5 }),
    DayOfWeek: fc.constantFrom(1, 2, 4, 8, 16, 32, 64, 62, 65),
  }),
  fc.record({
    Type: fc.constant(5),
    Interval: fc.integer({ min: 1, max: 9 }),
    DayOfMonth: fc.integer({ min: 1, max: 28 }),
    MonthOfYear: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({
    Type: fc.constant(6),
    Interval: fc.integer({ min: 1, max: 9 }),
    WeekOfMonth: fc.integer({ min: 1, max: 5 }),
    DayOfWeek: fc.constantFrom(1, 2, 4, 8, 16, 32, 64, 62, 65),
    MonthOfYear: fc.integer({ min: 1, max: 12 }),
  }),
);

const attendee = fc.record({
  Email: fc.stringMatching(/^[b-z]{1,6}@example\.org$/),
  // A parameter has no way to write a backslash (RFC 6868).
  Name: word.map((name) => name.replace(/\\/g, '').trim()),
  AttendeeType: fc.constantFrom(1, 2, 3),
});

const fields = fc.record(
  {
    Subject: word.map((text) => text.trim()),
    Sensitivity: fc.constantFrom(0, 1, 2, 3),
    BusyStatus: fc.constantFrom(0, 1, 2, 3),
    Reminder: fc.integer({ min: 0, max: 40_000 }),
    Categories: fc.record({
      Category: fc.uniqueArray(
        word.map((text) => text.trim()),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    Attendees: fc.record({
      Attendee: fc.uniqueArray(attendee, { minLength: 1, maxLength: 3, selector: ({ Email }) => Email }),
    }),
    Recurrence: pattern,
  },
  { requiredKeys: ['Subject'] },
);

/** A new event as a phone of a version would say it. */
const newEvent = fc
  .record({
    fields,
    place: fc.option(word, { nil: undefined }),
    zone,
    start,
    length: fc.integer({ min: 0, max: 96 }),
    allDay: fc.boolean(),
  })
  .map(({ fields: own, place, zone: name, start: from, length, allDay }) => (version: number): Data => {
    const midnight = Math.floor(from / day) * day;
    const where =
      place === undefined
        ? {}
        : version >= 160
          ? { AirSyncBaseLocation: { DisplayName: place.trim(), Latitude: 1.5, City: 'Ulm' } }
          : { Location: place.trim() };
    const blob = { Timezone: encodeTimeZone(rulesOfZone(name, 2026)) };
    const when = allDay
      ? {
          StartTime: new Date(midnight),
          EndTime: new Date(midnight + Math.max(1, length % 4) * day),
          AllDayEvent: true,
        }
      : {
          StartTime: new Date(from),
          EndTime: new Date(from + (length * hour) / 4),
          AllDayEvent: false,
          ...blob,
        };
    return { ...own, ...where, ...when };
  });

const starts = (text: string): unknown[] =>
  occurrencesIn(parseEventObject(text), Date.UTC(2023, 11, 1), Date.UTC(2030, 0, 1)).map(
    ({ original, start: from, end, event }) => [original, from, end, event.getFirstPropertyValue('summary')],
  );

/** What the phone sends back of an item when it saves it: all it was told, from 16.0 on without the list of exceptions. */
const echoOf = (item: Item, version: number): Data => {
  const { Exceptions, ...rest } = item;
  return (version >= 160 ? rest : { ...rest, ...(Exceptions ? { Exceptions } : {}) }) as Data;
};

describe('an event', () => {
  it.each(versions)('that a phone made comes back to it as it was, in %d', (version) => {
    fc.assert(
      fc.property(newEvent, (make) => {
        const data = make(version);
        const item = read(createEvent(data, 'u', context(version)).text, version);
        const { Attendees: people, ...rest } = data;
        const { Timezone: _, ...told } = rest;
        expect(item).toMatchObject(told);
        if (people) expect(item.Attendees).toMatchObject(people);
      }),
      { numRuns: 60 },
    );
  });

  it.each(versions)('stays as it is stored when a phone sends it back unchanged, in %d', (version) => {
    fc.assert(
      fc.property(newEvent, (make) => {
        const { text } = createEvent(make(version), 'u', context(version));
        const again = applyEvent(text, echoOf(read(text, version), version), context(version));
        expect(again.text).toBe(text);
      }),
      { numRuns: 40 },
    );
  });
});

/** Lines that only other programs understand. */
const unknownLine = fc.constantFrom(
  'X-MOZ-GENERATION:4',
  'X-APPLE-TRAVEL-ADVISORY-BEHAVIOR;ACKNOWLEDGED=20240101T000000Z:AUTOMATIC',
  'X-EVOLUTION-CALDAV-HREF:/a\\,b',
  'COLOR:turquoise',
  'IMAGE;VALUE=URI;DISPLAY=BADGE:https://example.org/a.png',
  'RELATED-TO;RELTYPE=SIBLING:other@example.org',
  'CONTACT:Jim\\, 555',
);

const alarm = fc.constantFrom(
  ['ACTION:EMAIL', 'TRIGGER:-PT2H', 'SUMMARY:s', 'DESCRIPTION:d', 'ATTENDEE:mailto:a@example.org'],
  ['ACTION:DISPLAY', 'TRIGGER;VALUE=DATE-TIME:20240101T000000Z', 'DESCRIPTION:x'],
  ['ACTION:AUDIO', 'TRIGGER;RELATED=END:-PT5M', 'X-WR-ALARMUID:1'],
  ['ACTION:DISPLAY', 'TRIGGER:-PT15M', 'DESCRIPTION:x', 'ACKNOWLEDGED:20240101T000000Z'],
);

const rule = fc.constantFrom(
  'FREQ=DAILY;COUNT=40',
  'FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20261231T000000Z',
  'FREQ=MONTHLY;BYMONTHDAY=29',
  'FREQ=YEARLY',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
);

const stored = fc
  .record({
    unknown: fc.uniqueArray(unknownLine),
    alarms: fc.array(alarm, { maxLength: 3 }),
    rule: fc.option(rule, { nil: undefined }),
    when: fc.constantFrom(
      ['DTSTART;TZID=Europe/Berlin:20240318T093000', 'DTEND;TZID=Europe/Berlin:20240318T101500'],
      ['DTSTART:20240318T093000Z', 'DURATION:PT45M'],
      ['DTSTART;VALUE=DATE:20240318'],
      ['DTSTART;VALUE=DATE:20240318', 'DTEND;VALUE=DATE:20240320'],
      ['DTSTART;TZID=America/New_York:20240318T230000', 'DTEND;TZID=Europe/Berlin:20240319T120000'],
    ),
    summary: word,
  })
  .map(({ unknown, alarms, rule: rrule, when, summary }) =>
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Somebody//Else//EN',
      'X-WR-CALNAME:Mine',
      'BEGIN:VEVENT',
      'UID:1',
      'DTSTAMP:20240101T000000Z',
      `SUMMARY:${summary.replace(/[\\;,]/g, '\\$&')}`,
      ...when,
      ...(rrule === undefined ? [] : [`RRULE:${rrule}`]),
      ...unknown,
      ...alarms.flatMap((lines) => ['BEGIN:VALARM', ...lines, 'END:VALARM']),
      'END:VEVENT',
      'BEGIN:X-COMPONENT',
      'X-INNER:1',
      'END:X-COMPONENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  );

const linesOf = (text: string, pattern: RegExp): string[] =>
  new ICAL.Component(ICAL.parse(text) as unknown[])
    .toString()
    .replace(/\r\n /g, '')
    .split('\r\n')
    .filter((line) => pattern.test(line));

describe('an iCalendar object of another program', () => {
  it.each(versions)('stays what it is when a phone sends it back whole, in %d', (version) => {
    fc.assert(
      fc.property(stored, (text) => {
        const { text: after } = applyEvent(text, echoOf(read(text, version), version), context(version));
        expect(after).toBe(text);
      }),
      { numRuns: 80 },
    );
  });

  it.each(versions)(
    'keeps its occurrences, alarms and unknown lines when its title changes, in %d',
    (version) => {
      const ours = /^(SUMMARY|DTSTAMP|LAST-MODIFIED)[:;]/;
      fc.assert(
        fc.property(stored, word, (text, title) => {
          const data = { ...echoOf(read(text, version), version), Subject: `!${title.trim()}` };
          const { text: after } = applyEvent(text, data, context(version));
          const others = (all: string): string[] => linesOf(all, /./).filter((line) => !ours.test(line));
          expect(others(after)).toEqual(others(text));
          expect(read(after, version).Subject).toBe(data.Subject);
          expect(starts(after).length).toBe(starts(text).length);
        }),
        { numRuns: 40 },
      );
    },
  );
});
