import { RunningRequests } from './running-requests.js';

const passed = Symbol('not yet');
const stateOf = (promise: Promise<unknown>) => Promise.race([promise, Promise.resolve(passed)]);

it('a process that ends waits for the last request; one that fails is told of, and ends no process', async () => {
  const told: unknown[] = [];
  const running = new RunningRequests((error) => told.push(error));
  await running.ended();
  let finish = (): void => undefined;
  let fail = (_error: Error): void => undefined;
  const first = running.run(() => new Promise((resolve) => (finish = resolve)));
  const second = running.run(() => new Promise((_resolve, reject) => (fail = reject)));
  const ended = running.ended();
  finish();
  await first;
  expect(await stateOf(ended)).toBe(passed);
  fail(new Error('broken'));
  await second;
  expect(told).toEqual([new Error('broken')]);
  await ended;
});
