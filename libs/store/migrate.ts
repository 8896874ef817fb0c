import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { guarded } from './errors.js';

/** A migration cannot be applied, or the database was not made by these migrations. Needs an administrator. */
export class MigrationFailed extends Error {
  override readonly name = 'MigrationFailed';
}

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Any number, as long as it is always the same: what processes that start together queue up for. */
const lockKey = 7_142_002;

/** The table Prisma keeps, so that its own tools read the same history. */
const historyTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  varchar(36) PRIMARY KEY,
    checksum            varchar(64) NOT NULL,
    finished_at         timestamptz,
    migration_name      varchar(255) NOT NULL,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`;

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Applies the migrations of `folder` that the database does not have yet, in order of name, each in a transaction of its
 * own. Processes that start at once wait for each other. A newer database than this program's is left alone: during an
 * upgrade two versions run side by side. Returns the names applied. Throws MigrationFailed, StoreUnavailable.
 */
export async function migrate(config: pg.ClientConfig, folder: string): Promise<string[]> {
  const migrations = await readMigrations(folder);
  return guarded(async () => {
    // A connection of its own: none of the time limits of requests hold here, and its end frees the lock.
    const client = new pg.Client({ ...config, application_name: 'godwit-migrate' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
      return await applyMissing(client, migrations);
    } finally {
      await client.end();
    }
  });
}

async function applyMissing(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  await client.query(historyTable);
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished_at: Date | null }>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  const history = new Map(rows.map((row) => [row.migration_name, row]));
  const applied: string[] = [];
  for (const migration of migrations) {
    const row = history.get(migration.name);
    if (!row) {
      await apply(client, migration);
      applied.push(migration.name);
    } else if (row.finished_at === null) {
      throw new MigrationFailed(`migration ${migration.name} was begun by another tool and never finished`);
    } else if (row.checksum !== migration.checksum) {
      throw new MigrationFailed(
        `migration ${migration.name} was changed after this database had been migrated with it`,
      );
    }
  }
  return applied;
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationFailed(`migration ${migration.name}: ${reason}`, { cause: error });
  }
}
