import { objectNamesStoreContract } from './contract/object-names-store.js';
import { MemoryObjectNamesStore } from './memory-object-names-store.js';
import { ObjectNamesDesk } from './object-names.js';

const shared = new MemoryObjectNamesStore();
objectNamesStoreContract('in memory', async () => shared);

const page = (...ids: readonly string[]): ReadonlyMap<string, string> =>
  new Map(ids.map((id) => [id, `${id}.ics`]));

describe('the names a process knows', () => {
  it('cost a write once, however often they are told, and no question', async () => {
    const store = new MemoryObjectNamesStore();
    const book = new ObjectNamesDesk(store).book('t/ada', 'Calendar');
    for (let round = 0; round < 3; round++) await book.remember('/cal/', page('a', 'b'));
    expect(store.calls).toEqual({ find: 0, add: 1 });
    await book.remember('/cal/', page('b', 'c'));
    expect(store.calls.add).toBe(2);
    expect(await book.names('/cal/', ['a', 'b', 'c'])).toEqual(page('a', 'b', 'c'));
    expect(store.calls.find).toBe(0);
  });

  it('are known to other processes, and to no other account, class or folder', async () => {
    const store = new MemoryObjectNamesStore();
    await new ObjectNamesDesk(store).book('t/ada', 'Calendar').remember('/cal/', page('a'));
    const other = new ObjectNamesDesk(store);
    expect(await other.book('t/ada', 'Calendar').names('/cal/', ['a', 'x'])).toEqual(page('a'));
    for (const [account, itemClass, folder] of [
      ['t/eve', 'Calendar', '/cal/'],
      ['t/ada', 'Tasks', '/cal/'],
      ['t/ada', 'Calendar', '/other/'],
    ] as const) {
      expect(await other.book(account, itemClass).names(folder, ['a'])).toEqual(new Map());
    }
  });

  it('are written again after a failure', async () => {
    const store = new MemoryObjectNamesStore();
    const book = new ObjectNamesDesk(store).book('t/ada', 'Calendar');
    jest.spyOn(store, 'add').mockRejectedValueOnce(new Error('away'));
    await expect(book.remember('/cal/', page('a'))).rejects.toThrow('away');
    await book.remember('/cal/', page('a'));
    expect(store.calls.add).toBe(1);
    expect(await new ObjectNamesDesk(store).book('t/ada', 'Calendar').names('/cal/', ['a'])).toEqual(
      page('a'),
    );
  });

  it('are no more than there is room for', async () => {
    const store = new MemoryObjectNamesStore();
    const book = new ObjectNamesDesk(store, 2).book('t/ada', 'Calendar');
    await book.remember('/cal/', page('a', 'b', 'c'));
    expect(await book.names('/cal/', ['b', 'c'])).toEqual(page('b', 'c'));
    expect(store.calls.find).toBe(0);
    expect(await book.names('/cal/', ['a'])).toEqual(page('a'));
    expect(store.calls.find).toBe(1);
  });
});
