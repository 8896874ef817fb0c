import { isDeepStrictEqual } from 'node:util';
import { BackendError } from '#backend';
import type { CommandContext } from './context.js';
import { oneAtATime } from './one-at-a-time.js';

interface Asked {
  readonly type: 'Claim' | 'Outcome';
  readonly key: string;
  readonly result?: unknown;
  readonly replacing?: unknown;
}

const moves = 'moving m1:a to m2';
const claims = new Map<string, unknown>();
const devices = {
  ask: async (_asker: unknown, { type, key, result, replacing }: Asked) => {
    const held = claims.has(key) ? { result: claims.get(key) } : null;
    const isReplaced = replacing !== undefined && isDeepStrictEqual(held?.result, replacing);
    const recorded = isReplaced ? null : held;
    if (result === undefined) claims.delete(key);
    else if (type === 'Outcome' || !recorded) claims.set(key, result);
    return { recorded };
  },
};
const context = { devices, asker: {} } as unknown as CommandContext;
const underWay = { kind: 'unavailable', reason: 'under-way', retryAfter: 4 };

beforeEach(() => {
  jest.useFakeTimers();
  claims.clear();
});
afterEach(() => jest.useRealTimers());

it('a move that is asked for again while it is under way has to wait: a server that sleeps would do both', async () => {
  let wake: (value: string) => void = () => undefined;
  const first = oneAtATime(context, moves, () => new Promise<string>((resolve) => (wake = resolve)));
  await jest.advanceTimersByTimeAsync(30_000);
  await expect(oneAtATime(context, moves, async () => 'again')).rejects.toMatchObject(underWay);
  // Another one need not.
  await expect(oneAtATime(context, 'moving m1:b to m2', async () => 'b')).resolves.toBe('b');
  wake('moved');
  await expect(first).resolves.toBe('moved');
  await expect(oneAtATime(context, moves, async () => 'moved before')).resolves.toBe('moved before');
});

it('a move that failed may follow at once, unless the server may carry it out yet', async () => {
  const failing = (reason: string) =>
    oneAtATime(context, moves, () => Promise.reject(new BackendError('unavailable', reason, { reason })));
  await expect(failing('connection-lost')).rejects.toMatchObject({ reason: 'connection-lost' });
  await expect(failing('timeout')).rejects.toMatchObject({ reason: 'timeout' });
  await expect(oneAtATime(context, moves, async () => 'again')).rejects.toMatchObject(underWay);
});

it('a move whose gateway died may follow soon', async () => {
  void oneAtATime(context, moves, () => new Promise(() => undefined));
  await jest.advanceTimersByTimeAsync(0);
  jest.clearAllTimers();
  await expect(oneAtATime(context, moves, async () => 'again')).rejects.toMatchObject(underWay);
  await jest.advanceTimersByTimeAsync(4_000);
  await expect(oneAtATime(context, moves, async () => 'again')).resolves.toBe('again');
});

it('a move whose gateway died is taken over by one of those who ask for it at once', async () => {
  void oneAtATime(context, moves, () => new Promise(() => undefined));
  await jest.advanceTimersByTimeAsync(0);
  jest.clearAllTimers();
  await jest.advanceTimersByTimeAsync(4_000);
  const three = [1, 2, 3].map(() => oneAtATime(context, moves, async () => 'again'));
  const told = await Promise.allSettled(three);
  expect(told.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
