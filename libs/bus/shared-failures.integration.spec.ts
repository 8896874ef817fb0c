import { eventually } from '#backend/contract';
import { LocalFailureCounts, freeGuesses, type Guess } from '#accounts';
import { startRedis, startRedisCluster, type RedisServer } from '../../tests/servers/index.js';
import { SharedFailures } from './index.js';

describe('failed sign-ins of all nodes', () => {
  let redis: RedisServer;
  const open: SharedFailures<Guess>[] = [];
  const ada: Guess = { kind: 'user', name: 't/ada' };
  const MAX_DELAY = 4_000;

  beforeAll(async () => (redis = await startRedis()));
  afterEach(async () => {
    await Promise.all(open.splice(0).map((counts) => counts.close()));
  });
  afterAll(() => redis.stop());

  function node(prefix: string, url = redis.url): SharedFailures<Guess> {
    const local = new LocalFailureCounts({ maxDelay: MAX_DELAY });
    const counts = new SharedFailures<Guess>({
      ...{ redis: url, free: freeGuesses, maxDelay: MAX_DELAY, local, prefix },
    });
    open.push(counts);
    return counts;
  }

  it('are counted together, so that guessing at another node gains nothing; success there ends the delay here', async () => {
    const [one, other] = [node('together'), node('together')];
    // The first commands may find no connection yet, and are counted by the node alone.
    await eventually(async () => {
      await one.add([ada]);
      return (await other.wait([ada])) > 0;
    });
    expect(await one.wait([ada])).toBeGreaterThan(0);
    expect(await one.wait([ada])).toBeLessThanOrEqual(MAX_DELAY);
    expect(await other.wait([{ kind: 'user', name: 't/bob' }])).toBe(0);
    // The same name as a device is another count.
    expect(await other.wait([{ kind: 'device', name: 't/ada' }])).toBe(0);
    await other.clear(ada);
    expect(await one.wait([ada])).toBe(0);
  });

  it('are counted together in a Redis Cluster', async () => {
    const cluster = await startRedisCluster();
    const [one, other] = [node('cluster', cluster.url), node('cluster', cluster.url)];
    await eventually(async () => {
      await one.add([ada]);
      return (await other.wait([ada])) > 0;
    });
    await one.remember('proof');
    await eventually(() => other.wasRight('proof'));
    await other.clear(ada);
    expect(await one.wait([ada])).toBe(0);
    await Promise.all(open.splice(0).map((counts) => counts.close()));
    await cluster.stop();
  });

  it('of others delay no secret that another node found right, until it is right no longer', async () => {
    const [one, other] = [node('right'), node('right')];
    await eventually(async () => {
      await one.remember('proof');
      return other.wasRight('proof');
    });
    expect(await other.wasRight('another')).toBe(false);
    await other.forget('proof');
    expect(await one.wasRight('proof')).toBe(false);
  });

  it('never wait longer than configured, however many there were', async () => {
    const one = node('longest');
    await eventually(async () => {
      await one.add(Array.from({ length: 4 }, () => ada));
      return (await one.wait([ada])) > MAX_DELAY / 2;
    });
    for (let i = 0; i < 40; i++) await one.add([ada]);
    expect(await one.wait([ada])).toBeLessThanOrEqual(MAX_DELAY);
  });

  it('are counted by each node while Redis hangs: nobody waits for it, and guessing is still delayed', async () => {
    const one = node('away');
    await eventually(async () => {
      await one.add([ada]);
      return (await one.wait([ada])) > 0;
    });
    redis.pause();
    try {
      const eve: Guess = { kind: 'user', name: 't/eve' };
      for (let i = 0; i <= freeGuesses.user; i++) await one.add([eve]);
      expect(await one.wait([eve])).toBeGreaterThan(0);
    } finally {
      redis.resume();
    }
  });
});
