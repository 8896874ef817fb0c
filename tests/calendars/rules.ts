import { hard, type HardCase } from './hard-case.js';

const start = (local: string): string => `DTSTART;TZID=Europe/Berlin:${local}`;
const length = 'DURATION:PT1H';
/** A series in Berlin. In winter 09:00 is 08:00Z, in summer 07:00Z. */
const rule = (
  name: string,
  from: string,
  rrule: string,
  starts: readonly string[],
  ...more: readonly string[]
): HardCase => hard(name, { starts }, start(`${from}T090000`), length, `RRULE:${rrule}`, ...more);
/** FirstDayOfWeek came with 14.1: without it nobody can say when weeks begin. */
const since141 = (...terms: Parameters<typeof rule>): HardCase => ({ ...rule(...terms), from: 141 });
const expanded = (
  name: string,
  from: string,
  rrule: string,
  starts: readonly string[],
  ...more: readonly string[]
): HardCase =>
  hard(name, { starts, fate: 'expanded' }, start(`${from}T090000`), length, `RRULE:${rrule}`, ...more);
const at8 = (...days: readonly string[]): string[] =>
  days.map((day) => (day === 'end' ? day : `${day}T08:00Z`));
const at7 = (...days: readonly string[]): string[] =>
  days.map((day) => (day === 'end' ? day : `${day}T07:00Z`));

/** How events come again, and when they stop. */
export const rules: readonly HardCase[] = [
  rule('COUNT=1', '20260601', 'FREQ=DAILY;COUNT=1', at7('2026-06-01', 'end')),
  rule(
    'every other day',
    '20260601',
    'FREQ=DAILY;INTERVAL=2;COUNT=3',
    at7('2026-06-01', '2026-06-03', '2026-06-05', 'end'),
  ),
  rule(
    'every day from Monday to Friday by FREQ=DAILY',
    '20260605',
    'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=3',
    at7('2026-06-05', '2026-06-08', '2026-06-09', 'end'),
  ),
  rule('every 999 days', '20260601', 'FREQ=DAILY;INTERVAL=999', at7('2026-06-01')),
  expanded(
    'every 1,000 days, more than Interval can say',
    '20260601',
    'FREQ=DAILY;INTERVAL=1000',
    at7('2026-06-01'),
  ),
  rule(
    'more than Occurrences can count',
    '20260601',
    'FREQ=DAILY;COUNT=1500',
    at7('2026-06-01', '2026-06-02'),
  ),
  rule(
    'UNTIL a date: the whole of that day',
    '20260601',
    'FREQ=DAILY;UNTIL=20260603',
    at7('2026-06-01', '2026-06-02', '2026-06-03', 'end'),
  ),
  rule(
    'UNTIL in local time',
    '20260601',
    'FREQ=DAILY;UNTIL=20260603T090000',
    at7('2026-06-01', '2026-06-02', '2026-06-03', 'end'),
  ),
  rule(
    'UNTIL in local time a minute too early for the last',
    '20260601',
    'FREQ=DAILY;UNTIL=20260603T085900',
    at7('2026-06-01', '2026-06-02', 'end'),
  ),
  rule(
    'UNTIL in UTC on the last occurrence',
    '20260601',
    'FREQ=DAILY;UNTIL=20260603T070000Z',
    at7('2026-06-01', '2026-06-02', '2026-06-03', 'end'),
  ),
  rule(
    'UNTIL in UTC a second before the last occurrence',
    '20260601',
    'FREQ=DAILY;UNTIL=20260603T065959Z',
    at7('2026-06-01', '2026-06-02', 'end'),
  ),
  rule(
    'UNTIL at the end of the day in UTC',
    '20260601',
    'FREQ=DAILY;UNTIL=20260603T235959Z',
    at7('2026-06-01', '2026-06-02', '2026-06-03', 'end'),
  ),
  rule(
    'UNTIL at midnight in UTC, before the last occurrence of its day',
    '20260601',
    'FREQ=DAILY;UNTIL=20260603T000000Z',
    at7('2026-06-01', '2026-06-02', 'end'),
  ),
  rule(
    'UNTIL at local midnight',
    '20260601',
    'FREQ=DAILY;UNTIL=20260602T220000Z',
    at7('2026-06-01', '2026-06-02', 'end'),
  ),
  hard(
    'UNTIL before DTSTART: no occurrence at all',
    {},
    start('20260601T090000'),
    length,
    'RRULE:FREQ=DAILY;UNTIL=20260501T000000Z',
  ),
  hard(
    'UNTIL of an evening in New York, in UTC the next day',
    { starts: ['2026-06-02T02:00Z', '2026-06-03T02:00Z', 'end'] },
    'DTSTART;TZID=America/New_York:20260601T220000',
    length,
    'RRULE:FREQ=DAILY;UNTIL=20260603T020000Z',
  ),
  rule(
    'UNTIL and COUNT together, which RFC 5545 forbids',
    '20260601',
    'FREQ=DAILY;UNTIL=20260602T070000Z;COUNT=5',
    at7('2026-06-01', '2026-06-02', 'end'),
  ),
  rule(
    'UNTIL in the year 9999',
    '20260601',
    'FREQ=WEEKLY;UNTIL=99991231T235959Z',
    at7('2026-06-01', '2026-06-08'),
  ),
  rule('every week without saying which day', '20260601', 'FREQ=WEEKLY', at7('2026-06-01', '2026-06-08')),
  rule(
    'three days a week',
    '20260601',
    'FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=4',
    at7('2026-06-01', '2026-06-03', '2026-06-05', '2026-06-08', 'end'),
  ),
  rule(
    'days of the week out of order',
    '20260601',
    'FREQ=WEEKLY;BYDAY=FR,MO;COUNT=3',
    at7('2026-06-01', '2026-06-05', '2026-06-08', 'end'),
  ),
  since141(
    'every other week from Sunday on, weeks beginning on Monday',
    '19970805',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
    at7('1997-08-05', '1997-08-10', '1997-08-19', '1997-08-24', 'end'),
  ),
  since141(
    'every other week from Sunday on, weeks beginning on Sunday',
    '19970805',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
    at7('1997-08-05', '1997-08-17', '1997-08-19', '1997-08-31', 'end'),
  ),
  since141(
    'every other week where weeks begin on Saturday',
    '20260601',
    'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=MO,SA;WKST=SA',
    at7('2026-06-01', '2026-06-13', '2026-06-15', '2026-06-27', 'end'),
  ),
  rule(
    'a start that its own rule does not have',
    '20260602',
    'FREQ=WEEKLY;BYDAY=MO;COUNT=2',
    at7('2026-06-08', '2026-06-15', 'end'),
  ),
  rule('the 31st, which most months do not have', '20260131', 'FREQ=MONTHLY', [
    '2026-01-31T08:00Z',
    '2026-03-31T07:00Z',
    '2026-05-31T07:00Z',
  ]),
  rule('the 30th, which February does not have', '20260130', 'FREQ=MONTHLY;BYMONTHDAY=30', [
    '2026-01-30T08:00Z',
    '2026-03-30T07:00Z',
  ]),
  rule('the last day of the month', '20260131', 'FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3', [
    '2026-01-31T08:00Z',
    '2026-02-28T08:00Z',
    '2026-03-31T07:00Z',
    'end',
  ]),
  rule(
    'the last day of February',
    '20260228',
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1;COUNT=3',
    at8('2026-02-28', '2027-02-28', '2028-02-29', 'end'),
  ),
  expanded('the last but one day of the month', '20260130', 'FREQ=MONTHLY;BYMONTHDAY=-2', [
    '2026-01-30T08:00Z',
    '2026-02-27T08:00Z',
  ]),
  expanded(
    'the 1st and the 15th',
    '20260601',
    'FREQ=MONTHLY;BYMONTHDAY=1,15',
    at7('2026-06-01', '2026-06-15', '2026-07-01'),
  ),
  rule(
    'the second Tuesday',
    '20260609',
    'FREQ=MONTHLY;BYDAY=2TU;COUNT=3',
    at7('2026-06-09', '2026-07-14', '2026-08-11', 'end'),
  ),
  rule(
    'the second Tuesday by BYSETPOS',
    '20260609',
    'FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2;COUNT=3',
    at7('2026-06-09', '2026-07-14', '2026-08-11', 'end'),
  ),
  rule(
    'the last Friday',
    '20260626',
    'FREQ=MONTHLY;BYDAY=-1FR;COUNT=3',
    at7('2026-06-26', '2026-07-31', '2026-08-28', 'end'),
  ),
  rule(
    'the last weekday',
    '20260630',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3',
    at7('2026-06-30', '2026-07-31', '2026-08-31', 'end'),
  ),
  rule(
    'the first day of a weekend',
    '20260606',
    'FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1;COUNT=3',
    at7('2026-06-06', '2026-07-04', '2026-08-01', 'end'),
  ),
  expanded(
    'the fifth Monday, which few months have',
    '20260330',
    'FREQ=MONTHLY;BYDAY=5MO',
    at7('2026-03-30', '2026-06-29', '2026-08-31'),
  ),
  expanded('the last but one Friday', '20260619', 'FREQ=MONTHLY;BYDAY=-2FR', at7('2026-06-19', '2026-07-24')),
  expanded(
    'the first and the third Monday',
    '20260601',
    'FREQ=MONTHLY;BYDAY=1MO,3MO',
    at7('2026-06-01', '2026-06-15', '2026-07-06'),
  ),
  expanded(
    'Friday the 13th',
    '20260213',
    'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
    at8('2026-02-13', '2026-03-13', '2026-11-13'),
  ),
  expanded(
    'the first Monday to Wednesday of a month by BYSETPOS',
    '20260601',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE;BYSETPOS=1',
    at7('2026-06-01', '2026-07-01', '2026-08-03'),
  ),
  expanded('all Mondays of a month', '20260601', 'FREQ=MONTHLY;BYDAY=MO', at7('2026-06-01', '2026-06-08')),
  rule('every quarter', '20260331', 'FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1;COUNT=3', [
    '2026-03-31T07:00Z',
    '2026-06-30T07:00Z',
    '2026-09-30T07:00Z',
    'end',
  ]),
  rule('every year', '20260601', 'FREQ=YEARLY', at7('2026-06-01', '2027-06-01')),
  rule('29 February every year that has one', '20240229', 'FREQ=YEARLY', at8('2024-02-29', '2028-02-29')),
  rule('29 February every four years', '20240229', 'FREQ=YEARLY;INTERVAL=4', at8('2024-02-29', '2028-02-29')),
  rule(
    '29 February by FREQ=MONTHLY;INTERVAL=12',
    '20240229',
    'FREQ=MONTHLY;INTERVAL=12',
    at8('2024-02-29', '2028-02-29'),
  ),
  rule('Thanksgiving', '20261126', 'FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', at8('2026-11-26', '2027-11-25')),
  rule(
    'the last Sunday of October',
    '20261025',
    'FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
    at8('2026-10-25', '2027-10-31'),
  ),
  expanded('two months of the year', '20260601', 'FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=1', [
    '2026-06-01T07:00Z',
    '2026-12-01T08:00Z',
  ]),
  expanded(
    'the 100th day of the year',
    '20260410',
    'FREQ=YEARLY;BYYEARDAY=100',
    at7('2026-04-10', '2027-04-10'),
  ),
  expanded(
    'Monday of week 20',
    '20260511',
    'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO',
    at7('2026-05-11', '2027-05-17'),
  ),
  expanded(
    'in summer only, every day',
    '20260601',
    'FREQ=DAILY;BYMONTH=6,7;COUNT=3',
    at7('2026-06-01', '2026-06-02', '2026-06-03', 'end'),
  ),
  expanded('twice a day', '20260601', 'FREQ=DAILY;BYHOUR=9,15;COUNT=3', [
    '2026-06-01T07:00Z',
    '2026-06-01T13:00Z',
    '2026-06-02T07:00Z',
    'end',
  ]),
  rule(
    'BYHOUR, BYMINUTE and BYSECOND that only repeat the start',
    '20260601',
    'FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0;COUNT=2',
    at7('2026-06-01', '2026-06-02', 'end'),
  ),
  expanded('every six hours', '20260601', 'FREQ=HOURLY;INTERVAL=6;COUNT=2', [
    '2026-06-01T07:00Z',
    '2026-06-01T13:00Z',
    'end',
  ]),
  rule('RSCALE: the Chinese new year', '20260217', 'RSCALE=CHINESE;FREQ=YEARLY', [
    '2026-02-17T08:00Z',
    'end',
  ]),
  rule(
    'SKIP: the last day where there is no 31st',
    '20260131',
    'RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD',
    ['2026-01-31T08:00Z', 'end'],
  ),
  expanded(
    'RDATE beside a rule',
    '20260601',
    'FREQ=WEEKLY;COUNT=2',
    at7('2026-06-01', '2026-06-04', '2026-06-08', 'end'),
    'RDATE;TZID=Europe/Berlin:20260604T090000',
  ),
  hard(
    'RDATE alone',
    { fate: 'expanded', starts: at7('2026-06-01', '2026-06-04', '2026-06-09', 'end') },
    start('20260601T090000'),
    length,
    'RDATE;TZID=Europe/Berlin:20260604T090000,20260609T090000',
  ),
  hard(
    'RDATE of periods',
    { fate: 'expanded', starts: at7('2026-06-01', '2026-06-04', 'end') },
    start('20260601T090000'),
    length,
    'RDATE;VALUE=PERIOD:20260604T070000Z/PT2H',
  ),
  expanded(
    'two rules',
    '20260601',
    'FREQ=WEEKLY;COUNT=1',
    at7('2026-06-01', '2026-06-02', '2026-06-03', 'end'),
    'RRULE:FREQ=DAILY;COUNT=3',
  ),
  expanded(
    'EXRULE',
    '20260601',
    'FREQ=DAILY;COUNT=4',
    at7('2026-06-02', '2026-06-03', '2026-06-04', 'end'),
    'EXRULE:FREQ=WEEKLY',
  ),
  rule(
    'parts of a rule in another order',
    '20260601',
    'BYDAY=MO;COUNT=2;FREQ=WEEKLY',
    at7('2026-06-01', '2026-06-08', 'end'),
  ),
  rule(
    'a rule in small letters',
    '20260601',
    'freq=weekly;byday=mo;count=2',
    at7('2026-06-01', '2026-06-08', 'end'),
  ),
  rule(
    'a part that nobody knows',
    '20260601',
    'FREQ=WEEKLY;COUNT=2;X-SOMETHING=1',
    at7('2026-06-01', '2026-06-08', 'end'),
  ),
  rule('INTERVAL=0', '20260601', 'FREQ=DAILY;INTERVAL=0;COUNT=2', at7('2026-06-01', '2026-06-02', 'end')),
  rule(
    '+1MO with a plus',
    '20260601',
    'FREQ=MONTHLY;BYDAY=+1MO;COUNT=2',
    at7('2026-06-01', '2026-07-06', 'end'),
  ),
  hard(
    'a rule that nobody can read',
    { starts: at7('2026-06-01') },
    start('20260601T090000'),
    length,
    'RRULE:FREQ=FORTNIGHTLY',
  ),
  hard('an empty rule', { starts: at7('2026-06-01') }, start('20260601T090000'), length, 'RRULE:'),
  hard(
    'a rule with a broken UNTIL',
    { starts: at7('2026-06-01') },
    start('20260601T090000'),
    length,
    'RRULE:FREQ=DAILY;UNTIL=forever',
  ),
];
