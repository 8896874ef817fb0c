import { BullRuntime } from '#actors';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startRedis } from '../../tests/servers/index.js';
import { endAtExit } from '../../tests/servers/processes.js';
import { median, pause, type Measured } from '../measured.js';

/** An ask through Redis and back, with the actor in another process, at a steady thousand a second. */
const RATE = 1000;
const TICK_MS = 10;
const ADDRESSES = 500;
const WARM_UP = 2000;
const BUDGET = 5;
const DEADLINE_MS = 20_000;
const HOST = join(process.cwd(), 'dist', 'bench', 'redis-host.js');

export async function measureRedis(seconds: number): Promise<Measured[]> {
  const redis = await startRedis();
  const host = fork(HOST, [redis.url]);
  const forget = endAtExit(() => void host.kill('SIGKILL'));
  try {
    await once(host, 'message');
    const runtime = await BullRuntime.connect({ redis: redis.url });
    const all = await askSteadily(runtime, seconds);
    await runtime.close();
    const sorted = all.slice(WARM_UP).sort((a, b) => a - b);
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? NaN;
    const title = `an ask through Redis at ${RATE}/s`;
    return [
      { row: 'redis-ask', title: `${title}: median`, unit: 'ms', value: median(sorted), budget: BUDGET },
      { row: 'redis-ask-p99', title: `${title}: 99th percentile`, unit: 'ms', value: p99 },
    ];
  } finally {
    forget();
    host.kill('SIGKILL');
    await redis.stop();
  }
}

async function askSteadily(runtime: BullRuntime, seconds: number): Promise<number[]> {
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
  return latencies;
}
