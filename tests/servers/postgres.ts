import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedServer } from '../../libs/store/embedded/server.js';

export interface PostgresServer {
  /** For `database:` in a configuration; over a Unix socket. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a private PostgreSQL that several Godwit processes can share. */
export async function startPostgres(): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), 'godwit-postgres-'));
  const server = await EmbeddedServer.open(directory);
  const { host, port, user, database } = server.config;
  return {
    url: `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`,
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
