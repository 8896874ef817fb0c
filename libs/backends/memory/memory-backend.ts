import type { Readable } from 'node:stream';
import {
  BackendError,
  type BackendFolder,
  type ChangeNotice,
  type ChangePage,
  type ChangesRequest,
  type ItemDeleter,
  type ItemMover,
  type MailState,
  type MailStateWriter,
  type MessageStore,
  type PartContent,
  type PartReader,
  type ReadResult,
  type View,
  type Watch,
} from '#backend';
import { readStoredMail, readStoredPart, type StoredMail } from '#formats';
import { flagsOf, versionOf, type MemoryMail } from './memory-mail.js';
import { type MemoryMailbox } from './memory-mailbox.js';

/** One account's view of a MemoryMailbox, with every ability. */
export class MemoryBackend implements MailStateWriter, ItemDeleter, ItemMover, MessageStore, PartReader {
  readonly kind = 'memory';

  constructor(private readonly mailbox: MemoryMailbox) {}

  async folders(): Promise<BackendFolder[]> {
    return this.mailbox.entries().map(([path, folder]) => ({
      path,
      parent: path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : null,
      name: path.slice(path.lastIndexOf('/') + 1),
      itemClass: 'Email',
      role: folder.role,
      identity: folder.identity,
      selectable: true,
      readOnly: false,
    }));
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
      else yield { id, item: await readStoredMail(stored(mail), view) };
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
    this.mailbox.folder(path).setFlags(mail, flagsOf(state));
    return { version: versionOf(mail.flags) };
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
      moved.set(id, { id: to.add(mail.message, mail), version: versionOf(mail.flags) });
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
    return { id: folder.add(bytes, { flags: flagsOf(state) }) };
  }

  async readPart(
    path: string,
    id: string,
    part: string,
    range?: { first: number; last: number },
  ): Promise<PartContent> {
    return readStoredPart(stored(this.find(path, id)), part, range);
  }

  async close(): Promise<void> {}

  private find(path: string, id: string): MemoryMail {
    const mail = this.mailbox.folder(path).find(id);
    if (!mail) throw new BackendError('gone', `no item ${id} in ${path}`);
    return mail;
  }
}

function stored({ flags, receivedAt, message }: MemoryMail): StoredMail {
  return {
    flags,
    receivedAt,
    open: async function* (first, end) {
      yield message.subarray(first, end ?? message.length);
    },
  };
}
