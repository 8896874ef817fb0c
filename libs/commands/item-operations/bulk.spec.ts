import { BackendError } from '#backend';
import { MemoryBackend } from '#backends/memory';
import { sampleMail } from '#backend/contract';
import type { AccountLease } from '../context.js';
import { commandsOf, FolderBook, MailSync, TestServer, type Handset } from '../testing/index.js';
import { moveConversation } from './move-conversation.js';

let server: TestServer;
let phone: Handset;
let book: FolderBook;

beforeEach(async () => {
  server = new TestServer();
  server.mailbox.createFolder('Trash', 'trash');
  server.mailbox.createFolder('Sent', 'sent');
  for (const path of ['Trash/old', 'Trash/old/older', 'Work']) server.mailbox.createFolder(path);
  for (const subject of ['a', 'b']) server.mailbox.deliver('Trash', sampleMail(subject));
  phone = server.handset();
  book = new FolderBook(phone);
  await book.sync();
});
afterEach(() => server.close());

const count = (path: string): number =>
  server.mailbox.folder(path).changes({ folder: path, cursor: null, scope: { sinceDay: null }, limit: 99 })
    .changed.length;
const paths = () => server.mailbox.entries().map(([path]) => path);

describe('EmptyFolderContents', () => {
  const emptied = async (CollectionId: string, DeleteSubFolders?: boolean) => {
    const options = DeleteSubFolders === undefined ? {} : { Options: { DeleteSubFolders } };
    const { Response } = await phone.ask('ItemOperations', [
      { EmptyFolderContents: { CollectionId, ...options } },
    ]);
    const [first] = Response ?? [];
    return first && 'EmptyFolderContents' in first ? first.EmptyFolderContents : undefined;
  };

  it.each([
    ['absent', undefined],
    ['0', false],
  ])('with DeleteSubFolders %s deletes the items alone; Sync tells them', async (_what, below) => {
    const trash = await new MailSync(phone, book.idOf('Trash')).complete();
    expect(await emptied(trash.id, below)).toEqual({ Status: 1, CollectionId: trash.id });
    expect(count('Trash')).toBe(0);
    expect(paths()).toContain('Trash/old/older');
    expect(commandsOf(await trash.sync()).map((command) => command.split(' ')[0])).toEqual([
      'Delete',
      'Delete',
    ]);
  });

  it('with DeleteSubFolders takes the folders below, told by FolderSync; special ones stay: 17', async () => {
    expect(await emptied(book.idOf('Trash'), true)).toMatchObject({ Status: 1 });
    expect((await book.sync()).sort()).toEqual(['Delete old', 'Delete older']);
    server.mailbox.renameFolder('Sent', 'Trash/Sent');
    server.mailbox.createFolder('Trash/more');
    expect(await emptied(book.idOf('Trash'), true)).toMatchObject({ Status: 17 });
    expect(paths()).toContain('Trash/Sent');
    expect(paths()).not.toContain('Trash/more');
  });

  it('that fails says so in its own Status, and the next operation is done', async () => {
    server.fault = (operation) =>
      operation === 'emptyFolder' ? new BackendError('invalid', 'no', { reason: 'read-only' }) : null;
    const trash = book.idOf('Trash');
    const ConversationId = Buffer.from('c');
    const { Response } = await phone.ask('ItemOperations', [
      { EmptyFolderContents: { CollectionId: trash } },
      { EmptyFolderContents: { CollectionId: 'm99' } },
      { Move: { ConversationId, DstFldId: trash } },
    ]);
    expect(Response).toMatchObject([
      { EmptyFolderContents: { Status: 16 } },
      { EmptyFolderContents: { Status: 6 } },
      { Move: { Status: 155 } },
    ]);
    expect(count('Trash')).toBe(2);
  });
});

/** Every mail there is counts to the conversation. */
class Talkative extends MemoryBackend {
  override async conversation() {
    return server.mailbox.entries().flatMap(([path, folder]) => {
      const scope = { sinceDay: null };
      const { changed } = folder.changes({ folder: path, cursor: null, scope, limit: 99 });
      return changed.map(({ id }) => ({ folder: path, id }));
    });
  }
}

describe('Move of a conversation', () => {
  const ConversationId = Buffer.from('c');
  const folders = {
    m1: { path: 'Work', itemClass: 'Email' },
    c1: { path: 'x', itemClass: 'Calendar' },
  } as const;
  let backend: Talkative;
  const move = async (DstFldId: string, MoveAlways = true) => {
    const lease = { backend: async () => backend } as Partial<AccountLease> as AccountLease;
    const answer = await moveConversation(lease, folders, {
      ConversationId,
      DstFldId,
      ...(MoveAlways && { Options: { MoveAlways: true } }),
    });
    return answer.Status;
  };

  beforeEach(() => {
    backend = new Talkative(server.mailbox);
    for (const path of ['Inbox', 'Work', 'Sent']) server.mailbox.deliver(path, sampleMail(path));
  });

  it('takes its mails from all folders but Sent, those that are there already aside; twice does no more', async () => {
    expect([await move('m1'), await move('m1')]).toEqual([1, 1]);
    expect(['Inbox', 'Trash', 'Work', 'Sent'].map(count)).toEqual([0, 0, 4, 1]);
  });

  it('is told by Sync on both sides, since its answer has no new ids', async () => {
    const inbox = await new MailSync(phone).complete();
    const work = await new MailSync(phone, book.idOf('Work')).complete();
    await move('m1');
    expect(commandsOf(await inbox.sync())).toHaveLength(1);
    expect(commandsOf(await work.sync())).toHaveLength(3);
  });

  it('without MoveAlways is 155, to no mail folder 156, to an unknown one 6, of an unknown id 156', async () => {
    expect([await move('m1', false), await move('c1'), await move('m9')]).toEqual([155, 156, 6]);
    Object.assign(backend, { conversation: async () => null });
    expect(await move('m1')).toBe(156);
  });

  it('of which a part could not be moved is 17, of which none could the reason', async () => {
    const moveItems = backend.moveItems.bind(backend);
    const refused = new BackendError('invalid', 'no', { reason: 'read-only' });
    backend.moveItems = async (path, ids, target) => {
      if (path === 'Trash') throw refused;
      return moveItems(path, ids, target);
    };
    expect(await move('m1')).toBe(17);
    expect(await move('m1')).toBe(16);
  });
});
