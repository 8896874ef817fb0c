import fc from 'fast-check';
import { decodeTimeZone, encodeTimeZone, utcRules, type TimeZoneRules } from './time-zone-blob.js';
import { biasAt, toUtc, wallClock } from './time-zone-clock.js';
import { ianaZone, rulesOfZone } from './time-zone-rules.js';
import { windowsZones } from './windows-zones.js';

const transition = fc.record({
  month: fc.integer({ min: 1, max: 12 }),
  week: fc.integer({ min: 1, max: 5 }),
  dayOfWeek: fc.integer({ min: 0, max: 6 }),
  hour: fc.integer({ min: 0, max: 23 }),
  minute: fc.integer({ min: 0, max: 59 }),
  second: fc.integer({ min: 0, max: 59 }),
});
const rules: fc.Arbitrary<TimeZoneRules> = fc
  .tuple(
    fc.integer({ min: -840, max: 720 }),
    fc.integer({ min: -120, max: 120 }),
    fc.boolean(),
    transition,
    transition,
  )
  .map(([standardBias, saving, changes, standard, daylight]) => ({
    standardBias,
    daylightBias: changes ? standardBias + saving : standardBias,
    transitions: changes ? { standard, daylight } : null,
  }));

describe('the TimeZone blob', () => {
  it('is read as it was written', () => {
    fc.assert(fc.property(rules, (zone) => expect(decodeTimeZone(encodeTimeZone(zone))).toEqual(zone)));
  });

  it('survives any bytes a phone may send', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 172, maxLength: 172 }), (bytes) => {
        const zone = decodeTimeZone(bytes);
        if (zone) expect(decodeTimeZone(encodeTimeZone(zone))).toEqual(zone);
      }),
    );
    expect(decodeTimeZone(new Uint8Array(171))).toBeNull();
  });

  it('is for Berlin what Exchange sends, but without names', () => {
    const blob = Buffer.from(encodeTimeZone(rulesOfZone('Europe/Berlin', 2026)));
    expect(blob).toHaveLength(172);
    expect(blob.readInt32LE(0)).toBe(-60);
    expect(blob.subarray(4, 68)).toEqual(Buffer.alloc(64));
    // wMonth 10, wDayOfWeek 0, wDay 5, 3:00
    expect(blob.subarray(68, 84).toString('hex')).toBe('00000a00000005000300000000000000');
    expect(blob.readInt32LE(84)).toBe(0);
    expect(blob.subarray(152, 168).toString('hex')).toBe('00000300000005000200000000000000');
    expect(blob.readInt32LE(168)).toBe(-60);
  });

  it('is zero throughout for UTC', () => {
    expect(Buffer.from(encodeTimeZone(utcRules))).toEqual(Buffer.alloc(172));
  });
});

/** Minutes by which the wall clock is ahead of UTC, asked in another way than the code under test does. */
function offsetOf(zone: string, utc: number): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = Object.fromEntries(format.formatToParts(utc).map(({ type, value }) => [type, Number(value)]));
  const { year, month, day, hour, minute, second } = parts as Record<string, number>;
  return Math.round(
    (Date.UTC(year!, month! - 1, day, hour, minute, second) - Math.floor(utc / 1000) * 1000) / 60_000,
  );
}

const exactZones = [
  ...['Europe/Berlin', 'Europe/London', 'Europe/Dublin', 'Europe/Lisbon', 'Europe/Kiev', 'Europe/Chisinau'],
  ...['America/New_York', 'America/Los_Angeles', 'America/St_Johns', 'America/Havana', 'America/Santiago'],
  ...['Australia/Sydney', 'Australia/Adelaide', 'Australia/Lord_Howe', 'Pacific/Auckland', 'Pacific/Chatham'],
  ...['Asia/Kolkata', 'Asia/Tokyo', 'Asia/Jerusalem', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'UTC'],
];

describe('rules of a zone', () => {
  it.each(exactZones)('tell the time in %s at every moment of the year', (zone) => {
    const zoneRules = rulesOfZone(zone, 2026);
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2026, 0, 2), max: Date.UTC(2026, 11, 30) }), (utc) => {
        expect(-biasAt(zoneRules, utc)).toBe(offsetOf(zone, utc));
      }),
      { numRuns: 150 },
    );
  });

  it('hold in later years, too, where the law is a weekday of a month', () => {
    const zoneRules = rulesOfZone('Europe/Berlin', 2026);
    for (let utc = Date.UTC(2026, 0, 1); utc < Date.UTC(2040, 0, 1); utc += 36e5 * 25) {
      expect(-biasAt(zoneRules, utc)).toBe(offsetOf('Europe/Berlin', utc));
    }
    // 25 October 2026 is the fourth and the last Sunday.
    expect(zoneRules.transitions?.standard.week).toBe(5);
    expect(rulesOfZone('America/New_York', 2026).transitions?.daylight.week).toBe(2);
  });

  it('turn wall time into UTC and back for every zone Node knows', () => {
    for (const zone of Intl.supportedValuesOf('timeZone')) {
      const zoneRules = rulesOfZone(zone, 2025);
      const time = { year: 2025, month: 12, day: 31, hour: 12, minute: 0, second: 0 };
      const utc = toUtc(zoneRules, time).getTime();
      expect([zone, utc + offsetOf(zone, utc) * 60_000]).toEqual([zone, wallClock(time)]);
    }
  });

  it('take the first of a time that comes twice, and move on one that is skipped', () => {
    const berlin = rulesOfZone('Europe/Berlin', 2026);
    const at = (month: number, day: number, hour: number): string =>
      toUtc(berlin, { year: 2026, month, day, hour, minute: 30, second: 0 }).toISOString();
    expect(at(10, 25, 2)).toBe('2026-10-25T00:30:00.000Z');
    expect(at(3, 29, 2)).toBe('2026-03-29T01:30:00.000Z');
  });
});

describe('names of zones', () => {
  it('of Windows all lead to a zone that Node knows', () => {
    for (const name of Object.keys(windowsZones)) {
      const zone = ianaZone(name);
      expect([name, zone]).toEqual([name, windowsZones[name]]);
      expect(() => new Intl.DateTimeFormat('en', { timeZone: zone! })).not.toThrow();
    }
  });

  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['/freeassociation.sourceforge.net/Tzfile/Europe/Berlin', 'Europe/Berlin'],
    ['/mozilla.org/20070129_1/America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['w. europe standard time', 'Europe/Berlin'],
    ['Customized Time Zone', null],
    ['+01:00', null],
    ['', null],
    ['x'.repeat(201), null],
  ])('%j is understood as %j', (name, zone) => expect(ianaZone(name)).toBe(zone));
});
