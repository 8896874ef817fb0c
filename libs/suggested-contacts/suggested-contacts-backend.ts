import { createHash } from 'node:crypto';
import type {
  BackendFolder,
  ChangeNotice,
  ChangePage,
  ChangesRequest,
  Item,
  ItemDeleter,
  ItemWriter,
  ReadResult,
  Watch,
  WrittenItem,
} from '#backend';
import { BackendError, CursorInvalid } from '#backend';
import { StoreUnavailable, type SuggestedContactsStore, type Suggestion } from '#store';
import { asBackendError } from './unavailable.js';

const FOLDER = 'people';
/** Versions of the protocol that know the folder (MS-ASCNTC 3.1.4.4); below them it is shown to nobody (libs/device). */
const NAME = 'Suggested contacts';
const ID_LENGTH = 14;
const VERSION_LENGTH = 11;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The feed's id of a person: his address says who he is. */
const idOf = (address: string): string => digest(address).toString('hex').slice(0, ID_LENGTH);
const versionOf = ({ name, uses }: Suggestion): string =>
  digest(`${uses} ${name ?? ''}`)
    .toString('base64url')
    .slice(0, VERSION_LENGTH);

const readOnly = (): BackendError =>
  new BackendError('invalid', 'the recipient cache is filled by what is sent', { reason: 'read-only' });

/**
 * The people an account wrote to as a read-only folder of contacts: the recipient information cache (MS-ASCNTC 3.2.4.4).
 * They are few; where anything changed all of them are listed.
 */
export class SuggestedContactsBackend implements ItemWriter, ItemDeleter {
  readonly kind = 'suggested';

  /** `listen` calls back when somebody of the account wrote a mail on this node; gives the way to stop. */
  constructor(
    private readonly store: SuggestedContactsStore,
    private readonly account: string,
    private readonly listen: (account: string, changed: () => void) => () => void,
  ) {}

  async folders(): Promise<BackendFolder[]> {
    return [
      {
        path: FOLDER,
        parent: null,
        name: NAME,
        itemClass: 'Contacts',
        role: 'suggested',
        identity: null,
        selectable: true,
        readOnly: true,
      },
    ];
  }

  async changes({ cursor, scope: { mostItems } }: ChangesRequest): Promise<ChangePage> {
    const entries = mostUsed(await this.people(), mostItems).map((person) => ({
      id: idOf(person.address),
      version: versionOf(person),
      day: null,
    }));
    entries.sort((a, b) => (a.id < b.id ? -1 : 1));
    const state = digest(JSON.stringify(entries)).toString('base64url');
    if (cursor === state) return { changed: [], removed: [], cursor: state, more: false };
    if (cursor !== null && cursor.length !== state.length)
      throw new CursorInvalid('not a cursor of this folder');
    return { changed: entries, removed: [], cursor: state, more: false, listed: { from: null, to: null } };
  }

  async *read(_folder: string, ids: readonly string[]): AsyncGenerator<ReadResult> {
    const byId = new Map((await this.people()).map((person) => [idOf(person.address), person]));
    for (const id of ids) {
      const person = byId.get(id);
      yield person ? { id, item: itemOf(person) } : { id, failure: 'gone', reason: 'nobody of this id' };
    }
  }

  async watch(_folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    const stop = this.listen(this.account, () => notify({ folders: [FOLDER] }));
    return { close: async () => stop() };
  }

  /** Its own reason: a phone that adds to the cache is told so by the Status of the whole Sync (MS-ASCMD 2.2.3.7.2). */
  async createItem(): Promise<WrittenItem> {
    throw new BackendError('invalid', readOnly().message, { reason: 'recipient-cache' });
  }

  async changeItem(): Promise<WrittenItem> {
    throw readOnly();
  }

  async deleteOccurrence(): Promise<WrittenItem> {
    throw readOnly();
  }

  async deleteItems(): Promise<{ failed: readonly string[] }> {
    throw readOnly();
  }

  async close(): Promise<void> {
    // Nothing is held open: the database belongs to the process.
  }

  private async people(): Promise<Suggestion[]> {
    try {
      return await this.store.list(this.account);
    } catch (error) {
      throw error instanceof StoreUnavailable ? asBackendError(error) : error;
    }
  }
}

/** The first of them by how often they were written to; all without a limit. */
const mostUsed = (people: readonly Suggestion[], limit: number | undefined): readonly Suggestion[] =>
  limit === undefined ? people : [...people].sort((a, b) => b.uses - a.uses).slice(0, Math.max(0, limit));

/** Just these elements (MS-ASCNTC 3.2.4.4); Alias is none that servers give. */
const itemOf = ({ address, name, uses }: Suggestion): Item => ({
  Email1Address: address,
  FileAs: name ?? address,
  WeightedRank: uses,
});
