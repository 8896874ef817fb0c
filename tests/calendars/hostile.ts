import { hard, raw, vtimezone, type HardCase } from './hard-case.js';

const when = ['DTSTART:20260601T070000Z', 'DTEND:20260601T080000Z'];
const unreadable = { fate: 'unreadable' } as const;
const calendar = (...lines: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', ...lines, 'END:VCALENDAR', ''].join('\r\n');

/** What nobody writes who means well: it must not stop the folder, nor cost anybody's time. */
export const hostile: readonly HardCase[] = [
  hard('every second, without an end', { fate: 'expanded' }, ...when, 'RRULE:FREQ=SECONDLY'),
  hard('every minute, without an end', { fate: 'expanded' }, ...when, 'RRULE:FREQ=MINUTELY'),
  hard(
    '30 February: a rule that never comes true',
    { fate: 'item' },
    ...when,
    'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
  ),
  hard(
    'every day of a month that has no such day',
    { fate: 'expanded', starts: [] },
    ...when,
    'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30,31',
  ),
  hard('a COUNT of a billion', { fate: 'item' }, ...when, 'RRULE:FREQ=DAILY;COUNT=1000000000'),
  hard('a COUNT of a billion hours', { fate: 'expanded' }, ...when, 'RRULE:FREQ=HOURLY;COUNT=1000000000'),
  hard('a COUNT below zero', { fate: 'item' }, ...when, 'RRULE:FREQ=DAILY;COUNT=-1'),
  hard('an INTERVAL of a billion', { fate: 'expanded' }, ...when, 'RRULE:FREQ=DAILY;INTERVAL=1000000000'),
  hard(
    'all of BYSECOND, BYMINUTE and BYHOUR',
    { fate: 'expanded' },
    ...when,
    `RRULE:FREQ=DAILY;BYHOUR=${[...Array(24).keys()].join(',')};BYMINUTE=${[...Array(60).keys()].join(',')};BYSECOND=${[...Array(60).keys()].join(',')}`,
  ),
  hard(
    'a hundred rules',
    { fate: 'expanded' },
    ...when,
    ...Array.from({ length: 100 }, (_, index) => `RRULE:FREQ=DAILY;INTERVAL=${index + 1}`),
  ),
  hard(
    'a thousand RDATEs',
    { fate: 'expanded' },
    ...when,
    `RDATE:${Array.from({ length: 1000 }, (_, index) => new Date(Date.UTC(2026, 5, 1, 7) + index * 3_600_000).toISOString().replace(/[-:]|\.\d+/g, '')).join(',')}`,
  ),
  hard(
    'a thousand EXDATEs',
    { fate: 'item' },
    ...when,
    'RRULE:FREQ=DAILY',
    `EXDATE:${Array.from({ length: 1000 }, (_, index) => new Date(Date.UTC(2026, 5, 1, 7) + index * 86_400_000).toISOString().replace(/[-:]|\.\d+/g, '')).join(',')}`,
  ),
  hard(
    'a zone whose clocks change every second',
    {
      zones: [
        vtimezone(
          'Mad',
          'BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=SECONDLY\nEND:STANDARD',
        ),
      ],
      fate: 'item',
    },
    'DTSTART;TZID=Mad:20260601T090000',
    'DURATION:PT1H',
  ),
  hard(
    'a zone that is five days off',
    {
      zones: [
        vtimezone(
          'Far',
          'BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+9900\nTZOFFSETTO:+9900\nEND:STANDARD',
        ),
      ],
      fate: 'item',
    },
    'DTSTART;TZID=Far:20260601T090000',
    'DURATION:PT1H',
  ),
  hard(
    'a zone that names itself',
    {
      zones: [
        vtimezone(
          'Self',
          'BEGIN:STANDARD\nDTSTART;TZID=Self:19700101T000000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:STANDARD',
        ),
      ],
      fate: 'item',
    },
    'DTSTART;TZID=Self:20260601T090000',
    'DURATION:PT1H',
  ),
  hard('the year 1', { fate: 'unreadable' }, 'DTSTART:00010101T000000Z', 'DTEND:00010101T010000Z'),
  hard('the year 9999', { fate: 'unreadable' }, 'DTSTART:99990101T000000Z', 'DTEND:99990101T010000Z'),
  hard(
    'an end before the start',
    { starts: ['2026-06-01T07:00Z'] },
    'DTSTART:20260601T070000Z',
    'DTEND:20260601T060000Z',
  ),
  hard(
    'a DURATION below zero',
    { starts: ['2026-06-01T07:00Z'] },
    'DTSTART:20260601T070000Z',
    'DURATION:-PT1H',
  ),
  hard('a DURATION of a million years', { fate: 'item' }, 'DTSTART:20260601T070000Z', 'DURATION:P52000000W'),
  hard(
    'DTEND and DURATION together',
    { starts: ['2026-06-01T07:00Z'], sees: { EndTime: new Date('2026-06-01T08:00:00Z') } },
    ...when,
    'DURATION:PT3H',
  ),
  hard('31 February', { fate: 'item' }, 'DTSTART:20260231T090000Z'),
  hard('a start that is no time', unreadable, 'DTSTART:tomorrow'),
  hard('no start', unreadable, 'DTEND:20260601T080000Z'),
  hard(
    'a date that says it is a time',
    { fate: 'item' },
    'DTSTART;VALUE=DATE-TIME:20260601',
    'DTEND;VALUE=DATE-TIME:20260602',
  ),
  hard(
    'a time that says it is a date',
    { fate: 'item' },
    'DTSTART;VALUE=DATE:20260601T070000Z',
    'DTEND;VALUE=DATE:20260602T070000Z',
  ),
  hard('a property of ten million characters', { fate: 'item' }, ...when, `X-LONG:${'x'.repeat(10_000_000)}`),
  hard(
    'a description of a million line ends',
    { fate: 'item' },
    ...when,
    `DESCRIPTION:${'\\n'.repeat(1_000_000)}`,
  ),
  hard(
    'HTML of a million open elements',
    { fate: 'item' },
    ...when,
    `X-ALT-DESC;FMTTYPE=text/html:${'<div>'.repeat(200_000)}`,
  ),
  hard(
    'a thousand parameters',
    unreadable,
    ...when,
    `X-MANY${Array.from({ length: 1000 }, (_, index) => `;P${index}=x`).join('')}:y`,
  ),
  hard('a quote that never closes', { fate: 'item' }, ...when, 'ATTENDEE;CN="never:mailto:a@example.org'),
  raw(
    'components within components, a thousand deep',
    unreadable,
    calendar(
      ...Array.from({ length: 1000 }, () => 'BEGIN:VEVENT'),
      ...Array.from({ length: 1000 }, () => 'END:VEVENT'),
    ),
  ),
  raw(
    'an event within an event',
    { fate: 'item' },
    calendar(
      'BEGIN:VEVENT',
      'UID:{uid}',
      ...when,
      'BEGIN:VEVENT',
      'UID:inner',
      'DTSTART:20270101T000000Z',
      'END:VEVENT',
      'END:VEVENT',
    ),
  ),
  raw(
    'an event that does not end',
    unreadable,
    ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:{uid}', ...when].join('\r\n'),
  ),
  raw(
    'an END too many',
    { fate: 'item' },
    calendar('BEGIN:VEVENT', 'UID:{uid}', ...when, 'END:VEVENT', 'END:VEVENT'),
  ),
  raw('no event', unreadable, calendar()),
  raw('no calendar', unreadable, 'BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:20260601T070000Z\r\nEND:VEVENT\r\n'),
  raw('nothing', unreadable, ''),
  raw('a vCard', unreadable, 'BEGIN:VCARD\r\nVERSION:4.0\r\nUID:{uid}\r\nFN:x\r\nEND:VCARD\r\n'),
  raw('HTML of an error page', unreadable, '<!DOCTYPE html><html><body>502 Bad Gateway</body></html>'),
  raw('JSON', unreadable, '["vcalendar",[],[]]'),
  raw('NULs', unreadable, '\u0000'.repeat(1000)),
  raw(
    'the names of things that every object has',
    unreadable,
    calendar(
      'BEGIN:VEVENT',
      'UID:{uid}',
      ...when,
      '__PROTO__:1',
      'CONSTRUCTOR:2',
      'TOSTRING;__PROTO__=x:3',
      'END:VEVENT',
    ),
  ),
  raw(
    'a letter of Latin-1 as somebody read it in UTF-8',
    { fate: 'item' },
    calendar('BEGIN:VEVENT', 'UID:{uid}', ...when, 'SUMMARY:Gr\uFFFD\uFFFDe', 'END:VEVENT'),
  ),
];

/** Two files of one event: two items, neither of which hides the other. */
const twin = (summary: string): string =>
  calendar(
    'BEGIN:VEVENT',
    'UID:the-same-in-both',
    'DTSTAMP:20260101T000000Z',
    ...when,
    `SUMMARY:${summary}`,
    'END:VEVENT',
  );
export const twins: readonly HardCase[] = [
  raw('the first of two files of one UID', { sees: { Subject: 'first' } }, twin('first')),
  raw('the second of two files of one UID', { sees: { Subject: 'second' } }, twin('second')),
];
