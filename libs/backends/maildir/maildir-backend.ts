import type { Readable } from 'node:stream';
import {
  BackendError,
  type BackendFolder,
  type ChangeNotice,
  type ChangePage,
  type ChangesRequest,
  type FolderEditor,
  type FolderEmptier,
  type ItemClass,
  type ItemDeleter,
  type ItemMover,
  type MailHit,
  type MailSearcher,
  type MailState,
  type MailStateWriter,
  type MessageStore,
  type PartContent,
  type PartReader,
  type ReadResult,
  type View,
  type Watch,
} from '#backend';
import { mailVersion, readStoredMail, readStoredPart, stateElements } from '#formats';
import { asBackendError, errorCode } from './deliver.js';
import { MaildirFolderEditor } from './folder-editor.js';
import { type MaildirFolder } from './maildir-folder.js';
import { type MaildirStore } from './maildir-store.js';
import { MaildirWatch } from './maildir-watch.js';
import { openMail, type OpenMail } from './open-mail.js';
import { searchMail } from './search.js';

/** One account's mail in a Maildir++. */
export class MaildirBackend
  implements
    MailStateWriter,
    ItemDeleter,
    ItemMover,
    MessageStore,
    PartReader,
    FolderEditor,
    FolderEmptier,
    MailSearcher
{
  readonly kind = 'maildir';
  private readonly watches = new Set<Watch>();
  private readonly editor: MaildirFolderEditor;

  constructor(private readonly store: MaildirStore) {
    this.editor = new MaildirFolderEditor(store);
  }

  folders(): Promise<BackendFolder[]> {
    return this.store.folders();
  }

  createFolder(parent: string | null, name: string, itemClass: ItemClass): Promise<BackendFolder> {
    return this.editor.create(parent, name, itemClass);
  }

  moveFolder(path: string, parent: string | null, name: string): Promise<string> {
    return this.editor.move(path, parent, name);
  }

  deleteFolder(path: string): Promise<void> {
    return this.editor.delete(path);
  }

  async emptyFolder(path: string): Promise<void> {
    const folder = this.store.folder(path);
    const log = await folder.current();
    const failed = await folder.delete([...log.live].map(log.idOf));
    if (failed.length > 0)
      throw new BackendError('unavailable', `${failed.length} mails could not be deleted`, {
        reason: 'permission',
      });
  }

  async changes(request: ChangesRequest): Promise<ChangePage> {
    return this.store.folder(request.folder).changes(request);
  }

  async *read(path: string, ids: readonly string[], view: View): AsyncGenerator<ReadResult> {
    const folder = this.store.folder(path);
    for (const id of ids) {
      const opened = view.detail === 'state' ? null : await openMail(folder, id);
      try {
        if (opened === null) yield await readState(folder, id, view);
        else if ('failure' in opened) yield opened;
        else yield await readItem(id, opened, view);
      } finally {
        if (opened && 'file' in opened) await opened.file.close();
      }
    }
  }

  async watch(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    const directories = new Map(folders.map((path) => [path, this.store.folder(path).directory]));
    const watch = await new MaildirWatch(directories, notify).begin();
    this.watches.add(watch);
    return {
      close: async () => {
        this.watches.delete(watch);
        await watch.close();
      },
    };
  }

  async updateState(path: string, id: string, state: MailState): Promise<{ version: string }> {
    return { version: await this.store.folder(path).updateState(id, state) };
  }

  async deleteItems(path: string, ids: readonly string[]): Promise<{ failed: readonly string[] }> {
    return { failed: await this.store.folder(path).delete(ids) };
  }

  async moveItems(
    path: string,
    ids: readonly string[],
    target: string,
  ): Promise<ReadonlyMap<string, { id: string; version: string }>> {
    const to = this.store.folder(target);
    // A target that is not there must fail before anything is moved.
    await to.current();
    const moved = await this.store.folder(path).moveTo(ids, to);
    const log = await to.current();
    const result = new Map<string, { id: string; version: string }>();
    for (const [id, base] of moved) {
      const entry = log.byName(base);
      if (entry) result.set(id, { id: log.idOf(entry), version: mailVersion(log.flagsOf(entry)) });
    }
    return result;
  }

  async append(
    path: string,
    message: Readable,
    size: number,
    state: MailState,
  ): Promise<{ id: string | null }> {
    return { id: await this.store.folder(path).append(message, size, state) };
  }

  /** The file stays open until the content was read or left; a content nobody begins to read holds nothing open. */
  async readPart(
    path: string,
    id: string,
    part: string,
    range?: { first: number; last: number },
  ): Promise<PartContent> {
    const folder = this.store.folder(path);
    const measured = await withMail(folder, id, async ({ file, flags }) => {
      const { contentType, name, size } = await readStoredPart(file.stored(flags), part, range);
      return { contentType, name, size };
    });
    return { ...measured, content: partContent(folder, id, part, range) };
  }

  searchMail(
    request: Parameters<MailSearcher['searchMail']>[0],
  ): Promise<{ total: number; hits: readonly MailHit[] }> {
    return searchMail(this.store, request);
  }

  async close(): Promise<void> {
    await Promise.all([...this.watches].map((watch) => watch.close()));
    this.watches.clear();
  }
}

async function readItem(id: string, { file, flags }: OpenMail, view: View): Promise<ReadResult> {
  try {
    return { id, item: await readStoredMail(file.stored(flags), view) };
  } catch (error) {
    const code = errorCode(error);
    if (code === '') throw error;
    return { id, failure: 'unreadable', reason: code };
  }
}

async function readState(folder: MaildirFolder, id: string, view: View): Promise<ReadResult> {
  const log = await folder.current();
  const entry = log.byId(id);
  return entry
    ? { id, item: stateElements(log.flagsOf(entry), view) }
    : { id, failure: 'gone', reason: 'removed' };
}

async function openOrThrow(folder: MaildirFolder, id: string): Promise<OpenMail> {
  const opened = await openMail(folder, id);
  if ('file' in opened) return opened;
  throw new BackendError(opened.failure === 'gone' ? 'gone' : 'unavailable', `item ${id}: ${opened.reason}`, {
    reason: opened.reason,
  });
}

async function withMail<T>(
  folder: MaildirFolder,
  id: string,
  use: (mail: OpenMail) => Promise<T>,
): Promise<T> {
  const opened = await openOrThrow(folder, id);
  try {
    return await use(opened);
  } catch (error) {
    throw asBackendError(error);
  } finally {
    await opened.file.close();
  }
}

async function* partContent(
  folder: MaildirFolder,
  id: string,
  part: string,
  range?: { first: number; last: number },
): AsyncGenerator<Uint8Array> {
  const { file, flags } = await openOrThrow(folder, id);
  try {
    yield* (await readStoredPart(file.stored(flags), part, range)).content;
  } finally {
    await file.close();
  }
}
