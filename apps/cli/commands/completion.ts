import { Argument, type Command } from 'commander';
import { shells, type Shell } from '../completion.js';

/** `godwit completion`. */
export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands and options: source <(godwit completion bash)')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action(async (shell: Shell) => {
      const { completionScript } = await import('../completion.js');
      process.stdout.write(completionScript(program, shell));
    });
}
