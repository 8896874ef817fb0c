import { InProcessBus, type BusMessages, type LiveRequest } from '#bus';
import { eventually } from '#backend/contract';
import { LiveBoard, type OnBoard } from './live-board.js';

/** A request whose state the test sets, and which knows how often it was asked. */
class Request implements OnBoard {
  state: LiveRequest['state'] = 'working';
  asked = 0;
  constructor(readonly id: string) {}

  live(): LiveRequest {
    this.asked++;
    const { id, state } = this;
    const nothing = { deviceType: '', userAgent: '', address: '', protocol: '', startedAt: 0 };
    return { id, node: 'n', tenant: 't', user: 'u', device: 'd', command: 'Ping', state, ...nothing };
  }
}

describe('the board of live requests', () => {
  let bus: InProcessBus;
  let board: LiveBoard;
  let now: number;
  const heard: BusMessages['live'][] = [];
  const told = () => heard.flatMap(({ requests }) => requests.map(({ id, state }) => `${id} ${state}`));
  const want = (whole = false) => bus.publish('live-wanted', { until: now + 1000, whole });
  const begin = (id: string): Request => {
    const request = new Request(id);
    board.begin(request);
    return request;
  };
  const end = (request: Request): void => {
    request.state = 'done';
    board.end(request);
  };

  beforeEach(() => {
    heard.length = 0;
    now = 1;
    bus = new InProcessBus();
    bus.subscribe('live', (message) => heard.push(message));
    board = new LiveBoard({ bus, node: 'n', every: 5, now: () => now });
  });
  afterEach(async () => {
    board.close();
    await bus.close();
  });

  it('asks no request anything, and tells nobody, while nobody watches', async () => {
    const request = begin('a');
    board.change(request);
    end(request);
    await new Promise(setImmediate);
    expect(request.asked).toBe(0);
    expect(heard).toEqual([]);
    expect(board.size).toBe(0);
  });

  it('tells all it has to who begins to watch, in slices, and again only to who asks for it', async () => {
    for (let index = 0; index < 600; index++) begin(`r${index}`);
    want();
    await eventually(() => told().length === 600);
    expect(heard.map(({ whole, more }) => [whole, more === true])).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ]);
    heard.length = 0;
    want();
    await eventually(() => heard.length > 0);
    expect(heard[0]).toEqual({ node: 'n', whole: false, requests: [] });
    heard.length = 0;
    want(true);
    await eventually(() => told().length === 600);
  });

  it('tells of a request that begins and ends within a batch once, as done', async () => {
    want();
    await eventually(() => heard.length > 0);
    end(begin('short'));
    const held = begin('long');
    held.state = 'held';
    board.change(held);
    await eventually(() => told().length > 0);
    expect(told()).toEqual(['short done', 'long held']);
  });

  it('tells of what ended while the whole is told, though it was not in the whole any more', async () => {
    const requests = Array.from({ length: 600 }, (_, index) => begin(`r${index}`));
    want();
    await Promise.resolve();
    // The first slice is out; the last request is in a later one.
    end(requests[599]!);
    end(requests[0]!);
    await eventually(() => told().includes('r0 done') && told().includes('r599 done'));
    expect(told()).not.toContain('r599 working');
  });

  it('stops by itself when nobody says any more that he watches', async () => {
    want();
    await eventually(() => board.isWatched);
    now += 1001;
    await eventually(() => !board.isWatched);
    const request = begin('a');
    end(request);
    expect(request.asked).toBe(0);
  });
});
