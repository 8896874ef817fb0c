import { createLog } from '#ops';
import { openCore } from '../assembly/core.js';
import { openOwnDatabase } from '../assembly/databases.js';
import { hostDevices } from '../assembly/device-host.js';
import { beginDraining } from '../assembly/draining.js';
import { closeHttpServer, openHttpServer } from '../assembly/http-server.js';
import { tellSamples } from '../assembly/node-samples.js';
import { announce, configurationOrExit, runUntilSignal, type RunOptions } from '../assembly/process.js';
import { OperationsModule } from '../operations/operations.module.js';

/** `godwit actors`: hosts device actors. Answers nobody but Redis; health and metrics stand on the admin address. */
export async function runActors(options: RunOptions): Promise<void> {
  const loaded = configurationOrExit(options);
  const { configuration } = loaded;
  if (configuration.actors === 'local') {
    process.stderr.write(
      'godwit actors needs `actors: redis://...`; `godwit serve` runs everything in one process\n',
    );
    process.exit(78); // EX_CONFIG
  }
  await runUntilSignal('actors', async (defer) => {
    const log = createLog(configuration.log);
    announce({ log, configuration }, 'actors', loaded);
    const database = await openOwnDatabase(configuration);
    defer('database', () => database.close());
    const core = await openCore(configuration, { log, stores: database, defer });
    await hostDevices(core, database);
    const { app, url } = await openHttpServer(OperationsModule.of(core), configuration.admin, core.log);
    defer('health and metrics', ({ left }) => closeHttpServer(app, left()));
    // Health and metrics are told until the last message was worked on: who is asked nothing is taken for dead.
    defer('actors', ({ left }) => core.runtime.close(left()));
    defer('door', (stop) => beginDraining(core, stop));
    core.log.event('listen.started', { role: 'actors', url });
    core.health.started();
    const endSamples = tellSamples(core, 'actors');
    defer('samples', async () => endSamples());
    return core;
  });
}
