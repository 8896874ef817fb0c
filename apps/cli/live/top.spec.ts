import fc from 'fast-check';
import { paintFor } from '../doctor/print.js';
import { widthOf } from '../print/width.js';
import { press } from './keys.js';
import { LiveRequests, type LiveRequest } from './live-requests.js';
import { screenLines, type View } from './render-top.js';
import { EventParser } from './server-sent-events.js';

const view: View = { sort: 'age', show: 'all', filter: '', isTyping: false, offset: 0 };
const paint = paintFor({}, {});
const request = (id: string, more: Partial<LiveRequest> = {}): LiveRequest => ({
  id,
  node: 'one',
  tenant: 'default',
  user: `${id}@example.org`,
  device: `device${id}`,
  deviceType: 'iPhone',
  userAgent: '',
  address: '10.0.0.1',
  command: 'Ping',
  protocol: '16.1',
  startedAt: 0,
  state: 'held',
  ...more,
});
const node = {
  node: 'one',
  role: 'serve' as const,
  version: '1',
  startedAt: '',
  seenAt: '',
  held: 2,
  working: 1,
  commandsPerSecond: 1,
  failuresPerSecond: 0,
  latencyMean: null,
  latencyP95: null,
  queued: null,
  memoryBytes: 1,
};

it('fills the screen and never more, however small it is and whatever there is to show', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.nat(60),
      fc.nat(9),
      fc.nat(100),
      (rows, count, nodes, offset) => {
        const requests = Array.from({ length: count }, (_, index) => request(String(index)));
        const picture = {
          requests,
          nodes: Array.from({ length: nodes }, () => node),
          now: 1000,
          trouble: '',
        };
        const lines = screenLines(picture, { ...view, offset }, { columns: 200, rows }, paint);
        expect(lines).toHaveLength(rows);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(200);
      },
    ),
  );
});

it('shows those who work before those who wait, and only what the filter fits', () => {
  const requests = [request('a'), request('b', { state: 'working', command: 'Sync' }), request('c')];
  const screen = (change: Partial<View>) =>
    screenLines(
      { requests, nodes: [node], now: 1000, trouble: '' },
      { ...view, ...change },
      { columns: 200, rows: 20 },
      paint,
    )
      .join('\n')
      .match(/\w@example\.org/g);
  expect(screen({})).toEqual(['b@example.org', 'a@example.org', 'c@example.org']);
  expect(screen({ show: 'held' })).toEqual(['a@example.org', 'c@example.org']);
  expect(screen({ filter: 'SYNC' })).toEqual(['b@example.org']);
});

it('types a filter, in which q is a letter, and quits by q and by Ctrl-C', () => {
  const keys = (...typed: string[]) =>
    typed.reduce<ReturnType<typeof press>>((now, key) => (now === 'quit' ? now : press(key, now)), view);
  expect(keys('/', 'q', 'x', '\u007f', '\r')).toEqual({ ...view, filter: 'q' });
  expect(keys('/', 'q', '\u001b')).toEqual(view);
  expect(keys('q')).toBe('quit');
  expect(keys('/', '\u0003')).toBe('quit');
  expect(keys('\u001b[A')).toEqual(view);
});

it('forgets requests that ended, so that a day of watching does not fill the memory', () => {
  const live = new LiveRequests();
  live.replace([request('held')], 0);
  for (let index = 0; index < 5000; index++) live.change([request(`done${index}`, { state: 'done' })], index);
  expect(live.list().length).toBeLessThanOrEqual(502);
  live.change([], 100_000);
  expect(live.list().map(({ id }) => id)).toEqual(['held']);
});

it('takes the stream apart wherever it is cut', () => {
  const text =
    ': hello\n\nevent: whole\r\ndata: [1,\ndata: 2]\n\nid: 7\nevent: change\ndata: {}\n\ndata: x\n\nevent: lost\ndata: y';
  fc.assert(
    fc.property(fc.array(fc.nat(text.length)), (cuts) => {
      const parser = new EventParser();
      const places = [0, ...cuts.sort((left, right) => left - right), text.length];
      const events = places.slice(1).flatMap((end, index) => parser.push(text.slice(places[index], end)));
      expect(events).toEqual([
        { event: 'whole', data: '[1,\n2]' },
        { event: 'change', data: '{}' },
        { event: 'message', data: 'x' },
      ]);
    }),
  );
});
