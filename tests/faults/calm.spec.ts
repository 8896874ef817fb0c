/** Without any fault the phones end with what the server has: what the other files find out is due to the faults. */
import { Fleet } from './stage/fleet.js';
import { startClusterSite, startStandaloneSite, type Site } from './stage/site.js';
import { play } from './stage/trial.js';

jest.setTimeout(180_000);

describe.each([
  ['cluster', startClusterSite],
  ['standalone', startStandaloneSite],
])('%s', (_shape, start) => {
  let site: Site;
  let fleet: Fleet;

  beforeAll(async () => {
    site = await start();
    fleet = await Fleet.open(site);
  });

  afterAll(async () => {
    fleet?.close();
    await site?.stop();
  });

  it('nothing goes wrong', async () => {
    await play(site, fleet, { name: 'nothing goes wrong', begin: () => undefined, lasts: 10_000 });
  });
});
