import { ServerClock } from './server-clock.js';

it('is never taken to be behind what it is, and believes the quickest answer of a minute', () => {
  const clock = new ServerClock();
  expect(clock.at(0)).toBeNull();
  clock.heard(1_000, 51_500, 2_000);
  expect(clock.at(1_000)).toBe(52_500);
  clock.heard(3_000, 53_010, 3_020);
  expect(clock.at(3_000)).toBe(54_010);
  clock.heard(4_000, 54_900, 5_000);
  expect(clock.at(4_000)).toBe(55_010);
  clock.heard(70_000, 100_000, 71_000);
  expect(clock.at(70_000)).toBe(101_000);
  clock.forget();
  expect(clock.at(70_000)).toBeNull();
});
