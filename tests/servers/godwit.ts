import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { freePorts, waitUntil } from './ports.js';
import { endAtExit, processTree, signalAll } from './processes.js';

export type GodwitRole = 'serve' | 'gateway' | 'actors' | 'admin';

/** One process of Godwit. */
export interface GodwitProcess {
  readonly role: GodwitRole;
  /** Where phones, or for `actors` and `admin` an administrator, connect. */
  readonly url: string;
  /** Where administrators connect: `serve` and `admin`. */
  readonly adminUrl: string;
  /** Bearer token of the first administrator, unless the configuration has another one. */
  readonly adminToken: string;
  readonly pid: number;
  /** The process and what it started (its PostgreSQL). */
  pids(): number[];
  /** Everything it has printed. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Ends it as a crash does, without its PostgreSQL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Tells it to stop and waits for it. Resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Starts it again with the same configuration on the same port. */
  start(): Promise<void>;
}

/** The compiled command within a checkout. */
const COMMAND = join('dist', 'apps', 'cli', 'main.js');

/** The token that tests sign in with. */
const ADMIN_TOKEN = 'the-first-administrator-of-a-test';

/** Milliseconds a start may take on a busy machine: it makes a database first. */
const STARTING = 60_000;

class Running implements GodwitProcess {
  private child: ChildProcess | null = null;
  private text = '';

  constructor(
    readonly role: GodwitRole,
    private readonly port: number,
    private readonly adminPort: number,
    private readonly file: string,
    private readonly folder: string,
    private readonly node: readonly string[],
    private readonly checkout: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get adminUrl(): string {
    return `http://127.0.0.1:${this.adminPort}`;
  }

  readonly adminToken = ADMIN_TOKEN;

  get pid(): number {
    if (this.child?.pid === undefined) throw new Error(`${this.role} does not run`);
    return this.child.pid;
  }

  pids(): number[] {
    return processTree(this.pid);
  }

  output(): string {
    return this.text;
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  async start(): Promise<void> {
    const child = spawn(
      process.execPath,
      [...this.node, join(this.checkout, COMMAND), this.role, '--config', this.file],
      {
        cwd: this.folder,
        env: { ...process.env, GODWIT_CONFIG: '', GODWIT_LOG_FORMAT: 'json' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.child = child;
    const keep = (data: Buffer): void => void (this.text += data.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    endAtExit(() => void (child.exitCode === null && signalAll(processTree(child.pid ?? 0), 'SIGKILL')));
    const isReady = async (): Promise<boolean> => {
      if (child.exitCode !== null)
        throw new Error(`godwit ${this.role} ended with ${child.exitCode}:\n${this.text}`);
      const answer = await fetch(`${this.url}/health/ready`).catch(() => null);
      return answer?.ok === true;
    };
    await waitUntil(`godwit ${this.role} to be ready`, isReady, STARTING);
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  private end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null)
      return Promise.resolve(child?.exitCode ?? null);
    return new Promise((resolve) => {
      child.once('exit', (code) => resolve(code));
      child.kill(signal);
    });
  }
}

export interface GodwitOptions {
  /** What Node itself is told, before the program: `['--expose-gc']`. */
  readonly node?: readonly string[];
  /** Where the release was built; unless given, the project's folder, where tests and benches run. */
  readonly checkout?: string | undefined;
}

/** Starts one process with this configuration (ports and data directory are filled in). Resolves when it is ready. */
export async function startGodwit(
  role: GodwitRole,
  configuration: Readonly<Record<string, unknown>>,
  { node = [], checkout = process.cwd() }: GodwitOptions = {},
): Promise<GodwitProcess> {
  const folder = mkdtempSync(join(tmpdir(), `godwit-${role}-`));
  // A database of its own must be reachable for the user it runs as.
  const [port = 0, other = 0] = await freePorts(2);
  const isAdministration = role === 'actors' || role === 'admin';
  const adminPort = isAdministration ? port : other;
  const file = join(folder, 'godwit.yaml');
  const { listen, admin, ...rest } = configuration as { listen?: object; admin?: object };
  writeFileSync(
    file,
    stringify({
      dataDirectory: join(folder, 'var'),
      ...rest,
      listen: { ...listen, host: '127.0.0.1', port },
      admin: { token: ADMIN_TOKEN, ...admin, host: '127.0.0.1', port: adminPort },
    }),
  );
  endAtExit(() => rmSync(folder, { recursive: true, force: true }));
  const running = new Running(role, port, adminPort, file, folder, node, checkout);
  await running.start();
  return running;
}
