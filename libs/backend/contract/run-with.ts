import { type ContractSetup, type Fixture } from './fixture.js';

/** A test body that gets a fresh fixture, which is stopped whatever happens. */
export const runWith =
  (setup: ContractSetup, test: (fixture: Fixture) => Promise<void>): (() => Promise<void>) =>
  async () => {
    const fixture = await setup.start();
    try {
      await test(fixture);
    } finally {
      await fixture.stop();
    }
  };
