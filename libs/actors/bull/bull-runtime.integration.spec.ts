import { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisUnfit } from '#redis';
import { startRedis, type RedisServer } from '../../../tests/servers/redis.js';
import { actorRuntimeContract } from '../contract/actor-runtime.js';
import { DeadlinePassed, MessageTooLarge, Overloaded, RuntimeUnavailable } from '../index.js';
import type { FailureReport } from '../perform.js';
import type { ActorFactory } from '../runtime.js';
import { BullRuntime, type BullOptions } from './bull-runtime.js';

let server: RedisServer;
let redis: Redis;
const runtimes: BullRuntime[] = [];
/** Short, so that a dead host is noticed within a test's patience. */
const lockDuration = 1_000;

beforeEach(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  redis.on('error', () => undefined);
});
afterEach(async () => {
  await Promise.all(runtimes.splice(0).map((runtime) => runtime.close(500)));
  redis.disconnect();
  await server.stop();
});

const soon = (ms = 20_000) => ({ deadline: Date.now() + ms });
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`timed out waiting until ${what}`);
    await pause(5);
  }
}

async function connect(options: Partial<BullOptions> = {}): Promise<BullRuntime> {
  const runtime = await BullRuntime.connect({ redis: server.url, lockDuration, ...options });
  runtimes.push(runtime);
  return runtime;
}

async function hostHere(factory: ActorFactory, options: Partial<BullOptions> = {}): Promise<BullRuntime> {
  const runtime = await connect(options);
  await runtime.host(factory);
  return runtime;
}

const echo: ActorFactory = () => ({ receive: async (message) => message });

actorRuntimeContract('BullMQ, two hosts and a node that only asks', async (factory, options = {}) => {
  const reports: FailureReport[] = [];
  const all = { ...options, report: (report: FailureReport) => void reports.push(report) };
  const hosts = await Promise.all([hostHere(factory, all), hostHere(factory, all)]);
  const asker = await connect(options);
  const close = async () => {
    await Promise.all([asker, ...hosts].map((runtime) => runtime.close()));
  };
  return { asking: [asker, ...hosts], reports, close };
});

describe('Redis', () => {
  it('may forget everything: asks in flight end by their deadline, new ones work', async () => {
    let working = false;
    const runtime = await hostHere(() => ({
      receive: async (message) => {
        working = true;
        // Longer than it takes to notice that the lease is gone.
        if (message === 'slow') await pause(lockDuration);
        return message;
      },
    }));
    const slow = runtime.ask('a', 'slow', soon());
    await until('it is worked on', async () => working);
    const behind = runtime.ask('a', 'behind', soon(2_000)).catch((error: unknown) => error);
    await until('another waits', async () => (await redis.keys('godwit:*:box')).length === 1);
    await redis.flushall();
    expect(await behind).toBeInstanceOf(DeadlinePassed);
    // It was worked on when its lease was forgotten, and nobody else can have taken it.
    expect(await slow).toBe('slow');
    await expect(runtime.ask('a', 'new', soon())).resolves.toBe('new');
  });

  it('may lose the activation and keep the box: the next ask brings the address back to life', async () => {
    const asker = await connect();
    const lost = asker.ask('a', 'lost', soon(300)).catch((error: unknown) => error);
    expect(await lost).toBeInstanceOf(DeadlinePassed);
    const keys = await redis.keys('{godwit}:*');
    expect(keys).not.toHaveLength(0);
    await redis.del(...keys);
    await hostHere(echo);
    await expect(asker.ask('a', 'new', soon())).resolves.toBe('new');
  });

  it('may restart empty: asks meanwhile get a typed error, later ones work', async () => {
    const runtime = await hostHere(echo);
    await runtime.ask('a', 1, soon());
    await server.stop();
    const error: unknown = await runtime.ask('a', 2, soon(3_000)).catch((thrown: unknown) => thrown);
    expect(error instanceof RuntimeUnavailable || error instanceof DeadlinePassed).toBe(true);
    server = await startRedis(server.port);
    await until('it works again', () =>
      runtime.ask('a', 3, soon(2_000)).then(
        (answer) => answer === 3,
        () => false,
      ),
    );
  });

  it('may die and come back with what it wrote down: who asked is answered, once somebody hosts', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'godwit-aof-'));
    const settings = { appendonly: 'yes', appendfsync: 'always', dir };
    await server.stop();
    server = await startRedis(server.port, settings);
    const asker = await connect();
    const asked = asker.ask('a', 'kept', soon());
    await until('it is written down', async () => (await redis.llen('{godwit}:activations:wait')) === 1);
    await server.stop();
    server = await startRedis(server.port, settings);
    // What is answered before is not heard: then the asker is told that it may have missed something.
    await until('the asker hears', async () => (await redis.pubsub('CHANNELS')).length === 1);
    await hostHere(echo);
    await expect(asked).resolves.toBe('kept');
    rmSync(dir, { recursive: true });
  });

  it('may freeze for a moment without an ask being lost or done twice', async () => {
    const seen: unknown[] = [];
    const runtime = await hostHere(() => ({ receive: async (message) => seen.push(message) }));
    await runtime.ask('a', 0, soon());
    server.pause();
    const asks = [1, 2, 3].map((number) => runtime.ask('a', number, soon()));
    await pause(lockDuration * 1.5);
    server.resume();
    await Promise.all(asks);
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('is refused if it would evict messages', async () => {
    await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const warnings: string[] = [];
    await connect({ warn: (message) => warnings.push(message) });
    expect(warnings.join()).toContain('noeviction');
    await redis.config('SET', 'maxmemory', '100mb');
    await expect(connect()).rejects.toBeInstanceOf(RedisUnfit);
  });

  it('is told of when it cannot be reached at the start', async () => {
    await server.stop();
    await expect(connect()).rejects.toBeInstanceOf(RuntimeUnavailable);
  });
});

describe('limits', () => {
  it('of size: neither a message nor an answer over it travels', async () => {
    const runtime = await hostHere(() => ({ receive: async (message) => String(message).repeat(2) }), {
      messageSize: 1000,
    });
    await expect(runtime.ask('a', 'x'.repeat(1000), soon())).rejects.toBeInstanceOf(MessageTooLarge);
    await expect(runtime.ask('a', 'x'.repeat(900), soon())).rejects.toBeInstanceOf(MessageTooLarge);
    await expect(runtime.ask('a', 'x', soon())).resolves.toBe('xx');
  });

  it('of delay: with nobody to host, new messages are refused at once, and taken again when hosts come', async () => {
    const refusals: string[] = [];
    const onRefused = (reason: string): void => void refusals.push(reason);
    const asker = await connect({ longestDelay: 400, onRefused });
    const first = asker.ask('a', 1, soon());
    await until('the queue is known to stand', async () => asker.load().delay > 800);
    const asked = performance.now();
    const refused: unknown = await asker.ask('b', 2, soon()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Overloaded);
    expect((refused as Overloaded).retryAfter).toBeGreaterThanOrEqual(1);
    expect(performance.now() - asked).toBeLessThan(800);
    expect(refusals).toEqual(['delay']);
    // What ends something begun is let in.
    const finishing = asker.ask('c', 3, { ...soon(), finishing: true });
    await hostHere(echo);
    await expect(Promise.all([first, finishing])).resolves.toEqual([1, 3]);
    await until('it is let in again', async () =>
      asker.ask('b', 4, soon()).then(
        (answer) => answer === 4,
        () => false,
      ),
    );
  });

  it('of open asks: a node does not pile them up', async () => {
    const runtime = await connect({ pending: 2 });
    const open = ['a', 'b'].map((address) =>
      runtime.ask(address, 1, soon(200)).catch((error: unknown) => error),
    );
    await expect(runtime.ask('c', 1, soon())).rejects.toBeInstanceOf(Overloaded);
    for (const error of await Promise.all(open)) expect(error).toBeInstanceOf(DeadlinePassed);
  });

  it('of concurrency: a host works on so many addresses at a time', async () => {
    let inside = 0;
    let most = 0;
    const runtime = await hostHere(
      () => ({
        async receive() {
          most = Math.max(most, (inside += 1));
          await pause(20);
          inside -= 1;
        },
      }),
      { concurrency: 3 },
    );
    await Promise.all(Array.from({ length: 20 }, (_, index) => runtime.ask(`a${index}`, 1, soon())));
    expect(most).toBe(3);
  });
});

it('leaves nothing in Redis but BullMQ bookkeeping once all is answered', async () => {
  const runtime = await hostHere(echo);
  await Promise.all(Array.from({ length: 20 }, (_, index) => runtime.ask(`a${index}`, index, soon())));
  await until('the leases are given back', async () => (await redis.keys('godwit:*')).length === 0);
  await until('the jobs are gone', async () => {
    const keys = await redis.keys('{godwit}:*');
    return keys.every((key) => /:(meta|id|events|stalled-check|marker)$/.test(key));
  });
});
