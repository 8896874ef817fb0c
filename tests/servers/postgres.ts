import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedServer } from '../../libs/store/embedded/server.js';

export interface PostgresServer {
  /** For `database:` in a configuration; over a Unix socket. */
  readonly url: string;
  /** Ends it for a while; everything is kept. */
  halt(): Promise<void>;
  /** Starts it again, at the same URL. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Starts a private PostgreSQL that several Godwit processes can share. */
export async function startPostgres(): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), 'godwit-postgres-'));
  let server: EmbeddedServer | null = await EmbeddedServer.open(directory);
  const { host, port, user, database } = server.config;
  const halt = async (): Promise<void> => {
    await server?.stop();
    server = null;
  };
  return {
    url: `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`,
    halt,
    async start() {
      server ??= await EmbeddedServer.open(directory);
    },
    async stop() {
      await halt();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
