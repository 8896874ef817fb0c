/**
 * An upgrade takes a while, and during it both releases are at work: on one database, one Redis, with phones that meet now
 * the one and now the other.
 */
import { installed } from './stage/installed.js';
import { buildOlderRelease, type OlderRelease } from './stage/older-release.js';
import { startClusterSite } from './stage/site.js';

const TOGETHER = 10_000;

let older: OlderRelease | null = null;

const stage = installed(() => {
  older = buildOlderRelease();
  return startClusterSite(older.checkout);
});

afterAll(() => older?.remove());

it('an older and a newer release live side by side', () =>
  stage.play({ name: 'an older release beside this one', begin: () => undefined, lasts: TOGETHER }));

it('the older processes die: the newer ones go on with what they left', () => {
  const [gateway] = stage.site.gateways;
  const [host] = stage.site.hosts;
  return stage.play({
    name: 'the older release is killed',
    isSurvived: true,
    begin: async () => {
      await Promise.all([gateway!.process.kill(), host!.process.kill()]);
    },
  });
});
