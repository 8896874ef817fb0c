import type { LiveRequest } from '../../api/types.js';
import { LiveBoard } from './live-board.js';

const request = (id: string, more: Partial<LiveRequest> = {}): LiveRequest => ({
  id,
  node: 'n1',
  tenant: 't',
  user: `user-${id}`,
  device: `dev${id}`,
  deviceType: 'iPhone',
  userAgent: 'Apple-iPhone',
  address: '192.0.2.1',
  command: 'Ping',
  protocol: '16.1',
  startedAt: 0,
  state: 'held',
  ...more,
});
const all = { q: '', state: '', command: '' } as const;

let now: number;
let board: LiveBoard;
beforeEach(() => {
  now = 1000;
  board = new LiveBoard(() => now);
});

it('shows what is worked on before what is held, and those that take longest first', () => {
  board.whole([
    request('late', { startedAt: 9 }),
    request('early', { startedAt: 1 }),
    request('busy', { state: 'working', startedAt: 20 }),
  ]);
  expect(board.rows(all).map(({ id }) => id)).toEqual(['busy', 'early', 'late']);
});

it('lets an answered request stay in sight for a moment, then forgets it: memory does not grow', () => {
  board.change([request('a'), request('b')]);
  board.change([request('a', { state: 'done', status: 200 })]);
  board.sweep();
  expect(board.rows(all)).toHaveLength(2);
  now += 10_000;
  board.sweep();
  expect(board.rows(all).map(({ id }) => id)).toEqual(['b']);
});

it('keeps a bounded number of answered requests even if nobody sweeps', () => {
  for (let round = 0; round < 30; round++) {
    now++;
    board.change(Array.from({ length: 1000 }, (_, i) => request(`${round}-${i}`, { state: 'done' })));
  }
  expect(board.summary().counts.done).toBeLessThanOrEqual(20_000);
});

it('forgets requests of a node that went away, once the whole is told again', () => {
  board.whole([request('a'), request('b')]);
  board.whole([request('b')]);
  expect(board.rows(all).map(({ id }) => id)).toEqual(['b']);
});

it('finds by user, device, command and address, in any case', () => {
  board.whole([
    request('a', { user: 'Ada@example.org' }),
    request('b', { command: 'Sync', address: '198.51.100.7' }),
  ]);
  const found = (q: string) => board.rows({ ...all, q }).map(({ id }) => id);
  expect([found('ADA@'), found('sync'), found('198.51'), found('nobody')]).toEqual([['a'], ['b'], ['b'], []]);
  expect(board.rows({ ...all, command: 'Sync' }).map(({ id }) => id)).toEqual(['b']);
});
