import type { Command } from 'commander';
import type { UserListOptions } from '../users/list.js';
import type { SwitchOptions } from '../users/switch.js';
import type { TestOptions } from '../users/test.js';
import type { AuditOptions } from '../tokens/audit.js';
import type { MakeTokenOptions } from '../tokens/make.js';
import type { RevokeTokenOptions, TokenListOptions } from '../tokens/list.js';
import { choice, moment, whole, withApi, withConfig, withReason, withTenant } from './options.js';

/** A command about one user. */
const ofUser = (command: Command): Command =>
  withApi(command)
    .argument('<user>', 'the user, as listed')
    .option('--tenant <name>', 'tenant of the user, where several have one of that name');

/** `godwit users`. */
export function registerUsers(program: Command): void {
  const users = program
    .command('users')
    .description('users: look, try their login, switch ActiveSync off and on');

  withTenant(withApi(users.command('list')))
    .description('list users that have synced, or were imported')
    .option('--search <text>', 'a part of the name')
    .option('--limit <n>', 'how many at most', whole(1, 1_000_000), 50)
    .action(async (options: UserListOptions) => {
      const { listUsers } = await import('../users/list.js');
      process.exitCode = await listUsers(options);
    });

  ofUser(users.command('test'))
    .description('try the login at every source, step by step; ends with 1 if a step fails')
    .option('--password', 'ask for the password, to try the sign-in too (or GODWIT_DOCTOR_PASSWORD)')
    .action(async (user: string, options: TestOptions) => {
      const { testUser } = await import('../users/test.js');
      process.exitCode = await testUser(user, options);
    });

  for (const [name, enabled, description] of [
    ['enable', true, 'switch ActiveSync on for a user'],
    ['disable', false, 'switch ActiveSync off for a user: phones are refused with Status 126'],
  ] as const) {
    withReason(ofUser(users.command(name)))
      .description(description)
      .action(async (user: string, options: SwitchOptions) => {
        const { switchUser } = await import('../users/switch.js');
        process.exitCode = await switchUser(enabled, user, options);
      });
  }
}

/** `godwit token`, `godwit tokens` and `godwit audit`. */
export function registerTokens(program: Command): void {
  withConfig(program.command('token'))
    .description('print the token of the first administrator, as kept on this computer')
    .option('--json', 'print JSON: token, where it is kept, address of the console')
    .action(async (options: { config?: string; json?: boolean }) => {
      const { printFirstToken } = await import('../tokens/first.js');
      process.exitCode = printFirstToken(options);
    });

  const tokens = program.command('tokens').description('tokens of the API, for people and scripts');
  withTenant(withApi(tokens.command('list')))
    .description('list tokens; what they are was told only when they were made')
    .action(async (options: TokenListOptions) => {
      const { listTokens } = await import('../tokens/list.js');
      process.exitCode = await listTokens(options);
    });
  withReason(withApi(tokens.command('make')))
    .description('make a token and print it: it is told only now')
    .argument('<name>', 'who or what it is for')
    .addOption(
      choice('--role <role>', 'what it may do', [
        'provider',
        'tenant',
        'helpdesk',
        'read-only',
        'me',
      ]).makeOptionMandatory(),
    )
    .option('--tenant <name>', 'only for this tenant; needed with the roles tenant and me')
    .option('--user <name>', 'whose devices, with the role me')
    .option('--days <n>', 'how long it is valid; for ever unless given', whole(1, 36_500))
    .action(async (name: string, options: MakeTokenOptions) => {
      const { makeToken } = await import('../tokens/make.js');
      process.exitCode = await makeToken(name, options);
    });
  withReason(withApi(tokens.command('revoke')))
    .description('take a token back; it is refused from now on')
    .argument('<token>', 'its number, as listed')
    .action(async (token: string, options: RevokeTokenOptions) => {
      const { revokeToken } = await import('../tokens/list.js');
      process.exitCode = await revokeToken(token, options);
    });

  withTenant(withApi(program.command('audit')))
    .description('who changed what, from where and why; newest first')
    .option('--user <name>', 'only what was done to this user')
    .option('--device <deviceId>', 'only what was done to this device')
    .option('--by <name>', 'only what this administrator did')
    .option('--action <action>', 'only this: device.wipe, policy.change, ...')
    .option('--from <when>', 'since: 2026-03-01, or 7d ago', moment)
    .option('--to <when>', 'until', moment)
    .option('--limit <n>', 'how many at most', whole(1, 1_000_000), 50)
    .option('--csv', 'print all of them as CSV')
    .action(async (options: AuditOptions) => {
      const { showAudit } = await import('../tokens/audit.js');
      process.exitCode = await showAudit(options);
    });
}
