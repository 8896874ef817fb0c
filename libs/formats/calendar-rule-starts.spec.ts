import fc from 'fast-check';
import ICAL from 'ical.js';
import { ruleStarts } from './calendar-rule-starts.js';

const start = Date.UTC(2024, 0, 31, 9, 30);
const all = (text: string, from = start, to = Date.UTC(2034, 0, 1), first = start): string[] =>
  [...ruleStarts(ICAL.Recur.fromString(text), { start: first, from, to, until: null })].map((at) =>
    new Date(at).toISOString().slice(0, 16),
  );

/** What ical.js makes of it. It tells starts before DTSTART for some rules with BYSETPOS: those are not compared. */
function byLibrary(text: string, first: number, to: number): number[] {
  const time = ICAL.Time.fromJSDate(new Date(first), true);
  time.zone = ICAL.Timezone.localTimezone;
  const iterator = ICAL.Recur.fromString(text).iterator(time);
  const found: number[] = [];
  for (let next = iterator.next(); next; next = iterator.next()) {
    const at = Date.UTC(next.year, next.month - 1, next.day, next.hour, next.minute, next.second);
    if (at > to || found.length > 400) break;
    found.push(at);
  }
  return found;
}

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const someDays = fc.subarray(weekdays, { minLength: 1 }).map((days) => `;BYDAY=${days.join(',')}`);
const interval = fc.integer({ min: 1, max: 4 }).map((every) => `;INTERVAL=${every}`);
const rule = fc.oneof(
  interval.map((every) => `FREQ=DAILY${every}`),
  fc.tuple(interval, someDays).map(([every, days]) => `FREQ=WEEKLY${every}${days}`),
  fc
    .tuple(interval, fc.integer({ min: 1, max: 31 }))
    .map(([every, day]) => `FREQ=MONTHLY${every};BYMONTHDAY=${day}`),
  fc
    .tuple(interval, fc.constantFrom(1, 2, 3, 4, -1), fc.constantFrom(...weekdays))
    .map(([every, nth, day]) => `FREQ=MONTHLY${every};BYDAY=${nth}${day}`),
  fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
    .map(([month, day]) => `FREQ=YEARLY;BYMONTH=${month};BYMONTHDAY=${day}`),
  fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 2, 3, 4, -1), fc.constantFrom(...weekdays))
    .map(([month, nth, day]) => `FREQ=YEARLY;BYMONTH=${month};BYDAY=${nth}${day}`),
);

describe('the starts of a rule', () => {
  it('are those that ical.js finds', () => {
    const first = fc.integer({ min: 0, max: 366 }).map((days) => Date.UTC(2024, 0, 1, 9) + days * 86_400_000);
    fc.assert(
      fc.property(rule, first, fc.option(fc.integer({ min: 1, max: 30 })), (text, from, count) => {
        const whole = count === null ? text : `${text};COUNT=${count}`;
        const to = Date.UTC(2029, 0, 1);
        const expected = byLibrary(whole, from, to);
        const found = [...ruleStarts(ICAL.Recur.fromString(whole), { start: from, from, to, until: null })];
        expect([whole, found.slice(0, 400)]).toEqual([whole, expected.slice(0, 400)]);
      }),
      { numRuns: 300 },
    );
  });

  it('are the same for who looks at later ones only', () => {
    fc.assert(
      fc.property(rule, fc.integer({ min: 0, max: 1500 }), (text, days) => {
        const from = start + days * 86_400_000;
        const to = Date.UTC(2030, 0, 1);
        const wanted = { start, to, until: null };
        const recur = ICAL.Recur.fromString(text);
        const late = [...ruleStarts(recur, { ...wanted, from })];
        expect(late).toEqual([...ruleStarts(recur, { ...wanted, from: start })].filter((at) => at >= from));
      }),
    );
  });

  it.each([
    ['FREQ=MONTHLY;COUNT=3', ['2024-01-31T09:30', '2024-03-31T09:30', '2024-05-31T09:30']],
    ['FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2', ['2024-01-31T09:30', '2024-02-29T09:30']],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=2', ['2024-02-29T09:30', '2028-02-29T09:30']],
    ['FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=1', ['2024-05-13T09:30']],
    ['FREQ=YEARLY;BYYEARDAY=100,-1;COUNT=2', ['2024-04-09T09:30', '2024-12-31T09:30']],
    ['FREQ=YEARLY;BYDAY=20MO;COUNT=1', ['2024-05-13T09:30']],
    // ical.js would count the first month from its beginning.
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2', ['2024-01-31T09:30', '2024-02-29T09:30']],
    [
      'FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1,-1;COUNT=3',
      ['2024-02-03T09:30', '2024-02-25T09:30', '2024-03-02T09:30'],
    ],
    ['FREQ=HOURLY;INTERVAL=12;COUNT=3', ['2024-01-31T09:30', '2024-01-31T21:30', '2024-02-01T09:30']],
    ['FREQ=DAILY;BYHOUR=8,10;COUNT=2', ['2024-01-31T10:30', '2024-02-01T08:30']],
    ['FREQ=MINUTELY;INTERVAL=90;BYDAY=MO;COUNT=1', ['2024-02-05T00:30']],
  ])('%s', (text, expected) => expect(all(text)).toEqual(expected));

  it.each([
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31',
    'FREQ=MINUTELY;BYMONTH=4;BYMONTHDAY=31',
    'FREQ=DAILY;COUNT=999999999',
    'FREQ=SECONDLY',
  ])('%s ends, however far one looks', (text) => {
    const began = performance.now();
    const found = [
      ...ruleStarts(ICAL.Recur.fromString(text), {
        start,
        from: start,
        to: Date.UTC(4500, 0, 1),
        until: null,
      }),
    ];
    expect(found.length).toBeLessThanOrEqual(200_000);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});
