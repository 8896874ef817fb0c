import type { Command } from 'commander';
import { withConfig } from './options.js';

interface ConfigOption {
  readonly config?: string;
}

/** `godwit config`. */
export function registerConfiguration(program: Command): void {
  const config = program.command('config').description('look at the configuration');

  withConfig(config.command('check'))
    .description('tell every mistake in the configuration, and end with 0 if there is none')
    .action(async (options: ConfigOption) => {
      const { checkConfiguration } = await import('../configuration.js');
      process.exitCode = checkConfiguration(options.config);
    });

  withConfig(config.command('explain'))
    .description(
      'every key with its meaning, its value, and where the value comes from; secrets are not shown',
    )
    .argument('[key]', 'a key (listen.port), or the keys below it (listen); all unless given')
    .option('--json', 'print JSON')
    .option('--changed', 'only keys that are not at their default')
    .action(
      async (key: string | undefined, options: ConfigOption & { json?: boolean; changed?: boolean }) => {
        const { explainKeys } = await import('../explain.js');
        process.exitCode = explainKeys(key, options);
      },
    );

  config
    .command('reference')
    .description('print every key with its type, default and meaning (Markdown)')
    .action(async () => {
      const { renderConfiguration } = await import('#ops');
      process.stdout.write(renderConfiguration());
    });
}
