import { Command } from 'commander';
import { registerCompletion } from './commands/completion.js';
import { registerConfiguration } from './commands/configuration.js';
import { registerDevices } from './commands/devices.js';
import { registerDoctor } from './commands/doctor.js';
import { registerImport } from './commands/import.js';
import { registerLive } from './commands/live.js';
import { registerTokens, registerUsers } from './commands/people.js';
import { registerPolicies, registerRules } from './commands/rules.js';
import { registerServers } from './commands/servers.js';
import { registerShares } from './commands/shares.js';
import { EXIT_HELP } from './exit-codes.js';

/**
 * The tree of all commands. What one needs is loaded only when it runs: `godwit doctor` on somebody's laptop should not wait
 * for a database driver.
 */
export function buildProgram(version: string): Command {
  const program = new Command('godwit')
    .description('An Exchange ActiveSync gateway for the mail systems people already have')
    .version(version, '-V, --version')
    .showHelpAfterError('(godwit --help tells more)')
    .addHelpText('after', EXIT_HELP)
    .enablePositionalOptions();
  registerServers(program);
  registerConfiguration(program);
  registerDoctor(program);
  registerDevices(program);
  registerUsers(program);
  registerShares(program);
  registerPolicies(program);
  registerRules(program);
  registerTokens(program);
  registerLive(program);
  registerImport(program);
  registerCompletion(program);
  return program;
}
