import { join } from 'node:path';
import type pg from 'pg';
import { AdministrationStores } from './administration/administration.js';
import { Connection, type ConnectionOptions } from './connection.js';
import { EmbeddedServer } from './embedded/server.js';
import { guarded } from './errors.js';
import type { PrismaClient } from './generated/client.js';
import type { MailNotesStore } from './mail-notes.js';
import { migrate } from './migrate.js';
import { PrismaDeviceStore } from './prisma-device-store.js';
import type { ObjectNamesStore } from './object-names.js';
import { PrismaMailNotesStore } from './prisma-mail-notes-store.js';
import { PrismaObjectNamesStore } from './prisma-object-names-store.js';
import { PrismaScheduledMailStore } from './prisma-scheduled-mail-store.js';
import { PrismaSuggestedContactsStore } from './prisma-suggested-contacts-store.js';
import type { ScheduledMailStore } from './scheduled-mail.js';
import type { SuggestedContactsStore } from './suggested-contacts.js';
import type { DeviceStore } from './types.js';

/** A database elsewhere, by its URL, or one of our own in a directory. */
export type DatabaseLocation = { readonly url: string } | { readonly embedded: string };

export interface DatabaseOptions extends ConnectionOptions {
  /** The folder of migrations; default `prisma/migrations` under the working directory. */
  readonly migrations?: string;
}

/** An open database with the current schema. */
export class Database {
  readonly administration: AdministrationStores;
  readonly devices: DeviceStore;
  readonly notes: MailNotesStore;
  readonly objectNames: ObjectNamesStore;
  readonly scheduledMail: ScheduledMailStore;
  readonly suggestions: SuggestedContactsStore;

  constructor(
    private readonly connection: Connection,
    private readonly server: EmbeddedServer | undefined,
  ) {
    this.administration = new AdministrationStores(async () => connection);
    this.devices = new PrismaDeviceStore(connection);
    this.notes = new PrismaMailNotesStore(async () => connection);
    this.objectNames = new PrismaObjectNamesStore(async () => connection);
    this.scheduledMail = new PrismaScheduledMailStore(async () => connection);
    this.suggestions = new PrismaSuggestedContactsStore(async () => connection);
  }

  /** The typed client, for the administrator's views. */
  get prisma(): PrismaClient {
    return this.connection.prisma;
  }

  /** Resolves if the database answers. Throws StoreUnavailable. */
  async ping(): Promise<void> {
    await guarded(() => this.connection.pool.query('SELECT 1'));
  }

  /** Waits for running queries, ends the connections and the embedded server. */
  async close(): Promise<void> {
    await this.connection.close();
    await this.server?.stop();
  }
}

/**
 * Opens the database and brings its schema up to date. Throws StoreUnavailable if it cannot be reached, MigrationFailed,
 * and for an embedded one EmbeddedUnavailable or DataDirectoryInUse.
 */
export async function openDatabase(
  location: DatabaseLocation,
  options: DatabaseOptions = {},
): Promise<Database> {
  const server = 'embedded' in location ? await EmbeddedServer.open(location.embedded) : undefined;
  const config: pg.PoolConfig =
    'url' in location ? { connectionString: location.url } : { ...server?.config };
  const connection = new Connection(config, options);
  const database = new Database(connection, server);
  try {
    await migrate(config, options.migrations ?? join(process.cwd(), 'prisma', 'migrations'));
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}
