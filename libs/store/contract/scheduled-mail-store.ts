import type { ScheduledMailStore } from '../scheduled-mail.js';

/** What every ScheduledMailStore promises. `open` gives one that may hold other tests' data. */
export function scheduledMailStoreContract(name: string, open: () => Promise<ScheduledMailStore>): void {
  describe(`scheduled mail store contract: ${name}`, () => {
    let store: ScheduledMailStore;
    let account: string;
    let serial = 0;
    beforeEach(async () => {
      store = await open();
      account = `${name} ${process.pid} ${Date.now()}/user${(serial += 1)}`;
    });
    const keys = async (limit = 10): Promise<string[]> =>
      (await store.claim(account, limit, 60)).map(({ key }) => key);

    it('gives work to one who asks, by account, and not again as long as it is claimed', async () => {
      await store.add(account, [{ key: 'a', work: { text: "'ü\n" } }]);
      await store.add(`${account}x`, [{ key: 'b', work: 1 }]);
      expect(await store.claim(account, 10, 60)).toEqual([{ key: 'a', work: { text: "'ü\n" }, attempts: 1 }]);
      expect(await keys()).toEqual([]);
    });

    it('tells of many accounts at once which have work that is due', async () => {
      const [noted, claimed, settled] = ['noted', 'claimed', 'settled'].map((which) => `${account} ${which}`);
      for (const one of [noted!, claimed!, settled!])
        await store.add(one, [
          { key: 'a', work: 1 },
          { key: 'b', work: 2 },
        ]);
      await store.claim(claimed!, 2, 60);
      await store.settle(settled!, ['a', 'b']);
      expect(await store.due([account, settled!, noted!, claimed!])).toEqual([noted]);
      expect(await store.due([])).toEqual([]);
    });

    it('gives no piece to two of many who ask at once, and no more than they want', async () => {
      const all = Array.from({ length: 40 }, (_, n) => ({ key: `k${n}`, work: n }));
      await Promise.all([store.add(account, all), store.add(account, [...all].reverse())]);
      const claimed = await Promise.all(Array.from({ length: 5 }, () => keys(8)));
      expect(claimed.every(({ length }) => length <= 8)).toBe(true);
      const rest = await keys(40);
      expect([...claimed.flat(), ...rest].sort()).toEqual(all.map(({ key }) => key).sort());
    });

    it('forgets nothing that was not settled: what was postponed, or whose claim ran out, comes again', async () => {
      await store.add(account, [{ key: 'a', work: 1 }]);
      await store.claim(account, 1, 0);
      expect(await store.claim(account, 1, 60)).toEqual([{ key: 'a', work: 1, attempts: 2 }]);
      await store.postpone(account, 'a', 60);
      expect(await keys()).toEqual([]);
      await store.postpone(account, 'a', 0);
      expect(await store.claim(account, 1, 60)).toEqual([{ key: 'a', work: 1, attempts: 3 }]);
    });

    it('what is settled is done for good, also if it was never noted before', async () => {
      await store.add(account, [{ key: 'a', work: 1 }]);
      expect(await store.isSettled(account, 'a')).toBe(false);
      await store.settle(account, ['b', 'a', 'b']);
      await store.add(account, [
        { key: 'a', work: 1 },
        { key: 'b', work: 1 },
      ]);
      await store.postpone(account, 'a', 0);
      expect(await keys()).toEqual([]);
      expect(await store.isSettled(account, 'a')).toBe(true);
      expect(await store.isSettled(account, 'b')).toBe(true);
      expect(await store.isSettled(`${account}x`, 'b')).toBe(false);
    });
  });
}
