/** What operators do on purpose: servers restarted, Redis emptied, every process of Godwit replaced one after the other. */
import { withRedis } from './stage/redis-command.js';
import { installed } from './stage/installed.js';
import type { Member } from './stage/site.js';

const OUTAGE = 2_000;

const stage = installed('cluster');

it('Redis loses all it knows by FLUSHALL', () =>
  stage.play({
    name: 'FLUSHALL in Redis',
    begin: () => withRedis(stage.site.redis.port, 'FLUSHALL'),
  }));

it('PostgreSQL is restarted', () =>
  stage.play({
    name: 'PostgreSQL is restarted',
    begin: () => stage.site.postgres.halt(),
    lasts: OUTAGE,
    end: () => stage.site.postgres.start(),
  }));

it('all processes of Godwit are replaced one after the other: no phone is given an answer that it would show', async () => {
  const codes: (number | null)[] = [];
  const replaced = async ({ process }: Member): Promise<void> => {
    codes.push(await process.stop());
    await process.start();
  };
  const { site } = stage;
  await stage.play({
    name: 'rolling restart of all processes',
    begin: async () => {
      for (const member of site.members) await replaced(member);
    },
  });
  expect(codes).toEqual(site.members.map(() => 0));
});
