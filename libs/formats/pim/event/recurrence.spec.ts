import fc from 'fast-check';
import ICAL from 'ical.js';
import { timeOf } from '../../calendar-time.js';
import { ruleStarts } from '../../calendar-rule-starts.js';
import { parseEventObject } from './calendar-object.js';
import { utcFrame } from './event-frame.js';
import { occurrencesIn } from './expand.js';
import { recurrenceOf } from './recurrence-read.js';
import { ruleOf, ruleText } from './recurrence-write.js';

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const someDays = fc.subarray(weekdays, { minLength: 1 }).map((days) => days.join(','));
const interval = fc.integer({ min: 1, max: 3 }).map((every) => (every === 1 ? '' : `;INTERVAL=${every}`));
const nth = fc.constantFrom(1, 2, 3, 4, -1);
const month = fc.integer({ min: 1, max: 12 });
const set = fc.constantFrom('MO,TU,WE,TH,FR', 'SU,SA', 'SU,MO,TU,WE,TH,FR,SA');
const pattern = fc.oneof(
  interval.map((every) => `FREQ=DAILY${every}`),
  fc.constant('FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR'),
  fc.tuple(interval, someDays).map(([every, days]) => `FREQ=WEEKLY${every};BYDAY=${days}`),
  interval.map((every) => `FREQ=WEEKLY${every}`),
  fc
    .tuple(interval, fc.integer({ min: 1, max: 31 }))
    .map(([every, day]) => `FREQ=MONTHLY${every};BYMONTHDAY=${day}`),
  interval.map((every) => `FREQ=MONTHLY${every};BYMONTHDAY=-1`),
  interval.map((every) => `FREQ=MONTHLY${every}`),
  fc.tuple(nth, fc.constantFrom(...weekdays)).map(([week, day]) => `FREQ=MONTHLY;BYDAY=${week}${day}`),
  fc.tuple(nth, set).map(([week, days]) => `FREQ=MONTHLY;BYDAY=${days};BYSETPOS=${week}`),
  fc
    .tuple(month, fc.integer({ min: 1, max: 31 }))
    .map(([of, day]) => `FREQ=YEARLY;BYMONTH=${of};BYMONTHDAY=${day}`),
  fc.constant('FREQ=YEARLY'),
  fc
    .tuple(month, nth, fc.constantFrom(...weekdays))
    .map(([of, week, day]) => `FREQ=YEARLY;BYMONTH=${of};BYDAY=${week}${day}`),
  fc
    .tuple(month, nth, set)
    .map(([of, week, days]) => `FREQ=YEARLY;BYMONTH=${of};BYDAY=${days};BYSETPOS=${week}`),
);
const end = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 1, max: 40 }).map((count) => `;COUNT=${count}`),
  fc.constantFrom(';UNTIL=20270301T090000Z', ';UNTIL=20260601', ';UNTIL=20280229T235959Z'),
);
const start = fc.integer({ min: 0, max: 800 }).map((days) => Date.UTC(2025, 0, 1, 9) + days * 86_400_000);

const compact = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
const series = (rule: string, at: number) =>
  parseEventObject(
    `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTART:${compact(at)}\r\nRRULE:${rule}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
  );

describe('a Recurrence', () => {
  it('means the same days as the rule it was made of', () => {
    fc.assert(
      fc.property(pattern, end, start, (rule, until, at) => {
        const text = `${rule}${until}`;
        const object = series(text, at);
        const recurrence = recurrenceOf(object);
        expect([text, recurrence]).not.toEqual([text, null]);
        if (recurrence!.Until && recurrence!.Until.getTime() <= at) return;
        const back = ICAL.Recur.fromString(ruleText(ruleOf(recurrence!, at, utcFrame)));
        const to = Date.UTC(2031, 0, 1);
        const stop = recurrence!.Until?.getTime() ?? null;
        const again = [...ruleStarts(back, { start: at, from: at, to, until: stop })];
        expect([text, again.map(compact)]).toEqual([
          text,
          occurrencesIn(object, at, to).map(({ start: begin }) => compact(begin)),
        ]);
      }),
      { numRuns: 500 },
    );
  });

  it('ends on or after the last occurrence', () => {
    const long = recurrenceOf(series('FREQ=DAILY;COUNT=1500', Date.UTC(2026, 0, 1, 9)));
    expect(long).toMatchObject({ Until: new Date(Date.UTC(2026, 0, 1, 9) + 1499 * 86_400_000) });
    expect(long?.Occurrences).toBeUndefined();
    const early = recurrenceOf(series('FREQ=DAILY;UNTIL=20200101T000000Z', Date.UTC(2026, 0, 1, 9)));
    expect(early?.Until).toEqual(new Date(Date.UTC(2026, 0, 1, 9)));
  });

  it('is made of a rule that repeats the time of its start', () => {
    const object = series('FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0', Date.UTC(2026, 0, 1, 9));
    expect(timeOf(object.main, 'dtstart', object.zones)).not.toBeNull();
    expect(recurrenceOf(object)).toMatchObject({ Type: 0 });
    expect(recurrenceOf(series('FREQ=DAILY;BYHOUR=9,12', Date.UTC(2026, 0, 1, 9)))).toBeNull();
  });
});
