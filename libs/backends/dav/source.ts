import { BackendError, type BackendFolder, type ChangeNotice, type Watch } from '#backend';
import type { FolderEdits, ObjectChanges, ObjectSource } from '#objects';
import type { DavAccount } from './account.js';
import { changesOf } from './changes.js';
import { fetchTexts, readAll, type FetchedObject } from './fetch.js';
import { DavFolderEdits } from './folder-edits.js';
import { askFreeBusy } from './free-busy.js';
import { textsDuring } from './time-query.js';
import { namesOfUid } from './uid-query.js';
import type { Watcher } from './watcher.js';
import { moveObject, putObject, removeObject, type PutResult } from './write.js';

/** Bytes of a managed attachment. */
const longestFile = 64 * 1024 * 1024;

/** An account's calendars, or its address books, at a DAV server. */
export class DavSource implements ObjectSource {
  readonly kind: 'caldav' | 'carddav';
  readonly editor: FolderEdits;

  constructor(
    private readonly account: DavAccount,
    private readonly watcher: Watcher,
    private readonly leave: () => Promise<void>,
  ) {
    this.kind = account.http.settings.kind;
    this.editor = new DavFolderEdits(account);
  }

  folders(): Promise<BackendFolder[]> {
    return this.account.folders();
  }

  async changes(folder: string, token: string | null): Promise<ObjectChanges> {
    return changesOf(this.account, await this.account.folder(folder), token);
  }

  async *fetch(folder: string, names: readonly string[]): AsyncGenerator<FetchedObject> {
    if (names.length > 0) yield* fetchTexts(this.account, await this.account.folder(folder), names);
  }

  async put(folder: string, name: string, text: string, over: string | null): Promise<PutResult> {
    return putObject(this.account, await this.account.folder(folder), name, text, over);
  }

  async remove(folder: string, name: string, over: string | null): Promise<void> {
    return removeObject(this.account, await this.account.folder(folder), name, over);
  }

  readonly move = async (folder: string, name: string, target: string, newName: string): Promise<void> =>
    moveObject(
      this.account,
      await this.account.folder(folder),
      name,
      await this.account.folder(target),
      newName,
    );

  async namesOfUid(folder: string, uid: string): Promise<readonly string[] | null> {
    return namesOfUid(this.account, await this.account.folder(folder), uid);
  }

  async textsDuring(folder: string, start: Date, end: Date): Promise<AsyncIterable<string> | null> {
    if (this.kind !== 'caldav') return null;
    return textsDuring(this.account, await this.account.folder(folder), start, end);
  }

  watch(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    return this.watcher.add(folders, notify);
  }

  schedulesItself(): Promise<boolean> {
    return this.account.schedulesItself();
  }

  /** Only from the account's own server: an event from somebody else may point anywhere. */
  async openUrl(address: string): Promise<Uint8Array | null> {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url === null || !(await this.#ownOrigins()).has(url.origin)) return null;
    try {
      return await readAll(await this.account.http.ask({ method: 'GET', url }), longestFile);
    } catch (error) {
      if (error instanceof BackendError && error.kind === 'gone') return null;
      throw error;
    }
  }

  /**
   * When `attendee`, a mail address, is free, as the server's VFREEBUSY (RFC 6638 5); null if the server knows nothing of
   * him or does not do scheduling. Throws BackendError.
   */
  freeBusy(attendee: string, start: Date, end: Date): Promise<string | null> {
    return this.kind === 'caldav' ? askFreeBusy(this.account, attendee, start, end) : Promise.resolve(null);
  }

  close(): Promise<void> {
    return this.leave();
  }

  async #ownOrigins(): Promise<ReadonlySet<string>> {
    const { homes, single } = await this.account.places();
    return new Set(
      [this.account.http.home, ...homes, ...(single ? [single] : [])].map(({ origin }) => origin),
    );
  }
}
