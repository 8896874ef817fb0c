import { InProcessBus, type LiveRequest } from '#bus';
import { eventually } from '#backend/contract';
import { liveFilter } from './live-filter.js';
import { LiveView } from './live-view.js';

const request = (id: string, more: Partial<LiveRequest> = {}): LiveRequest => ({
  id,
  node: 'one',
  tenant: 'acme',
  user: 'ada',
  device: 'phone1',
  deviceType: '',
  userAgent: '',
  address: '',
  command: 'Ping',
  protocol: '16.1',
  startedAt: 1,
  state: 'held',
  ...more,
});

/** The bus tells in microtasks. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function eventuallyNow(holds: () => boolean): Promise<void> {
  for (let turns = 0; turns < 100 && !holds(); turns++) await turn();
  expect(holds()).toBe(true);
}

describe('the live view of all nodes', () => {
  const bus = new InProcessBus();
  const wanted: boolean[] = [];
  bus.subscribe('live-wanted', ({ whole }) => wanted.push(whole === true));
  let view: LiveView;
  const ids = () => view.requests().map(({ id }) => id);
  const tell = (node: string, requests: LiveRequest[], how: { whole?: boolean; more?: boolean } = {}) =>
    bus.publish('live', { node, whole: false, ...how, requests });

  beforeEach(() => {
    wanted.length = 0;
    view = new LiveView({ bus, nodes: () => ['one', 'two'] });
  });
  afterEach(() => view.close());

  it('asks nobody until somebody looks, and is complete when every node has told all it has', async () => {
    expect(wanted).toEqual([]);
    const complete = view.complete(60_000);
    await eventually(() => wanted.length === 1);
    expect(wanted).toEqual([true]);
    tell('one', [request('a')], { whole: true, more: true });
    tell('one', [request('b')]);
    tell('two', [request('c', { startedAt: 0 })], { whole: true });
    await complete;
    expect(ids()).toEqual(['c', 'a', 'b']);
  });

  it('tells a watcher what ended while a node told everything anew', async () => {
    const changes: string[] = [];
    view.watch((changed) => changes.push(...changed.map(({ id, state }) => `${id} ${state}`)));
    tell('one', [request('a'), request('b')], { whole: true });
    await eventually(() => changes.length === 2);
    tell('one', [request('b'), request('c')], { whole: true });
    await eventually(() => changes.length > 2);
    expect(changes.slice(2)).toEqual(['a done', 'c held']);
    tell('one', [request('c', { state: 'done' })]);
    await eventually(() => ids().join() === 'b');
  });

  it('drops what a node had that says nothing any more, and tells watchers so', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] });
    try {
      view.close();
      view = new LiveView({ bus, nodes: () => ['one', 'two'], now: () => Date.now() });
      const changes: string[] = [];
      view.watch((changed) =>
        changes.push(...changed.map(({ id, state, error }) => `${id} ${state} ${error}`)),
      );
      tell('one', [request('a')], { whole: true });
      tell('two', [request('b', { node: 'two' })], { whole: true });
      await eventuallyNow(() => ids().length === 2);
      for (let seconds = 0; seconds < 15; seconds += 3) {
        jest.advanceTimersByTime(3_000);
        tell('one', []);
        await turn();
      }
      expect(ids()).toEqual(['a']);
      expect(changes).toContain('b done the node is gone');
      // It was only cut off: what it tells is there again.
      tell('two', [request('b', { node: 'two' })], { whole: true });
      await eventuallyNow(() => ids().length === 2);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('what of the live view a caller is shown', () => {
  const all = [
    request('a'),
    request('b', { tenant: 'globex', user: 'bob' }),
    request('c', { tenant: null, user: null }),
  ];
  const shown = (tenant: string | null, query: Parameters<typeof liveFilter>[1]) =>
    all.filter(liveFilter({ name: 'x', role: 'tenant', tenant, user: null }, query)).map(({ id }) => id);

  it('is never of another tenant, nor of nobody, for who is bound to one', () => {
    expect(shown('acme', {})).toEqual(['a']);
    expect(shown('acme', { user: 'bob' })).toEqual([]);
    expect(() => shown('acme', { tenant: 'globex' })).toThrow('globex');
    expect(shown(null, {})).toEqual(['a', 'b', 'c']);
    expect(shown(null, { tenant: 'globex' })).toEqual(['b']);
  });
});
