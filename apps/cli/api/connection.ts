import { readFileSync } from 'node:fs';
import { ConfigurationError, loadConfiguration, type Configuration } from '#ops';
import { firstToken, firstTokenFile } from '../../admin/first-token.js';
import { CommandFailure, exitCodes, misused } from '../exit-codes.js';

/** How a command was told to reach the API. */
export interface ConnectionOptions {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly config?: string | undefined;
}

export interface Connection {
  /** Origin of the admin server. */
  readonly origin: string;
  readonly token: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const FILE = 'file:';

/** The configuration; a bad one ends the command with all that is wrong with it. */
export function configurationOf(config: string | undefined, env: Environment = process.env): Configuration {
  try {
    return loadConfiguration({ path: config, env }).configuration;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new CommandFailure(error.message, exitCodes.configuration);
  }
}

function originOf(url: string, named: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw misused(`${named}: ${url} is no URL; it looks like http://127.0.0.1:8081`);
  return new URL(url).origin;
}

function tokenOf(text: string): string {
  if (!text.startsWith(FILE)) return text.trim();
  const path = text.slice(FILE.length);
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw misused(
      `--token: cannot read the file ${path} (${(error as NodeJS.ErrnoException).code ?? 'error'})`,
    );
  }
}

/** The address of what listens so, from the computer it runs on. */
export function localOrigin({
  host: listening,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): string {
  const local: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const host = local[listening] ?? listening;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Where the admin server of this configuration is reached from the computer it runs on. */
export function configuredOrigin({ admin }: Pick<Configuration, 'admin'>): string {
  if (admin.port === 0)
    throw misused('admin.port is 0, any free port: say with --url where the admin server listens.');
  return localOrigin(admin);
}

/**
 * Address and token: from the options, else from GODWIT_ADMIN_URL and GODWIT_ADMIN_TOKEN, else from the configuration, so
 * that on the server itself nothing has to be said. The token of this computer's configuration is only ever given to the
 * server of that configuration. Throws CommandFailure.
 */
export function connectionOf(options: ConnectionOptions, env: Environment = process.env): Connection {
  const url = options.url ?? (env.GODWIT_ADMIN_URL || undefined);
  const token = options.token ?? (env.GODWIT_ADMIN_TOKEN || undefined);
  const origin = url === undefined ? undefined : originOf(url, options.url ? '--url' : 'GODWIT_ADMIN_URL');
  if (origin !== undefined && token !== undefined) return { origin, token: tokenOf(token) };
  const configuration = configurationOf(options.config, env);
  const configured = configuredOrigin(configuration);
  if (token !== undefined) return { origin: origin ?? configured, token: tokenOf(token) };
  if (origin !== undefined && origin !== configured)
    throw misused(`No token for ${origin}: give --token or GODWIT_ADMIN_TOKEN.`);
  const found = firstToken(configuration, false);
  if (found === null)
    throw misused(
      `No token: there is no admin.token in the configuration and no ${firstTokenFile(configuration)} (godwit serve ` +
        'makes it when it starts). Give --token or GODWIT_ADMIN_TOKEN, or the configuration with --config.',
    );
  return { origin: configured, token: found };
}
