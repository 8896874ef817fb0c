import type { Command } from 'commander';
import type { DeviceChangeOptions } from '../devices/find-device.js';
import type { ListOptions } from '../devices/list.js';
import type { ResyncOptions, RetryOptions } from '../devices/repair.js';
import type { ShowOptions } from '../devices/show.js';
import type { WipeOptions } from '../devices/wipe.js';
import { choice, moment, whole, withApi, withReason, withTenant } from './options.js';

const standings = ['allowed', 'blocked', 'quarantined'] as const;
const classes = ['Email', 'Calendar', 'Contacts', 'Tasks', 'Notes'] as const;

/** A command about one device. */
const ofDevice = (command: Command): Command =>
  withApi(command)
    .argument(
      '<device>',
      'number of the device as listed, or its DeviceId; or the user, followed by the DeviceId',
    )
    .argument('[deviceId]', "DeviceId of one of the user's devices; not needed if there is only one")
    .option('--tenant <name>', 'tenant of the device, where several have such a user or device');

/** A command that changes something about one device. */
const changing = (command: Command): Command => withReason(ofDevice(command));

/** `godwit devices`. */
export function registerDevices(program: Command): void {
  const devices = program.command('devices').description('devices: look, wipe, let in, keep out, repair');
  registerLooks(devices);
  registerWipes(devices);
  registerAccess(devices);
  registerRepairs(devices);
}

function registerLooks(devices: Command): void {
  withTenant(withApi(devices.command('list')))
    .description('list devices, those seen last first')
    .option('--user <name>', 'only devices of this user')
    .option('--search <text>', 'a part of user, model, friendly name or device id')
    .option('--model <model>', 'only this model')
    .option('--os <os>', 'only this operating system')
    .option('--type <type>', 'only this device type')
    .option('--protocol <version>', 'only this protocol version (16.1)')
    .addOption(choice('--standing <standing>', 'only devices that are let in, or not', standings))
    .addOption(
      choice('--wipe <state>', 'only devices with such a wipe', [
        'waiting',
        'requested',
        'sent',
        'confirmed',
        'failed',
        'cancelled',
      ]),
    )
    .addOption(
      choice('--policy <state>', 'only devices with such a state of their policy', [
        'none',
        'pending',
        'applied',
        'partial',
        'refused',
      ]),
    )
    .option('--seen-after <when>', 'seen since: 2026-03-01, or 7d ago', moment)
    .option('--seen-before <when>', 'not seen since: 2026-03-01, or 90d ago', moment)
    .option('--failing', 'only devices with an error')
    .addOption(
      choice('--sort <by>', 'what to sort by', ['lastSeenAt', 'user', 'model', 'createdAt']).default(
        'lastSeenAt',
      ),
    )
    .addOption(choice('--order <order>', 'which way', ['asc', 'desc']))
    .option('--limit <n>', 'how many at most', whole(1, 1_000_000), 50)
    .option('--csv', 'print all of them as CSV')
    .action(async (options: ListOptions) => {
      const { listDevices } = await import('../devices/list.js');
      process.exitCode = await listDevices(options);
    });

  ofDevice(devices.command('show'))
    .description('a device: what it is, its folders, its policy, what went wrong')
    .option('--timeline <n>', 'also the last events', whole(1, 1000))
    .action(async (device: string, deviceId: string | undefined, options: ShowOptions) => {
      const { showDevice } = await import('../devices/show.js');
      process.exitCode = await showDevice(device, deviceId, options);
    });
}

function registerWipes(devices: Command): void {
  changing(devices.command('wipe'))
    .description('wipe the account from a device (needs 16.1), or reset all of it')
    .addOption(
      choice('--kind <kind>', "the account's data only, or everything on the device", [
        'account',
        'device',
      ]).default('account'),
    )
    .option('-y, --yes', 'do not ask')
    .action(async (device: string, deviceId: string | undefined, options: WipeOptions) => {
      const { wipeDevice } = await import('../devices/wipe.js');
      process.exitCode = await wipeDevice(device, deviceId, options);
    });

  changing(devices.command('cancel-wipe'))
    .description('cancel a wipe the device has not been told of')
    .action(async (device: string, deviceId: string | undefined, options: DeviceChangeOptions) => {
      const { cancelWipe } = await import('../devices/wipe.js');
      process.exitCode = await cancelWipe(device, deviceId, options);
    });

  changing(devices.command('approve-wipe'))
    .description('agree to a wipe that another administrator asked for')
    .option('-y, --yes', 'do not ask')
    .action(async (device: string, deviceId: string | undefined, options: WipeOptions) => {
      const { approveWipe } = await import('../devices/wipe.js');
      process.exitCode = await approveWipe(device, deviceId, options);
    });
}

function registerAccess(devices: Command): void {
  const decisions = [
    ['allow', 'allowed', 'let a device in, whatever the rules say'],
    ['block', 'blocked', 'keep a device out, whatever the rules say'],
    ['quarantine', 'quarantined', 'show a device one explanatory mail and nothing else'],
    ['follow-rules', null, 'leave a device to the access rules again'],
  ] as const;
  for (const [name, decision, description] of decisions) {
    changing(devices.command(name))
      .description(description)
      .action(async (device: string, deviceId: string | undefined, options: DeviceChangeOptions) => {
        const { decideAccess } = await import('../devices/access.js');
        process.exitCode = await decideAccess(decision, device, deviceId, options);
      });
  }
}

function registerRepairs(devices: Command): void {
  changing(devices.command('resync'))
    .description('make a device load everything again, or a folder, or a class')
    .option('--folder <id>', 'only this folder, as show lists it')
    .addOption(choice('--class <class>', 'only folders of this class', classes))
    .option('--hierarchy', 'only the list of folders')
    .option('--dry-run', 'only tell what would be done')
    .action(async (device: string, deviceId: string | undefined, options: ResyncOptions) => {
      const { resyncDevice } = await import('../devices/repair.js');
      process.exitCode = await resyncDevice(device, deviceId, options);
    });

  changing(devices.command('clear-loops'))
    .description('forget that a device asked for the same again and again')
    .action(async (device: string, deviceId: string | undefined, options: DeviceChangeOptions) => {
      const { clearLoops } = await import('../devices/repair.js');
      process.exitCode = await clearLoops(device, deviceId, options);
    });

  changing(devices.command('retry'))
    .description('offer items again that were set aside: all, those of a folder, or one')
    .option('--folder <id>', 'only those of this folder')
    .option('--item <id>', 'only this item of the folder')
    .action(async (device: string, deviceId: string | undefined, options: RetryOptions) => {
      const { retryItems } = await import('../devices/repair.js');
      process.exitCode = await retryItems(device, deviceId, options);
    });

  changing(devices.command('remove'))
    .description('forget a device: its phone starts anew if it comes again')
    .option('-y, --yes', 'do not ask')
    .action(async (device: string, deviceId: string | undefined, options: WipeOptions) => {
      const { removeDevice } = await import('../devices/remove.js');
      process.exitCode = await removeDevice(device, deviceId, options);
    });
}
