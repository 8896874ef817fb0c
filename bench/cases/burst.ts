import { cpuOf } from '../cpu.js';
import { mail } from '../corpus.js';
import { Fleet } from '../fleet.js';
import { leftMemory, memoryCost, slope, type LeftMemory } from '../left-memory.js';
import { pause, quantile, type Measured } from '../measured.js';
import type { Sizes } from '../options.js';
import { allHeld, heldAt, RETURN_MS } from '../held.js';
import { makeMailFolder, startShape, type MailFolder, type Shape, type ShapeName } from '../shapes.js';
import { waitUntil } from '../../tests/servers/index.js';

/*
 * Thousands of phones, each with an account of its own, wait on one gateway: what each costs, how soon a thousand of them hear
 * of mails that come within ten seconds, and how long it takes until all wait again after their gateway was killed. In one
 * process and through Redis, in one run.
 */
const KIB = 1024;
const MEMORY_BUDGET = 20;
const DELIVERIES = 1000;
const DELIVERY_SECONDS = 10;
/** Mails before those that are measured: reading memory throws compiled code away, and a gateway that works has it. */
const WARMING = 300;
const ANSWER_BUDGET = 1000;
/** Milliseconds in which the last mails are answered, too; on a busy machine they may take that long. */
const LAST_MS = 60_000;
const SETTLE_MS = 1500;
/** Milliseconds after which nothing is left open for accounts that nobody waits for, and little of what set phones up. */
const LINGER_MS = 100_000;
/** New connections in a row before the loop breathes: more at once than the server's backlog are refused. */
const AT_ONCE = 16;
const shapes: readonly ShapeName[] = ['in process', 'through Redis'];

type Say = (text: string) => void;

/** Bytes of each waiting phone in the gateway: the slope over a third, two thirds, and all of them. */
async function holdAll(shape: Shape, count: number, hold: (index: number) => void): Promise<LeftMemory> {
  const points: (LeftMemory & { held: number })[] = [];
  let held = 0;
  for (const part of [1, 2, 3]) {
    for (const to = Math.round((count * part) / 3); held < to; held++) {
      hold(held);
      if (held % AT_ONCE === 0) await pause(5);
    }
    await allHeld(shape.url, held);
    await pause(SETTLE_MS);
    points.push({ held, ...(await leftMemory(shape.gateway.pid)) });
  }
  const each = (what: keyof LeftMemory): number => slope(points.map((point) => [point.held, point[what]]));
  return { resident: each('resident'), heap: each('heap'), external: each('external') };
}

/** The same for phones that have waited and hung up before: code is compiled then, and open what the first of all open. */
export async function holdWarm(
  shape: Shape,
  fleet: Fleet,
  hold: (index: number) => void,
): Promise<LeftMemory> {
  const count = fleet.phones.length;
  await holdAll(shape, count, hold);
  fleet.hangUp();
  await waitUntil('all phones to hang up', async () => (await heldAt(shape.url)) === 0, RETURN_MS);
  await pause(LINGER_MS);
  return holdAll(shape, count, hold);
}

/** When the mail of an account was delivered, and when its phone was answered. */
class Burst {
  readonly #sent = new Map<number, number>();
  readonly latencies: number[] = [];

  readonly answered = (index: number): void => {
    const sent = this.#sent.get(index);
    if (sent === undefined) return;
    this.#sent.delete(index);
    this.latencies.push(performance.now() - sent);
  };

  /** Delivers to as many different accounts, spread over all of them, at a steady pace. */
  async deliver(folder: MailFolder, phones: number, mails = DELIVERIES): Promise<void> {
    const count = Math.min(mails, phones);
    const begun = performance.now();
    const pace = (DELIVERY_SECONDS * 1000) / DELIVERIES;
    for (let sent = 0; sent < count; sent++) {
      await pause(Math.max(0, begun + sent * pace - performance.now()));
      const index = Math.floor((sent * phones) / count);
      this.#sent.set(index, performance.now());
      await folder.deliver(index, mail(3_000_000 + sent, folder.user(index)));
    }
    const end = performance.now() + LAST_MS;
    while (this.#sent.size > 0 && performance.now() < end) await pause(20);
    if (this.#sent.size > 0) throw new Error(`${this.#sent.size} of ${count} phones were not woken`);
  }

  /** Some mails that do not count, until all phones wait again. */
  async warm(folder: MailFolder, phones: number, url: string): Promise<void> {
    await this.deliver(folder, phones, WARMING);
    await allHeld(url, phones);
    await pause(SETTLE_MS);
    this.latencies.length = 0;
  }
}

/** What the processes had to say, by the names of events. */
function complaints({ gateway, host }: Shape): string {
  const counts = new Map<string, number>();
  for (const process of new Set([gateway, host]))
    for (const [, event = ''] of process.output().matchAll(/"event":"([^"]+)"/g))
      counts.set(event, (counts.get(event) ?? 0) + 1);
  return [...counts].map(([event, count]) => `${count} ${event}`).join(', ') || 'nothing';
}

/** Seconds until all wait again whose gateway died. */
async function comeBack(shape: Shape, count: number): Promise<number> {
  await shape.gateway.kill();
  const begun = performance.now();
  await shape.gateway.start();
  await allHeld(shape.url, count);
  return (performance.now() - begun) / 1000;
}

async function measureShape(name: ShapeName, count: number, say: Say): Promise<Measured[]> {
  const folder = await makeMailFolder(count);
  const shape = await startShape[name](folder.tenant);
  const fleet = new Fleet(shape.url, folder, count);
  const shown = count.toLocaleString('en');
  try {
    say(`${name}: preparing ${shown} phones`);
    await fleet.grow(count);
    say(`${name}: ${shown} phones wait`);
    const burst = new Burst();
    const each = await holdWarm(
      shape,
      fleet,
      (index) => void fleet.live(index, burst.answered).catch(() => 0),
    );
    await burst.warm(folder, count, shape.url);
    say(`${name}: mails are delivered`);
    const cpu = (): number => cpuOf([...new Set([...shape.pids('gateway'), ...shape.pids('host')])]);
    const before = cpu();
    await burst.deliver(folder, count);
    const wakeMs = (cpu() - before) / burst.latencies.length;
    say(`${name}: the gateway is killed`);
    const seconds = await comeBack(shape, count);
    const { busy, cut, failed, first } = fleet.troubles;
    say(`${name}: ${cut} connections broke, ${busy} answers were 503, ${failed} others: ${first || 'none'}`);
    if (failed > 0) throw new Error(`${name}: ${failed} requests failed, the first one: ${first}`);
    return rows(name, shown, { each, burst, wakeMs, seconds });
  } finally {
    fleet.end();
    say(`${name}: the log says ${complaints(shape)}`);
    await shape.stop();
    await folder.remove();
  }
}

interface Found {
  readonly each: LeftMemory;
  readonly burst: Burst;
  readonly wakeMs: number;
  readonly seconds: number;
}

function rows(name: ShapeName, shown: string, { each, burst, wakeMs, seconds }: Found): Measured[] {
  const row = name.replace(/ /g, '-');
  const answers = `mail to Ping's answer, ${shown} waiting, ${name}`;
  return [
    {
      row: `held-memory-${row}`,
      title: `a waiting phone and its account, of ${shown}, ${name}`,
      unit: 'KiB',
      value: memoryCost(each) / KIB,
      budget: MEMORY_BUDGET,
    },
    { row: `held-heap-${row}`, title: '  of it objects of JavaScript', unit: 'KiB', value: each.heap / KIB },
    {
      row: `burst-median-${row}`,
      title: `${answers}: median`,
      unit: 'ms',
      value: quantile(burst.latencies, 0.5),
    },
    {
      row: `burst-p95-${row}`,
      title: `${answers}: 95th percentile`,
      unit: 'ms',
      value: quantile(burst.latencies, 0.95),
      budget: ANSWER_BUDGET,
    },
    {
      row: `burst-most-${row}`,
      title: `${answers}: longest`,
      unit: 'ms',
      value: Math.max(...burst.latencies),
    },
    {
      row: `burst-cpu-${row}`,
      title: `  processor time of Node for each: wake-up, Sync, Ping, ${name}`,
      unit: 'ms',
      value: wakeMs,
    },
    {
      row: `return-${row}`,
      title: `all ${shown} wait again after a kill of their gateway, ${name}`,
      unit: 'ms',
      value: seconds * 1000,
    },
  ];
}

export async function measureBurst({ pings }: Sizes, say: Say): Promise<Measured[]> {
  const all: Measured[] = [];
  for (const name of shapes) all.push(...(await measureShape(name, pings, say)));
  return all;
}
