import { setImmediate } from 'node:timers/promises';
import { BackendError } from '#backend';
import { StaleState } from '#store';
import { FolderBook, TestServer } from './testing/index.js';

let server: TestServer;
let book: FolderBook;

beforeEach(async () => {
  server = new TestServer();
  server.mailbox.createFolder('Work');
  book = new FolderBook(server.handset());
  await book.sync();
});
afterEach(() => server.close());

const paths = () => server.mailbox.entries().map(([path]) => path);
/** The Status of a Ping, or `waits`. */
async function pinged(): Promise<number | 'waits'> {
  const phone = server.handset();
  server.told.length = 0;
  const Folder = [{ Id: book.idOf('Inbox'), Class: 'Email' as const }];
  let status: number | undefined;
  const held = phone.ask('Ping', { HeartbeatInterval: 60, Folders: { Folder } }).then(
    ({ Status }) => (status = Status),
    () => undefined,
  );
  while (status === undefined && !server.told.includes('held Ping')) await setImmediate();
  if (status !== undefined) return status;
  phone.hangUp();
  await held;
  return 'waits';
}

describe('FolderCreate', () => {
  it('makes a folder where the phone wants it, and tells it by no FolderSync or Ping again (traps 57, 58)', async () => {
    expect(await book.create('Plans', book.idOf('Work'))).toBe(1);
    expect(paths()).toContain('Work/Plans');
    expect(await book.sync()).toEqual([]);
    expect(await pinged()).toBe('waits');
    // The new key is live for the next change, too.
    expect(await book.create('Deeper', book.idOf('Plans'))).toBe(1);
    expect(await book.sync()).toEqual([]);
  });

  it('leaves what others did in the meantime for the next FolderSync', async () => {
    server.mailbox.createFolder('By another');
    server.mailbox.renameFolder('Work', 'Labour');
    expect(await book.create('Mine')).toBe(1);
    expect(await pinged()).toBe(7);
    expect((await book.sync()).sort()).toEqual(['Add By another', 'Update Labour']);
    expect(await book.sync()).toEqual([]);
  });

  it('asked again because its answer was lost gets the same id and key, and makes nothing twice', async () => {
    const phone = server.handset();
    const request = { SyncKey: book.key, ParentId: '0', DisplayName: 'Plans', Type: 12 };
    const first = await phone.ask('FolderCreate', request);
    server.mailbox.createFolder('By another');
    expect(await phone.ask('FolderCreate', request)).toEqual(first);
    expect(server.operations.filter((operation) => operation === 'createFolder')).toHaveLength(1);
    book.key = first.SyncKey!;
    expect(await book.sync()).toEqual(['Add By another']);
  });

  it('whose answer was lost is told by a FolderSync with the key before, under the id it has', async () => {
    expect(await book.create('Plans', '0', 12, true)).toBe(1);
    expect(await book.sync()).toEqual(['Add Plans']);
    expect(await book.create('Plans')).toBe(2);
  });

  it('is not done twice when another host wrote the state meanwhile', async () => {
    const save = server.store.save.bind(server.store);
    let attempts = 0;
    server.store.save = async (change) => {
      if (++attempts === 1) throw new StaleState('another host was faster');
      return save(change);
    };
    expect(await book.create('Plans')).toBe(1);
    expect(server.operations.filter((operation) => operation === 'createFolder')).toHaveLength(1);
    expect(await book.sync()).toEqual([]);
  });

  it('that broke off without a word is found done at the next attempt', async () => {
    server.fault = (operation) => {
      if (operation !== 'createFolder') return null;
      if (!paths().includes('Plans')) server.mailbox.createFolder('Plans');
      return new BackendError('unavailable', 'the connection broke after the command');
    };
    expect(await book.create('Plans')).toBe(6);
    server.fault = () => null;
    expect(await book.create('Plans')).toBe(1);
    expect(await book.sync()).toEqual([]);
  });

  it('answers each refusal by its own Status', async () => {
    expect(await book.create('Work')).toBe(2);
    expect(await book.create('x', 'm99')).toBe(5);
    expect(await book.create('x', 'nonsense')).toBe(5);
    expect(await book.create('  ')).toBe(10);
    expect(await book.create('a/b')).toBe(10);
    server.fault = (operation) =>
      operation === 'createFolder' ? new BackendError('invalid', 'no', { reason: 'read-only' }) : null;
    expect(await book.create('x', book.idOf('Work'))).toBe(3);
    server.fault = () => new BackendError('unavailable', 'down');
    expect(await book.create('x')).toBe(6);
    server.fault = () => null;
    // None of that has made the key old.
    expect(await book.create('x')).toBe(1);
  });

  it.each([
    ['0', '0'],
    ['nonsense', 'nonsense'],
    ['one of another epoch', 'epoch99999-1'],
  ])('with key %s is 9', async (_what, key) => {
    book.key = key;
    expect(await book.create('x')).toBe(9);
    expect(paths()).not.toContain('x');
  });

  it('makes mail folders of types 1 and 12; default types are malformed, classes without a source 12', async () => {
    expect(await book.create('generic', '0', 1)).toBe(1);
    expect(await book.sync()).toEqual([]);
    for (const type of [0, 2, 4, 9, 11, 16, 18, 19, 200]) expect(await book.create('x', '0', type)).toBe(10);
    for (const type of [13, 14, 15, 17]) expect(await book.create('x', '0', type)).toBe(12);
  });

  it('that becomes more than was asked for is told as what it is', async () => {
    expect(await book.create('Deleted', '0', 12)).toBe(1);
    server.mailbox.renameFolder('Deleted', 'Deleted Items');
    expect(await book.sync()).toEqual(['Update Deleted Items']);
  });

  it('tells another phone of the account by its FolderSync', async () => {
    const other = new FolderBook(server.handset({ deviceId: 'tablet' }));
    await other.sync();
    await book.create('Plans');
    expect(await other.sync()).toEqual(['Add Plans']);
    expect(other.idOf('Plans')).toBe(book.idOf('Plans'));
    // Keys are each phone's own: the other one's changes do not make this one's key old.
    expect(await other.create('More')).toBe(1);
    expect(await book.create('Even more')).toBe(1);
  });
});
