import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { GodwitProcess } from '../servers/index.js';

const COMMAND = join(process.cwd(), 'dist', 'apps', 'cli', 'main.js');

export interface Ran {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs the `godwit` command as an administrator of that process would from elsewhere. */
export const runCommand = ({ adminUrl, adminToken }: GodwitProcess, ...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = {
      ...process.env,
      GODWIT_CONFIG: '',
      GODWIT_ADMIN_URL: adminUrl,
      GODWIT_ADMIN_TOKEN: adminToken,
      NO_COLOR: '1',
    };
    const child = execFile(process.execPath, [COMMAND, ...args], { env }, (_error, output, errors) =>
      resolve({ code: child.exitCode ?? -1, output, errors }),
    );
  });
