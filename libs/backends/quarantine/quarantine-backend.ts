import {
  BackendError,
  CursorInvalid,
  type BackendFolder,
  type ChangePage,
  type ChangesRequest,
  type ItemDeleter,
  type MailStateWriter,
  type PartContent,
  type PartReader,
  type QuarantineNotice,
  type ReadResult,
  type View,
  type Watch,
} from '#backend';
import { noMailFlags, readStoredMail, readStoredPart, type StoredMail } from '#formats';
import { noticeMail } from './notice-mail.js';

/** It never changes: read or not, there is nobody to remember it for. */
const VERSION = '1';

/** One folder, whatever its path, with one mail in it. What a phone does to the mail is its own matter. */
export class QuarantineBackend implements MailStateWriter, ItemDeleter, PartReader {
  readonly kind = 'quarantine';
  private readonly mail: StoredMail;

  /** `address`: whose mail it is. */
  constructor(
    private readonly notice: QuarantineNotice,
    address: string,
  ) {
    this.mail = {
      flags: noMailFlags,
      receivedAt: new Date(notice.at),
      open: async function* (first, end) {
        yield noticeMail(notice, address).subarray(first, end ?? undefined);
      },
    };
  }

  /** The list of folders is the account's own. */
  async folders(): Promise<BackendFolder[]> {
    return [];
  }

  async changes({ cursor }: ChangesRequest): Promise<ChangePage> {
    const here = `quarantine ${this.notice.id}`;
    if (cursor === here) return { changed: [], removed: [], cursor, more: false };
    if (cursor !== null) throw new CursorInvalid('this cursor is of the mail itself');
    // Inside every filter window, however long the device has to wait.
    const changed = [{ id: this.notice.id, version: VERSION, day: null }];
    return { changed, removed: [], cursor: here, more: false, listed: { from: null, to: null } };
  }

  async *read(_folder: string, ids: readonly string[], view: View): AsyncGenerator<ReadResult> {
    for (const id of ids) {
      if (id === this.notice.id) yield { id, item: await readStoredMail(this.mail, view) };
      else yield { id, failure: 'gone', reason: 'the device is in quarantine' };
    }
  }

  async readPart(
    _folder: string,
    id: string,
    part: string,
    range?: { first: number; last: number },
  ): Promise<PartContent> {
    this.require(id);
    return readStoredPart(this.mail, part, range);
  }

  async updateState(_folder: string, id: string): Promise<{ version: string }> {
    this.require(id);
    return { version: VERSION };
  }

  async deleteItems(): Promise<{ failed: readonly string[] }> {
    return { failed: [] };
  }

  /** That the device was let in is told by others. */
  async watch(): Promise<Watch> {
    return { close: async () => undefined };
  }

  async close(): Promise<void> {}

  private require(id: string): void {
    if (id !== this.notice.id) throw new BackendError('gone', 'the device is in quarantine');
  }
}
