import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endAtExit } from './processes.js';
import { freePorts, waitUntil } from './ports.js';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly isRunning: boolean;
  /** Freezes the server: connections stay open, nothing answers. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** Settings of redis.conf. */
export type RedisSettings = Readonly<Record<string, string | number>>;

/** Starts a private Redis that keeps nothing on disk and, as BullMQ needs it, evicts nothing; unless `settings` say so. */
export async function startRedis(port?: number, settings: RedisSettings = {}): Promise<RedisServer> {
  const chosen = port ?? (await freePorts(1))[0] ?? 0;
  const directory = mkdtempSync(join(tmpdir(), 'godwit-redis-'));
  const options = {
    ...{ bind: '127.0.0.1', port: chosen, save: '', appendonly: 'no', dir: directory },
    'maxmemory-policy': 'noeviction',
    ...settings,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, ...String(value).split(' ')]);
  return serve(chosen, directory, args);
}

/** Starts a sentinel that watches a master under the name `main`. Two of them agree that it is dead, after a second. */
export async function startSentinel(masterPort: number): Promise<RedisServer> {
  const [port = 0] = await freePorts(1);
  const directory = mkdtempSync(join(tmpdir(), 'godwit-sentinel-'));
  const file = join(directory, 'sentinel.conf');
  const lines = [
    ...['bind 127.0.0.1', `port ${port}`, `dir ${directory}`],
    `sentinel monitor main 127.0.0.1 ${masterPort} 2`,
    'sentinel down-after-milliseconds main 1000',
    'sentinel failover-timeout main 3000',
  ];
  writeFileSync(file, lines.join('\n'));
  return serve(port, directory, [file, '--sentinel']);
}

async function serve(port: number, directory: string, args: readonly string[]): Promise<RedisServer> {
  const server = spawn('redis-server', [...args], { stdio: 'ignore' });
  const { pid } = server;
  if (pid === undefined) throw new Error('redis-server could not be started; is it installed?');
  const forget = endAtExit(() => void server.kill('SIGKILL'));
  await waitUntil('Redis to answer', () => {
    if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}`);
    return pong(port);
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid,
    get isRunning() {
      return server.exitCode === null && server.signalCode === null;
    },
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    stop: async () => {
      await ended(server);
      forget();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function pong(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(500, () => end(false));
    socket.once('error', () => end(false));
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')));
  });
}

function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.kill('SIGKILL');
  });
}
