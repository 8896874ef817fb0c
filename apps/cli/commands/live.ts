import type { Command } from 'commander';
import type { TopOptions } from '../live/top.js';
import type { TraceOptions } from '../live/trace.js';
import { whole, withApi, withReason, withTenant } from './options.js';

/** `godwit top` and `godwit trace`. */
export function registerLive(program: Command): void {
  withTenant(withApi(program.command('top')))
    .description('requests of phones on all nodes as they come; keys are told on the last line')
    .option('--user <name>', 'only this user')
    .option('--device <deviceId>', 'only this device')
    .option('--command <name>', 'only this command (Sync, Ping, ...)')
    .option('--once', 'print how it is now, and end; also where the output is no terminal')
    .action(async (options: TopOptions) => {
      const { runTop } = await import('../live/top.js');
      process.exitCode = await runTop(options);
    });

  withReason(withApi(program.command('trace')))
    .description('show what a device sends and is sent, without contents, until Ctrl-C')
    .argument(
      '<device>',
      'number of the device as listed, or its DeviceId; or the user, followed by the DeviceId',
    )
    .argument('[deviceId]', "DeviceId of one of the user's devices; not needed if there is only one")
    .option('--tenant <name>', 'tenant of the device, where several have such a user or device')
    .option('--minutes <n>', 'for how long at most', whole(1, 1440), 15)
    .option('--keep', 'do not switch it off at the end')
    .action(async (device: string, deviceId: string | undefined, options: TraceOptions) => {
      const { traceDevice } = await import('../live/trace.js');
      process.exitCode = await traceDevice(device, deviceId, options);
    });
}
