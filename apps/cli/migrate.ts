import { join } from 'node:path';
import { openDatabase } from '#store';
import { migrationsFolder } from '../assembly/paths.js';
import { configurationOrExit } from '../assembly/process.js';

/** `godwit migrate`: returns the exit code. Processes do the same when they start; this is for doing it before. */
export async function migrateDatabase(config: string | undefined): Promise<number> {
  const { configuration } = configurationOrExit({ config });
  const { database, dataDirectory } = configuration;
  const location =
    database === 'embedded' ? { embedded: join(dataDirectory, 'postgres') } : { url: database };
  try {
    const opened = await openDatabase(location, { migrations: migrationsFolder });
    await opened.close();
    process.stdout.write('The database has the schema of this version.\n');
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
