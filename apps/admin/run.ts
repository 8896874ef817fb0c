import { createLog } from '#ops';
import { openCore } from '../assembly/core.js';
import { openOwnDatabase } from '../assembly/databases.js';
import { tellSamples } from '../assembly/node-samples.js';
import { beginDraining } from '../assembly/draining.js';
import { announce, configurationOrExit, runUntilSignal, type RunOptions } from '../assembly/process.js';
import { Admin } from './admin.js';
import { firstToken } from './first-token.js';

/** `godwit admin`: the administrators' API and console of a cluster. It may die at any time without phones noticing. */
export async function runAdmin(options: RunOptions): Promise<void> {
  const loaded = configurationOrExit(options);
  const { configuration } = loaded;
  if (configuration.actors === 'local') {
    process.stderr.write(
      'godwit admin needs `actors: redis://...`; `godwit serve` runs everything in one process\n',
    );
    process.exit(78); // EX_CONFIG
  }
  await runUntilSignal('admin', async (defer) => {
    const log = createLog(configuration.log);
    announce({ log, configuration }, 'admin', loaded);
    const database = await openOwnDatabase(configuration);
    defer('database', () => database.close());
    const core = await openCore(configuration, { log, stores: database, defer });
    core.health.require('database', () => database.ping());
    const admin = await Admin.open(core, database, { firstToken: firstToken(configuration, false) });
    defer('administration', ({ left }) => admin.close(left()));
    defer('door', (stop) => beginDraining(core, stop));
    core.health.started();
    const endSamples = tellSamples(core, 'admin');
    defer('samples', async () => endSamples());
    return core;
  });
}
