import { join } from 'node:path';
import type { Configuration, Log } from '#ops';
import { LazyDatabase, openDatabase, type Database } from '#store';
import { migrationsFolder } from './paths.js';

/** A gateway asks for little: of most mails nothing is kept. */
const GATEWAY_CONNECTIONS = 4;

/** The database of a process that hosts device actors. */
export const openOwnDatabase = ({ database, dataDirectory }: Configuration): Promise<Database> =>
  openDatabase(database === 'embedded' ? { embedded: join(dataDirectory, 'postgres') } : { url: database }, {
    migrations: migrationsFolder,
  });

/**
 * The database of a process that hosts none, opened when it is first needed: phones are served without it, but for what
 * is kept beside their mail. Null where it is embedded in another process.
 */
export function lazyDatabase({ database }: Configuration, log: Log): LazyDatabase | null {
  if (database === 'embedded') {
    log.event('config.warning', {
      warning:
        'the embedded database is out of reach of `godwit gateway`: flags have no dates here. Set `database: postgres://...`',
    });
    return null;
  }
  return new LazyDatabase(database, {
    migrations: migrationsFolder,
    connections: GATEWAY_CONNECTIONS,
    onLost: (error) => log.event('store.unavailable', { error }),
  });
}
