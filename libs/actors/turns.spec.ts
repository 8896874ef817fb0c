import { Turns } from './turns.js';

/** Waits of so many messages, and the order in which they began. */
function queue(turns: Turns, names: readonly string[], patience = 10_000) {
  const begun: string[] = [];
  const refused: string[] = [];
  const all = names.map(async (name) =>
    (await turns.wait(patience)) ? begun.push(name) : refused.push(name),
  );
  return { begun, refused, all: Promise.all(all) };
}

let isBusy: boolean;
const open = (always: number): Turns => new Turns({ always, isBusy: () => isBusy });

beforeEach(() => {
  jest.useFakeTimers();
  isBusy = true;
});
afterEach(() => jest.useRealTimers());

it('begins with a few while the process is busy, with the others as they end, in order', async () => {
  const turns = open(2);
  expect([turns.begin(), turns.begin(), turns.begin()]).toEqual([true, true, false]);
  const { begun } = queue(turns, ['a', 'b', 'c']);
  await jest.advanceTimersByTimeAsync(500);
  expect(begun).toEqual([]);
  turns.end();
  await jest.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(['a']);
  turns.end();
  await jest.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(['a', 'b']);
});

it('begins with everybody while it only waits for others', async () => {
  const turns = open(1);
  turns.begin();
  const { begun } = queue(turns, ['a', 'b']);
  // Nobody overtakes those who wait.
  isBusy = false;
  expect(turns.begin()).toBe(false);
  await jest.advanceTimersByTimeAsync(100);
  expect(begun).toEqual(['a', 'b']);
  expect(turns.begin()).toBe(true);
});

it('tells those who have waited for too long', async () => {
  const turns = open(1);
  turns.begin();
  const { begun, refused, all } = queue(turns, ['a', 'b'], 1_000);
  await jest.advanceTimersByTimeAsync(1_000);
  await all;
  expect([begun, refused]).toEqual([[], ['a', 'b']]);
  turns.end();
  expect(turns.begin()).toBe(true);
});

it('lets what ends an earlier message begin at any time', async () => {
  const turns = open(1);
  turns.begin();
  turns.beginNow();
  turns.end();
  expect(turns.begin()).toBe(false);
  turns.end();
  expect(turns.begin()).toBe(true);
});

it('tells everybody when it closes', async () => {
  const turns = open(1);
  turns.begin();
  const { refused, all } = queue(turns, ['a']);
  turns.close();
  await all;
  expect(refused).toEqual(['a']);
  await expect(turns.wait(1_000)).resolves.toBe(false);
  expect(jest.getTimerCount()).toBe(0);
});

it('takes a process for busy that has no moment to spare', async () => {
  jest.useRealTimers();
  const turns = new Turns({ always: 0 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(turns.begin()).toBe(true);
  // Nothing else happens for longer than is looked back to: then the loop comes round once, as it must to measure itself.
  const until = performance.now() + 300;
  while (performance.now() < until);
  await new Promise((resolve) => setImmediate(resolve));
  const spin = performance.now() + 60;
  while (performance.now() < spin);
  expect(turns.begin()).toBe(false);
});
