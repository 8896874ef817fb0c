/** What operators do on purpose: servers restarted, Redis emptied, every process of Godwit replaced one after the other. */
import { waitUntil } from '../servers/index.js';
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

it('told to stop, each process is red at once, alive and at work a while longer, and ends with 0', async () => {
  const { gateways, hosts, admin } = stage.site;
  for (const { process } of [gateways[0]!, hosts[0]!, admin]) {
    const ended = process.stop();
    await waitUntil('readiness to be red', async () => {
      const answer = await fetch(`${process.url}/health/ready`);
      const { checks } = (await answer.json()) as { checks: Record<string, string> };
      return answer.status === 503 && checks.process === 'draining';
    });
    expect((await fetch(`${process.url}/health/live`)).status).toBe(200);
    if (process.role === 'gateway') {
      const answer = await fetch(`${process.url}/Microsoft-Server-ActiveSync`, { method: 'OPTIONS' });
      expect([answer.status, answer.headers.get('connection')]).toEqual([401, 'close']);
    }
    expect(await ended).toBe(0);
    await process.start();
  }
});

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
