import { sayAgo, sayBytes, sayClock, sayDuration } from './say-time.js';

const now = Date.UTC(2026, 5, 15, 12);
const MINUTE = 60_000;

it.each([
  [0, 'now'],
  [-5000, 'now'],
  [-10 * MINUTE, 'in 10 min'],
  [46_000, '1 min ago'],
  [59 * MINUTE, '59 min ago'],
  [3 * 60 * MINUTE, '3 h ago'],
  [26 * 60 * MINUTE, 'yesterday'],
  [12 * 24 * 60 * MINUTE, '12 days ago'],
  [400 * 24 * 60 * MINUTE, '2025-05-11'],
])('a phone seen %d ms ago was seen "%s"', (past, said) => {
  expect(sayAgo(now - past, now)).toBe(said);
});

it('a held request counts in seconds, minutes and hours, and never backwards when clocks differ', () => {
  expect([-3000, 7400, 760_000, 3_723_000].map(sayClock)).toEqual(['0:00', '0:07', '12:40', '1:02:03']);
});

it('says durations and sizes with the unit that fits', () => {
  expect([420, 12_000, 240_000, 7_500_000, 3 * 86_400_000].map(sayDuration)).toEqual([
    '420 ms',
    '12 s',
    '4 min',
    '2 h 5 min',
    '3 days',
  ]);
  expect([812, 1500, 14_680_064, 1_288_490_188].map(sayBytes)).toEqual([
    '812 B',
    '1.5 KB',
    '14 MB',
    '1.2 GB',
  ]);
});
