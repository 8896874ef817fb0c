import type { Command } from 'commander';
import type { ShareAddOptions, ShareChangeOptions, ShareListOptions } from '../shares/shares.js';
import { choice, withApi, withReason } from './options.js';

/** A command about the folders of others that one user is shown. */
const ofUser = (command: Command): Command =>
  withApi(command)
    .argument('<user>', 'the user, as listed')
    .option('--device <deviceId>', "only this one of the user's devices; all of them unless given")
    .option('--tenant <name>', 'tenant of the user, where several have one of that name');

/** `godwit shares`. */
export function registerShares(program: Command): void {
  const shares = program
    .command('shares')
    .description('folders of somebody else that users, or single devices, are shown');

  ofUser(shares.command('list'))
    .description('list the folders of others that a user is shown')
    .action(async (user: string, options: ShareListOptions) => {
      const { listShares } = await import('../shares/shares.js');
      process.exitCode = await listShares(user, options);
    });

  withReason(ofUser(shares.command('add')))
    .description('show a user a folder of somebody else; the server judges whether the user may read it')
    .argument('<path>', 'the folder as the user reads it over IMAP: user/sales, Shared/News')
    .addOption(
      choice('--class <class>', 'what it holds', ['Email', 'Calendar', 'Contacts', 'Tasks', 'Notes']).default(
        'Email',
      ),
    )
    .option('--name <name>', 'what it is called on phones; as its owner calls it unless given')
    .action(async (user: string, path: string, options: ShareAddOptions) => {
      const { addShare } = await import('../shares/shares.js');
      process.exitCode = await addShare(user, path, options);
    });

  withReason(ofUser(shares.command('remove')))
    .description('show it no longer')
    .argument('<share>', 'its number, as listed')
    .action(async (user: string, share: string, options: ShareChangeOptions) => {
      const { removeShare } = await import('../shares/shares.js');
      process.exitCode = await removeShare(user, share, options);
    });
}
