import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from '#ops';

/** Where `serve` keeps the token it made itself: on the same computer the command line finds it there. */
export const firstTokenFile = ({ dataDirectory }: Pick<Configuration, 'dataDirectory'>): string =>
  join(dataDirectory, 'admin-token');

/**
 * The token of the first administrator: the configured one; else, with `make`, one that is drawn once and kept beside the
 * data, readable by its owner only. Null where there is none.
 */
export function firstToken(
  configuration: Pick<Configuration, 'admin' | 'dataDirectory'>,
  make: boolean,
): string | null {
  const { token } = configuration.admin;
  if (token !== undefined) return token;
  const file = firstTokenFile(configuration);
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (!make) return null;
  mkdirSync(configuration.dataDirectory, { recursive: true });
  writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
