import fc from 'fast-check';
import { compactDateTime, dashedDateTime, parseDateTime } from './date-time.js';

describe('dates', () => {
  it('have two forms, each for its elements (trap 78)', () => {
    const date = new Date(Date.UTC(2026, 10, 22, 8, 5, 9, 70));
    expect(dashedDateTime(date)).toBe('2026-11-22T08:05:09.070Z');
    expect(compactDateTime(date)).toBe('20261122T080509Z');
  });

  it.each([
    ['2026-11-22T08:05:09.070Z', '2026-11-22T08:05:09.070Z'],
    ['20261122T080509Z', '2026-11-22T08:05:09.000Z'],
    ['2026-11-22T08:05:09Z', '2026-11-22T08:05:09.000Z'],
    ['2026-11-22T08:05:09', '2026-11-22T08:05:09.000Z'],
    ['2026-11-22T08:05', '2026-11-22T08:05:00.000Z'],
    ['2026-11-22', '2026-11-22T00:00:00.000Z'],
    ['20261122', '2026-11-22T00:00:00.000Z'],
    [' 2026-11-22 08:05:09.5z ', '2026-11-22T08:05:09.500Z'],
    ['2026-11-22T08:05:09+01:30', '2026-11-22T06:35:09.000Z'],
    ['20261122T080509-0100', '2026-11-22T09:05:09.000Z'],
    ['2026-11-22T08:05:09.1234567Z', '2026-11-22T08:05:09.123Z'],
    ['0050-01-01T00:00:00.000Z', '0050-01-01T00:00:00.000Z'],
  ])('are read leniently: %s', (text, expected) => {
    expect(parseDateTime(text)?.toISOString()).toBe(expected);
  });

  it.each([
    '',
    'now',
    '2026',
    '2026-13-01',
    '2026-02-30',
    '2026-11-22T25:00:00Z',
    '22.11.2026',
    '2026-11-22T08:05:09 CET',
  ])('are not guessed: %j', (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });

  it('that cannot be expressed are left out', () => {
    for (const date of [new Date(NaN), new Date(8.64e15), new Date(-8.64e15)]) {
      expect([dashedDateTime(date), compactDateTime(date)]).toEqual([undefined, undefined]);
    }
  });

  it('come back from the form they were written in', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(parseDateTime(dashedDateTime(date) ?? '')).toEqual(date);
          expect(parseDateTime(compactDateTime(date) ?? '')?.getTime()).toBe(
            Math.floor(date.getTime() / 1000) * 1000,
          );
        },
      ),
    );
  });
});
