import { namedZone, CalendarZones, momentIn } from '../../calendar-zone.js';
import { decodeTimeZone, encodeTimeZone } from '../../time-zone-blob.js';
import { biasAt } from '../../time-zone-clock.js';
import { parseCalendarText } from '../../calendar-text.js';
import { frameOfZone, sameRules, zoneComponent } from './zone-write.js';

const zones = Intl.supportedValuesOf('timeZone');
const year = 2026;

/** Minutes by which the wall clock is ahead of UTC, asked in another way than the code under test does. */
const clocks = new Map<string, Intl.DateTimeFormat>();
function offsetOf(zone: string, utc: number): number {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
  clocks.set(zone, clock);
  const [day, month, years, hour, minute, second] = clock.format(utc).split(/\D+/).map(Number);
  return Math.round((Date.UTC(years!, month! - 1, day, hour, minute, second) - utc) / 60_000);
}

describe('every zone that Node knows', () => {
  it('comes back from its blob as a zone with the same rules', () => {
    const lost = zones.filter((zone) => {
      const blob = encodeTimeZone(namedZone(zone).rules(year));
      const rules = decodeTimeZone(blob);
      const found = frameOfZone({ blob, years: [year] }, null).zone;
      return !rules || !sameRules(found.rules(year), rules);
    });
    expect(lost).toEqual([]);
  });

  it('keeps its name where the event is in it already', () => {
    const renamed = zones.filter((zone) => {
      const own = namedZone(zone);
      const current = { isDate: false, zone: own, tzid: zone, isUtc: false };
      const blob = encodeTimeZone(own.rules(year));
      return frameOfZone({ blob, years: [year] }, current).tzid !== zone;
    });
    expect(renamed).toEqual([]);
  });

  it('tells the time as Intl does', () => {
    const wrong = zones.filter((zone) => {
      const own = namedZone(zone);
      const moments = Array.from(
        { length: 30 },
        (_, index) => Date.UTC(2019, 0, 1, 5) + index * 86_400_000 * 97,
      );
      return moments.some((utc) => own.offsetAt(utc) !== offsetOf(zone, utc));
    });
    expect(wrong).toEqual([]);
  });

  it('is told by its VTIMEZONE as by its name', () => {
    // Where a year has other than two changes, rules can say no more than the offset of its end.
    const wrong = zones.filter((zone) => {
      const own = namedZone(zone);
      const rules = own.rules(year);
      const definition = zoneComponent('Own', own, [year, year]).toString();
      const text = `BEGIN:VCALENDAR\r\n${definition}\r\nEND:VCALENDAR\r\n`;
      const defined = new CalendarZones(parseCalendarText(text, 'vevent')).zone('Own');
      return Array.from({ length: 24 }, (_, index) => Date.UTC(year, 0, 3) + index * 86_400_000 * 15).some(
        (utc) => defined?.offsetAt(utc) !== -biasAt(rules, utc),
      );
    });
    expect(wrong).toEqual([]);
  });
});

describe('clocks that go otherwise', () => {
  it.each([
    // Half an hour.
    ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-06T01:45', '2026-04-05T15:15:00.000Z'],
    // Winter time is the exception.
    ['Europe/Dublin', '2026-07-01T12:00', '2026-07-01T11:00:00.000Z'],
    ['Europe/Dublin', '2026-12-01T12:00', '2026-12-01T12:00:00.000Z'],
    // An hour back in Ramadan.
    ['Africa/Casablanca', '2026-03-01T12:00', '2026-03-01T12:00:00.000Z'],
    ['Africa/El_Aaiun', '2026-06-01T12:00', '2026-06-01T11:00:00.000Z'],
    // Twice, and not at all.
    ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
    // Gave up summer time in the middle of 2016.
    ['Europe/Istanbul', '2016-01-15T12:00', '2016-01-15T10:00:00.000Z'],
    ['Europe/Istanbul', '2016-12-15T12:00', '2016-12-15T09:00:00.000Z'],
  ])('in %s %s is %s', (zone, wall, moment) => {
    const [years, month, day, hour, minute] = wall.split(/\D/).map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const time = { year: years, month, day, hour, minute, second: 0 };
    expect(new Date(momentIn(namedZone(zone), time)).toISOString()).toBe(moment);
  });
});
