import { NewestRequests, type RequestsCame } from './newest-requests.js';

/** Nodes that hear each other in one order, when the test lets them. */
function cluster(names: readonly string[]) {
  const channel: RequestsCame[] = [];
  let isAway = false;
  const nodes = names.map((name) => {
    const ended: string[] = [];
    const requests = new NewestRequests({
      node: name,
      tell: (message) => void (isAway || channel.push(message)),
      end: (device) => void ended.push(device),
      now: () => Date.now(),
    });
    return { requests, ended };
  });
  let heard = 0;
  return {
    nodes,
    /** Lets all that was told until now be heard by everybody. */
    deliver: () => {
      for (; heard < channel.length; heard++)
        for (const { requests } of nodes) requests.hear(channel[heard]!);
    },
    channel,
    away: (value: boolean) => void (isAway = value),
  };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());
const told = () => jest.advanceTimersByTimeAsync(5);

describe('of the requests of one device', () => {
  it('the newest ends the older ones on all nodes; other devices are left alone', async () => {
    const { nodes, deliver } = cluster(['a', 'b']);
    const [a, b] = [nodes[0]!, nodes[1]!];
    const old = a.requests.begin('phone');
    const other = a.requests.begin('tablet');
    await told();
    deliver();
    const newer = b.requests.begin('phone');
    await told();
    deliver();
    expect([old.isSuperseded, other.isSuperseded, newer.isSuperseded]).toEqual([true, false, false]);
    expect(a.ended.at(-1)).toBe('phone');
    // Each node ends what waits on itself when a request begins; nobody ended the newer one after that.
    expect(b.ended).toEqual(['phone']);
  });

  it('exactly one survives that came at once, whatever is heard in whichever order relative to the own message', async () => {
    const orders = [
      ['a', 'b', 'c'],
      ['c', 'a', 'b'],
      ['b', 'c', 'a'],
    ];
    for (const order of orders) {
      const names = ['a', 'b', 'c'];
      const { nodes, deliver, channel } = cluster(names);
      const begun = nodes.map(({ requests }) => requests.begin('phone'));
      await told();
      channel.sort((x, y) => order.indexOf(x.node) - order.indexOf(y.node));
      deliver();
      const survivors = names.filter((_, index) => !begun[index]!.isSuperseded);
      expect(survivors).toEqual([order.at(-1)]);
    }
  });

  it('the one that is still on its way to waiting when a newer one comes elsewhere must not wait any more', async () => {
    const { nodes, deliver } = cluster(['a', 'b']);
    const slow = nodes[0]!.requests.begin('phone');
    await told();
    deliver();
    nodes[1]!.requests.begin('phone');
    await told();
    deliver();
    expect(slow.isSuperseded).toBe(true);
  });

  it('on the same node the newer one ends the older at once, and the end of the older does not end the newer', async () => {
    const { nodes, deliver } = cluster(['a', 'b']);
    const [a, b] = [nodes[0]!, nodes[1]!];
    const older = a.requests.begin('phone');
    const newer = a.requests.begin('phone');
    expect([older.isSuperseded, newer.isSuperseded]).toEqual([true, false]);
    older.done();
    await told();
    deliver();
    expect(newer.isSuperseded).toBe(false);
    b.requests.begin('phone');
    await told();
    deliver();
    expect(newer.isSuperseded).toBe(true);
  });

  it('one whose message was lost ends nevertheless, after a gap or some seconds', async () => {
    for (const how of ['gap', 'time']) {
      const { nodes, deliver, away } = cluster(['a', 'b']);
      away(true);
      const lost = nodes[0]!.requests.begin('phone');
      await told();
      away(false);
      if (how === 'gap') nodes[0]!.requests.missed();
      else await jest.advanceTimersByTimeAsync(6000);
      const newer = nodes[1]!.requests.begin('phone');
      await told();
      deliver();
      expect([lost.isSuperseded, newer.isSuperseded]).toEqual([true, false]);
    }
  });
});

it('a burst of requests is told in few messages, and nothing is kept of those that are done', async () => {
  const { nodes, channel } = cluster(['a']);
  const { requests } = nodes[0]!;
  const begun = Array.from({ length: 2500 }, (_, index) => requests.begin(`phone${index}`));
  await told();
  expect(channel.map(({ turn, devices }) => [turn, devices.length])).toEqual([
    [1, 1000],
    [2, 1000],
    [3, 500],
  ]);
  for (const request of begun) request.done();
  expect(requests.size).toBe(0);
  requests.begin('phone');
  requests.close();
  expect(jest.getTimerCount()).toBe(0);
});
