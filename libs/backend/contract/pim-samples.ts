import type { PimSamples } from './pim-fixture.js';

/** Lines as RFC 5545 and RFC 6350 end them. */
const lines = (...all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('');
const uidOf = (title: string): string => `uid-${title.toLowerCase().replace(/[^a-z0-9]/g, '-')}`;
const unknown = 'X-GODWIT-UNKNOWN;X-LEVEL=3:kept as it is';

const calendar = (component: string, ...content: readonly string[]): string =>
  lines(
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Somebody//Else//EN',
    `BEGIN:${component}`,
    ...content,
    `END:${component}`,
    'END:VCALENDAR',
  );

const stamped = (title: string): readonly string[] => [
  `UID:${uidOf(title)}`,
  'DTSTAMP:20260301T080000Z',
  `SUMMARY:${title}`,
  unknown,
];

const eventText = (title: string, ...more: readonly string[]): string =>
  calendar('VEVENT', ...stamped(title), 'DTSTART:20260302T100000Z', 'DTEND:20260302T110000Z', ...more);
const taskText = (title: string, ...more: readonly string[]): string =>
  calendar('VTODO', ...stamped(title), 'STATUS:NEEDS-ACTION', ...more);

/** A last line is missing, and more. */
const broken = (text: string): string => text.slice(0, text.indexOf('END:')) + ';;;:::\r\nBEGIN:\r\n';

/** vCards. */
export const contactSamples: PimSamples<'Contacts'> = {
  itemClass: 'Contacts',
  uid: uidOf,
  unknown,
  text: (title) =>
    lines(
      'BEGIN:VCARD',
      'VERSION:3.0',
      `UID:${uidOf(title)}`,
      `FN:${title}`,
      `N:${title};;;;`,
      unknown,
      'END:VCARD',
    ),
  data: (title) => ({ LastName: title, FileAs: title }),
  change: (title) => ({ LastName: title, FileAs: title }),
  titleOf: ({ LastName }) => LastName,
  malformed: (title) => `This is ${title}, and no card\r\n`,
};

/** iCalendar objects with an event. */
export const eventSamples: PimSamples<'Calendar'> = {
  itemClass: 'Calendar',
  uid: uidOf,
  unknown,
  text: eventText,
  data: (title) => ({
    Subject: title,
    StartTime: new Date('2026-03-02T10:00:00Z'),
    EndTime: new Date('2026-03-02T11:00:00Z'),
    BusyStatus: 2,
  }),
  change: (title) => ({ Subject: title }),
  titleOf: ({ Subject }) => Subject,
  malformed: (title) => broken(eventText(title)),
  // Four months of each year (trap 92), so that the year around today has some whenever the test runs.
  expanded: (title) => {
    const year = new Date().getUTCFullYear() - 1;
    return calendar(
      'VEVENT',
      ...stamped(title),
      `DTSTART:${year}0110T100000Z`,
      `DTEND:${year}0110T110000Z`,
      'RRULE:FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=10',
    );
  },
  foreign: (title) => taskText(title),
  withFile: (title, bytes) =>
    eventText(
      title,
      `ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=a.txt:${Buffer.from(bytes).toString('base64')}`,
    ),
};

/** iCalendar objects with a task. */
export const taskSamples: PimSamples<'Tasks'> = {
  itemClass: 'Tasks',
  uid: uidOf,
  unknown,
  text: taskText,
  data: (title) => ({ Subject: title, Complete: false, Importance: 1 }),
  change: (title) => ({ Subject: title }),
  titleOf: ({ Subject }) => Subject,
  malformed: (title) => broken(taskText(title)),
  foreign: (title) => eventText(title),
};

/** iCalendar objects with a journal entry: notes of a folder of files. */
export const journalSamples: PimSamples<'Notes'> = {
  itemClass: 'Notes',
  uid: uidOf,
  unknown,
  text: (title) => calendar('VJOURNAL', ...stamped(title), 'DESCRIPTION:text'),
  data: (title) => ({ Subject: title, MessageClass: 'IPM.StickyNote' }),
  change: (title) => ({ Subject: title }),
  titleOf: ({ Subject }) => Subject,
  malformed: (title) => broken(calendar('VJOURNAL', ...stamped(title))),
};
