import { AdminClient } from '#admin-api';
import { cpuOf } from '../cpu.js';
import { median, pause, type Measured } from '../measured.js';
import type { Case, ReadyPhone, Stage, Target } from '../stage.js';
import { seedCrowd } from './crowd.js';
import { prepared, Waiting } from './waiting.js';

/** An administrator looks at everything that happens, while thousands of phones wait and others come and go. */
const MOST_PHONES = 2000;
const STREAM = 4;
/** Requests a second: what many more phones than wait here send on a working day. */
const PACE = 100;
const SECONDS = 10;
/** Pings that may end in all those minutes. */
const LOST = 0.2;
const ROUNDS = 5;
/** Percent of one core. */
const BUDGET = 5;
const SETTLE_MS = 3000;
/** The view lingers for those who come back, and nodes go on telling for a while: by then they have stopped. */
const NOBODY_MS = 23_000;

/** Processor time in percent of one core while a steady stream of requests comes. */
async function load(target: Target, phones: readonly ReadyPhone[]): Promise<number> {
  const count = PACE * SECONDS;
  const [begun, before] = [performance.now(), cpuOf(target.pids())];
  let next = 0;
  const phone = async ({ inbox }: ReadyPhone): Promise<void> => {
    for (let mine = next++; mine < count; mine = next++) {
      await pause(Math.max(0, begun + (mine * 1000) / PACE - performance.now()));
      await inbox.sync();
    }
  };
  await Promise.all(phones.map(phone));
  await pause(Math.max(0, begun + SECONDS * 1000 - performance.now()));
  return ((cpuOf(target.pids()) - before) * 100) / (performance.now() - begun);
}

interface Watching {
  /** Bytes that were told. */
  end(): Promise<number>;
}

async function watch({ url, token }: NonNullable<Target['admin']>): Promise<Watching> {
  const client = new AdminClient({ origin: url, headers: () => ({ Authorization: `Bearer ${token}` }) });
  const hangUp = new AbortController();
  const { body } = await client.open('GET /live', {}, hangUp.signal);
  if (!body) throw new Error('the live view gives nothing');
  let bytes = 0;
  const reading = (async () => {
    for await (const chunk of body as AsyncIterable<Uint8Array>) bytes += chunk.length;
  })().catch((error: unknown) => {
    if (!hangUp.signal.aborted) throw error;
  });
  // The whole of what waits is told once, at the beginning: what is measured is what goes on.
  await pause(SETTLE_MS);
  const atFirst = bytes;
  return {
    async end() {
      hangUp.abort();
      await reading;
      return bytes - atFirst;
    },
  };
}

/** Percent of one core with somebody watching, and without: in turns, as machines get slower and faster. */
async function rounds(
  stage: Stage,
  target: Target,
  admin: NonNullable<Target['admin']>,
  streaming: ReadyPhone[],
) {
  const [watched, alone]: [number[], number[]] = [[], []];
  await load(target, streaming);
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await load(target, streaming));
    const watching = await watch(admin);
    watched.push(await load(target, streaming));
    const told = await watching.end();
    if (told === 0) throw new Error(`${target.name}: nothing was told of ${PACE * SECONDS} requests`);
    stage.say(
      `round ${round + 1}: ${alone.at(-1)?.toFixed(1)} % alone, ${watched.at(-1)?.toFixed(1)} % watched`,
    );

    await pause(NOBODY_MS);
  }
  return { watched: median(watched), alone: median(alone) };
}

export const liveView: Case = {
  name: 'live-view',
  async run(stage, target): Promise<Measured[]> {
    const { admin } = target;
    if (!admin || target.pids().length === 0) return [];
    const count = Math.min(stage.sizes.pings, MOST_PHONES);
    const shown = count.toLocaleString('en');
    await seedCrowd(stage, stage.sizes.crowd);
    stage.say(`${target.name}: preparing ${shown} phones`);
    const phones = await prepared(stage, target, count + STREAM);
    const streaming = phones.splice(0, STREAM);
    const held = new Waiting();
    for (const { phone, inbox } of phones) {
      held.hold(phone, inbox);
      await pause(1);
    }
    await pause(SETTLE_MS);
    stage.say(`${target.name}: ${shown} phones wait, ${PACE} requests a second come`);
    try {
      const { watched, alone } = await rounds(stage, target, admin, streaming);
      if (held.ended > count * LOST)
        throw new Error(`${target.name}: ${held.ended} of ${shown} Pings were not held: ${held.first}`);
      if (held.ended > 0) stage.say(`${held.ended} Pings ended meanwhile, the first one: ${held.first}`);
      return [
        {
          row: 'live-view',
          title: `live view of ${shown} waiting and ${PACE} requests a second, of one core`,
          unit: '%',
          value: watched - alone,
          budget: BUDGET,
        },
        {
          row: 'live-view-alone',
          title: 'the same while nobody watches: all of the load',
          unit: '%',
          value: alone,
        },
      ];
    } finally {
      held.end();
    }
  },
};
