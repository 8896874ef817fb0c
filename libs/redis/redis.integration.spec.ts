import { Redis } from 'ioredis';
import { eventually } from '#backend/contract';
import {
  freePorts,
  startRedis,
  startRedisCluster,
  startSentinel,
  type RedisCluster,
  type RedisServer,
} from '../../tests/servers/index.js';
import { checkRedis, Listener, openRedis, RedisSilent, RedisUnfit, type RedisClient } from './index.js';

const clients: RedisClient[] = [];
const servers: RedisServer[] = [];

function open(url: string, patience: 'brief' | 'endless' = 'brief'): RedisClient {
  const client = openRedis(url, { patience });
  client.on('error', () => undefined);
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const started = async (...options: Parameters<typeof startRedis>): Promise<RedisServer> => {
  const server = await startRedis(...options);
  servers.push(server);
  return server;
};

const onNode = async <T>({ port }: RedisServer, work: (redis: Redis) => Promise<T>): Promise<T> => {
  const redis = new Redis(port);
  return work(redis).finally(() => redis.disconnect());
};

describe('a Redis Cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => void (cluster = await startRedisCluster({ replicas: true })));
  afterAll(() => cluster.stop());
  const nodeUrl = (index: number): string => `redis-cluster://127.0.0.1:${cluster.nodes[index]?.port}`;

  it('is unfit if any of its masters may evict keys, even one that was not named', async () => {
    const warnings: string[] = [];
    await checkRedis(open(nodeUrl(0)), (message) => warnings.push(message));
    expect(warnings).toEqual([]);
    const third = cluster.nodes[2]!;
    await onNode(third, (redis) => redis.config('SET', 'maxmemory-policy', 'allkeys-lru'));
    await checkRedis(open(nodeUrl(0)), (message) => warnings.push(message));
    expect(warnings).toEqual([expect.stringContaining('noeviction')]);
    await onNode(third, (redis) => redis.config('SET', 'maxmemory', '100mb'));
    await expect(checkRedis(open(nodeUrl(0)), () => undefined)).rejects.toBeInstanceOf(RedisUnfit);
    await onNode(third, (redis) => redis.config('SET', 'maxmemory', '0'));
  });

  it('is said to be silent if none of the nodes that were named answers', async () => {
    const [port] = await freePorts(1);
    const nobody = open(`redis-cluster://127.0.0.1:${port}`);
    await expect(checkRedis(nobody, () => undefined)).rejects.toBeInstanceOf(RedisSilent);
  });

  it('is heard again after the node that was listened to died, though no other was named', async () => {
    const told: string[] = [];
    const listener = new Listener(nodeUrl(1), {
      message: (_channel, text) => told.push(text),
      lost: () => told.push('lost'),
      restored: () => told.push('restored'),
    });
    listener.subscribe('news');
    await listener.listening();
    const publisher = open(cluster.url, 'endless');
    await eventually(async () => {
      await publisher.publish('news', 'before');
      return told.includes('before');
    });
    await cluster.nodes[1]?.stop();
    await eventually(() => told.includes('restored'));
    await eventually(async () => {
      await publisher.publish('news', 'after');
      return told.includes('after');
    });
    expect(told.filter((text) => text === 'lost')).toHaveLength(1);
    listener.close();
  });
});

describe('one Redis', () => {
  it('is unfit if it is a replica: it takes no writes', async () => {
    const master = await started();
    const replica = await started(undefined, { replicaof: `127.0.0.1 ${master.port}` });
    await expect(checkRedis(open(replica.url), () => undefined)).rejects.toThrow('is a replica');
    await checkRedis(open(master.url), () => undefined);
  });

  it('that hangs with its connections open is no quiet one: the listener tells, and hears again', async () => {
    const server = await started();
    const told: string[] = [];
    const listener = new Listener(server.url, {
      message: () => undefined,
      lost: () => told.push('lost'),
      restored: () => told.push('restored'),
    });
    listener.subscribe('news');
    await listener.listening();
    server.pause();
    try {
      await eventually(() => told.length > 0, 15_000);
      expect(listener.isListening).toBe(false);
    } finally {
      server.resume();
    }
    await listener.listening();
    expect(told).toEqual(['lost', 'restored']);
    listener.close();
  });
});

describe('a master that sentinels watch', () => {
  it('is found by its name, and so is the replica that takes its place, by who sends and who hears', async () => {
    const master = await started(undefined, { 'repl-diskless-sync-delay': 0 });
    const replica = await started(undefined, { replicaof: `127.0.0.1 ${master.port}` });
    const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(master.port)));
    servers.push(...sentinels);
    const url = `redis-sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/main`;
    const client = open(url, 'endless');
    await client.set('where', 'here');
    const told: string[] = [];
    const listener = new Listener(url, {
      message: (_channel, text) => told.push(text),
      restored: () => told.push('restored'),
    });
    listener.subscribe('news');
    await listener.listening();
    // The sentinels have to have found the replica and each other before they can agree on anything.
    await eventually(async () => {
      const states = await Promise.all(
        sentinels.map((sentinel) => onNode(sentinel, (redis) => redis.call('SENTINEL', 'MASTER', 'main'))),
      );
      return states
        .map(String)
        .every((state) => state.includes('num-slaves,1') && state.includes('num-other-sentinels,2'));
    }, 30_000);
    // A replica that never had everything is never made the master.
    await eventually(async () => (await client.wait(1, 1_000)) === 1, 30_000);
    await master.stop();
    await eventually(() => told.includes('restored'), 40_000);
    await client.set('where', 'there');
    await eventually(async () => {
      await client.publish('news', 'after');
      return told.includes('after');
    });
    await expect(onNode(replica, (redis) => redis.get('where'))).resolves.toBe('there');
    listener.close();
  });
});
