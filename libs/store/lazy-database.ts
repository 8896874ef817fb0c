import { AdministrationStores } from './administration/administration.js';
import { Connection, type ConnectionOptions } from './connection.js';
import { StoreUnavailable } from './errors.js';
import type { MailNotesStore } from './mail-notes.js';
import { migrate } from './migrate.js';
import type { ObjectNamesStore } from './object-names.js';
import { PrismaMailNotesStore } from './prisma-mail-notes-store.js';
import { PrismaObjectNamesStore } from './prisma-object-names-store.js';
import { PrismaScheduledMailStore } from './prisma-scheduled-mail-store.js';
import { PrismaSuggestedContactsStore } from './prisma-suggested-contacts-store.js';
import type { ScheduledMailStore } from './scheduled-mail.js';
import type { SuggestedContactsStore } from './suggested-contacts.js';

export interface LazyDatabaseOptions extends ConnectionOptions {
  /** The folder of migrations. */
  readonly migrations: string;
  /** Milliseconds after a failure in which nothing is tried again; default 5 s. */
  readonly patience?: number;
}

/**
 * A database elsewhere that is opened when somebody first needs it: for processes whose work is done without it as a
 * rule. What uses it throws StoreUnavailable as long as it cannot be opened.
 */
export class LazyDatabase {
  readonly administration = new AdministrationStores(() => this.open());
  readonly notes: MailNotesStore = new PrismaMailNotesStore(() => this.open());
  readonly objectNames: ObjectNamesStore = new PrismaObjectNamesStore(() => this.open());
  readonly scheduledMail: ScheduledMailStore = new PrismaScheduledMailStore(() => this.open());
  readonly suggestions: SuggestedContactsStore = new PrismaSuggestedContactsStore(() => this.open());
  private opening: Promise<Connection> | null = null;

  constructor(
    private readonly url: string,
    private readonly options: LazyDatabaseOptions,
  ) {}

  /** Ends the connections, if there are any. Nothing is opened afterwards. */
  async close(): Promise<void> {
    const opened = this.opening;
    this.opening = Promise.reject(new StoreUnavailable('the process ends'));
    this.opening.catch(() => undefined);
    await opened?.then(
      (connection) => connection.close(),
      () => undefined,
    );
  }

  private open(): Promise<Connection> {
    if (this.opening) return this.opening;
    const opening = this.connect();
    this.opening = opening;
    opening.catch(() => {
      // Those who come in the meantime are told at once: none of them should wait for one connection attempt each.
      const forget = (): void => void (this.opening === opening && (this.opening = null));
      setTimeout(forget, this.options.patience ?? 5_000).unref();
    });
    return opening;
  }

  private async connect(): Promise<Connection> {
    const config = { connectionString: this.url };
    try {
      await migrate(config, this.options.migrations);
    } catch (error) {
      throw new StoreUnavailable('the database cannot be opened', { cause: error });
    }
    return new Connection(config, this.options);
  }
}
