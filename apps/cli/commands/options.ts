import { type Command, InvalidArgumentError, Option } from 'commander';

/** `-c, --config`, of everything that reads the configuration. */
export const withConfig = (command: Command): Command =>
  command.option('-c, --config <file>', 'configuration file (default: GODWIT_CONFIG)');

/** The options of everything that talks to the administrators' API. */
export const withApi = (command: Command): Command =>
  withConfig(
    command
      .option('--json', 'print what the API answered, as JSON')
      .option(
        '--url <url>',
        'address of the admin server (default: GODWIT_ADMIN_URL, else that of the configuration)',
      )
      .option(
        '--token <token>',
        'token, or file:PATH (default: GODWIT_ADMIN_TOKEN, else the first administrator on this computer)',
      ),
  );

/** Why: of every command that changes something. */
export const withReason = (command: Command): Command =>
  command.option('--reason <text>', 'why, for the audit log');

/** `--tenant`, where lists can be narrowed to one. */
export const withTenant = (command: Command): Command =>
  command.option('--tenant <name>', 'only this tenant');

export const choice = (flags: string, description: string, values: readonly string[]): Option =>
  new Option(flags, description).choices(values);

/** A whole number of that range; commander tells the mistake. */
export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`A whole number from ${least} to ${most}.`);
    return value;
  };

/**
 * A moment: `2026-03-01`, `2026-03-01T12:00:00Z`, or how long ago: `30m`, `12h`, `7d`. As ISO 8601 in UTC; commander tells
 * the mistake.
 */
export function moment(text: string): string {
  const ago = /^(\d{1,6})([mhd])$/.exec(text);
  const milliseconds = { m: 60_000, h: 3_600_000, d: 86_400_000 };
  const at = ago
    ? new Date(Date.now() - Number(ago[1]) * milliseconds[ago[2] as keyof typeof milliseconds])
    : new Date(text);
  if (Number.isNaN(at.getTime()) || !/^\d/.test(text))
    throw new InvalidArgumentError(
      'A date (2026-03-01), a time (2026-03-01T12:00Z) or how long ago (30m, 12h, 7d).',
    );
  return at.toISOString();
}
