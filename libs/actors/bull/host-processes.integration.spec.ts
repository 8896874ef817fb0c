import { Redis } from 'ioredis';
import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { startRedis, type RedisServer } from '../../../tests/servers/redis.js';
import { ActorFailure } from '../index.js';
import type { ActorFactory } from '../runtime.js';
import type { Order } from '../testing/host-process.js';
import { BullRuntime } from './bull-runtime.js';

/* Hosts in processes of their own, so that they can be killed and stopped. */

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
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(runtimes.splice(0).map((runtime) => runtime.close(500)));
  redis.disconnect();
  await server.stop();
});

const soon = () => ({ deadline: Date.now() + 40_000 });
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const order = (what: Order): Order => what;

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`timed out waiting until ${what}`);
    await pause(5);
  }
}

async function connect(): Promise<BullRuntime> {
  const runtime = await BullRuntime.connect({ redis: server.url, lockDuration });
  runtimes.push(runtime);
  return runtime;
}

async function hostHere(factory: ActorFactory): Promise<void> {
  await (await connect()).host(factory);
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
        return asker.ask(`a${index % 12}`, order({ do: 'note', text: String(index) }), soon());
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
