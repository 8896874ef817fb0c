import { firstToken, firstTokenFile } from '../../admin/first-token.js';
import { configurationOf, configuredOrigin } from '../api/connection.js';
import { CommandFailure, exitCodes } from '../exit-codes.js';

interface FirstTokenOptions {
  readonly config?: string | undefined;
  readonly json?: boolean | undefined;
}

/** The token on standard output, for scripts; where it comes from and what it opens on standard error, for people. */
export function printFirstToken(options: FirstTokenOptions): number {
  try {
    const configuration = configurationOf(options.config);
    const token = firstToken(configuration, false);
    const file = firstTokenFile(configuration);
    if (token === null) {
      process.stderr.write(
        `There is no token yet: neither admin.token in the configuration nor ${file}. godwit serve makes it when it starts.\n`,
      );
      return exitCodes.failed;
    }
    const source = configuration.admin.token === undefined ? file : 'admin.token of the configuration';
    const url = configuration.admin.port === 0 ? null : configuredOrigin(configuration);
    if (options.json) {
      process.stdout.write(`${JSON.stringify({ token, source, url }, null, 2)}\n`);
      return exitCodes.ok;
    }
    process.stderr.write(`Token of the first administrator, from ${source}:\n`);
    process.stdout.write(`${token}\n`);
    if (url !== null) process.stderr.write(`Sign in with it at ${url}\n`);
    return exitCodes.ok;
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}
