import { berlinAs, hard, newYorkAs, override, type HardCase } from './hard-case.js';

const on = (date: string): string => `DTSTART;VALUE=DATE:${date}`;
const to = (date: string): string => `DTEND;VALUE=DATE:${date}`;
const sees = { AllDayEvent: true } as const;

/** Whole days: dates, wherever one is. */
export const allDay: readonly HardCase[] = [
  hard('one day', { sees, starts: ['2026-06-01', 'end'] }, on('20260601'), to('20260602')),
  hard('one day without an end', { sees, starts: ['2026-06-01', 'end'] }, on('20260601')),
  hard('one day that lasts a day', { sees, starts: ['2026-06-01', 'end'] }, on('20260601'), 'DURATION:P1D'),
  hard(
    'an end that is its start, as some write one day',
    { sees, starts: ['2026-06-01', 'end'] },
    on('20260601'),
    to('20260601'),
  ),
  hard('two weeks', { sees, starts: ['2026-06-01', 'end'] }, on('20260601'), to('20260615')),
  hard('a week by DURATION', { sees, starts: ['2026-06-01', 'end'] }, on('20260601'), 'DURATION:P1W'),
  hard(
    'the day on which clocks go forward',
    { zones: [berlinAs('Europe/Berlin')], sees, starts: ['2026-03-29', 'end'] },
    on('20260329'),
    to('20260330'),
  ),
  hard(
    'the day on which clocks go back',
    { zones: [berlinAs('Europe/Berlin')], sees, starts: ['2026-10-25', 'end'] },
    on('20261025'),
    to('20261026'),
  ),
  hard(
    'days over a change of clocks',
    { zones: [berlinAs('Europe/Berlin')], sees, starts: ['2026-03-27', 'end'] },
    on('20260327'),
    to('20260331'),
  ),
  hard(
    'every day over a change of clocks',
    {
      zones: [berlinAs('Europe/Berlin')],
      sees,
      starts: ['2026-03-28', '2026-03-29', '2026-03-30', '2026-03-31', 'end'],
    },
    on('20260328'),
    'RRULE:FREQ=DAILY;COUNT=4',
  ),
  hard(
    'every day over a change of clocks in New York',
    {
      zones: [newYorkAs('America/New_York')],
      sees,
      starts: ['2026-10-31', '2026-11-01', '2026-11-02', 'end'],
    },
    on('20261031'),
    'RRULE:FREQ=DAILY;COUNT=3',
  ),
  hard(
    'west of UTC',
    { calendar: ['X-WR-TIMEZONE:America/Los_Angeles'], sees, starts: ['2026-06-01', 'end'] },
    on('20260601'),
  ),
  hard(
    'as far east as there is',
    { calendar: ['X-WR-TIMEZONE:Pacific/Kiritimati'], sees, starts: ['2026-06-01', 'end'] },
    on('20260601'),
  ),
  hard(
    'as far west as there is',
    { calendar: ['X-WR-TIMEZONE:Pacific/Pago_Pago'], sees, starts: ['2026-06-01', 'end'] },
    on('20260601'),
  ),
  hard(
    'where midnight does not exist: Beirut',
    { calendar: ['X-WR-TIMEZONE:Asia/Beirut'], sees, starts: ['2026-03-29', 'end'] },
    on('20260329'),
    to('20260330'),
  ),
  hard(
    'where midnight comes twice: Havana',
    { calendar: ['X-WR-TIMEZONE:America/Havana'], sees, starts: ['2026-11-01', '2026-11-02', 'end'] },
    on('20261101'),
    'RRULE:FREQ=DAILY;COUNT=2',
  ),
  hard(
    'a date with a TZID, as Google once wrote',
    { sees, starts: ['2026-06-01', 'end'] },
    'DTSTART;VALUE=DATE;TZID=Europe/Berlin:20260601',
    to('20260602'),
  ),
  hard(
    'a date without VALUE=DATE',
    { sees, starts: ['2026-06-01', 'end'] },
    'DTSTART:20260601',
    'DTEND:20260602',
  ),
  hard(
    '24 hours from midnight, which is no all-day event',
    { sees: { AllDayEvent: false }, starts: ['2026-05-31T22:00Z'] },
    'DTSTART;TZID=Europe/Berlin:20260601T000000',
    'DTEND;TZID=Europe/Berlin:20260602T000000',
  ),
  hard(
    '24 hours with the word of Outlook for an all-day event',
    { starts: ['2026-05-31T22:00Z'] },
    'DTSTART;TZID=Europe/Berlin:20260601T000000',
    'DTEND;TZID=Europe/Berlin:20260602T000000',
    'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE',
  ),
  hard(
    'a birthday on 29 February, every leap year',
    { sees, starts: ['2024-02-29', '2028-02-29'] },
    on('20240229'),
    'RRULE:FREQ=YEARLY',
  ),
  hard(
    'a birthday on 29 February that says so',
    { sees, starts: ['2024-02-29', '2028-02-29', '2032-02-29'] },
    on('20240229'),
    'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
  ),
  hard(
    'a birthday of somebody old',
    { sees, starts: ['1926-05-17', '1927-05-17'] },
    on('19260517'),
    'RRULE:FREQ=YEARLY',
  ),
  hard(
    'with a UNTIL of the same kind',
    { sees, starts: ['2026-06-01', '2026-06-02', '2026-06-03', 'end'] },
    on('20260601'),
    'RRULE:FREQ=DAILY;UNTIL=20260603',
  ),
  hard(
    'with a UNTIL in UTC',
    {
      calendar: ['X-WR-TIMEZONE:Europe/Berlin'],
      sees,
      starts: ['2026-06-01', '2026-06-02', '2026-06-03', 'end'],
    },
    on('20260601'),
    'RRULE:FREQ=DAILY;UNTIL=20260603T000000Z',
  ),
  hard(
    'with a UNTIL in UTC, west of it',
    { calendar: ['X-WR-TIMEZONE:America/Los_Angeles'], sees, starts: ['2026-06-01', '2026-06-02'] },
    on('20260601'),
    'RRULE:FREQ=DAILY;UNTIL=20260603T070000Z',
  ),
  hard(
    'with an EXDATE of the same kind',
    { sees, starts: ['2026-06-01', '2026-06-03', 'end'] },
    on('20260601'),
    'RRULE:FREQ=DAILY;COUNT=3',
    'EXDATE;VALUE=DATE:20260602',
  ),
  hard(
    'with an EXDATE that is a time',
    { sees, starts: ['2026-06-01', '2026-06-03', 'end'] },
    on('20260601'),
    'RRULE:FREQ=DAILY;COUNT=3',
    'EXDATE:20260602T000000',
  ),
  hard(
    'with an EXDATE in UTC, east of it',
    { calendar: ['X-WR-TIMEZONE:Europe/Berlin'], sees, starts: ['2026-06-01', '2026-06-03', 'end'] },
    on('20260601'),
    'RRULE:FREQ=DAILY;COUNT=3',
    'EXDATE:20260601T220000Z',
  ),
  hard(
    'with one that is moved to another day',
    { sees, starts: ['2026-06-01', '2026-06-09', '2026-06-15', 'end'] },
    on('20260601'),
    'RRULE:FREQ=WEEKLY;COUNT=3',
    ...override('RECURRENCE-ID;VALUE=DATE:20260608', on('20260609')),
  ),
  hard(
    'with one that lasts longer',
    { sees, starts: ['2026-06-01', '2026-06-08', '2026-06-15', 'end'] },
    on('20260601'),
    'RRULE:FREQ=WEEKLY;COUNT=3',
    ...override('RECURRENCE-ID;VALUE=DATE:20260608', on('20260608'), to('20260611')),
  ),
  hard(
    'with one that becomes a time, which phones cannot be told in 16.x',
    { fate: 'expanded', starts: ['2026-06-01', '2026-06-08T09:00Z', '2026-06-15', 'end'] },
    on('20260601'),
    'RRULE:FREQ=WEEKLY;COUNT=3',
    ...override('RECURRENCE-ID;VALUE=DATE:20260608', 'DTSTART:20260608T090000Z', 'DTEND:20260608T100000Z'),
  ),
  hard(
    'with a RECURRENCE-ID that is a time',
    { sees, starts: ['2026-06-01', '2026-06-09', 'end'] },
    on('20260601'),
    'RRULE:FREQ=WEEKLY;COUNT=2',
    ...override('RECURRENCE-ID:20260608T000000', on('20260609')),
  ),
  hard(
    'several days every week, which overlap nothing',
    { sees, starts: ['2026-06-05', '2026-06-12', 'end'] },
    on('20260605'),
    to('20260608'),
    'RRULE:FREQ=WEEKLY;COUNT=2',
  ),
  hard(
    'several days that overlap the next ones',
    { sees, starts: ['2026-06-01', '2026-06-02', '2026-06-03', 'end'] },
    on('20260601'),
    to('20260604'),
    'RRULE:FREQ=DAILY;COUNT=3',
  ),
  hard(
    'the last day of a leap year',
    { sees, starts: ['2028-12-31', 'end'] },
    on('20281231'),
    to('20290101'),
  ),
];
