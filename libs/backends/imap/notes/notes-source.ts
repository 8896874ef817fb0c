import { Readable } from 'node:stream';
import { BackendError, type BackendFolder, type ChangeNotice, type Watch } from '#backend';
import { bodyStart, LONGEST_TEXT, mailOfNote, noteFields, noteOfMail, noteText, renamedMail } from '#formats';
import type { ObjectChanges, ObjectSource, StoredObject } from '#objects';
import { parseItemId } from '../item-id.js';
import { OpenWatches } from '../open-watches.js';
import type { Pool } from '../pool.js';
import { append, expunge } from '../write.js';
import type { Watcher } from '../watcher.js';
import { NotesFolders } from './notes-folders.js';
import { noFolder, NotesIndexes, type NoteMail, type NotesIndex } from './notes-index.js';

const suffix = '.ics';
const nameOf = (uuid: string): string => uuid + suffix;
const uuidOf = (name: string): string => (name.endsWith(suffix) ? name.slice(0, -suffix.length) : name);

/**
 * Notes as the notes programs of iPhones and Macs keep them in IMAP: each a mail in the folder "Notes", named by a UUID in its
 * header. An edit is a new mail with the same UUID, and the one before is deleted; of two the newer counts. To the gateway
 * each is a VJOURNAL; what a note has beside that (files, fields of others) is carried from mail to mail.
 */
export class ImapNotesSource implements ObjectSource {
  readonly kind = 'imap-notes';
  readonly editor: NotesFolders;
  readonly #pool: Pool;
  readonly #watcher: Watcher;
  readonly #owner: string;
  readonly #indexes: NotesIndexes;
  readonly #release: () => Promise<void>;
  readonly #watches = new OpenWatches();
  #closing: Promise<void> | null = null;

  /** `folder` is what people read, levels parted by `/`. `release` is called once, when the source is closed. */
  constructor(account: { pool: Pool; watcher: Watcher }, folder: string, release: () => Promise<void>) {
    this.#pool = account.pool;
    this.#watcher = account.watcher;
    this.#owner = account.pool.dialer.credentials.user;
    this.#indexes = new NotesIndexes(account.pool);
    this.editor = new NotesFolders(account.pool, folder);
    this.#release = release;
  }

  folders(): Promise<BackendFolder[]> {
    return this.editor.list();
  }

  async changes(folder: string, token: string | null): Promise<ObjectChanges> {
    if (token !== null && (await this.#indexes.state(folder)) === token) {
      return { changed: [], removed: [], token, more: false, isListing: false };
    }
    const index = await this.#indexes.current(folder);
    if (index.state === noFolder) await this.#mustBeAwaited(folder);
    const changed = [...index.notes].map(([uuid, note]) => ({
      name: nameOf(uuid),
      version: versionOf(index, note),
    }));
    return { changed, removed: [], token: index.state, more: false, isListing: true };
  }

  /** The folder of notes may be made yet; any other that is not there is gone. */
  async #mustBeAwaited(folder: string): Promise<void> {
    const [root] = await this.editor.list();
    if (root?.path !== folder) throw new BackendError('gone', 'no such folder', { reason: 'no-such-folder' });
  }

  async *fetch(
    folder: string,
    names: readonly string[],
  ): AsyncGenerator<StoredObject | { readonly name: string; readonly failure: string }> {
    const index = await this.#indexes.current(folder);
    for (const name of names) {
      const uuid = uuidOf(name);
      const note = index.notes.get(uuid);
      if (!note) continue;
      const mail = note.size > LONGEST_TEXT ? 'too-big' : await this.#mail(folder, index, note.uid);
      if (mail === 'too-big') yield { name, failure: 'too-big' };
      else if (mail) yield { name, version: versionOf(index, note), text: await textOf(mail, uuid, note.at) };
    }
  }

  async put(
    folder: string,
    name: string,
    text: string,
    over: string | null,
  ): Promise<{ version: string | null }> {
    const uuid = uuidOf(name);
    const index = await this.#indexes.current(folder);
    const note = index.notes.get(uuid);
    if ((note ? versionOf(index, note) : null) !== over) throw lostRace();
    const before = note ? await this.#mail(folder, index, note.uid) : null;
    if (note && !before) throw lostRace();
    const mail = await mailOfNote(noteFields(text), before, { uuid, from: this.#owner, now: new Date() });
    return this.#store(folder, uuid, mail, note ?? null);
  }

  async remove(folder: string, name: string, over: string | null): Promise<void> {
    const index = await this.#indexes.current(folder);
    const note = index.notes.get(uuidOf(name));
    if (!note) return;
    if (over !== null && versionOf(index, note) !== over) throw lostRace();
    await this.#expunge(folder, index, note.all);
  }

  /** Whole, with all that a VJOURNAL does not tell of it. */
  readonly move = async (folder: string, name: string, target: string, newName: string): Promise<void> => {
    const index = await this.#indexes.current(folder);
    const note = index.notes.get(uuidOf(name));
    const mail = note ? await this.#mail(folder, index, note.uid) : null;
    if (!note || !mail) throw new BackendError('gone', 'the note is not there');
    const uuid = uuidOf(newName);
    const isThere = (await this.#indexes.current(target)).notes.has(uuid);
    if (!isThere) await this.#store(target, uuid, renamedMail(mail, await bodyStart(mail), uuid), null);
    await this.#expunge(folder, index, note.all);
  };

  async namesOfUid(folder: string, uid: string): Promise<readonly string[]> {
    return (await this.#indexes.current(folder)).notes.has(uid) ? [nameOf(uid)] : [];
  }

  async watch(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    return this.#watches.add(await this.#watcher.add(folders, notify));
  }

  async schedulesItself(): Promise<boolean> {
    return false;
  }

  async openUrl(): Promise<null> {
    return null;
  }

  close(): Promise<void> {
    this.#closing ??= this.#watches.closeAll().then(() => this.#release());
    return this.#closing;
  }

  /** Null if it is gone. */
  #mail(folder: string, { uidValidity }: NotesIndex, uid: number): Promise<Uint8Array | null> {
    return this.#pool.use(folder, 'reads', async (session) => {
      const mailbox = await session.refresh(folder);
      let mail: Uint8Array | null = null;
      if (mailbox.uidValidity !== uidValidity) return mail;
      await session.fetch(
        'UID FETCH',
        `${uid} (UID BODY.PEEK[])`,
        (row) => row.uid === uid && row.sections.size > 0,
        (row) => (mail = row.sections.get('') ?? null),
      );
      return mail;
    });
  }

  /**
   * IMAP knows no "only if nobody else was here": the new mail is put there first, and if another new one of the note turns up
   * beside it the lower UID has won, whoever looks. Only then the mail before goes.
   */
  async #store(
    folder: string,
    uuid: string,
    mail: Uint8Array,
    before: NoteMail | null,
  ): Promise<{ version: string | null }> {
    const put = (): Promise<{ id: string | null }> =>
      append(this.#pool, folder, Readable.from([mail]), mail.length, { read: true });
    const { id } = await put().catch(async (error: unknown) => {
      if (!(error instanceof BackendError) || error.kind !== 'gone') throw error;
      await this.editor.ensure(folder);
      return put();
    });
    const index = await this.#indexes.current(folder);
    const fresh = index.notes.get(uuid)?.all.filter((uid) => before?.all.includes(uid) !== true) ?? [];
    const own = (id === null ? null : parseItemId(id)?.uid) ?? fresh[0];
    const [winner] = fresh;
    if (own !== undefined && winner !== undefined && winner < own) {
      await this.#expunge(folder, index, [own]);
      throw lostRace();
    }
    if (before) await this.#expunge(folder, index, before.all);
    return { version: own === undefined ? null : versionOf(index, { uid: own }) };
  }

  #expunge(folder: string, { uidValidity }: NotesIndex, uids: readonly number[]): Promise<void> {
    return this.#pool.use(folder, 'writes', async (session) => {
      const mailbox = await session.refresh(folder);
      if (mailbox.uidValidity === uidValidity) await expunge(session, uids);
    });
  }
}

const versionOf = ({ uidValidity }: NotesIndex, { uid }: Pick<NoteMail, 'uid'>): string =>
  `${uidValidity}.${uid}`;

const textOf = async (mail: Uint8Array, uuid: string, at: number): Promise<string> =>
  noteText(await noteOfMail(mail, { uid: uuid, modifiedAt: new Date(at) }));

const lostRace = (): BackendError => new BackendError('conflict', 'the note is another one by now');
