import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PROBE } from './left-memory.js';
import { endAtExit } from '../tests/servers/processes.js';

export interface BareServer {
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

const SCRIPT = join(process.cwd(), 'dist', 'bench', 'bare-server.js');

/** Starts the bare Fastify server. Resolves when it listens. */
export async function startBareServer(): Promise<BareServer> {
  const child = spawn(process.execPath, [...PROBE, SCRIPT], { stdio: ['ignore', 'pipe', 'inherit'] });
  const forget = endAtExit(() => void child.kill('SIGKILL'));
  for await (const url of createInterface({ input: child.stdout })) {
    return {
      url,
      pid: child.pid ?? 0,
      stop: () => {
        forget();
        child.kill('SIGKILL');
      },
    };
  }
  throw new Error('the bare server did not start');
}
