import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answers, freePorts, waitUntil } from './ports.js';
import { endAtExit } from './processes.js';

export interface Radicale {
  readonly url: string;
  readonly pid: number;
  readonly directory: string;
  /** Each user's own; users are those of `startRadicale`. */
  readonly password: string;
  /** Freezes the server: connections stay open, nothing answers. */
  pause(): void;
  resume(): void;
  /** Ends all at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts again on the same port with what was stored. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const PASSWORD = 'secret';

/** Starts a private Radicale (CalDAV, CardDAV) in a temporary folder. A user's principal appears when he first comes. */
export async function startRadicale(users: readonly string[] = ['anna', 'ben']): Promise<Radicale> {
  const directory = mkdtempSync(join(tmpdir(), 'godwit-radicale-'));
  const [port = 0] = await freePorts(1);
  mkdirSync(join(directory, 'storage'));
  writeFileSync(join(directory, 'users'), users.map((user) => `${user}:${PASSWORD}\n`).join(''));
  writeFileSync(join(directory, 'config'), configOf(directory, port));
  const server = new Instance(directory, port);
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

class Instance implements Radicale {
  readonly url: string;
  readonly password = PASSWORD;
  #server: ChildProcess | null = null;
  #forget: () => void = () => undefined;

  constructor(
    readonly directory: string,
    private readonly port: number,
  ) {
    this.url = `http://127.0.0.1:${port}/`;
  }

  get pid(): number {
    return this.#server?.pid ?? 0;
  }

  async start(): Promise<void> {
    const server = spawn('/usr/bin/radicale', ['--config', join(this.directory, 'config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    server.stderr?.on('data', (data: Buffer) => (complaint = (complaint + data.toString()).slice(-4000)));
    this.#server = server;
    this.#forget = endAtExit(() => {
      server.kill('SIGKILL');
      rmSync(this.directory, { recursive: true, force: true });
    });
    await waitUntil(
      'Radicale to answer',
      () => {
        if (server.exitCode !== null) throw new Error(`Radicale ended (${server.exitCode}): ${complaint}`);
        return answers(this.port);
      },
      30_000,
    );
  }

  pause(): void {
    this.#server?.kill('SIGSTOP');
  }

  resume(): void {
    this.#server?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.#forget();
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      server.once('exit', () => resolve());
      server.kill('SIGKILL');
    });
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A failed sign-in is answered at once: the default waits a second. */
const configOf = (directory: string, port: number): string => `
[server]
hosts = 127.0.0.1:${port}
max_connections = 100
[auth]
type = htpasswd
htpasswd_filename = ${join(directory, 'users')}
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = ${join(directory, 'storage')}
[web]
type = none
[logging]
level = warning
`;
