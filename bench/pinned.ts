import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { endAtExit } from '../tests/servers/processes.js';

/** Whether processes can be bound to processors here. */
export const canPin = (): boolean => spawnSync('taskset', ['--version']).status === 0;

/** Binds a process that runs, with all of its threads, to one processor. */
export function pin(pid: number, core: number): void {
  execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
}

/** A bench process, and what it says over IPC. */
export interface Helper {
  readonly pid: number;
  /** Resolves with its next message. */
  next(): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a script of bench/ in a process of its own; `core` binds it to a processor. Ready when it says so. */
export async function startHelper(
  script: string,
  args: readonly string[],
  core: number | null = null,
): Promise<Helper> {
  const command = [process.execPath, join(process.cwd(), 'dist', 'bench', `${script}.js`), ...args];
  const pinned = core === null ? command : ['taskset', '-c', String(core), ...command];
  const [file = '', ...rest] = pinned;
  const child = spawn(file, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const forget = endAtExit(() => void child.kill('SIGKILL'));
  const helper: Helper = {
    pid: child.pid ?? 0,
    next: () => nextOf(child, script),
    stop: async () => {
      forget();
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
  await helper.next();
  return helper;
}

async function nextOf(child: ChildProcess, script: string): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${script} ended with ${String(code)}`);
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  return message;
}
