import { assumed, needOf, type Cost, type Costs } from './capacity-model.js';

const KIB = 1024;
const cost = (each: number): Cost => ({ gateway: each, host: each, postgres: each, redis: each });
const costs: Costs = {
  quietSync: cost(2),
  news: cost(10),
  firstThousand: cost(1000),
  pingAgain: cost(2),
  waitingSecond: cost(0),
  waitingBytes: 20 * KIB,
  gatewayBytes: 150 * KIB * KIB,
  hostBytes: 150 * KIB * KIB,
  imapBytes: 100 * KIB,
  deviceRowBytes: 4 * KIB,
  thousandMailsBytes: 8 * KIB,
  redisDeviceBytes: 0,
  newsWireBytes: 10 * KIB,
};

it('a small installation has two of everything that may die, a large one what its busiest hour takes', () => {
  const few = needOf(costs, assumed, 10);
  expect([few.gateways, few.hosts]).toEqual([2, 2]);
  // 900,000 phones wait, 10,000 on a gateway; and one gateway to spare.
  expect(needOf(costs, assumed, 1_000_000).gateways).toBe(91);
  // A gateway that is busy with each mail for long holds fewer.
  expect(needOf({ ...costs, news: cost(100) }, assumed, 1_000_000).gateways).toBeGreaterThan(250);
});

it('servers that tell of changes have no connection for a phone that only waits', () => {
  const { imapWatching, imapWithPush } = needOf(costs, assumed, 100_000);
  const accounts = 100_000 / assumed.devicesPerAccount;
  expect(imapWatching - imapWithPush).toBeCloseTo(accounts);
  const quiet = needOf(costs, { ...assumed, mails: 0, syncs: 0, waiting: 0 }, 100_000);
  expect(quiet.imapWithPush).toBe(0);
});

it('asks a second are the sum of what phones do in that second', () => {
  const only = { ...assumed, mails: 0, syncs: 3600, waiting: 0, setUps: 0 };
  expect(needOf(costs, only, 100).asksPerSecond).toBeCloseTo(100);
  // 100 Syncs a second of 2 ms take a fifth of a core; half of one may be used.
  expect(needOf(costs, only, 100).postgresCores).toBeCloseTo(0.4);
});
