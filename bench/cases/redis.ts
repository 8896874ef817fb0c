import { BullRuntime, InProcessRuntime, type ActorRuntime } from '#actors';
import { startRedis } from '../../tests/servers/index.js';
import { cpuOf } from '../cpu.js';
import { median, pause, type Measured } from '../measured.js';
import { canPin, pin, startHelper } from '../pinned.js';

/** An ask through Redis and back, with the actor in another process, at a steady thousand a second. */
const RATE = 1000;
const TICK_MS = 10;
const ADDRESSES = 500;
const WARM_UP = 2000;
const BUDGET = 5;
const DEADLINE_MS = 20_000;

/** What two hosts must carry, in times of one. */
const BOTH_CARRY = 1.6;
/** Devices that ask at a time: enough that no host is ever without a message. */
const CROWD = 64;
/** Slices of 512 known items that a message costs its host: a phone's Sync of a dozen folders, a few milliseconds. */
const SLICES = 12;
const CROWD_WARM_UP = 3;

export async function measureRedis(seconds: number): Promise<Measured[]> {
  return [...(await measureAsks(seconds)), ...(canPin() ? await measureHosts(seconds) : [])];
}

const quantile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? NaN;

/** Asks through Redis, and the same of the runtime in one process, one after the other. */
async function measureAsks(seconds: number): Promise<Measured[]> {
  const redis = await startRedis();
  const host = await startHelper('redis-host', [redis.url]);
  try {
    const runtime = await BullRuntime.connect({ redis: redis.url });
    const all = await askSteadily(runtime, seconds);
    await runtime.close();
    const local = new InProcessRuntime();
    await local.host(() => ({ receive: (message) => Promise.resolve(message) }));
    const inProcess = await askSteadily(local, seconds);
    await local.close();
    const title = `an ask through Redis at ${RATE}/s`;
    const bound = (part: number) => ({ what: 'in process', value: quantile(inProcess, part) });
    return [
      {
        ...{ row: 'redis-ask', title: `${title}: median`, unit: 'ms', value: median(all) },
        ...{ budget: BUDGET, bound: bound(0.5) },
      },
      {
        ...{ row: 'redis-ask-p99', title: `${title}: 99th percentile`, unit: 'ms' },
        ...{ value: quantile(all, 0.99), bound: bound(0.99) },
      },
    ];
  } finally {
    await host.stop();
    await redis.stop();
  }
}

async function askSteadily(runtime: ActorRuntime, seconds: number): Promise<number[]> {
  const latencies: number[] = [];
  const open: Promise<void>[] = [];
  const total = RATE * seconds + WARM_UP;
  const begun = performance.now();
  const ask = async (index: number): Promise<void> => {
    const asked = performance.now();
    await runtime.ask(`device-${index % ADDRESSES}`, { index }, { deadline: Date.now() + DEADLINE_MS });
    latencies.push(performance.now() - asked);
  };
  for (let sent = 0; sent < total; await pause(TICK_MS)) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) * RATE) / 1000));
    while (sent < due) open.push(ask(sent++));
  }
  await Promise.all(open);
  return latencies.slice(WARM_UP);
}

/** What a number of hosts carry: messages answered a second, and the part of a processor that asking took. */
interface Carried {
  readonly rate: number;
  readonly asking: number;
}

/**
 * Hosts with a processor each, the first on 0, the second on 1, where Redis and who asks are as well: what those use, the
 * second host lacks, so that two can never carry quite twice as much. One host alone has its processor for itself.
 */
async function carriedBy(hosts: number, seconds: number): Promise<Carried> {
  const redis = await startRedis();
  pin(redis.pid, 1);
  const started = [];
  try {
    for (let core = 0; core < hosts; core += 1)
      started.push(await startHelper('redis-host', [redis.url, String(SLICES)], core));
    const args = [redis.url, String(CROWD), String(CROWD_WARM_UP), String(seconds)];
    const asker = await startHelper('redis-asker', args, 1);
    const begun = performance.now();
    const before = cpuOf([asker.pid, redis.pid]);
    const result = asker.next();
    await pause((CROWD_WARM_UP + seconds) * 1000);
    const asking = (cpuOf([asker.pid, redis.pid]) - before) / (performance.now() - begun);
    return { rate: Number(await result) / seconds, asking };
  } finally {
    for (const host of started) await host.stop();
    await redis.stop();
  }
}

async function measureHosts(seconds: number): Promise<Measured[]> {
  const one = await carriedBy(1, seconds);
  const two = await carriedBy(2, seconds);
  const title = `of ${CROWD} devices, ${SLICES} slices of work each`;
  return [
    {
      ...{
        row: 'redis-two-hosts',
        title: `messages ${title}, carried by two hosts on two cores`,
        unit: '/s',
      },
      ...{ value: two.rate, budget: BOTH_CARRY * one.rate, bound: { what: 'one host', value: one.rate } },
    },
    {
      ...{ row: 'redis-asking', title: 'of a processor for asking them and Redis meanwhile', unit: '%' },
      ...{ value: two.asking * 100, bound: { what: 'one host', value: one.asking * 100 } },
    },
  ];
}
