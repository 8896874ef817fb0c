import { startBareServer } from '../bare-server-process.js';
import { pause, type Measured } from '../measured.js';
import type { Case, ReadyPhone } from '../stage.js';
import { crowdMailbox, seedCrowd } from './crowd.js';

/** How many Syncs without news a node answers: most of what a gateway does. */
const BUDGET = 1500;
const WARM_UP_MS = 3000;

/** Rounds a second of so many loops. */
async function rate(
  loops: number,
  seconds: number,
  round: (loop: number) => Promise<unknown>,
): Promise<number> {
  let rounds = 0;
  let isOver = false;
  const running = Array.from({ length: loops }, async (_, loop) => {
    while (!isOver) {
      await round(loop);
      rounds++;
    }
  });
  await pause(WARM_UP_MS);
  const [begun, before] = [performance.now(), rounds];
  await pause(seconds * 1000);
  const result = ((rounds - before) * 1000) / (performance.now() - begun);
  isOver = true;
  await Promise.all(running);
  return result;
}

export const loops: Case = {
  name: 'loops',
  async run(stage, target): Promise<Measured[]> {
    const { loops: count, loopSeconds } = stage.sizes;
    stage.say(`${target.name}: ${count} loops of Syncs`);
    await seedCrowd(stage, count);
    const phones: ReadyPhone[] = [];
    for (let index = 0; index < count; index++) {
      const ready = await stage.ready(target, crowdMailbox(index));
      await ready.inbox.syncAll();
      phones.push(ready);
    }
    const value = await rate(count, loopSeconds, (loop) => phones[loop]?.inbox.sync() ?? pause(0));
    const server = await startBareServer();
    try {
      const bare = Array.from({ length: count }, () => stage.phone({ ...target, url: server.url }, 'bare'));
      const bound = await rate(count, loopSeconds, (loop) => bare[loop]?.sync([]) ?? pause(0));
      return [
        {
          row: 'loops',
          title: `${count} loops of no-change Syncs`,
          unit: '/s',
          value,
          budget: BUDGET,
          bound: { what: 'bare Fastify, empty answers', value: bound },
        },
      ];
    } finally {
      server.stop();
    }
  },
};
