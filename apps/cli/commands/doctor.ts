import type { Command } from 'commander';
import type { DoctorOptions } from '../doctor/run.js';
import { whole } from './options.js';

/** `godwit doctor`. */
export function registerDoctor(program: Command): void {
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
    .option(
      '--ping <seconds>',
      'how long to hold a Ping; hours of a proxy show only in minutes',
      whole(1, 3540),
      10,
    )
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
      const { runDoctor } = await import('../doctor/run.js');
      process.exitCode = await runDoctor(address, flags);
    });
}
