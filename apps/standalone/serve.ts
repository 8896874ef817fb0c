import { Admin } from '../admin/admin.js';
import { firstToken } from '../admin/first-token.js';
import { createLog } from '#ops';
import { openCore } from '../assembly/core.js';
import { openOwnDatabase } from '../assembly/databases.js';
import { hostDevices } from '../assembly/device-host.js';
import { tellSamples } from '../assembly/node-samples.js';
import { announce, configurationOrExit, runUntilSignal, type RunOptions } from '../assembly/process.js';
import { openGateway } from '../gateway/gateway.js';
import { prepareDemo } from './demo.js';
import { printWelcome } from './welcome.js';

/** `godwit serve`, what `npm start` runs: everything in one process. Without a configured tenant it serves a demo account. */
export async function serve(options: RunOptions): Promise<void> {
  const loaded = configurationOrExit(options);
  await runUntilSignal('serve', async (defer) => {
    const demo = loaded.configuration.tenants.length === 0 ? await prepareDemo(loaded.configuration) : null;
    const { configuration } = demo ?? loaded;
    const log = createLog(configuration.log);
    announce({ log, configuration }, 'serve', loaded);
    const database = await openOwnDatabase(configuration);
    defer('database', () => database.close());
    const core = await openCore(configuration, { log, stores: database, defer });
    // A shared runtime works here too: this process is then one host among others.
    await hostDevices(core, database);
    const token = firstToken(configuration, true);
    const admin = await Admin.open(core, database, { firstToken: token });
    defer('administration', ({ left }) => admin.close(left()));
    const gateway = await openGateway(core, defer);
    core.health.started();
    const endSamples = tellSamples(core, 'serve');
    defer('samples', async () => endSamples());
    if (demo) core.log.event('config.demo', { user: demo.user, path: demo.maildir });
    printWelcome({ url: configuration.listen.publicUrl ?? gateway.url, demo, admin: admin.url });
    return core;
  });
}
