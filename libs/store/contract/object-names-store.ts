import type { ObjectNamesStore } from '../object-names.js';

/** What every ObjectNamesStore promises. `open` gives one that may hold other tests' data. */
export function objectNamesStoreContract(name: string, open: () => Promise<ObjectNamesStore>): void {
  describe(`object names store contract: ${name}`, () => {
    let store: ObjectNamesStore;
    let account: string;
    let serial = 0;
    const names = (...entries: readonly (readonly [string, string])[]): ReadonlyMap<string, string> =>
      new Map(entries);

    beforeEach(async () => {
      store = await open();
      account = `${name} ${process.pid} ${Date.now()}/user${(serial += 1)}`;
    });

    it('finds what was added, by account, folder and id', async () => {
      await store.add(account, 'f', names(['a', 'a.ics'], ['b', "b '\\ü.ics"]));
      await store.add(account, 'g', names(['a', 'other.ics']));
      expect(await store.find(account, 'f', ['a', 'b', 'c'])).toEqual(
        names(['a', 'a.ics'], ['b', "b '\\ü.ics"]),
      );
      expect(await store.find(account, 'g', ['a', 'b'])).toEqual(names(['a', 'other.ics']));
      expect(await store.find(`${account}x`, 'f', ['a'])).toEqual(new Map());
      expect(await store.find(account, 'f', [])).toEqual(new Map());
    });

    it('takes what it has already, from two phones at once, as often as they like', async () => {
      const many = new Map(Array.from({ length: 600 }, (_, n) => [`id${n}`, `${n}.vcf`] as const));
      const backwards = new Map([...many].reverse());
      await Promise.all([many, backwards, many, backwards].map((page) => store.add(account, 'f', page)));
      expect(await store.find(account, 'f', [...many.keys()])).toEqual(many);
    });
  });
}
