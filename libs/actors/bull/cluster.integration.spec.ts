import { Cluster } from 'ioredis';
import { startRedisCluster, type RedisCluster } from '../../../tests/servers/index.js';
import { actorRuntimeContract } from '../contract/actor-runtime.js';
import type { FailureReport } from '../perform.js';
import type { ActorFactory } from '../runtime.js';
import { BullRuntime, type BullOptions } from './bull-runtime.js';

let cluster: RedisCluster;
const runtimes: BullRuntime[] = [];
let installations = 0;

beforeAll(async () => void (cluster = await startRedisCluster({ replicas: true })));
afterAll(() => cluster.stop());
afterEach(async () => {
  await Promise.all(runtimes.splice(0).map((runtime) => runtime.close(500)));
});

const soon = (ms = 30_000) => ({ deadline: Date.now() + ms });

async function connect(options: Partial<BullOptions> = {}): Promise<BullRuntime> {
  const runtime = await BullRuntime.connect({ redis: cluster.url, lockDuration: 2_000, ...options });
  runtimes.push(runtime);
  return runtime;
}

async function hostHere(factory: ActorFactory, options: Partial<BullOptions>): Promise<BullRuntime> {
  const runtime = await connect(options);
  await runtime.host(factory);
  return runtime;
}

actorRuntimeContract('BullMQ on a Redis Cluster', async (factory, options = {}) => {
  const reports: FailureReport[] = [];
  const prefix = `contract-${(installations += 1)}`;
  const all = { ...options, prefix, report: (report: FailureReport) => void reports.push(report) };
  const hosts = await Promise.all([hostHere(factory, all), hostHere(factory, all)]);
  const asker = await connect(all);
  const close = async () => {
    await Promise.all([asker, ...hosts].map((runtime) => runtime.close()));
  };
  return { asking: [asker, ...hosts], reports, close };
});

describe('a Redis Cluster', () => {
  it('keeps addresses on all of its masters', async () => {
    const runtime = await connect({ prefix: 'spread' });
    const asks = Array.from({ length: 40 }, (_, index) =>
      runtime.ask(`a${index}`, index, soon(2_000)).catch(() => undefined),
    );
    const counts = await boxesOf('spread', 40);
    expect(counts.filter((count) => count > 3)).toHaveLength(3);
    await Promise.all(asks);
  });

  it.each([0, 1, 2])(
    'loses its master %i, whose replica takes over: asks are answered again, and none is done twice',
    async (victim) => {
      const begun: unknown[] = [];
      const options = { prefix: `failover-${victim}` };
      await hostHere(() => ({ receive: async (message) => begun.push(message) }), options);
      const asker = await connect(options);
      let asked = 0;
      const ask = (): Promise<boolean> =>
        asker.ask(`a${asked % 20}`, (asked += 1), soon(3_000)).then(
          () => true,
          () => false,
        );
      expect(await Promise.all(Array.from({ length: 20 }, ask))).not.toContain(false);
      await cluster.nodes[victim]?.stop();
      // From now on some fail, until the replica has taken over and everybody has found it.
      const round = async (): Promise<boolean> =>
        !(await Promise.all(Array.from({ length: 20 }, ask))).includes(false);
      const end = Date.now() + 45_000;
      while (!(await round())) if (Date.now() > end) throw new Error('the asks never recovered');
      expect(new Set(begun).size).toBe(begun.length);
    },
  );
});

/** How many boxes each master holds, once there are so many in all. */
async function boxesOf(prefix: string, expected: number): Promise<number[]> {
  const [, hosts = ''] = cluster.url.split('//');
  const client = new Cluster(
    hosts.split(',').map((host) => ({ host: '127.0.0.1', port: Number(host.split(':')[1]) })),
  );
  try {
    for (;;) {
      await client.ping();
      const keys = await Promise.all(client.nodes('master').map((node) => node.keys(`${prefix}:*:box`)));
      const counts = keys.map(({ length }) => length);
      if (counts.reduce((sum, count) => sum + count, 0) >= expected) return counts;
    }
  } finally {
    client.disconnect();
  }
}
