import { Fleet, type FleetOptions } from './fleet.js';
import { startClusterSite, startStandaloneSite, type Site } from './site.js';
import { play, type Fault } from './trial.js';

/** Milliseconds a fault may take with all that is looked at afterwards. */
const TRIAL = 240_000;

const starts = { cluster: () => startClusterSite(), standalone: startStandaloneSite } as const;

/** A site with people who live in it, for the tests of the file or the `describe` that calls this. */
export function installed(
  shape: keyof typeof starts | (() => Promise<Site>),
  options: FleetOptions = {},
): { readonly site: Site; play(fault: Fault): Promise<void> } {
  let site: Site | null = null;
  let fleet: Fleet | null = null;
  jest.setTimeout(TRIAL);
  beforeAll(async () => {
    site = await (typeof shape === 'string' ? starts[shape] : shape)();
    fleet = await Fleet.open(site, options);
  });
  afterAll(async () => {
    fleet?.close();
    await site?.stop();
  });
  return {
    get site() {
      if (!site) throw new Error('the site was not started');
      return site;
    },
    async play(fault) {
      if (!site || !fleet) throw new Error('the site was not started');
      await play(site, fleet, fault);
    },
  };
}
