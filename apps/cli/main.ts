import type { Command } from 'commander';
import { version } from '../assembly/paths.js';
import { exitCodes } from './exit-codes.js';
import { buildProgram } from './program.js';

/** Whoever read our output has gone (`| head`): there is nobody left to tell anything. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const program = buildProgram(version());
/** Set on every command: one that was made before does not inherit it. */
const endAsUsage = (command: Command): void => {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitCodes.ok : exitCodes.usage));
  command.commands.forEach((child) => endAsUsage(child));
};
endAsUsage(program);

await program.parseAsync();
