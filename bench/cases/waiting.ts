import type { Phone, PingResult } from '#phone';
import { setMaxListeners } from 'node:events';
import { startBareServer } from '../bare-server-process.js';
import { mail } from '../corpus.js';
import { allHeld } from '../held.js';
import { leftMemory, slope } from '../left-memory.js';
import { memoryOf } from '../memory.js';
import { inParallel, median, pause, type Measured } from '../measured.js';
import type { Case, ReadyPhone, Stage, Target } from '../stage.js';
import { crowdMailbox, seedCrowd } from './crowd.js';

/** Thousands of phones that wait: what each costs, and how fast one of them hears of a mail. */
const KIB = 1024;
const MEMORY_BUDGET = 20;
const DELAY_BUDGET = 300;
const DELIVERIES = 10;
const HEARTBEAT = 900;
const WIDTH = 32;
const SETTLE_MS = 3000;

/** Phones that hold a Ping. */
export class Waiting {
  readonly #abort = new AbortController();
  ended = 0;
  /** What ended first, which tells why. */
  first = '';

  constructor() {
    // One signal ends them all: as many listeners are meant.
    setMaxListeners(0, this.#abort.signal);
  }

  hold(phone: Phone, inbox: ReadyPhone['inbox'] | null): void {
    const folders = inbox ? { folders: [inbox] } : {};
    const ended = (how: unknown): void => {
      this.ended++;
      this.first ||= how instanceof Error ? how.message : JSON.stringify(how);
    };
    phone.ping({ interval: HEARTBEAT, signal: this.#abort.signal, ...folders }).then(ended, ended);
  }

  end(): void {
    this.#abort.abort();
  }
}

/**
 * Bytes of one waiting phone: the slope of memory over a third, two thirds and all of them. The garbage of their set-up is
 * collected first where the process can be told to; elsewhere the figure is a guess.
 */
async function bytesPerPhone(
  count: number,
  memory: (held: number) => number | Promise<number>,
  hold: (index: number) => void,
): Promise<number> {
  const points: (readonly [number, number])[] = [];
  let held = 0;
  for (const part of [1, 2, 3]) {
    for (const to = Math.round((count * part) / 3); held < to; held++) {
      hold(held);
      if (held % WIDTH === 0) await pause(10);
    }
    await pause(SETTLE_MS);
    points.push([held, await memory(held)]);
  }
  return slope(points);
}

const residentOf = async (pid: number): Promise<number> => (await leftMemory(pid)).resident;

/** So many phones of the crowd that have their mails. */
export async function prepared(stage: Stage, target: Target, count: number): Promise<ReadyPhone[]> {
  const phones: ReadyPhone[] = [];
  await inParallel(count, WIDTH, async (index) => {
    const ready = await stage.ready(target, crowdMailbox(index % stage.sizes.crowd));
    const { status } = await ready.inbox.syncAll({ bodyPreference: [{ Type: 1, TruncationSize: 100 }] });
    if (status !== 1) throw new Error(`${target.name}: Sync of a phone that is to wait: Status ${status}`);
    phones.push(ready);
  });
  return phones;
}

async function bareBytes(stage: Stage, target: Target, count: number): Promise<number> {
  const server = await startBareServer();
  const waiting = new Waiting();
  try {
    return await bytesPerPhone(
      count,
      () => residentOf(server.pid),
      () => waiting.hold(stage.phone({ ...target, url: server.url }, 'bare'), null),
    );
  } finally {
    waiting.end();
    server.stop();
  }
}

/** Milliseconds from a mail's delivery to the answer of the Ping. */
async function delays(stage: Stage, target: Target): Promise<number[]> {
  const user = stage.user('push');
  await stage.mailboxes.seed(user, () => [{ source: mail(0) }]);
  const { phone, inbox } = await stage.ready(target, 'push');
  await inbox.syncAll();
  const found: number[] = [];
  for (let run = 0; run < DELIVERIES; run++) {
    const pinged: Promise<PingResult> = phone.ping({ interval: HEARTBEAT, folders: [inbox] });
    // The Ping has to be held when the mail comes; there is nothing to see of that from here.
    await pause(run === 0 ? 1000 : 200);
    await stage.mailboxes.deliver(user, mail(2_000_000 + run, user));
    const delivered = performance.now();
    const result = await pinged;
    if (result.kind !== 'answered' || result.status !== 2)
      throw new Error(`${target.name}: the Ping ended without news: ${JSON.stringify(result)}`);
    found.push(performance.now() - delivered);
    await inbox.syncAll();
  }
  return found;
}

export const waiting: Case = {
  name: 'waiting',
  async run(stage, target): Promise<Measured[]> {
    const count = stage.sizes.pings;
    const shown = count.toLocaleString('en');
    const measured: Measured[] = [];
    await seedCrowd(stage, stage.sizes.crowd);
    stage.say(`${target.name}: preparing ${shown} phones`);
    const phones = await prepared(stage, target, count);
    stage.say(`${target.name}: ${shown} phones wait`);
    const held = new Waiting();
    const [gateway = 0] = target.pids();
    const memory = target.probed
      ? async (waiting: number): Promise<number> => {
          await allHeld(target.url, waiting);
          return residentOf(gateway);
        }
      : (): number => memoryOf(target.pids());
    const bytes = await bytesPerPhone(count, memory, (index) => {
      const ready = phones[index];
      if (ready) held.hold(ready.phone, ready.inbox);
    });
    if (held.ended > 0)
      throw new Error(`${target.name}: ${held.ended} of ${shown} Pings were not held: ${held.first}`);
    if (target.pids().length > 0) {
      measured.push({
        row: 'waiting-memory',
        title: `memory of a waiting phone, of ${shown}`,
        unit: 'KiB',
        value: bytes / KIB,
        budget: MEMORY_BUDGET,
        bound: { what: 'bare Fastify, held', value: (await bareBytes(stage, target, count)) / KIB },
      });
    }
    measured.push({
      row: 'push-delay',
      title: `new mail to Ping's answer, ${shown} waiting`,
      unit: 'ms',
      value: median(await delays(stage, target)),
      budget: DELAY_BUDGET,
    });
    held.end();
    return measured;
  },
};
