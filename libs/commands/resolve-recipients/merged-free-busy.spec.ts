import fc from 'fast-check';
import type { BusyPeriod } from '#backend';
import { mergedFreeBusy } from './merged-free-busy.js';

const at = (time: string): Date => new Date(`2026-01-01T${time}Z`);
const period = (start: string, end: string, status: BusyPeriod['status']): BusyPeriod => ({
  start: at(start),
  end: at(end),
  status,
});

describe('MergedFreeBusy', () => {
  // The examples of MS-ASCMD 2.2.3.107.
  const away = [period('12:00:00', '12:05:00', 3)];
  it.each([
    ['12:00:00', '13:00:00', '30'],
    ['12:04:59', '13:00:00', '30'],
    ['12:05:00', '13:00:00', '00'],
    ['13:00:00', '13:30:00', '0'],
    ['12:59:59', '13:30:00', '00'],
    ['13:00:00', '13:30:01', '00'],
    ['11:00:00', '12:00:00', '00'],
    ['11:00:00', '12:00:01', '003'],
  ])('from %s to %s is %s', (start, end, digits) => {
    expect(mergedFreeBusy(away, at(start), at(end))).toBe(digits);
  });

  it('gives a half hour the highest of what is in it', () => {
    const busy = [
      period('12:10:00', '12:20:00', 1),
      period('12:25:00', '12:31:00', 2),
      period('12:00:00', '12:01:00', 1),
    ];
    expect(mergedFreeBusy(busy, at('12:00:00'), at('13:30:00'))).toBe('220');
  });

  it('takes periods that begin before, end after, end before they begin or are no dates', () => {
    const busy = [period('10:00:00', '23:00:00', 1), period('13:00:00', '12:00:00', 3)];
    expect(mergedFreeBusy([...busy, period('x', 'y', 3)], at('12:00:00'), at('13:00:00'))).toBe('11');
  });

  it('is no longer than 32 KB, whatever is asked for', () => {
    const end = new Date('2099-01-01T00:00:00Z');
    const all = mergedFreeBusy([{ start: at('00:00:00'), end, status: 2 }], at('00:00:00'), end);
    expect(all).toBe('2'.repeat(32 * 1024));
  });

  it('says of each half hour what touches it', () => {
    const minutes = fc.integer({ min: -100, max: 400 });
    const start = at('12:00:00').getTime();
    const some = fc.array(
      fc.tuple(minutes, fc.integer({ min: 1, max: 100 }), fc.constantFrom<1 | 2 | 3>(1, 2, 3)),
    );
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 300 }), (busy, length) => {
        const periods = busy.map(([from, long, status]) => ({ from, to: from + long, status }));
        const expected = Array.from({ length: Math.ceil(length / 30) }, (_, slot) => {
          const [from, to] = [slot * 30, Math.min(length, slot * 30 + 30)];
          return Math.max(
            0,
            ...periods.filter((one) => one.from < to && one.to > from).map((one) => one.status),
          );
        });
        const given = periods.map(({ from, to, status }) => ({
          start: new Date(start + from * 60_000),
          end: new Date(start + to * 60_000),
          status,
        }));
        const end = new Date(start + length * 60_000);
        expect(mergedFreeBusy(given, new Date(start), end)).toBe(expected.join(''));
      }),
    );
  });
});
