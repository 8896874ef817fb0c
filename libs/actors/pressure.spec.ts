import { Admission, comeBack, QueueDelay } from './pressure.js';
import { Overloaded } from './runtime.js';

/** Looks once a second at a queue to which `rate(second)` numbers are added and from which `taken(second)` are taken. */
function play(seconds: number, rate: (second: number) => number, taken: (second: number) => number) {
  const delay = new QueueDelay();
  const expected: number[] = [];
  let [last, done] = [0, 0];
  for (let second = 0; second < seconds; second += 1) {
    last += rate(second);
    done = Math.min(last, done + taken(second));
    const waiting = last - done;
    delay.see({ waiting, head: waiting === 0 ? 0 : done + 1, last }, second * 1000);
    expected.push(delay.expected);
  }
  return { delay, expected };
}

describe('the wait of an activation', () => {
  it('is none while hosts keep up, however many come', () => {
    const { expected } = play(
      30,
      () => 5_000,
      () => 5_000,
    );
    expect(Math.max(...expected)).toBe(0);
  });

  it('is foreseen from how fast the queue goes on, long before anybody has waited so long', () => {
    const { expected } = play(
      6,
      () => 1_000,
      () => 100,
    );
    // After five seconds 4,500 wait and 100 a second are taken.
    expect(expected.at(-1)).toBeGreaterThan(20_000);
  });

  it('is not taken for long because a burst came to idle hosts', () => {
    const burst = (second: number): number => (second === 10 ? 1_000 : 1);
    const { expected } = play(13, burst, (second) => (second < 10 ? 1 : 500));
    expect(Math.max(...expected)).toBeLessThanOrEqual(1_000);
  });

  it('is not taken for long because hosts are slow for a moment, as when they begin', () => {
    const { expected } = play(
      20,
      () => 1_000,
      (second) => (second % 10 < 2 ? 20 : 2_000),
    );
    expect(Math.max(...expected)).toBeLessThanOrEqual(2_000);
  });

  it('grows with time when nobody takes anything', () => {
    const { expected } = play(
      21,
      (second) => (second < 2 ? 3 : 0),
      () => 0,
    );
    expect(expected.at(-1)).toBe(20_000);
  });

  it('is over as soon as the queue is empty', () => {
    const { expected } = play(
      25,
      (second) => (second < 20 ? 10 : 0),
      (second) => (second < 20 ? 0 : 1_000),
    );
    expect(expected[19]).toBe(19_000);
    expect(expected[20]).toBe(0);
  });

  it('is not taken for long because old activations come back from a dead host', () => {
    const delay = new QueueDelay();
    delay.see({ waiting: 10, head: 1_000, last: 1_010 }, 0);
    delay.see({ waiting: 10, head: 1_500, last: 1_510 }, 1_000);
    for (let second = 2; second < 12; second += 1)
      delay.see({ waiting: 20, head: second, last: 1_520 }, second * 1000);
    expect(delay.expected).toBeLessThan(2_000);
  });

  it('is measured anew after Redis forgot everything', () => {
    const delay = new QueueDelay();
    delay.see({ waiting: 5, head: 90_000, last: 90_004 }, 0);
    delay.see({ waiting: 5, head: 1, last: 5 }, 30_000);
    expect(delay.expected).toBe(0);
    delay.see({ waiting: 5, head: 101, last: 105 }, 31_000);
    expect(delay.expected).toBeLessThan(100);
  });
});

describe('admission', () => {
  const refusals = (expected: number): Overloaded[] => {
    let turn = 0;
    const admission = new Admission(10_000, () => ((turn += 1) % 100) / 100);
    return Array.from({ length: 1_000 }).flatMap(() => {
      try {
        admission.admit(expected);
        return [];
      } catch (error) {
        return error instanceof Overloaded ? [error] : [];
      }
    });
  };

  it('lets everybody in up to the wait that is allowed, a part beyond it, nobody at twice that', () => {
    expect(refusals(10_000)).toHaveLength(0);
    const some = refusals(15_000).length;
    expect(some).toBeGreaterThan(300);
    expect(some).toBeLessThan(700);
    expect(refusals(20_000)).toHaveLength(1_000);
    expect(refusals(Infinity)).toHaveLength(1_000);
  });

  it('settles where as many come in as hosts can take, below twice the wait that is allowed', () => {
    const delay = new QueueDelay();
    let [last, done, worst] = [0, 0, 0];
    let turn = 0;
    const admission = new Admission(10_000, () => ((turn += 61) % 100) / 100);
    for (let second = 0; second < 120; second += 1) {
      for (let one = 0; one < 100; one += 1) {
        try {
          admission.admit(delay.expected);
          last += 1;
        } catch {
          // Refused at once.
        }
      }
      done = Math.min(last, done + 30);
      delay.see({ waiting: last - done, head: last > done ? done + 1 : 0, last }, second * 1000);
      worst = Math.max(worst, (last - done) / 0.03);
    }
    expect(worst).toBeLessThan(25_000);
    // It does not starve the hosts either.
    expect(done).toBeGreaterThan(120 * 30 * 0.95);
  });

  it('sends phones away for longer the longer the wait, and not all for the same time', () => {
    expect(comeBack(0, 0.5)).toBe(1);
    expect([comeBack(20_000, 0), comeBack(20_000, 0.99)]).toEqual([20, 40]);
    expect([comeBack(Infinity, 0), comeBack(Infinity, 0.99)]).toEqual([150, 299]);
    expect(new Set(refusals(30_000).map(({ retryAfter }) => retryAfter)).size).toBeGreaterThan(10);
  });
});
