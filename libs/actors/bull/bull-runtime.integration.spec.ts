import { Redis } from 'ioredis';
import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { RedisUnfit } from '#redis';
import { startRedis, type RedisServer } from '../../../tests/servers/redis.js';
import { actorRuntimeContract } from '../contract/actor-runtime.js';
import { ActorFailure, DeadlinePassed, MessageTooLarge, Overloaded, RuntimeUnavailable } from '../index.js';
import type { FailureReport } from '../perform.js';
import type { ActorFactory } from '../runtime.js';
import type { Order } from '../testing/host-process.js';
import { BullRuntime, type BullOptions } from './bull-runtime.js';

let server: RedisServer;
let redis: Redis;
const runtimes: BullRuntime[] = [];
const children: ChildProcess[] = [];
/** Short, so that a dead host is noticed within a test's patience. */
const lockDuration = 1_000;
const root = resolve(__dirname, '../../..');

beforeAll(async () => {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
});
beforeEach(async () => {
  server = await startRedis();
  redis = new Redis(server.url);
  redis.on('error', () => undefined);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
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

async function hostElsewhere(): Promise<ChildProcess> {
  const child = fork(resolve(root, 'dist/libs/actors/testing/host-process.js'), [
    server.url,
    String(lockDuration),
  ]);
  children.push(child);
  await once(child, 'message');
  return child;
}

const echo: ActorFactory = () => ({ receive: async (message) => message });
const order = (what: Order): Order => what;

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

describe('the death of a host', () => {
  it('lets another one take over the message it was processing and those that wait, in order', async () => {
    const victim = await hostElsewhere();
    const asker = await connect();
    await expect(asker.ask('a', order({ do: 'pid' }), soon())).resolves.toBe(victim.pid);
    const hanging = asker.ask('a', order({ do: 'hang' }), soon()).catch((error: unknown) => error);
    await until('it hangs', async () => (await redis.lrange('notes:a', -1, -1))[0] === 'begin hang');
    const waiting = [1, 2, 3].map((n) => asker.ask('a', order({ do: 'note', text: `n${n}` }), soon()));
    victim.kill('SIGKILL');
    await hostHere((address) => ({
      async receive(message) {
        const { do: what, text = what } = message as Order;
        await redis.rpush(`notes:${address}`, `again ${text}`);
        return text;
      },
    }));
    await expect(Promise.all([hanging, ...waiting])).resolves.toEqual(['hang', 'n1', 'n2', 'n3']);
    const notes = await redis.lrange('notes:a', 0, -1);
    expect(notes.slice(-4)).toEqual(['again hang', 'again n1', 'again n2', 'again n3']);
  });

  it('is not caused a third time by the same message', async () => {
    for (let hosts = 0; hosts < 2; hosts += 1) await hostElsewhere();
    const asker = await connect();
    const poison = asker.ask('a', order({ do: 'die' }), soon()).catch((error: unknown) => error);
    await until('both are dead', async () => children.every((child) => child.signalCode === 'SIGKILL'));
    await hostElsewhere();
    await expect(poison).resolves.toBeInstanceOf(ActorFailure);
    await expect(redis.lrange('notes:a', 0, -1)).resolves.toEqual(['begin die', 'begin die']);
    await expect(asker.ask('a', order({ do: 'pid' }), soon())).resolves.toBe(children.at(-1)?.pid);
  });
});

describe('a host that is stopped for longer than its lease while it works on a message', () => {
  it('does no damage when it wakes, and goes on to serve', async () => {
    const answers: string[] = [];
    const ears = redis.duplicate();
    await ears.psubscribe('godwit:node:*');
    ears.on('pmessage', (_pattern: string, _channel: string, text: string) => {
      if (text.startsWith('r')) answers.push(text.split(' ')[0] ?? '');
    });
    const sleeper = await hostElsewhere();
    const asker = await connect();
    const stay = asker.ask('a', order({ do: 'stay', text: 's' }), soon());
    await until('it works', async () => (await redis.lrange('notes:a', 0, -1)).includes('begin s'));
    const behind = asker.ask('a', order({ do: 'note', text: 'n' }), soon());
    sleeper.kill('SIGSTOP');
    const rescuer = await hostElsewhere();
    await until('another takes over', async () => (await redis.llen('notes:a')) === 2);
    await redis.set('go:s', 1);
    await expect(Promise.all([stay, behind])).resolves.toEqual([rescuer.pid, rescuer.pid]);
    sleeper.kill('SIGCONT');
    await until('the first comes to the end of it', async () => {
      const notes = await redis.lrange('notes:a', 0, -1);
      return notes.filter((note) => note === 'end s').length === 2;
    });
    // The one that woke has an address of its own now, and only it.
    rescuer.kill('SIGKILL');
    await expect(asker.ask('b', order({ do: 'pid' }), soon())).resolves.toBe(sleeper.pid);
    await expect(asker.ask('a', order({ do: 'pid' }), soon())).resolves.toBe(sleeper.pid);
    // What it did twice is what it had begun; what waited was begun by the other alone, and nobody was answered twice.
    const begun = (await redis.lrange('notes:a', 0, -1)).filter((note) => note.startsWith('begin'));
    expect(begun).toEqual(['begin s', 'begin s', 'begin n', 'begin pid']);
    expect(answers).toHaveLength(4);
    expect(new Set(answers).size).toBe(4);
    await until('no activation is left', async () => {
      const keys = await redis.keys('{godwit}:*');
      return keys.every((key) => /:(meta|id|events|stalled-check|marker)$/.test(key));
    });
    ears.disconnect();
  });
});

describe('two host processes', () => {
  it('never work on one address together', async () => {
    await Promise.all([hostElsewhere(), hostElsewhere()]);
    const asker = await connect();
    const pids = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        await pause(Math.random() * 500);
        return asker.ask(`a${index % 5}`, order({ do: 'note', text: String(index) }), soon());
      }),
    );
    expect(new Set(pids).size).toBe(2);
    await expect(redis.get('overlaps')).resolves.toBeNull();
  });

  it('hand over what waits when one is told to end', async () => {
    const [first, second] = await Promise.all([hostElsewhere(), hostElsewhere()]);
    const asker = await connect();
    const asks = Array.from({ length: 50 }, (_, index) =>
      asker.ask('a', order({ do: 'note', text: String(index) }), soon()),
    );
    await asks[0];
    const ended = once(first, 'exit');
    first.send('close');
    await ended;
    const answers = await Promise.all(asks);
    expect(answers.at(-1)).toBe(second.pid);
    const ends = (await redis.lrange('notes:a', 0, -1)).filter((note) => note.startsWith('end'));
    expect(ends).toEqual(Array.from({ length: 50 }, (_, index) => `end ${index}`));
  });
});

describe('Redis', () => {
  it('may forget everything: asks in flight end by their deadline, new ones work', async () => {
    const runtime = await hostHere(() => ({
      receive: async (message) => {
        if (message === 'slow') await pause(200);
        return message;
      },
    }));
    const slow = runtime.ask('a', 'slow', soon(1_500)).catch((error: unknown) => error);
    const behind = runtime.ask('a', 'behind', soon(1_500)).catch((error: unknown) => error);
    await pause(50);
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

  it('of waiting: with nobody to host, new messages are refused once the oldest has waited too long', async () => {
    const runtime = await connect({ longestWait: 100 });
    const first = runtime.ask('a', 1, soon(1_000)).catch((error: unknown) => error);
    await pause(150);
    await expect(runtime.ask('a', 2, soon())).rejects.toBeInstanceOf(Overloaded);
    expect(await first).toBeInstanceOf(DeadlinePassed);
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
