import { eventually } from '#backend/contract';
import {
  startRedis,
  startRedisCluster,
  type RedisCluster,
  type RedisServer,
} from '../../tests/servers/index.js';
import { InProcessBus, RedisBus, type Bus } from './index.js';

const change = { tenant: 't', user: 'ada', device: 'phone' };

/** Both kinds of bus keep the same promises to two who share it. */
function contract(open: () => Promise<[Bus, Bus]>): void {
  let one: Bus;
  let other: Bus;
  beforeEach(async () => ([one, other] = await open()));
  afterEach(() => Promise.all([one.close(), other.close()]));

  it('tells everybody who hears a topic, the sender included, and nobody else', async () => {
    const heard: string[] = [];
    one.subscribe('device-changed', ({ device }) => heard.push(`one ${device}`));
    other.subscribe('device-changed', ({ device }) => heard.push(`other ${device}`));
    other.subscribe('rules-changed', () => heard.push('rules'));
    await eventually(() => {
      one.publish('device-changed', change);
      return heard.includes('one phone') && heard.includes('other phone');
    });
    expect(heard).not.toContain('rules');
  });

  it('tells nobody who stopped hearing, and goes on when a hearer throws', async () => {
    const heard: string[] = [];
    one.subscribe('device-changed', () => {
      throw new Error('a fault of the hearer');
    });
    const leave = one.subscribe('device-changed', () => heard.push('left'));
    one.subscribe('device-changed', () => heard.push('stays'));
    leave();
    await eventually(() => {
      other.publish('device-changed', change);
      return heard.length > 0;
    });
    expect(new Set(heard)).toEqual(new Set(['stays']));
  });
}

describe('a bus in one process', () =>
  contract(async () => {
    const bus = new InProcessBus();
    return [bus, bus];
  }));

describe('a bus over Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => void (redis = await startRedis()));
  afterAll(() => redis.stop());
  contract(() =>
    Promise.all([RedisBus.connect({ redis: redis.url }), RedisBus.connect({ redis: redis.url })]),
  );

  it('survives a restart of Redis and says that something may have been missed', async () => {
    const bus = await RedisBus.connect({ redis: redis.url });
    let gaps = 0;
    let heard = 0;
    bus.onGap(() => void gaps++);
    bus.subscribe('device-changed', () => void heard++);
    const { port } = redis;
    expect(bus.isAvailable).toBe(true);
    await redis.stop();
    await eventually(() => !bus.isAvailable);
    bus.publish('device-changed', change);
    redis = await startRedis(port);
    await eventually(() => {
      bus.publish('device-changed', change);
      return gaps === 1 && heard > 0;
    });
    await bus.close();
  });
});

describe('a bus over a Redis Cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => void (cluster = await startRedisCluster()));
  afterAll(() => cluster.stop());
  contract(() =>
    Promise.all([RedisBus.connect({ redis: cluster.url }), RedisBus.connect({ redis: cluster.url })]),
  );

  it('lets all hear the messages of a topic in the same order, whoever sends them', async () => {
    const buses = await Promise.all([0, 1, 2].map(() => RedisBus.connect({ redis: cluster.url })));
    const heard = buses.map((bus) => {
      const own: string[] = [];
      bus.subscribe('device-changed', ({ device }) => own.push(device));
      return own;
    });
    await eventually(() => {
      buses[0]?.publish('device-changed', { ...change, device: 'first' });
      return heard.every((own) => own.length > 0);
    });
    for (let number = 0; number < 300; number += 1)
      buses[number % 3]?.publish('device-changed', { ...change, device: `${number}` });
    const numbers = (own: readonly string[]): string[] => own.filter((device) => device !== 'first');
    await eventually(() => heard.every((own) => numbers(own).length === 300));
    for (const own of heard) expect(numbers(own)).toEqual(numbers(heard[0] ?? []));
    await Promise.all(buses.map((bus) => bus.close()));
  });
});
