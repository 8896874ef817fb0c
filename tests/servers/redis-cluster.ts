import { Redis } from 'ioredis';
import { freePorts, waitUntil } from './ports.js';
import { startRedis, type RedisServer } from './redis.js';

export interface RedisCluster {
  /** Names all nodes. */
  readonly url: string;
  /** Masters first, then a replica for each of them, if there are any. */
  readonly nodes: readonly RedisServer[];
  /** Resolves when all nodes that live say that every slot is served. */
  healthy(): Promise<void>;
  stop(): Promise<void>;
}

export interface RedisClusterOptions {
  /** Whether each master has a replica that takes its place when it dies. */
  readonly replicas?: boolean;
}

const MASTERS = 3;
const SLOTS = 16_384;
/** Milliseconds after which a silent node is taken for dead. */
const NODE_TIMEOUT = 1_000;
const PATIENCE = 30_000;

/** A cluster of three masters on this machine, kept in memory. */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const count = options.replicas === true ? 2 * MASTERS : MASTERS;
  const ports = await freePorts(2 * count);
  // The port of the cluster's own bus is 10,000 above the other unless told: often none at all.
  const busPorts = ports.slice(count);
  const nodes = await Promise.all(
    ports.slice(0, count).map((port, index) =>
      startRedis(port, {
        'cluster-enabled': 'yes',
        'cluster-port': busPorts[index] ?? 0,
        'cluster-node-timeout': NODE_TIMEOUT,
        'repl-diskless-sync-delay': 0,
      }),
    ),
  );
  const stop = async (): Promise<void> => void (await Promise.all(nodes.map((node) => node.stop())));
  const cluster: RedisCluster = {
    url: `redis-cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    healthy: () => healthy(nodes),
    stop,
  };
  try {
    await join(nodes, busPorts);
    await cluster.healthy();
    return cluster;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Speaks to one node alone. */
async function told<T>({ port }: RedisServer, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: null, lazyConnect: true });
  redis.on('error', () => undefined);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

async function join(nodes: readonly RedisServer[], busPorts: readonly number[]): Promise<void> {
  const share = Math.ceil(SLOTS / MASTERS);
  await Promise.all(
    nodes.map((node, index) =>
      told(node, async (redis) => {
        await redis.cluster('SET-CONFIG-EPOCH', index + 1);
        const first = index * share;
        if (index < MASTERS)
          await redis.call('CLUSTER', 'ADDSLOTSRANGE', first, Math.min(SLOTS, first + share) - 1);
      }),
    ),
  );
  const [first, ...others] = nodes;
  if (!first) return;
  await told(first, async (redis) => {
    for (const [index, { port }] of others.entries())
      await redis.call('CLUSTER', 'MEET', '127.0.0.1', port, busPorts[index + 1] ?? 0);
  });
  await waitUntil('all nodes to know each other', () => all(nodes, knows(nodes.length)), PATIENCE);
  await Promise.all(
    nodes.slice(MASTERS).map(async (replica, index) => {
      const master = nodes[index];
      if (!master) return;
      const id = await told(master, (redis) => redis.cluster('MYID'));
      await told(replica, (redis) => redis.cluster('REPLICATE', id));
    }),
  );
}

/** Whether it holds for what CLUSTER INFO and INFO tell of every node that lives. */
async function all(nodes: readonly RedisServer[], holds: (info: string) => boolean): Promise<boolean> {
  const infos = await Promise.all(
    nodes
      .filter(({ isRunning }) => isRunning)
      .map((node) =>
        told(node, async (redis) => `${await redis.cluster('INFO')}${await redis.info('replication')}`),
      ),
  );
  return infos.every(holds);
}

const knows =
  (count: number) =>
  (info: string): boolean =>
    info.includes(`cluster_known_nodes:${count}\r`);

const serves = (info: string): boolean =>
  info.includes('cluster_state:ok') && !info.includes('master_link_status:down');

const healthy = (nodes: readonly RedisServer[]): Promise<void> =>
  waitUntil('every slot to be served', () => all(nodes, serves).catch(() => false), PATIENCE);
