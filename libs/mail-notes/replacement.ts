import type { Readable } from 'node:stream';
import {
  BackendError,
  NOTED,
  type ItemDeleter,
  type MailState,
  type MailStateWriter,
  type MessageStore,
  type View,
} from '#backend';
import { livingAliases, notedIn } from './noted-feed.js';
import { isNoted, withRevision } from './noted-version.js';
import type { NotesDesk } from './notes-desk.js';

type Source = MailStateWriter & ItemDeleter & MessageStore;

const stateView: View = {
  protocolVersion: 161,
  bodyPreferences: [],
  mimeSupport: 0,
  mimeTruncation: null,
  detail: 'state',
};

const gone = (): BackendError => new BackendError('gone', 'the mail to be replaced is not there');

/**
 * Puts a new message in the place of one that phones know as `id`. The new one is stored, then the store is told that it is
 * the one that is meant, then the old one is deleted: whatever ends us, one of the two is there, and at worst both are.
 */
export class Replacement {
  constructor(
    private readonly source: Source,
    private readonly desk: NotesDesk,
    private readonly folder: string,
    private readonly id: string,
  ) {}

  async run(message: Readable, size: number, state: MailState): Promise<{ id: string; version: string }> {
    const { source, folder, id } = this;
    const rows = await this.desk.find(folder, [id]);
    const from = livingAliases(rows).get(id)?.item ?? id;
    const { followUp: _, lastVerb: __, ...given } = state;
    const kept = await this.stateOf(from);
    const appended = await source.append(folder, message, size, {
      read: true,
      draft: true,
      ...kept,
      ...given,
      noted: true,
    });
    const to = appended.id ?? (await this.newest());
    const revision = await this.take(from, to);
    const { version } = await source.updateState(folder, to, {});
    // A mailbox that keeps no keywords shows another mail, and there is nothing to be done about it.
    if (!isNoted(version)) await this.desk.forget(folder, [to]);
    // The message's own may be left from when somebody was interrupted.
    await source.deleteItems(folder, [...new Set([from, id])]);
    return isNoted(version) ? { id, version: withRevision(version, revision) } : { id: to, version };
  }

  /** Tells the store. If it cannot be told, or another phone was faster, the new message is taken back. */
  private async take(from: string, to: string): Promise<string> {
    const { source, folder, id } = this;
    try {
      const revision = await this.desk.ask((notes, account) =>
        notes.replace(account, folder, { stable: id, from, to }),
      );
      if (revision !== null) return revision;
    } catch (error) {
      await source.deleteItems(folder, [to]);
      throw error;
    }
    await source.deleteItems(folder, [to]);
    throw new BackendError('conflict', 'the mail was replaced by somebody else at the same time');
  }

  /** Star and categories of the old message. Throws `gone`. */
  private async stateOf(item: string): Promise<MailState> {
    for await (const result of this.source.read(this.folder, [item], stateView)) {
      if ('failure' in result) {
        if (result.failure === 'gone') break;
        return {};
      }
      const keywords: string[] = [];
      for await (const name of result.item.Categories?.Category ?? [])
        if (name !== NOTED) keywords.push(name);
      return { flagStatus: result.item.Flag?.Status === 2 ? 2 : 0, keywords };
    }
    throw gone();
  }

  /** For sources that do not tell the id of what they stored: the newest mail with our mark that is nobody's yet. */
  private async newest(): Promise<string> {
    const { source, folder } = this;
    const scope = { sinceDay: null };
    const marked: string[] = [];
    let page = await source.changes({ folder, cursor: null, scope, limit: 500 });
    marked.push(...notedIn(page));
    while (page.more && page.listed) {
      page = await source.changes({ folder, cursor: page.cursor, scope, limit: 500 });
      marked.push(...notedIn(page));
    }
    const known = new Set((await this.desk.find(folder, marked)).map(({ item }) => item));
    const newest = marked
      .filter((item) => !known.has(item))
      .sort()
      .at(-1);
    if (newest === undefined) throw new BackendError('unsupported', 'the stored mail cannot be found again');
    return newest;
  }
}
