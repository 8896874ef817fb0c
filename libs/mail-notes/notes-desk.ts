import { BackendError, type MailHit } from '#backend';
import { StoreUnavailable, type MailNotesStore, type NotedRow } from '#store';
import { livingAliases } from './noted-feed.js';

/** Stable id to the id the source knows the message by. */
export type Aliases = ReadonlyMap<string, string>;

const nobody: Aliases = new Map();

/** Asks the store for one account, in a backend's terms. Remembers in which folders ids may mean other messages. */
export class NotesDesk {
  /** Folders in which some mail had a stable id when they were last looked at. */
  private readonly aliased = new Set<string>();

  constructor(
    private readonly notes: MailNotesStore,
    private readonly account: string,
    private readonly onUnavailable: (error: unknown) => void,
  ) {}

  /** Throws `unavailable` without the store. */
  async ask<T>(question: (notes: MailNotesStore, account: string) => Promise<T>): Promise<T> {
    try {
      return await question(this.notes, this.account);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      const options = { reason: 'notes', cause: error };
      throw new BackendError('unavailable', 'what is kept beside the mail cannot be had', options);
    }
  }

  /** What the question gives, or something else without the store. */
  async orElse<T>(question: () => Promise<T>, otherwise: () => T): Promise<T> {
    try {
      return await question();
    } catch (error) {
      const isOurs = error instanceof BackendError && error.reason === 'notes';
      if (!isOurs && !(error instanceof StoreUnavailable)) throw error;
      this.onUnavailable(error);
      return otherwise();
    }
  }

  /** Does what is right to do, but not worth failing for: what it was for is done already. */
  try(action: (notes: MailNotesStore, account: string) => Promise<unknown>): Promise<void> {
    return this.orElse(
      async () => void (await this.ask(action)),
      () => undefined,
    );
  }

  forget(folder: string, items: readonly string[] | null): Promise<void> {
    return this.try((notes, account) => notes.forget(account, folder, items));
  }

  /** See MailNotesStore.find. Throws `unavailable`. */
  async find(folder: string, items: readonly string[]): Promise<NotedRow[]> {
    const rows = await this.ask((notes, account) => notes.find(account, folder, items));
    if (livingAliases(rows).size > 0) this.aliased.add(folder);
    else this.aliased.delete(folder);
    return rows;
  }

  /** The note of one mail, if it can be had. */
  async noteOf(folder: string, item: string): Promise<NotedRow | undefined> {
    const rows = await this.orElse(
      () => this.find(folder, [item]),
      () => [],
    );
    return rows.find((row) => row.item === item);
  }

  lookup(folder: string, ids: readonly string[]): Lookup {
    return new Lookup(this, folder, ids, this.aliased.has(folder));
  }

  /** Hits by the ids phones know. */
  async stable(hits: readonly MailHit[]): Promise<readonly MailHit[]> {
    if (hits.length === 0) return hits;
    const aliases = await this.orElse(
      () => this.ask((notes, account) => notes.aliases(account)),
      () => [],
    );
    if (aliases.length === 0) return hits;
    const key = (folder: string, item: string): string => `${folder}\0${item}`;
    const stable = new Map(aliases.map((alias) => [key(alias.folder, alias.item), alias.stable]));
    return hits.map((hit) => ({ ...hit, id: stable.get(key(hit.folder, hit.id)) ?? hit.id }));
  }
}

/** What one operation needs to know of its mails: asked once, and only if it has to be. */
export class Lookup {
  private rows: Promise<NotedRow[]> | null = null;

  constructor(
    private readonly desk: NotesDesk,
    private readonly folder: string,
    private readonly ids: readonly string[],
    private readonly isAliased: boolean,
  ) {}

  /** Whether the store was asked. */
  get isDone(): boolean {
    return this.rows !== null;
  }

  /** Other messages that ids mean, where the folder is known to have such. */
  known(): Promise<Aliases> {
    return this.isAliased ? this.aliases() : Promise.resolve(nobody);
  }

  /** Other messages that ids mean; none without the store. */
  async aliases(): Promise<Aliases> {
    const rows = await this.ask();
    return new Map([...livingAliases(rows)].map(([stable, { item }]) => [stable, item]));
  }

  /** The note of a mail, by the source's id. */
  async note(item: string): Promise<NotedRow | undefined> {
    return (await this.ask()).find((row) => row.item === item);
  }

  private ask(): Promise<NotedRow[]> {
    this.rows ??= this.desk.orElse(
      () => this.desk.find(this.folder, this.ids),
      () => [],
    );
    return this.rows;
  }
}
