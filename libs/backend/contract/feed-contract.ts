import { CursorInvalid } from '../errors.js';
import { type ContractSetup, type Fixture } from './fixture.js';
import { Replica } from './replica.js';
import { runWith } from './run-with.js';
import { eventually, sampleMail } from './sample-mail.js';

const millisecondsPerDay = 86_400_000;

async function deliverMany(fixture: Fixture, count: number, prefix = 'mail'): Promise<string[]> {
  const handles: string[] = [];
  for (let i = 0; i < count; i++)
    handles.push(await fixture.deliver(fixture.inbox, sampleMail(`${prefix} ${i}`)));
  return handles;
}

/** Sources may need a moment to show what happened outside. */
const settle = (replica: Replica, done: () => boolean): Promise<boolean> =>
  eventually(async () => {
    await replica.sync();
    return done();
  });

export function feedContract(setup: ContractSetup): void {
  const { features } = setup;
  describe('feed', () => {
    listingContract(setup);
    changesContract(setup);

    it(
      'refuses a cursor it never gave',
      runWith(setup, async ({ backend, inbox }) => {
        for (const cursor of ['nonsense', '0', '1.2.3.4.5', '{"a":1}']) {
          const request = { folder: inbox, cursor, scope: { sinceDay: null }, limit: 10 };
          await expect(backend.changes(request)).rejects.toBeInstanceOf(CursorInvalid);
        }
      }),
    );

    if (features.renumber) {
      it(
        'after all ids changed refuses the cursor and never uses an old id again',
        runWith(setup, async (fixture) => {
          await deliverMany(fixture, 5);
          const replica = new Replica(fixture.backend, fixture.inbox);
          await replica.sync();
          const before = replica.ids;
          await fixture.renumber!(fixture.inbox);
          await eventually(async () => {
            const failure = await replica.page(10).catch((error: unknown) => error);
            return failure instanceof CursorInvalid;
          });
          await replica.sync();
          expect(replica.ids).toHaveLength(5);
          expect(replica.ids.filter((id) => before.includes(id))).toEqual([]);
        }),
      );
    }

    it(
      'ends in the truth whatever happens between the pages',
      runWith(setup, async (fixture) => {
        const { backend, inbox } = fixture;
        const replica = new Replica(backend, inbox);
        let handles = await deliverMany(fixture, 12);
        const random = generator(20260302);
        for (let round = 0; round < 25; round++) {
          handles = await disturb(fixture, handles, random, round);
          await replica.step(1 + random(5));
        }
        await replica.sync(7);
        const truth = new Replica(backend, inbox);
        await truth.sync();
        await settle(replica, () => replica.ids.length === handles.length);
        await settle(truth, () => truth.ids.length === handles.length);
        expect([...replica.known].sort()).toEqual([...truth.known].sort());
      }),
    );
  });
}

function listingContract(setup: ContractSetup): void {
  it(
    'lists an empty folder as nothing, completely',
    runWith(setup, async ({ backend, inbox }) => {
      const page = await new Replica(backend, inbox).page(10);
      expect(page).toMatchObject({ changed: [], removed: [], more: false, listed: { from: null, to: null } });
    }),
  );

  it(
    'lists newest first in pages within the limit, whose spans leave no gap',
    runWith(setup, async (fixture) => {
      await deliverMany(fixture, 23);
      const pages = await new Replica(fixture.backend, fixture.inbox).sync(5);
      const ids = pages.flatMap((page) => page.changed.map(({ id }) => id));
      expect(new Set(ids).size).toBe(23);
      for (const page of pages) expect(page.changed.length).toBeLessThanOrEqual(5);
      for (const [index, page] of pages.entries()) {
        if (!page.listed) continue;
        const { from, to } = page.listed;
        expect(to).toBe(index === 0 ? null : pages[index - 1]!.listed!.from);
        for (const { id } of page.changed) {
          expect(from === null || id >= from).toBe(true);
          expect(to === null || id < to).toBe(true);
        }
      }
      expect(pages.findLast((page) => page.listed)?.listed?.from).toBeNull();
    }),
  );

  it(
    'gives ids and versions that fit the wire and the store',
    runWith(setup, async (fixture) => {
      await deliverMany(fixture, 3);
      const page = await new Replica(fixture.backend, fixture.inbox).page(10);
      for (const { id, version, day } of page.changed) {
        expect(id).toMatch(/^[0-9A-Za-z-]{1,14}$/);
        expect(version.length).toBeLessThanOrEqual(64);
        expect(Number.isInteger(day)).toBe(true);
      }
      expect(page.cursor.length).toBeLessThanOrEqual(512);
    }),
  );

  it(
    'judges the scope by the day of arrival',
    runWith(setup, async (fixture) => {
      const { backend, inbox } = fixture;
      const today = Math.floor(Date.now() / millisecondsPerDay);
      const daysAgo = (days: number): Date => new Date((today - days) * millisecondsPerDay + 1000);
      for (const days of [40, 9, 3, 2, 0]) {
        await fixture.deliver(inbox, sampleMail(`${days} days old`), { receivedAt: daysAgo(days) });
      }
      const replica = new Replica(backend, inbox, today - 3);
      await replica.sync(2);
      const days = [...replica.known.values()].map(({ day }) => day).sort();
      expect(days).toEqual([today - 3, today - 2, today]);
    }),
  );

  it(
    'answers the same cursor twice in the same way',
    runWith(setup, async (fixture) => {
      await deliverMany(fixture, 9);
      const replica = new Replica(fixture.backend, fixture.inbox);
      for (let more = true; more;) {
        const [first, second] = [await replica.page(4), await replica.page(4)];
        expect(second).toEqual(first);
        replica.apply(first);
        more = first.more;
      }
    }),
  );
}

function changesContract(setup: ContractSetup): void {
  const { features } = setup;
  it(
    'says nothing where nothing changed',
    runWith(setup, async (fixture) => {
      await deliverMany(fixture, 3);
      const replica = new Replica(fixture.backend, fixture.inbox);
      await replica.sync();
      const before = new Map(replica.known);
      const page = await replica.step(100);
      expect(page.more).toBe(false);
      if (features.deltas) expect(page).toMatchObject({ changed: [], removed: [] });
      expect(replica.known).toEqual(before);
    }),
  );

  it(
    'tells of new, changed, removed and moved mail',
    runWith(setup, async (fixture) => {
      const { backend, inbox } = fixture;
      const other = await fixture.createFolder('Other', null);
      const [first, second, third, fourth] = await deliverMany(fixture, 4);
      const replica = new Replica(backend, inbox);
      await settle(replica, () => replica.ids.length === 4);
      const versions = new Map([...replica.known].map(([id, { version }]) => [id, version]));

      await fixture.setFlags(inbox, first!, { seen: true, flagged: true });
      await settle(replica, () =>
        [...replica.known].some(([id, { version }]) => versions.get(id) !== version),
      );
      await fixture.expunge(inbox, second!);
      await fixture.move(inbox, third!, other);
      await fixture.deliver(inbox, sampleMail('fresh'));
      await settle(replica, () => replica.ids.length === 3 && replica.ids.some((id) => !versions.has(id)));

      const fresh = replica.ids.filter((id) => !versions.has(id));
      expect(fresh).toHaveLength(1);
      // Newer mail sorts behind older mail, or a listing could not be cut into spans.
      expect(replica.ids.at(-1)).toBe(fresh[0]);
      const moved = new Replica(backend, other);
      await settle(moved, () => moved.ids.length === 1);
      await fixture.setFlags(inbox, fourth!, { seen: true });
      await settle(
        replica,
        () => [...replica.known].filter(([id, { version }]) => versions.get(id) !== version).length === 3,
      );
    }),
  );

  if (features.deltas) {
    it(
      'tells many changes in pages within the limit',
      runWith(setup, async (fixture) => {
        const replica = new Replica(fixture.backend, fixture.inbox);
        await replica.sync();
        await deliverMany(fixture, 11);
        const sizes: number[] = [];
        await eventually(async () => {
          sizes.push(...(await replica.sync(4)).map((page) => page.changed.length));
          return replica.ids.length === 11;
        });
        expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
      }),
    );
  }

  it(
    'tells the same version for the same state, whichever way it came about',
    runWith(setup, async (fixture) => {
      const { backend, inbox } = fixture;
      const handle = await fixture.deliver(inbox, sampleMail('back and forth'));
      const replica = new Replica(backend, inbox);
      await settle(replica, () => replica.ids.length === 1);
      const version = (): string | undefined => [...replica.known.values()][0]?.version;
      const before = version();
      await fixture.setFlags(inbox, handle, { seen: true });
      await settle(replica, () => version() !== before);
      await fixture.setFlags(inbox, handle, { seen: false });
      await settle(replica, () => version() === before);
    }),
  );
}

/** A small repeatable source of numbers below `limit`. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
}

async function disturb(
  fixture: Fixture,
  handles: readonly string[],
  random: (limit: number) => number,
  round: number,
): Promise<string[]> {
  const chosen = handles[random(Math.max(1, handles.length))];
  switch (random(4)) {
    case 0:
      if (chosen === undefined) return [];
      await fixture.expunge(fixture.inbox, chosen);
      return handles.filter((handle) => handle !== chosen);
    case 1:
      if (chosen === undefined) return [];
      await fixture.setFlags(fixture.inbox, chosen, { seen: random(2) === 0, flagged: random(2) === 0 });
      return [...handles];
    default:
      return [...handles, await fixture.deliver(fixture.inbox, sampleMail(`round ${round}`))];
  }
}
