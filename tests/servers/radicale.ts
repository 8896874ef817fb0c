import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildServer } from './child-server.js';
import { freePorts } from './ports.js';

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

class Instance extends ChildServer implements Radicale {
  readonly url: string;
  readonly password = PASSWORD;

  constructor(directory: string, port: number) {
    const args = ['--config', join(directory, 'config')];
    super({ name: 'Radicale', command: '/usr/bin/radicale', args, port, directory, patience: 30_000 });
    this.url = `http://127.0.0.1:${port}/`;
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
