import type { Readable } from 'node:stream';
import {
  BackendError,
  type BackendFolder,
  type ChangeNotice,
  type ChangePage,
  type ChangesRequest,
  type ConversationFinder,
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
import { readStoredMail, readStoredPart } from '#formats';
import { MemoryFolderEditor } from './folder-editor.js';
import { flagsOf, stored, versionOf, type MemoryMail } from './memory-mail.js';
import { type MemoryMailbox } from './memory-mailbox.js';
import { conversation, searchMail, threadIdOf } from './search.js';

/** One account's view of a MemoryMailbox, with every ability. */
export class MemoryBackend
  implements
    MailStateWriter,
    ItemDeleter,
    ItemMover,
    MessageStore,
    PartReader,
    FolderEditor,
    FolderEmptier,
    MailSearcher,
    ConversationFinder
{
  readonly kind = 'memory';
  private readonly editor: MemoryFolderEditor;

  constructor(private readonly mailbox: MemoryMailbox) {
    this.editor = new MemoryFolderEditor(mailbox);
  }

  async folders(): Promise<BackendFolder[]> {
    return this.editor.folders();
  }

  async createFolder(parent: string | null, name: string, itemClass: ItemClass): Promise<BackendFolder> {
    return this.editor.create(parent, name, itemClass);
  }

  async moveFolder(path: string, parent: string | null, name: string): Promise<string> {
    return this.editor.move(path, parent, name);
  }

  async deleteFolder(path: string): Promise<void> {
    this.editor.delete(path);
  }

  async emptyFolder(path: string): Promise<void> {
    this.mailbox.emptyFolder(path);
  }

  async changes(request: ChangesRequest): Promise<ChangePage> {
    return this.mailbox.folder(request.folder).changes(request);
  }

  async *read(path: string, ids: readonly string[], view: View): AsyncGenerator<ReadResult> {
    const folder = this.mailbox.folder(path);
    for (const id of ids) {
      const mail = folder.find(id);
      if (!mail) yield { id, failure: 'gone', reason: 'expunged' };
      else if (mail.unreadable) yield { id, failure: 'unreadable', reason: 'marked so' };
      else yield { id, item: await readStoredMail({ ...stored(mail), threadId: threadIdOf(mail) }, view) };
    }
  }

  async watch(folders: readonly string[], notify: (notice: ChangeNotice) => void): Promise<Watch> {
    const wanted = new Set(folders);
    const stop = this.mailbox.listen((path) => {
      if (wanted.has(path)) notify({ folders: [path] });
    });
    return {
      close: async () => stop(),
    };
  }

  async updateState(path: string, id: string, state: MailState): Promise<{ version: string }> {
    const mail = this.find(path, id);
    this.mailbox.folder(path).setFlags(mail, flagsOf(state, mail.flags.keywords));
    return { version: versionOf(mail) };
  }

  async deleteItems(path: string, ids: readonly string[]): Promise<{ failed: readonly string[] }> {
    const folder = this.mailbox.folder(path);
    for (const id of ids) folder.remove(id);
    return { failed: [] };
  }

  async moveItems(
    path: string,
    ids: readonly string[],
    target: string,
  ): Promise<ReadonlyMap<string, { id: string; version: string }>> {
    const [from, to] = [this.mailbox.folder(path), this.mailbox.folder(target)];
    const moved = new Map<string, { id: string; version: string }>();
    for (const id of new Set(ids)) {
      const mail = from.find(id);
      if (!mail) continue;
      from.remove(id);
      moved.set(id, { id: to.add(mail.message, mail), version: versionOf(mail) });
    }
    return moved;
  }

  async append(
    path: string,
    message: Readable,
    size: number,
    state: MailState,
  ): Promise<{ id: string | null }> {
    const folder = this.mailbox.folder(path);
    const pieces: Buffer[] = [];
    for await (const piece of message) pieces.push(piece as Buffer);
    const bytes = Buffer.concat(pieces);
    if (bytes.length !== size)
      throw new BackendError('invalid', `${bytes.length} bytes came, ${size} were announced`);
    return { id: folder.add(bytes, { flags: flagsOf(state, []) }) };
  }

  async readPart(
    path: string,
    id: string,
    part: string,
    range?: { first: number; last: number },
  ): Promise<PartContent> {
    return readStoredPart(stored(this.find(path, id)), part, range);
  }

  async searchMail(
    request: Parameters<MailSearcher['searchMail']>[0],
  ): Promise<{ total: number; hits: readonly MailHit[] }> {
    return searchMail(this.mailbox, request);
  }

  async conversation(id: Uint8Array): Promise<readonly MailHit[]> {
    return conversation(this.mailbox, id);
  }

  async close(): Promise<void> {}

  private find(path: string, id: string): MemoryMail {
    const mail = this.mailbox.folder(path).find(id);
    if (!mail) throw new BackendError('gone', `no item ${id} in ${path}`);
    return mail;
  }
}
