import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedServer } from '../../libs/store/embedded/server.js';
import { processTree } from './processes.js';

export interface PostgresServer {
  /** For `database:` in a configuration; over a Unix socket. */
  readonly url: string;
  /** The Unix socket that `url` names. */
  readonly socket: string;
  /** Its processes; the first one started the others. A killed one comes back by itself. */
  pids(): number[];
  /** Ends it for a while; everything is kept. */
  halt(): Promise<void>;
  /** Starts it again, at the same URL. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Several processes with a pool each, and the connections of those that were killed. */
const ROOM = { max_connections: '100' };

/** Starts a private PostgreSQL that several Godwit processes can share. */
export async function startPostgres(): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), 'godwit-postgres-'));
  let server: EmbeddedServer | null = await EmbeddedServer.open(directory, ROOM);
  const { host, port, user, database } = server.config;
  const halt = async (): Promise<void> => {
    await server?.stop();
    server = null;
  };
  return {
    url: `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`,
    socket: join(host, `.s.PGSQL.${port}`),
    pids: () => {
      const [pid] = readFileSync(join(directory, 'cluster', 'postmaster.pid'), 'utf8').split('\n');
      return processTree(Number(pid));
    },
    halt,
    async start() {
      server ??= await EmbeddedServer.open(directory, ROOM);
    },
    async stop() {
      await halt();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
