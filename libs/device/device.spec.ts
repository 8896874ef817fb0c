import { RuntimeUnavailable } from '#actors';
import { BackendError } from '#backend';
import { DEFAULT_OPTIONS, type DeltaEntry } from './collection-state.js';
import { ProvisionRequired } from './dependencies.js';
import type { CollectionAnswer } from './messages.js';
import { clearLoops, resync, retryItems, type RepairedDevice } from './repair.js';
import fc from 'fast-check';
import { StoreUnavailable } from '#store';
import { TODAY, World, only, kinds } from './testing/world.js';

describe('sync keys', () => {
  it('0 gives a key and no items', async () => {
    const world = new World();
    world.mailbox.deliver('a');
    await world.folderSync();
    const answer = await world.sync('0');
    expect(answer).toMatchObject({ status: 1, refs: [], more: false });
    expect(answer.key).not.toBe('0');
    expect((await world.sync('0', { getChanges: true })).status).toBe(4);
  });

  it('stay the same, and nothing is written, while nothing happens', async () => {
    const world = new World('shared');
    for (const id of 'abcde') world.mailbox.deliver(id);
    const { key } = await world.synced();
    const settled = (await world.sync(key)).key;
    const save = jest.spyOn(world.store, 'save');
    expect((await world.sync(settled)).key).toBe(settled);
    expect((await world.sync(settled)).key).toBe(settled);
    expect(save).not.toHaveBeenCalled();
  });

  it('used again bring the same items and the same next key', async () => {
    const world = new World();
    const { key } = await world.synced();
    world.mailbox.deliver('new');
    const lost = await world.sync(key);
    world.restart();
    const again = await world.sync(key);
    expect(kinds(lost)).toEqual(['add new']);
    expect(kinds(again)).toEqual(kinds(lost));
    expect(again.key).toBe(lost.key);
  });

  it('of a host that was paused are never written over those of the one that took over, which is asked to repeat nothing', async () => {
    const world = new World('shared');
    const { key } = await world.synced();
    world.mailbox.deliver('new');
    const paused = world.newActor();
    const save = world.store.save.bind(world.store);
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => {
      jest.spyOn(world.store, 'save').mockImplementationOnce(async (change) => {
        resolve();
        await new Promise<void>((go) => (wake = go));
        return save(change);
      });
    });
    const collections = [{ id: 'm1', key, getChanges: null, windowSize: 3, options: null }];
    const message = {
      type: 'Sync',
      phase: 'both',
      collections,
      partial: false,
      windowSize: null,
      wait: null,
    } as const;
    const late = paused.receive(world.envelope(message), {
      signal: new AbortController().signal,
      holds: async () => false,
    });
    await asleep;
    const next = await world.sync(key);
    world.mailbox.deliver('newer');
    const after = await world.sync(next.key);
    wake();
    await expect(late).rejects.toThrow('taken the device over');
    expect([kinds(next), kinds(after)]).toEqual([['add new'], ['add newer']]);
    expect((await world.sync(after.key)).key).toBe(after.key);
  });

  it('that are not live reset that collection alone', async () => {
    const world = new World();
    const { key } = await world.synced();
    world.mailbox.deliver('x');
    const next = (await world.sync(key)).key;
    world.mailbox.deliver('y');
    await world.sync(next);
    expect((await world.sync(key)).status).toBe(3);
    expect((await world.sync('nonsense')).status).toBe(3);
    expect((await world.sync('epoch99999-1')).status).toBe(3);
    expect((await world.sync(next)).status).toBe(1);
  });

  it('of an unknown collection are 12, of one never begun 3', async () => {
    const world = new World();
    await world.folderSync();
    expect((await world.sync('epoch00000-1', { id: 'm77' })).status).toBe(12);
    expect((await world.sync('epoch00000-1', { id: '../etc' })).status).toBe(12);
    expect((await world.sync('epoch00000-1')).status).toBe(3);
  });

  it('survive a FolderSync from key 0, which sends no item again', async () => {
    const world = new World();
    world.mailbox.deliver('a');
    const { key } = await world.synced();
    const before = await world.folderSync();
    const after = await world.folderSync();
    expect(after.add.map((folder) => folder.id)).toEqual(before.add.map((folder) => folder.id));
    expect(kinds(await world.sync(key))).toEqual([]);
  });
});

describe('changes', () => {
  it('come newest first and window by window, with MoreAvailable until the last', async () => {
    const world = new World();
    for (const id of 'abcdefg') world.mailbox.deliver(id);
    await world.folderSync();
    let { key } = await world.sync('0');
    const windows: string[] = [];
    for (let more = true; more;) {
      const answer = await world.sync(key);
      ({ key, more } = answer);
      windows.push(answer.refs.map((ref) => ref.id).join('') + (more ? '+' : ''));
    }
    expect(windows).toEqual(['gfe+', 'dcb+', 'a']);
  });

  it('come in the windows of the configuration, whatever the phone would take', async () => {
    const world = new World();
    Object.assign(world.window, { default: 2, max: 4 });
    for (const id of 'abcdefghijklmnop') world.mailbox.deliver(id);
    await world.folderSync();
    let { key } = await world.sync('0');
    const sizes: number[] = [];
    for (const windowSize of [null, 0, 3, 500]) {
      const answer = await world.sync(key, { windowSize });
      ({ key } = answer);
      sizes.push(answer.refs.length);
    }
    expect(sizes).toEqual([2, 4, 3, 4]);
  });

  it('of the phone itself are not sent back', async () => {
    const world = new World();
    world.mailbox.deliver('a');
    const { key } = await world.synced();
    world.mailbox.flag('a', 's');
    const imports: DeltaEntry[] = [['a', 's', TODAY]];
    const answer = await world.sync(key, { imports, journal: { changed: ['a'] } }, 'collect');
    expect(kinds(answer)).toEqual([]);
    expect(answer.key).not.toBe(key);
    expect(kinds(await world.sync(answer.key))).toEqual([]);
  });

  it('answered to a lost request are answered from the journal, and still not echoed', async () => {
    const world = new World();
    world.mailbox.deliver('a');
    const { key } = await world.synced();
    world.mailbox.flag('a', 's');
    await world.sync(key, { imports: [['a', 's', TODAY]], journal: { changed: ['a'] } }, 'collect');
    world.restart();
    const opened = await world.sync(key, {}, 'open');
    expect(opened.journal).toEqual({ changed: ['a'] });
    const again = await world.sync(key, { imports: [], journal: { changed: ['a'] } }, 'collect');
    expect(kinds(again)).toEqual([]);
    expect(kinds(await world.sync(again.key))).toEqual([]);
  });

  it('are not asked for when GetChanges is false, and not lost either', async () => {
    const world = new World();
    const { key } = await world.synced();
    world.mailbox.deliver('a');
    const quiet = await world.sync(key, { getChanges: false });
    expect(quiet).toMatchObject({ refs: [], more: false, key });
    expect(kinds(await world.sync(key))).toEqual(['add a']);
  });

  it('that fall out of the filter window are soft-deleted, once a day, without being asked', async () => {
    const world = new World();
    world.mailbox.deliver('old', TODAY - 3);
    world.mailbox.deliver('new', TODAY);
    world.mailbox.deliver('ancient', TODAY - 90);
    const { key, has } = await world.synced({ options: { ...DEFAULT_OPTIONS, filterType: 2 } });
    expect([...has].sort()).toEqual(['new', 'old']);
    world.now += 86_400_000;
    expect((await world.ask({ type: 'News', folders: ['m1'] })).changed).toEqual(['m1']);
    const answer = await world.sync(key);
    expect(kinds(answer)).toEqual(['softDelete old']);
    const wider = await world.sync(answer.key, {
      options: { ...DEFAULT_OPTIONS, filterType: 0 },
      windowSize: 9,
    });
    expect(kinds(wider).sort()).toEqual(['add ancient', 'add old']);
  });

  it('survive a forgotten history by comparing, not by a reset', async () => {
    const world = new World();
    for (const id of 'abcd') world.mailbox.deliver(id);
    const { key } = await world.synced();
    world.mailbox.expunge('b');
    world.mailbox.deliver('e');
    world.mailbox.forgetsBefore = ++world.mailbox.clock;
    expect(kinds(await world.sync(key)).sort()).toEqual(['add e', 'delete b']);
  });

  it('wait while the source is down: Status 5 beside others, an error alone; the key stays', async () => {
    const world = new World();
    const { key } = await world.synced();
    world.mailbox.deliver('a');
    world.mailbox.failure = new BackendError('unavailable', 'down');
    await expect(world.sync(key)).rejects.toThrow('down');
    world.mailbox.failure = null;
    expect(kinds(await world.sync(key))).toEqual(['add a']);
  });
});

describe('an answer that did not arrive as it was planned', () => {
  it('offers unreadable items again, then sets them aside', async () => {
    const world = new World();
    let { key } = await world.synced();
    world.mailbox.deliver('bad');
    world.mailbox.deliver('good');
    for (let round = 1; round <= 3; round++) {
      const answer = await world.sync(key);
      expect(answer.refs.some((ref) => ref.id === 'bad')).toBe(true);
      key = answer.key;
      const items = [{ id: 'bad', failure: 'unreadable' as const, reason: 'no MIME' }];
      await world.ask({ type: 'Settle', folder: 'm1', key, items });
    }
    expect(world.setAside).toEqual(['bad']);
    expect(kinds(await world.sync(key))).toEqual([]);
    world.mailbox.flag('bad', 's');
    expect(kinds(await world.sync(key))).toEqual(['add bad']);
  });

  it('gives an item that a phone chokes on smaller and smaller answers, and at last none', async () => {
    const world = new World();
    const { key } = await world.synced();
    for (const id of 'abc') world.mailbox.deliver(id);
    const sizes: number[] = [];
    for (let round = 0; round < 12 && world.setAside.length === 0; round++) {
      sizes.push((await world.sync(key)).refs.length);
    }
    expect(sizes.slice(0, 3)).toEqual([3, 3, 3]);
    expect(sizes.at(-2)).toBe(1);
    expect(world.setAside).toHaveLength(1);
  });

  it('is refused where a later request was answered meanwhile, whose key goes on living', async () => {
    const world = new World();
    const { key } = await world.synced();
    world.mailbox.deliver('a');
    const early = await world.sync(key, {}, 'open');
    const later = await world.sync(key, {}, 'open');
    const done = (id: string, { answers = -1 }: CollectionAnswer) =>
      world.sync(key, { answers, imports: [[id, null, null]] }, 'collect');
    const given = await done('x', later);
    await expect(done('y', early)).rejects.toThrow('answered meanwhile');
    expect(kinds(given)).toEqual(['add a']);
    expect((await world.sync(given.key)).status).toBe(1);
    await expect(done('y', early)).rejects.toThrow('answered meanwhile');
  });

  it('is news for a Ping only if its connection broke', async () => {
    const world = new World();
    const { key } = await world.synced();
    await world.ask({ type: 'Ping', interval: 60, folders: ['m1', 'm99'] });
    world.mailbox.deliver('a');
    const answer = await world.sync(key);
    const ping = () => world.ask({ type: 'Ping', interval: null, folders: null });
    expect((await ping()).changed).toEqual([]);
    await world.ask({ type: 'Undelivered', keys: [{ folder: 'm1', key: answer.key }] });
    expect((await ping()).changed).toEqual(['m1']);
    expect(kinds(await world.sync(key))).toEqual(['add a']);
  });
});

describe('what was known of a folder', () => {
  /** The next `times` reads find nothing, as if another host had just written the collection anew. */
  const loseSegments = (world: World, times: number): void => {
    const segments = world.store.segments.bind(world.store);
    let lost = 0;
    world.store.segments = async (...asked) => (lost++ < times ? [] : segments(...asked));
  };
  const flagged = async () => {
    const world = new World();
    world.mailbox.deliver('a');
    const { key } = await world.synced();
    const acked = (await world.sync(key)).key;
    world.mailbox.flag('a', 's');
    return { world, key: acked };
  };

  it('and is gone since another host wrote it anew is read again as that left it', async () => {
    const { world, key } = await flagged();
    loseSegments(world, 1);
    expect(kinds(await world.sync(key))).toEqual(['change a']);
  });

  it('and is not there at all is a bug that is told, not a folder without mails', async () => {
    const { world, key } = await flagged();
    loseSegments(world, Infinity);
    await expect(world.sync(key)).rejects.toThrow('is not stored');
  });
});

describe('what requests leave unsaid', () => {
  it('is taken from the last full Sync; without one the answer is 13', async () => {
    const world = new World();
    await world.folderSync();
    const empty = {
      type: 'Sync',
      phase: 'both',
      collections: null,
      partial: false,
      windowSize: null,
      wait: null,
    } as const;
    expect((await world.ask(empty)).status).toBe(13);
    const { key } = await world.synced();
    world.mailbox.deliver('a');
    world.restart();
    const answer = only(await world.ask(empty));
    expect(answer.presented).toBe(key);
    expect(kinds(answer)).toEqual(['add a']);
    // The answer may be lost: until its key is presented, the empty request still means the old one.
    expect(kinds(only(await world.ask(empty)))).toEqual(['add a']);
  });

  it('Ping needs interval and folders once, then either alone (Status 3)', async () => {
    const world = new World();
    await world.synced();
    expect((await world.ask({ type: 'Ping', interval: 60, folders: null })).status).toBe(3);
    expect((await world.ask({ type: 'Ping', interval: null, folders: ['m1'] })).status).toBe(3);
    expect((await world.ask({ type: 'Ping', interval: 60, folders: ['m1'] })).status).toBe(1);
    expect(await world.ask({ type: 'Ping', interval: 90, folders: [] })).toMatchObject({
      interval: 90,
      folders: [{ id: 'm1', path: 'INBOX' }],
    });
  });
});

describe('folders', () => {
  it('are told by difference, under ids that stay', async () => {
    const world = new World();
    const first = await world.folderSync();
    expect(first.add.map((folder) => [folder.id, folder.type])).toEqual([
      ['m1', 2],
      ['m2', 4],
    ]);
    expect(await world.folderSync(first.key)).toMatchObject({
      status: 1,
      key: first.key,
      add: [],
      remove: [],
    });
    world.mailbox.names = ['INBOX', 'Work'];
    await world.synced();
    const ping = await world.ask({ type: 'Ping', interval: 60, folders: ['m1'] });
    expect(ping.hierarchyChanged).toBe(false);
    expect((await world.folderSync('epoch99999-1')).status).toBe(9);
    world.mailbox.names.push('More');
    expect((await world.ask({ type: 'Ping', interval: 60, folders: ['m1'] })).hierarchyChanged).toBe(true);
  });
});

it('moved items are not told again in either folder', async () => {
  const world = new World();
  world.mailbox.deliver('a');
  const { key } = await world.synced();
  world.mailbox.expunge('a');
  await world.ask({ type: 'Moved', items: [{ from: 'm1', id: 'a', to: 'm2', newId: 'b', version: '' }] });
  expect(kinds(await world.sync(key))).toEqual([]);
});

it('a move that could not be noted is not half noted: the phone is told of it by the next Sync', async () => {
  const world = new World();
  world.mailbox.deliver('a');
  const { key } = await world.synced();
  world.mailbox.expunge('a');
  const settle = jest.spyOn(world.store, 'settle').mockRejectedValue(new StoreUnavailable('restarted'));
  const items = [{ from: 'm1', id: 'a', to: 'm2', newId: 'b', version: '' }];
  await expect(world.ask({ type: 'Moved', items })).rejects.toBeInstanceOf(StoreUnavailable);
  settle.mockRestore();
  expect(await world.ask({ type: 'MovedBefore', from: 'm1', id: 'a', to: 'm2' })).toEqual({ newId: null });
  expect(kinds(await world.sync(key))).toEqual(['delete a']);
});

it('a mail that one of two answers could not give, and the other one could, is told the going of', async () => {
  const world = new World();
  await world.folderSync();
  const { key } = await world.sync('0');
  world.mailbox.deliver('a');
  const first = await world.sync(key);
  // The phone gave up and asked again, and got it; the first answer was stuck, and found it gone.
  const second = await world.sync(key);
  expect(second.key).toBe(first.key);
  world.mailbox.expunge('a');
  const items = [{ id: 'a', failure: 'gone' as const, reason: 'gone' }];
  await world.ask({ type: 'Settle', folder: 'm1', key: first.key, items });
  expect(kinds(await world.sync(second.key))).toEqual(['delete a']);
});

it('a move that is heard of after the phone was told that it did not happen is told by the next Sync', async () => {
  const world = new World();
  world.mailbox.deliver('a');
  const { key } = await world.synced();
  world.mailbox.expunge('a');
  expect(await world.ask({ type: 'MovedBefore', from: 'm1', id: 'a', to: 'm2' })).toEqual({ newId: null });
  await world.ask({ type: 'Moved', items: [{ from: 'm1', id: 'a', to: 'm2', newId: 'b', version: '' }] });
  expect(kinds(await world.sync(key))).toEqual(['delete a']);
});

it('a mail that somebody flags in the moment a phone moves it is told with its flag', async () => {
  const world = new World();
  world.mailbox.deliver('a', TODAY, '-');
  const { key } = await world.synced();
  world.mailbox.expunge('a');
  await world.ask({ type: 'Moved', items: [{ from: 'm1', id: 'a', to: 'm1', newId: 'b', version: 'f' }] });
  world.mailbox.deliver('b', TODAY, 'f');
  expect(kinds(await world.sync(key))).toEqual(['change b']);
});

it('a mail that a phone marks and then moves is told as what it is, should somebody take the mark back', async () => {
  const world = new World();
  world.mailbox.deliver('a', TODAY, '-');
  const { key } = await world.synced();
  world.mailbox.flag('a', 's');
  const read = { imports: [['a', 's', null]] satisfies DeltaEntry[], named: { a: 's' }, journal: null };
  const marked = await world.sync(key, read, 'collect');
  world.mailbox.expunge('a');
  await world.ask({ type: 'Moved', items: [{ from: 'm1', id: 'a', to: 'm1', newId: 'b', version: '-' }] });
  world.mailbox.deliver('b', TODAY, '-');
  expect(kinds(await world.sync(marked.key))).toEqual(['change b']);
});

it.each(['got', 'lost'])(
  'a mail that is moved after an answer with a change of it is told as what it is, the answer being %s',
  async (fate) => {
    const world = new World();
    world.mailbox.deliver('a', TODAY, '-');
    const { key } = await world.synced();
    world.mailbox.flag('a', 's');
    const changed = await world.sync(key);
    expect(kinds(changed)).toEqual(['change a']);
    world.mailbox.expunge('a');
    await world.ask({ type: 'Moved', items: [{ from: 'm1', id: 'a', to: 'm1', newId: 'b', version: 's' }] });
    world.mailbox.deliver('b', TODAY, 's');
    // A lost answer comes once more, without what has left.
    const again = fate === 'got' ? changed : await world.sync(key);
    expect(again.key).toBe(changed.key);
    expect(kinds(await world.sync(again.key))).toEqual(['change b']);
  },
);

it('a mail that somebody else changed before the phone did is told again, whole', async () => {
  const world = new World();
  world.mailbox.deliver('a', TODAY, '-');
  world.mailbox.deliver('b', TODAY, '-');
  const { key } = await world.synced();
  // The phone reads both; nobody had told it that one of them was flagged.
  world.mailbox.flag('a', 'sf');
  world.mailbox.flag('b', 's');
  const imports: DeltaEntry[] = [
    ['a', 'sf', null],
    ['b', 's', null],
  ];
  const read = { imports, named: { a: 's', b: 's' }, journal: { read: 2 } };
  expect(kinds(await world.sync(key, read, 'collect'))).toEqual(['change a']);
});

it('a message that this host is too old to know is refused as one to be asked again elsewhere', async () => {
  const actor = new World().newActor();
  const body = { type: 'of a later release' };
  await expect(actor.receive({ body })).rejects.toBeInstanceOf(RuntimeUnavailable);
});

it('GetItemEstimate counts what Sync would bring, and changes nothing', async () => {
  const world = new World();
  for (const id of 'abcde') world.mailbox.deliver(id);
  await world.folderSync();
  const { key } = await world.sync('0');
  const ask = (id: string, at: string) =>
    world
      .ask({ type: 'Estimate', collections: [{ id, key: at, filterType: null }] })
      .then(({ collections }) => collections[0]);
  expect(await ask('m1', key)).toMatchObject({ status: 1, estimate: 5 });
  expect(await ask('m1', '0')).toMatchObject({ status: 3 });
  expect(await ask('m1', 'epoch99999-1')).toMatchObject({ status: 4 });
  expect(await ask('m9', key)).toMatchObject({ status: 2 });
  expect((await world.sync(key)).refs).toHaveLength(3);
});

it('a device without a valid policy key learns nothing', async () => {
  const world = new World();
  world.policyStatus = 142;
  await expect(world.folderSync()).rejects.toBeInstanceOf(ProvisionRequired);
});

it('a host that was overtaken computes anew from the newer state', async () => {
  const world = new World('local');
  const { key } = await world.synced();
  const zombie = world.newActor();
  const ask = { id: 'm1', key, getChanges: null, windowSize: 3, options: null };
  const message = {
    type: 'Sync',
    phase: 'both',
    collections: [ask],
    partial: false,
    windowSize: null,
    wait: null,
  } as const;
  await world.ask(message, zombie);
  world.mailbox.deliver('a');
  const answer = await world.sync(key);
  world.mailbox.deliver('b');
  // The zombie remembers the state before `a`; its write is refused and it starts again.
  const late = only(await world.ask(message, zombie));
  expect(kinds(late)).toEqual(kinds(answer));
  expect(late.key).toBe(answer.key);
});

describe('a phone that loses answers', () => {
  /** Once more, and an item that was sent alone each time would be held for one that the phone cannot take. */
  const ASKED_AGAIN = 4;
  const step = fc.oneof(
    fc.record({ do: fc.constant('deliver' as const), id: fc.integer({ min: 0, max: 30 }) }),
    fc.record({
      do: fc.constantFrom('flag' as const, 'expunge' as const),
      id: fc.integer({ min: 0, max: 30 }),
    }),
    fc.record({
      do: fc.constantFrom('sync' as const, 'lose' as const, 'restart' as const),
      id: fc.constant(0),
    }),
  );

  it('ends up with exactly the mailbox, none lost and none doubled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = new World();
        const phone = new Map<string, string>();
        await world.folderSync();
        let { key } = await world.sync('0');
        let lostInARow = 0;
        const apply = (answer: CollectionAnswer): void => {
          lostInARow = 0;
          expect(answer.status).toBe(1);
          for (const ref of answer.refs) {
            expect(phone.has(ref.id)).toBe(ref.kind !== 'add');
            if (ref.item) phone.set(ref.id, ref.item.version);
            else phone.delete(ref.id);
          }
          key = answer.key;
        };
        for (const { do: what, id } of steps) {
          const name = `i${id.toString().padStart(2, '0')}`;
          if (what === 'deliver' && !world.mailbox.gone.some((item) => item.id === name))
            world.mailbox.deliver(name);
          if (what === 'flag' && world.mailbox.mails.has(name)) world.mailbox.flag(name, 's');
          if (what === 'expunge') world.mailbox.expunge(name);
          if (what === 'restart') world.restart();
          if (what === 'lose' && lostInARow++ < ASKED_AGAIN) await world.sync(key);
          if (what === 'sync') apply(await world.sync(key));
        }
        for (let before = ''; before !== key;) {
          before = key;
          apply(await world.sync(key));
        }
        const expected = [...world.mailbox.mails].map(([id, { version }]) => [id, version]);
        expect([...phone].sort()).toEqual(expected.sort());
      }),
      { numRuns: 150 },
    );
  });
});

describe('an administrator', () => {
  const identity = { tenant: 't', user: 'u', deviceId: 'd' };
  const repaired = ({ store }: World): RepairedDevice => ({ store, identity, epoch: () => 'repaired01' });
  const ping = (world: World) => world.ask({ type: 'Ping', interval: 60, folders: ['m1'] });
  const unreadable = async (world: World, start: string): Promise<string> => {
    world.mailbox.deliver('bad');
    let key = start;
    for (let round = 1; round <= 3; round++) {
      key = (await world.sync(key)).key;
      const items = [{ id: 'bad', failure: 'unreadable' as const, reason: 'no MIME' }];
      await world.ask({ type: 'Settle', folder: 'm1', key, items });
    }
    return (await world.sync(key)).key;
  };

  it.each(['local', 'shared'] as const)(
    'makes a phone load a folder again, whatever its host remembers: %s',
    async (scope) => {
      const world = new World(scope);
      const { key } = await world.synced();
      world.mailbox.deliver('a');
      const settled = (await world.sync((await world.sync(key)).key)).key;
      expect((await ping(world)).changed).toEqual([]);
      await resync(repaired(world), ['m1'], true);
      if (scope === 'local') await world.ask({ type: 'Reload' });
      expect(await ping(world)).toMatchObject({ changed: ['m1'], hierarchyChanged: true });
      // A request that leaves the key out means the one of before, which is live no longer.
      const empty = {
        type: 'Sync',
        phase: 'both',
        collections: null,
        partial: false,
        windowSize: null,
        wait: null,
      } as const;
      expect((await world.ask(empty)).collections[0]?.status).toBe(3);
      expect((await world.sync(settled)).status).toBe(3);
      const begun = await world.sync('0');
      expect(kinds(await world.sync(begun.key))).toEqual(['add a']);
    },
  );

  it('overtakes a host that did not hear of it before it writes', async () => {
    const world = new World('local');
    const { key } = await world.synced();
    await resync(repaired(world), ['m1'], false);
    world.mailbox.deliver('a');
    expect((await world.sync(key)).status).toBe(3);
  });

  it('has a set-aside item offered again, a Ping finds it, and it is off the list until it fails anew', async () => {
    const world = new World('shared');
    const settled = await unreadable(world, (await world.synced()).key);
    expect((await ping(world)).changed).toEqual([]);
    expect(world.store.setAsideOf(identity)).toHaveLength(1);
    expect(await retryItems(repaired(world), new Map([['m1', ['bad']]]))).toBe(1);
    expect(world.store.setAsideOf(identity)).toEqual([]);
    expect((await ping(world)).changed).toEqual(['m1']);
    const answer = await world.sync(settled);
    expect(kinds(answer)).toEqual(['add bad']);
    expect(kinds(await world.sync(answer.key))).toEqual([]);
    expect((await ping(world)).changed).toEqual([]);
  });

  it('sees no item as set aside that was delivered in another version', async () => {
    const world = new World('shared');
    const settled = await unreadable(world, (await world.synced()).key);
    world.mailbox.flag('bad', 's');
    const answer = await world.sync(settled);
    expect(world.store.setAsideOf(identity)).toHaveLength(1);
    await world.sync(answer.key);
    expect(world.store.setAsideOf(identity)).toEqual([]);
  });

  it('sees a sync loop once in the timeline, and can have it forgotten', async () => {
    const world = new World('shared');
    const { key } = await world.synced();
    for (const id of 'abc') world.mailbox.deliver(id);
    for (let round = 0; round < 12 && world.setAside.length === 0; round++) await world.sync(key);
    const loops = () => world.store.eventsOf(identity).filter(({ kind }) => kind === 'sync-loop');
    expect(loops()).toHaveLength(1);
    expect(await clearLoops(repaired(world), ['m1'])).toEqual(['m1']);
    expect(world.store.setAsideOf(identity)).toEqual([]);
    const got = new Set<string>();
    for (let next = key, round = 0; round < 4; round++) {
      const answer = await world.sync(next);
      for (const { id } of answer.refs) got.add(id);
      next = answer.key;
    }
    expect([...got].sort()).toEqual(['a', 'b', 'c']);
  });

  it('sees what a source could not do, until Syncs go well for a while', async () => {
    const world = new World('shared');
    const { key } = await world.synced();
    world.mailbox.failure = new BackendError('unavailable', 'no https://ada:secret@dav.example/?token=x');
    await expect(world.sync(key)).rejects.toThrow();
    expect(world.store.errorOf(identity)).toBe('Email: unavailable: no https://dav.example/');
    world.mailbox.failure = null;
    world.now += 600_000;
    await world.sync(key);
    expect(world.store.errorOf(identity)).not.toBeNull();
    world.now += 600_000;
    await world.sync(key);
    expect(world.store.errorOf(identity)).toBeNull();
  });
});
