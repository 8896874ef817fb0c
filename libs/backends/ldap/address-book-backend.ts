import {
  BackendError,
  type Backend,
  type BackendFolder,
  type ChangeNotice,
  type ChangePage,
  type ChangesRequest,
  type ReadResult,
  type View,
  type Watch,
} from '#backend';
import { PictureFitter } from '#objects';
import { changesSince } from './address-book-feed.js';
import type { AddressBook } from './address-book.js';
import type { AddressBookConfig } from './config.js';
import { contactOf, namedPeople, wholeAttributes, type PeopleNames } from './contact.js';
import type { Values } from './entry.js';
import { Recent } from './recent.js';

const FOLDER = 'everybody';
/** Entries asked for at once, each by its name: no server needs an index for that. */
const AT_ONCE = 20;
const NAMES = 1000;
const NAMES_KEPT = 15 * 60_000;
/** Answers of a server that concern one entry and not the server. */
const ofTheEntry: ReadonlySet<string> = new Set(['no-access', 'refused']);

/** What shows people, whoever looks at them. */
export class PeopleViewer {
  readonly pictures = new PictureFitter();
  /** Names of managers and assistants, who are entries themselves. */
  readonly names: Recent<string | null>;

  constructor(now: () => number) {
    this.names = new Recent(NAMES, NAMES_KEPT, now);
  }
}

/** Everybody of a directory as one folder of contacts that nobody can write. */
export class AddressBookBackend implements Backend {
  readonly kind = 'ldap';

  constructor(
    private readonly book: AddressBook,
    private readonly config: AddressBookConfig,
    private readonly viewer: PeopleViewer,
    /** Closes what nobody else uses. */
    readonly close: () => Promise<void>,
  ) {}

  /** Does not ask the server: a folder that is not told is a deleted one to phones. */
  async folders(): Promise<BackendFolder[]> {
    const { name, isMain } = this.config;
    return [
      {
        path: FOLDER,
        parent: null,
        name,
        itemClass: 'Contacts',
        role: isMain ? 'default' : null,
        identity: null,
        selectable: true,
        readOnly: true,
      },
    ];
  }

  async changes({ folder, cursor, limit }: ChangesRequest): Promise<ChangePage> {
    check(folder);
    return changesSince(cursor, await this.book.people(), this.book.recent, limit);
  }

  async *read(folder: string, ids: readonly string[], view: View): AsyncGenerator<ReadResult> {
    check(folder);
    const { byId } = await this.book.people();
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE).map((id) => this.readOne(id, byId.get(id)?.dn, view));
      yield* await Promise.all(some);
    }
  }

  async watch(_folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    const stop = this.book.listen(() => notify({ folders: [FOLDER] }));
    return { close: async () => stop() };
  }

  private async readOne(id: string, dn: string | undefined, view: View): Promise<ReadResult> {
    const gone = { id, failure: 'gone', reason: 'nobody of this id' } as const;
    if (dn === undefined) return gone;
    try {
      const values = await this.entry(dn, wholeAttributes(this.book.searches.schema.attributes));
      if (!values) return gone;
      const names = await namedPeople(values, (other) => this.nameOf(other));
      return { id, item: await this.itemOf(values, names, view) };
    } catch (error) {
      if (!(error instanceof BackendError) || !ofTheEntry.has(error.reason)) throw error;
      return { id, failure: 'unreadable', reason: error.message };
    }
  }

  private itemOf(values: Values, names: PeopleNames, view: View) {
    return this.viewer.pictures.fitted(contactOf(values, names, { view, fileAs: this.config.fileAs }));
  }

  private nameOf(dn: string): Promise<string | null> {
    return this.viewer.names.get(dn.toLowerCase(), async () => {
      const { displayName } = this.book.searches.schema.attributes;
      const values = await this.entry(dn, displayName).catch(() => null);
      return values?.texts('displayName')[0] ?? null;
    });
  }

  /** Null if it is gone. */
  private async entry(dn: string, attributes: readonly string[]): Promise<Values | null> {
    try {
      const { searches } = this.book;
      return await searches.whole(dn, attributes, searches.schema.attributes.picture);
    } catch (error) {
      if (error instanceof BackendError && error.reason === 'no-such-base') return null;
      throw error;
    }
  }
}

function check(folder: string): void {
  if (folder !== FOLDER) throw new BackendError('gone', 'a directory is one folder');
}
