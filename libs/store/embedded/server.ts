import { createHash } from 'node:crypto';
import { chown, chmod, lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import type { ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedUnavailable, findBinaries, type Binaries } from './binaries.js';
import { operatingUser, run, start, type OperatingUser } from './operating-user.js';
import { isListening, takeOwnership } from './ownership.js';

/** Only names the socket: nothing listens on TCP. */
const port = 5432;
const databaseUser = 'godwit';
/** Milliseconds. After a crash the server replays its log first. */
const startPatience = 120_000;
const stopPatience = 15_000;
const poll = 20;
/** Longest path of a Unix socket, with room for the names put into the directory. */
const longestRunDirectory = 80;

/**
 * A small server on the same machine. fsync and synchronous_commit stay on: a sync key the phone has seen must survive a
 * power cut, or the phone's next request is answered from the past.
 */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '20',
  superuser_reserved_connections: '1',
  shared_buffers: '16MB',
  work_mem: '2MB',
  maintenance_work_mem: '16MB',
  jit: 'off',
  huge_pages: 'off',
  // Without the pools of workers a server of this size never needs: each process costs memory.
  io_method: 'sync',
  max_worker_processes: '1',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  autovacuum_worker_slots: '2',
  autovacuum_max_workers: '1',
  max_logical_replication_workers: '0',
  // Nobody replicates it.
  wal_level: 'minimal',
  max_wal_senders: '0',
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] ',
  timezone: 'UTC',
};

interface Place {
  readonly directory: string;
  /** PGDATA. */
  readonly cluster: string;
  /** Sockets. */
  readonly run: string;
  readonly log: string;
}

/** How to connect to a running embedded server. */
export interface SocketConfig {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/** A PostgreSQL server of our own, in a directory of ours, reachable over a Unix socket only. */
export class EmbeddedServer {
  private child: ChildProcess | undefined;
  private stopping = false;

  private constructor(
    private readonly place: Place,
    private readonly binaries: Binaries,
    private readonly user: OperatingUser,
    private readonly ownership: { release(): Promise<void> },
    private readonly more: Readonly<Record<string, string>>,
  ) {}

  /**
   * Starts the server of a directory; makes directory and cluster at first. `more`: settings that differ from ours. Throws
   * EmbeddedUnavailable, DataDirectoryInUse.
   */
  static async open(
    dataDirectory: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<EmbeddedServer> {
    const directory = resolve(dataDirectory);
    await mkdir(directory, { recursive: true });
    const binaries = await findBinaries();
    const user = await operatingUser([binaries.postgres, directory]);
    const place: Place = {
      directory,
      cluster: join(directory, 'cluster'),
      run: await runDirectory(directory, user),
      log: join(directory, 'server.log'),
    };
    const ownership = await takeOwnership(place.run);
    try {
      const server = new EmbeddedServer(place, binaries, user, ownership, more);
      await server.stopOrphan();
      await server.initialise();
      await server.launch();
      return server;
    } catch (error) {
      await ownership.release();
      throw error;
    }
  }

  get config(): SocketConfig {
    return { host: this.place.run, port, user: databaseUser, database: 'postgres' };
  }

  /** Ends the server cleanly and gives the directory free. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      // SIGINT: break off sessions, write a checkpoint, end. SIGQUIT: leave the rest to recovery.
      child.kill('SIGINT');
      const impatience = setTimeout(() => child.kill('SIGQUIT'), stopPatience);
      await ended;
      clearTimeout(impatience);
    }
    await this.ownership.release();
  }

  /** A process of ours that was killed leaves its server behind. Nobody owns it, so it is ended before a new one starts. */
  private async stopOrphan(): Promise<void> {
    if (!(await isListening(join(this.place.run, `.s.PGSQL.${port}`)))) return;
    await run(this.user, this.binaries.pg_ctl, ['stop', '-D', this.place.cluster, '-m', 'fast', '-w']);
  }

  private async initialise(): Promise<void> {
    const { cluster } = this.place;
    const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => null);
    if (version !== null) return this.checkVersion(version.trim());
    // Made under another name first: a half-made cluster is never taken for one.
    const unfinished = `${cluster}.new`;
    await rm(unfinished, { recursive: true, force: true });
    await makeDirectory(unfinished, this.user);
    await run(this.user, this.binaries.initdb, [
      `--pgdata=${unfinished}`,
      `--username=${databaseUser}`,
      // Whoever can open the socket's directory could read the files as well.
      '--auth-local=trust',
      '--auth-host=reject',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--wal-segsize=4',
    ]);
    await rename(unfinished, cluster);
  }

  private async checkVersion(version: string): Promise<void> {
    const output = await run(this.user, this.binaries.postgres, ['--version']);
    const [, major] = /(\d+)\.\d+/.exec(output) ?? [];
    if (major === version) return;
    throw new EmbeddedUnavailable(
      `${this.place.cluster} was made by PostgreSQL ${version}, and this is ${major ?? output}: dump it with the old release and load it with this one`,
    );
  }

  private async launch(): Promise<void> {
    const { cluster, log, run: socketDirectory } = this.place;
    const flags = Object.entries({
      ...settings,
      ...this.more,
      unix_socket_directories: socketDirectory,
      port: String(port),
    });
    const output = await open(log, 'w', 0o600);
    const args = ['-D', cluster, ...flags.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    const child = start(this.user, this.binaries.postgres, args, ['ignore', output.fd, output.fd]);
    this.child = child;
    let failure: Error | undefined;
    child.once('error', (error) => (failure = error));
    await output.close();
    child.unref();
    await this.ready(child, () => failure);
    child.once('exit', () => void this.revive());
  }

  private async ready(child: ChildProcess, failure: () => Error | undefined): Promise<void> {
    const until = Date.now() + startPatience;
    while (Date.now() < until) {
      if (failure() ?? child.exitCode ?? child.signalCode) break;
      // The eighth line of the file tells the state; the first one whose.
      const lines = (
        await readFile(join(this.place.cluster, 'postmaster.pid'), 'utf8').catch(() => '')
      ).split('\n');
      if (lines[0] === String(child.pid) && lines[7]?.trim() === 'ready') return;
      await delay(poll);
    }
    if (child.exitCode === null) child.kill('SIGQUIT');
    const log = await readFile(this.place.log, 'utf8').catch(() => '');
    throw new EmbeddedUnavailable(`PostgreSQL did not start: ${log.slice(-2000)}`, { cause: failure() });
  }

  /** A server that ended without being told to (killed for memory, crashed) is started again; the pool reconnects by itself. */
  private async revive(): Promise<void> {
    for (let wait = 200; !this.stopping; wait = Math.min(wait * 2, 30_000)) {
      await delay(wait, undefined, { ref: false });
      if (this.stopping) return;
      try {
        await this.launch();
        return;
      } catch {
        // Tried again: until it succeeds every query fails with StoreUnavailable, which is what the operator sees.
      }
    }
  }
}

async function makeDirectory(path: string, { ids }: OperatingUser): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (ids) await chown(path, ids.uid, ids.gid);
  await chmod(path, 0o700);
}

/** Where the sockets are: in the data directory, or, as a socket's path must be short, in one of the temporary directory. */
async function runDirectory(directory: string, user: OperatingUser): Promise<string> {
  const inside = join(directory, 'run');
  if (inside.length <= longestRunDirectory) {
    await makeDirectory(inside, user);
    return inside;
  }
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  const outside = join(tmpdir(), `godwit-${name}`);
  await mkdir(outside, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  // Its name can be guessed: somebody else may have made it first.
  const found = await lstat(outside);
  const owners = [process.getuid?.(), user.ids?.uid];
  if (!found.isDirectory() || !owners.includes(found.uid)) {
    throw new EmbeddedUnavailable(`${outside} belongs to somebody else`);
  }
  await makeDirectory(outside, user);
  return outside;
}
