import type { Command } from 'commander';
import { PROBES, type HealthOptions } from '../health/probe.js';
import { choice, withConfig } from './options.js';

interface ConfigOption {
  readonly config?: string;
}

/** The processes of an installation, and what prepares their database. */
export function registerServers(program: Command): void {
  withConfig(program.command('serve'))
    .description('run everything in one process; without a configuration a demo account')
    .action(async (options: ConfigOption) => {
      const { serve } = await import('../../standalone/serve.js');
      await serve(options);
    });

  withConfig(program.command('gateway'))
    .description('run an HTTP node of a cluster')
    .action(async (options: ConfigOption) => {
      const { runGateway } = await import('../../gateway/run.js');
      await runGateway(options);
    });

  withConfig(program.command('actors'))
    .description('run a host of device actors of a cluster')
    .action(async (options: ConfigOption) => {
      const { runActors } = await import('../../actors/run.js');
      await runActors(options);
    });

  withConfig(program.command('admin'))
    .description("run the administrators' API and console of a cluster")
    .action(async (options: ConfigOption) => {
      const { runAdmin } = await import('../../admin/run.js');
      await runAdmin(options);
    });

  withConfig(program.command('migrate'))
    .description('bring the database to the schema of this version')
    .action(async (options: ConfigOption) => {
      const { migrateDatabase } = await import('../migrate.js');
      process.exitCode = await migrateDatabase(options.config);
    });

  withConfig(program.command('health'))
    .description('ask the process of this configuration on this computer whether it is well; for HEALTHCHECK')
    .option('--url <url>', 'address of the process (default: that of the configuration)')
    .addOption(choice('--probe <probe>', 'what is asked', PROBES).default('ready'))
    .action(async (options: HealthOptions) => {
      const { checkHealth } = await import('../health/check.js');
      process.exitCode = await checkHealth(options);
    });
}
