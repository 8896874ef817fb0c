import { openCore } from '../assembly/core.js';
import { hostDevices } from '../assembly/device-host.js';
import { migrationsFolder } from '../assembly/paths.js';
import { announce, configurationOrExit, runUntilSignal, type RunOptions } from '../assembly/process.js';
import { Gateway } from '../gateway/gateway.js';
import { prepareDemo } from './demo.js';
import { printWelcome } from './welcome.js';

/** `godwit serve`, what `npm start` runs: everything in one process. Without a configured tenant it serves a demo account. */
export async function serve(options: RunOptions): Promise<void> {
  const loaded = configurationOrExit(options);
  await runUntilSignal('serve', async (defer) => {
    const demo = loaded.configuration.tenants.length === 0 ? await prepareDemo(loaded.configuration) : null;
    const { configuration } = demo ?? loaded;
    const core = await openCore(configuration);
    announce(core, 'serve', loaded);
    // A shared runtime works here too: this process is then one host among others.
    const { database, start } = await hostDevices(core, migrationsFolder);
    defer(() => database.close());
    // Actors write until they are closed: the database goes last.
    defer(() => core.close());
    await start();
    const gateway = await Gateway.open(core);
    defer((signal) => gateway.close(signal));
    core.health.started();
    if (demo) core.log.event('config.demo', { user: demo.user, path: demo.maildir });
    printWelcome({ url: configuration.listen.publicUrl ?? gateway.url, demo });
    return core.log;
  });
}
