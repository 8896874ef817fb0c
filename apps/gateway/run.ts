import { createLog } from '#ops';
import { openCore } from '../assembly/core.js';
import { lazyDatabase } from '../assembly/databases.js';
import { tellSamples } from '../assembly/node-samples.js';
import { announce, configurationOrExit, runUntilSignal, type RunOptions } from '../assembly/process.js';
import { openGateway } from './gateway.js';

/** `godwit gateway`: an HTTP node. Device actors are elsewhere, behind Redis. */
export async function runGateway(options: RunOptions): Promise<void> {
  const loaded = configurationOrExit(options);
  if (loaded.configuration.actors === 'local') {
    process.stderr.write(
      'godwit gateway needs `actors: redis://...`; `godwit serve` runs everything in one process\n',
    );
    process.exit(78); // EX_CONFIG
  }
  await runUntilSignal('gateway', async (defer) => {
    const { configuration } = loaded;
    const log = createLog(configuration.log);
    announce({ log, configuration }, 'gateway', loaded);
    const database = lazyDatabase(configuration, log);
    defer('database', async () => database?.close());
    const core = await openCore(configuration, { log, stores: database ?? undefined, defer });
    await openGateway(core, defer);
    core.health.started();
    const endSamples = tellSamples(core, 'gateway');
    defer('samples', async () => endSamples());
    return core;
  });
}
