import { Command, InvalidArgumentError } from 'commander';
import { version } from '../assembly/paths.js';
import type { DoctorOptions } from './doctor/run.js';

/*
 * The `godwit` command. What a subcommand needs is loaded only when it runs: `godwit doctor` on somebody's laptop should
 * not wait for a database driver.
 */
interface ConfigOption {
  readonly config?: string;
}

/** Whoever read our output has gone (`| head`): there is nobody left to tell anything. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const program = new Command('godwit')
  .description('An Exchange ActiveSync gateway for the mail systems people already have')
  .version(version(), '-V, --version')
  .showHelpAfterError('(godwit --help tells more)')
  .enablePositionalOptions();

const withConfig = (command: Command): Command =>
  command.option('-c, --config <file>', 'configuration file (default: GODWIT_CONFIG)');

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 3540)
    throw new InvalidArgumentError('Whole seconds, 1 to 3540.');
  return value;
}

withConfig(program.command('serve'))
  .description('run everything in one process; without a configuration a demo account')
  .action(async (options: ConfigOption) => {
    const { serve } = await import('../standalone/serve.js');
    await serve(options);
  });

withConfig(program.command('gateway'))
  .description('run an HTTP node of a cluster')
  .action(async (options: ConfigOption) => {
    const { runGateway } = await import('../gateway/run.js');
    await runGateway(options);
  });

withConfig(program.command('actors'))
  .description('run a host of device actors of a cluster')
  .action(async (options: ConfigOption) => {
    const { runActors } = await import('../actors/run.js');
    await runActors(options);
  });

withConfig(program.command('admin'))
  .description("run the administrators' API and console of a cluster")
  .action(async (options: ConfigOption) => {
    const { runAdmin } = await import('../admin/run.js');
    await runAdmin(options);
  });

const config = program.command('config').description('look at the configuration');

withConfig(config.command('check'))
  .description('tell every mistake in the configuration, and end with 0 if there is none')
  .action(async (options: ConfigOption) => {
    const { checkConfiguration } = await import('./configuration.js');
    process.exitCode = checkConfiguration(options.config);
  });

config
  .command('reference')
  .description('print every key with its type, default and meaning (Markdown)')
  .action(async () => {
    const { renderConfiguration } = await import('#ops');
    process.stdout.write(renderConfiguration());
  });

withConfig(program.command('migrate'))
  .description('bring the database to the schema of this version')
  .action(async (options: ConfigOption) => {
    const { migrateDatabase } = await import('./migrate.js');
    process.exitCode = await migrateDatabase(options.config);
  });

program
  .command('doctor')
  .description('try an ActiveSync server, any one, as a phone would, and tell what is wrong with it')
  .argument('[address]', 'the mail address: the server is found as a phone finds it')
  .option(
    '--url <url>',
    'the server, with or without /Microsoft-Server-ActiveSync; it is not looked for then',
  )
  .option('--user <login>', 'login name (default: the address)')
  .option('--password <password>', 'password (better: GODWIT_DOCTOR_PASSWORD; else it is asked for)')
  .option('--version <version>', 'protocol version (default: the newest both sides know)')
  .option('--device-type <type>', 'what kind of device to be', 'GodwitDoctor')
  .option('--ping <seconds>', 'how long to hold a Ping; hours of a proxy show only in minutes', seconds, 10)
  .option('--send', 'send a mail to oneself, wait for it, delete it again')
  .option(
    '--write',
    'add a contact, an event, a task and a note of its own, change each, and remove it again',
  )
  .option('--to <address>', "whom to send it to (default: the account's own address)")
  .option('--insecure', 'accept any certificate')
  .option('--json', 'print one JSON object')
  .addHelpText('after', '\nEnds with 0 if all went well, with 1 if not.')
  .action(async (address: string | undefined, flags: DoctorOptions) => {
    const { runDoctor } = await import('./doctor/run.js');
    process.exitCode = await runDoctor(address, flags);
  });

await program.parseAsync();
