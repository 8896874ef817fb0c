import { TooManyDevices, undecided, unmarked } from '../device-control.js';
import { StaleState, type DeviceIdentity, type DeviceRow, type DeviceStore, type Json } from '../types.js';

/** What every DeviceStore promises. `open` gives one that may hold other tests' data. */
export function deviceStoreContract(name: string, open: () => Promise<DeviceStore>): void {
  describe(`device store contract: ${name}`, () => {
    let store: DeviceStore;
    let device: DeviceRow;
    let serial = 0;
    const run = `${name} ${process.pid} ${Date.now()}`;
    const identity = (): DeviceIdentity => ({ tenant: run, user: `user${(serial += 1)}`, deviceId: 'phone' });
    const attributes = { deviceType: 'iPhone', userAgent: 'Apple-iPhone' };
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const versionOf = async (folderId: string): Promise<number | undefined> =>
      (await store.load(device.identity, [folderId]))?.collections[0]?.version;
    const textsOf = async (folderId: string, firsts: readonly string[]): Promise<Record<string, string>> => {
      const segments = await store.segments(device.id, folderId, firsts);
      return Object.fromEntries(segments.map(({ first, data }) => [first, new TextDecoder().decode(data)]));
    };

    beforeEach(async () => {
      store = await open();
      device = await store.create(identity(), attributes, { policyKey: '0' });
    });

    describe('what is decided of a device', () => {
      it('is nothing at first, and comes with its row once rules have judged it', async () => {
        expect(device.control).toEqual(undecided);
        const judged = { standing: 'quarantined', standingReason: 'rule:1', exempt: true } as const;
        expect(await store.judge(device.id, judged, '0')).toBe(true);
        expect((await store.load(device.identity, []))?.device.control).toEqual({ ...undecided, ...judged });
      });

      it('is not what rules came to that are not in force any more', async () => {
        const judged = { standing: 'blocked', standingReason: 'rule:1', exempt: false } as const;
        expect(await store.judge(device.id, judged, '-1')).toBe(false);
        expect((await store.load(device.identity, []))?.device.control).toEqual(undecided);
      });

      it('is what a new device was admitted with, and no more of them are made than its user may have', async () => {
        const judgement = { standing: 'quarantined', standingReason: 'default', exempt: false } as const;
        const { tenant, user } = device.identity;
        const another = (deviceId: string, standing: 'quarantined' | 'blocked', maxDevices: number | null) =>
          store.create(
            { tenant, user, deviceId },
            attributes,
            {},
            { judgement: { ...judgement, standing }, maxDevices },
          );
        // One that is blocked takes nobody's place.
        await another('blocked', 'blocked', null);
        expect((await another('second', 'quarantined', 2)).control).toEqual({ ...undecided, ...judgement });
        const attempts = await Promise.allSettled(['x', 'y'].map((id) => another(id, 'quarantined', 3)));
        expect(attempts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        await expect(another('third', 'quarantined', 3)).rejects.toBeInstanceOf(TooManyDevices);
        await expect(store.load({ tenant, user, deviceId: 'third' }, [])).resolves.toBeNull();
        // Those that are known come in.
        await expect(another('second', 'quarantined', 1)).resolves.toMatchObject({ control: judgement });
      });

      it('goes by what the device was last seen with', async () => {
        const information = { Model: 'iPhone15,2', OS: 'iOS 18', FriendlyName: 'Ada' };
        await store.touch(device.id, {
          at: new Date(),
          userAgent: 'Apple/1',
          protocolVersion: 161,
          information,
        });
        expect((await store.load(device.identity, []))?.device.facts).toEqual({
          deviceType: attributes.deviceType,
          userAgent: 'Apple/1',
          protocolVersion: 161,
          model: 'iPhone15,2',
          os: 'iOS 18',
        });
      });

      it('includes how far it is with its policy', async () => {
        expect(device.policy).toEqual(unmarked);
        const mark = { policyId: '7', policyState: 'partial' } as const;
        await store.markPolicy(device.id, mark);
        expect((await store.load(device.identity, []))?.device.policy).toEqual(mark);
      });

      it('is no wipe that nobody asked for, whatever is said of one', async () => {
        for (const step of ['send', 'confirm', 'cancel'] as const)
          await expect(store.stepWipe('9007199254740991', step)).resolves.toBe(false);
        await expect(store.doubtWipe('9007199254740991')).resolves.toBe(false);
        expect((await store.load(device.identity, []))?.device.control).toEqual(undecided);
      });

      it('takes events for its timeline, and none for a device that is gone', async () => {
        await store.addEvent(device.id, 'created', { type: 'iPhone' });
        await expect(store.addEvent('9007199254740991', 'created', {})).resolves.toBeUndefined();
      });
    });

    describe('devices', () => {
      it('are unknown until created', async () => {
        await expect(store.load(identity(), ['m1'])).resolves.toBeNull();
      });

      it('are told apart by tenant, user and id', async () => {
        const { tenant, user, deviceId } = device.identity;
        for (const other of [
          { tenant: `${tenant}x`, user, deviceId },
          { tenant, user: `${user}x`, deviceId },
          { tenant, user, deviceId: `${deviceId}x` },
        ]) {
          await expect(store.load(other, [])).resolves.toBeNull();
          expect((await store.create(other, attributes, {})).id).not.toBe(device.id);
        }
      });

      it('keep state, whatever JSON it is', async () => {
        const states: Json[] = [
          { text: 'ä\\"\u2028\n', list: [1, 2.5, null, true], nested: { '': {} } },
          [],
          'x',
          7,
          false,
          null,
        ];
        for (const [index, state] of states.entries()) {
          await store.save({ deviceRowId: device.id, device: { expected: index + 1, state } });
          expect((await store.load(device.identity, []))?.device).toEqual({
            ...device,
            version: index + 2,
            state,
          });
        }
      });

      it('created twice at once are one, and keep their first state', async () => {
        const who = identity();
        const rows = await Promise.all([1, 2, 3, 4].map((n) => store.create(who, attributes, { n })));
        expect(new Set(rows.map(({ id }) => id)).size).toBe(1);
        expect(new Set(rows.map(({ accountId }) => accountId)).size).toBe(1);
        const stored = await store.load(who, []);
        for (const { state } of rows) expect(state).toEqual(stored?.device.state);
      });

      it('share their user’s account', async () => {
        const other = await store.create({ ...device.identity, deviceId: 'tablet' }, attributes, {});
        expect(other.accountId).toBe(device.accountId);
      });

      it('take attributes for the administrator without a new version', async () => {
        const [synced, seen] = [new Date('2026-11-23T08:00:00.123Z'), new Date('2026-11-23T08:05:00Z')];
        await store.touch(device.id, { at: synced, userAgent: 'x', protocolVersion: 161, synced: true });
        await store.touch(device.id, { at: seen, information: { os: '9' } });
        await store.touch(device.id, { at: seen });
        expect((await store.load(device.identity, []))?.device).toEqual({
          ...device,
          facts: { ...device.facts, userAgent: 'x', protocolVersion: 161 },
          noted: { seen, synced },
        });
      });
    });

    describe('collections', () => {
      it('are loaded by name, those that exist', async () => {
        await store.save({
          deviceRowId: device.id,
          collections: [
            { folderId: 'm1', expected: null, state: { key: 'a' } },
            { folderId: 'm2', expected: null, state: { key: 'b' } },
          ],
        });
        const loaded = await store.load(device.identity, ['m2', 'm3']);
        expect(loaded?.collections).toEqual([{ folderId: 'm2', version: 1, state: { key: 'b' } }]);
        expect((await store.load(device.identity, []))?.collections).toEqual([]);
      });

      it('rise by one version with each save', async () => {
        for (const expected of [null, 1, 2, 3]) {
          await store.save({
            deviceRowId: device.id,
            collections: [{ folderId: 'm1', expected, state: {} }],
          });
        }
        await expect(versionOf('m1')).resolves.toBe(4);
      });
    });

    describe('a stale save', () => {
      beforeEach(() =>
        store.save({
          deviceRowId: device.id,
          collections: [
            { folderId: 'm1', expected: null, state: 'old', put: [{ first: 'a', data: bytes('1') }] },
          ],
        }),
      );

      it.each([
        ['a collection written meanwhile', { folderId: 'm1', expected: 7, state: 'new' }],
        ['a collection made meanwhile', { folderId: 'm1', expected: null, state: 'new' }],
        ['a collection that is gone', { folderId: 'm9', expected: 1, state: 'new' }],
      ])('%s: nothing of it is done', async (_what, stale) => {
        const put = [{ first: 'z', data: bytes('z') }];
        const save = store.save({
          deviceRowId: device.id,
          device: { expected: 1, state: 'new' },
          collections: [
            { folderId: 'm2', expected: null, state: 'new', put },
            { ...stale, put, drop: ['a'] },
          ],
        });
        await expect(save).rejects.toBeInstanceOf(StaleState);
        const loaded = await store.load(device.identity, ['m1', 'm2', 'm9']);
        expect(loaded?.device).toEqual(device);
        expect(loaded?.collections).toEqual([{ folderId: 'm1', version: 1, state: 'old' }]);
        await expect(textsOf('m1', ['a', 'z'])).resolves.toEqual({ a: '1' });
      });

      it('of the device alone keeps the collections as well', async () => {
        const save = store.save({
          deviceRowId: device.id,
          device: { expected: 2, state: 'new' },
          collections: [{ folderId: 'm1', expected: 1, state: 'new', dropAll: true }],
        });
        await expect(save).rejects.toBeInstanceOf(StaleState);
        await expect(versionOf('m1')).resolves.toBe(1);
        await expect(textsOf('m1', ['a'])).resolves.toEqual({ a: '1' });
      });

      it('of a device that does not exist', async () => {
        const save = store.save({
          deviceRowId: '999999999',
          collections: [{ folderId: 'm1', expected: null, state: {} }],
        });
        await expect(save).rejects.toBeInstanceOf(StaleState);
      });

      it('is all but one of those that are sent at once from the same version', async () => {
        const saves = await Promise.allSettled(
          Array.from({ length: 8 }, (_, n) =>
            store.save({
              deviceRowId: device.id,
              collections: [
                { folderId: 'm1', expected: 1, state: n, put: [{ first: 'a', data: bytes(`by ${n}`) }] },
                { folderId: 'new', expected: null, state: n },
              ],
            }),
          ),
        );
        const winners = saves.flatMap(({ status }, n) => (status === 'fulfilled' ? [n] : []));
        expect(winners).toHaveLength(1);
        for (const result of saves) {
          if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(StaleState);
        }
        const loaded = await store.load(device.identity, ['m1', 'new']);
        expect(loaded?.collections.map(({ state }) => state)).toEqual([winners[0], winners[0]]);
        await expect(textsOf('m1', ['a'])).resolves.toEqual({ a: `by ${winners[0]}` });
      });
    });

    describe('segments', () => {
      const fill = (folderId: string) =>
        store.save({
          deviceRowId: device.id,
          collections: [
            {
              folderId,
              expected: null,
              state: {},
              put: ['b', 'B', 'a', 'ä'].map((first) => ({ first, data: bytes(`${folderId}/${first}`) })),
            },
          ],
        });
      beforeEach(async () => {
        await fill('m1');
        await fill('m2');
      });

      it('come in bytewise order of their firsts, each once', async () => {
        const segments = await store.segments(device.id, 'm1', ['ä', 'b', 'a', 'B', 'b', 'absent']);
        expect(segments.map(({ first }) => first)).toEqual(['B', 'a', 'b', 'ä']);
      });

      it('hold any bytes', async () => {
        const data = Uint8Array.from({ length: 512 }, (_, index) => index & 0xff).subarray(3, 500);
        const put = [
          { first: 'bin', data },
          { first: 'none', data: new Uint8Array() },
        ];
        await store.save({
          deviceRowId: device.id,
          collections: [{ folderId: 'm1', expected: 1, state: {}, put }],
        });
        const [bin, none] = await store.segments(device.id, 'm1', ['bin', 'none']);
        expect(Buffer.compare(bin?.data ?? new Uint8Array(), data)).toBe(0);
        expect(none?.data).toHaveLength(0);
      });

      it('are replaced, added and dropped in one save, of one collection alone', async () => {
        const put = ['a', 'c'].map((first) => ({ first, data: bytes('new') }));
        await store.save({
          deviceRowId: device.id,
          collections: [{ folderId: 'm1', expected: 1, state: {}, put, drop: ['b', 'absent'] }],
        });
        await expect(textsOf('m1', ['a', 'b', 'c', 'B'])).resolves.toEqual({ a: 'new', c: 'new', B: 'm1/B' });
        await expect(textsOf('m2', ['a', 'b'])).resolves.toEqual({ a: 'm2/a', b: 'm2/b' });
      });

      it('are all forgotten before new ones are written when a collection starts over', async () => {
        const put = [{ first: 'a', data: bytes('new') }];
        await store.save({
          deviceRowId: device.id,
          collections: [{ folderId: 'm1', expected: 1, state: {}, dropAll: true, put }],
        });
        await expect(textsOf('m1', ['a', 'b', 'B', 'ä'])).resolves.toEqual({ a: 'new' });
        await expect(textsOf('m2', ['b'])).resolves.toEqual({ b: 'm2/b' });
      });

      it('that are both dropped and put are there', async () => {
        const put = [{ first: 'a', data: bytes('new') }];
        await store.save({
          deviceRowId: device.id,
          collections: [{ folderId: 'm1', expected: 1, state: {}, drop: ['a'], put }],
        });
        await expect(textsOf('m1', ['a'])).resolves.toEqual({ a: 'new' });
      });
    });

    describe('folders', () => {
      const mail = (path: string, identity: string | null = null) => ({ itemClass: 'Email', path, identity });
      const numbers = async () =>
        new Map(
          (await store.folders(device.accountId))
            .filter((row) => !row.gone)
            .map((row) => [row.path, row.number]),
        );

      it('keep their numbers, whatever order they come in', async () => {
        await store.registerFolders(device.accountId, [mail('INBOX'), mail('Sent')]);
        const before = await numbers();
        const rows = await store.registerFolders(device.accountId, [
          mail('New'),
          mail('Sent'),
          mail('INBOX'),
        ]);
        expect(await numbers()).toEqual(new Map([...before, ['New', 3]]));
        expect(rows.map(({ path }) => path).sort()).toEqual(['INBOX', 'New', 'Sent']);
      });

      it('come with their device, those that are gone too, if they are asked for', async () => {
        const load = async (withFolders?: boolean) =>
          (await store.load(device.identity, [], withFolders))?.folders;
        expect(await load(true)).toEqual([]);
        await store.registerFolders(device.accountId, [mail('INBOX', 'a'), mail('Old')]);
        await store.registerFolders(device.accountId, [mail('INBOX', 'a')]);
        expect(await load(true)).toEqual([
          { number: 1, itemClass: 'Email', path: 'INBOX', identity: 'a', gone: false },
          { number: 2, itemClass: 'Email', path: 'Old', identity: null, gone: true },
        ]);
        expect(await load()).toBeNull();
      });

      it('of two classes may have one path', async () => {
        const seen = [mail('x'), { itemClass: 'Notes', path: 'x', identity: null }];
        expect(await store.registerFolders(device.accountId, seen)).toHaveLength(2);
      });

      it('registered by many devices at once get each number once', async () => {
        const seen = Array.from({ length: 12 }, (_, index) => mail(`f${index}`));
        await Promise.all([1, 2, 3, 4].map(() => store.registerFolders(device.accountId, seen)));
        const rows = await store.folders(device.accountId);
        expect(rows).toHaveLength(12);
        expect(new Set(rows.map(({ number }) => number)).size).toBe(12);
      });

      it('that are gone keep their row, and one made again under the name gets a new number', async () => {
        await store.registerFolders(device.accountId, [mail('a'), mail('b')]);
        expect(await store.registerFolders(device.accountId, [mail('b')])).toHaveLength(1);
        const [again] = await store.registerFolders(device.accountId, [mail('a')]);
        expect(again).toMatchObject({ path: 'a', number: 3, gone: false });
        const rows = await store.folders(device.accountId);
        expect(rows.map(({ path, gone }) => [path, gone])).toEqual([
          ['a', true],
          ['b', true],
          ['a', false],
        ]);
      });

      it('are followed through a rename, even when two change places', async () => {
        await store.registerFolders(device.accountId, [mail('a', '1'), mail('b', '2')]);
        await store.registerFolders(device.accountId, [mail('a', '2'), mail('b', '1')]);
        expect(await numbers()).toEqual(
          new Map([
            ['b', 1],
            ['a', 2],
          ]),
        );
      });
    });

    describe('folders renamed through the gateway', () => {
      const mail = (path: string, identity: string | null = null) => ({ itemClass: 'Email', path, identity });
      const living = async () =>
        Object.fromEntries(
          (await store.folders(device.accountId))
            .filter((row) => !row.gone)
            .map((row) => [row.path, row.number]),
        );
      beforeEach(() => store.registerFolders(device.accountId, [mail('a'), mail('a/b'), mail('c')]));

      it('keep their numbers, with all below them, where the source has no identities', async () => {
        await store.relocateFolders(device.accountId, [
          { number: 1, path: 'c/x' },
          { number: 2, path: 'c/x/b' },
        ]);
        await store.registerFolders(device.accountId, [mail('c'), mail('c/x'), mail('c/x/b')]);
        expect(await living()).toEqual({ 'c/x': 1, 'c/x/b': 2, c: 3 });
      });

      it('are back when another device looked in between and took them for gone', async () => {
        await store.registerFolders(device.accountId, [mail('c'), mail('x'), mail('x/b')]);
        await store.relocateFolders(device.accountId, [
          { number: 1, path: 'x' },
          { number: 2, path: 'x/b' },
        ]);
        expect(await living()).toEqual({ x: 1, 'x/b': 2, c: 3 });
        expect(await store.folders(device.accountId)).toHaveLength(5);
      });

      it('leave folders of other classes and accounts alone', async () => {
        const other = await store.create(identity(), attributes, {});
        await store.registerFolders(other.accountId, [mail('x')]);
        await store.registerFolders(device.accountId, [
          mail('a'),
          mail('a/b'),
          mail('c'),
          { itemClass: 'Notes', path: 'x', identity: null },
        ]);
        await store.relocateFolders(device.accountId, [{ number: 3, path: 'x' }]);
        const rows = await store.folders(device.accountId);
        expect(rows.filter(({ gone }) => gone)).toEqual([]);
        expect(rows.filter(({ path }) => path === 'x').map(({ number }) => number)).toEqual([3, 4]);
        expect(await store.folders(other.accountId)).toMatchObject([{ path: 'x', gone: false }]);
      });
    });

    describe('claims', () => {
      it('are given once', async () => {
        const results = await Promise.all([1, 2, 3, 4, 5].map(() => store.claim(device.id, 'send', 60)));
        expect(results.filter((result) => result === null)).toHaveLength(1);
        for (const result of results) if (result) expect(result).toEqual({ result: null });
      });

      it('tell what was recorded', async () => {
        await store.claim(device.id, 'send', 60);
        await store.settle(device.id, 'send', { status: 1 });
        await expect(store.claim(device.id, 'send', 60)).resolves.toEqual({ result: { status: 1 } });
      });

      it('are never found without what is recorded with them', async () => {
        const result = { state: 'sending', since: 1 };
        await expect(store.claim(device.id, 'send', 60, { result })).resolves.toBeNull();
        await expect(store.claim(device.id, 'send', 60)).resolves.toEqual({ result });
      });

      it('are taken over by one of those who found the same recorded', async () => {
        await store.claim(device.id, 'send', 60, { result: { state: 'sending', since: 1 } });
        const replacing = { since: 1, state: 'sending' };
        const attempts = [2, 3, 4].map((since) => ({ result: { state: 'sending', since }, replacing }));
        const told = await Promise.all(attempts.map((terms) => store.claim(device.id, 'send', 60, terms)));
        expect(told.filter((recorded) => recorded === null)).toHaveLength(1);
        const winner = attempts[told.indexOf(null)]?.result;
        await expect(store.claim(device.id, 'send', 60, { replacing })).resolves.toEqual({ result: winner });
        const sent = { result: { state: 'sent' }, replacing: winner };
        await expect(store.claim(device.id, 'send', 60, sent)).resolves.toBeNull();
      });

      it('of which nothing is recorded are taken over by those who say so', async () => {
        await store.claim(device.id, 'send', 60);
        const terms = { result: 'mine', replacing: null };
        await expect(store.claim(device.id, 'send', 60, terms)).resolves.toBeNull();
        await expect(store.claim(device.id, 'send', 60, terms)).resolves.toEqual({ result: 'mine' });
      });

      it('can be given back', async () => {
        await store.claim(device.id, 'send', 60);
        await store.settle(device.id, 'send', undefined);
        await expect(store.claim(device.id, 'send', 60)).resolves.toBeNull();
      });

      it('belong to a device', async () => {
        const other = await store.create(identity(), attributes, {});
        await store.claim(device.id, 'send', 60);
        await expect(store.claim(other.id, 'send', 60)).resolves.toBeNull();
      });

      it('are forgotten after their time', async () => {
        await store.claim(device.id, 'send', 0);
        await store.settle(device.id, 'send', 'old');
        await new Promise((resolve) => setTimeout(resolve, 5));
        await expect(store.claim(device.id, 'send', 60)).resolves.toBeNull();
        await expect(store.claim(device.id, 'send', 60)).resolves.toEqual({ result: null });
      });
    });

    it('lists an item that was set aside once, with its newest reason', async () => {
      const item = { folderId: 'm1', itemId: 'm1:4', version: 'v', reason: 'bad MIME', failures: 1 };
      await store.putSetAside(device.id, item);
      await expect(store.putSetAside(device.id, { ...item, failures: 2 })).resolves.toBeUndefined();
    });
  });
}
