import { CursorInvalid } from '../errors.js';
import { rangesToldWhole, type ChangePage } from '../feed.js';
import type { PimClass } from '../item-writer.js';
import type { PimContractSetup } from './pim-fixture.js';
import { withPhone } from './pim-phone.js';
import { Replica } from './replica.js';
import { eventually } from './sample-mail.js';

const many = (count: number, prefix = 'Item'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix} ${index}`);

export function pimFeedContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  describe('feed', () => {
    listingContract(setup);
    changesContract(setup);
    oddTextsContract(setup);
  });
}

function listingContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  it(
    'lists an empty folder as nothing, completely',
    withPhone(setup, async ({ replica }) => {
      const page = await replica.page(10);
      expect(page).toMatchObject({ changed: [], removed: [], more: false, listed: { from: null, to: null } });
    }),
  );

  it(
    'lists a folder in pages within the limit, whose ranges leave no gap, the same each time it is asked',
    withPhone(setup, async (phone) => {
      await phone.add(...many(23));
      await phone.has(...many(23));
      const fresh = new Replica(phone.fixture.backend, phone.folder);
      const pages: ChangePage[] = [];
      do {
        const page = await fresh.page(5);
        expect(await fresh.page(5)).toEqual(page);
        fresh.apply(page);
        pages.push(page);
      } while (pages.at(-1)!.more && pages.length < 50);
      expect(fresh.known).toEqual(phone.replica.known);
      expect(coverage(pages)).toBe('whole');
      for (const { changed, cursor } of pages) {
        expect(changed.length).toBeLessThanOrEqual(5);
        expect(cursor.length).toBeLessThanOrEqual(512);
      }
      for (const [id, { version }] of fresh.known) {
        expect(id).toMatch(/^[0-9A-Za-z-]{1,14}$/);
        expect(version).toMatch(/^.{1,64}$/);
      }
    }),
  );

  it(
    'refuses a cursor it never gave, and says gone of a folder that is not there',
    withPhone(setup, async ({ fixture: { backend, folder, removeFolder, addFolder } }) => {
      for (const cursor of ['nonsense', '0', '["s"]', '{"a":1}']) {
        const request = { folder, cursor, scope: { sinceDay: null }, limit: 10 };
        await expect(backend.changes(request)).rejects.toBeInstanceOf(CursorInvalid);
      }
      const passing = setup.features.fixed ? 'no such folder' : await addFolder('Passing');
      if (!setup.features.fixed) await removeFolder(passing);
      const request = { folder: passing, cursor: null, scope: { sinceDay: null }, limit: 10 };
      await expect(backend.changes(request)).rejects.toMatchObject({ kind: 'gone' });
    }),
  );

  it(
    'reads in the order that was asked for, and tells what is gone',
    withPhone(setup, async (phone) => {
      const [first] = await phone.add(...many(7));
      const ids = (await phone.has(...many(7))).reverse();
      expect([...(await phone.titles(ids)).keys()]).toEqual(ids);
      await phone.fixture.remove(phone.folder, first!);
      await phone.has(...many(7).slice(1));
      const results = await phone.read([ids[0]!, ids.at(-1)!, 'zzzzzzzzz', ids[1]!]);
      expect(results.map((result) => ('failure' in result ? result.failure : result.id))).toEqual([
        ids[0],
        'gone',
        'gone',
        ids[1],
      ]);
    }),
  );
}

function changesContract<C extends PimClass>(setup: PimContractSetup<C>): void {
  const { features } = setup;
  it(
    'tells of new, changed and removed items, and nothing where nothing changed',
    withPhone(setup, async (phone) => {
      const { fixture, folder, samples, replica } = phone;
      const [first, second] = await phone.add('One', 'Two', 'Three');
      const [one, , three] = await phone.has('One', 'Two', 'Three');
      const before = new Map(replica.known);
      const still = await replica.step(100);
      if (features.deltas) expect(still).toMatchObject({ changed: [], removed: [], more: false });
      expect(replica.known).toEqual(before);

      await fixture.replace(folder, first!, samples.text('One').replaceAll(/One/g, 'Uno'));
      await fixture.remove(folder, second!);
      await phone.add('Four');
      await phone.has('Uno', 'Three', 'Four');
      expect(replica.known.get(three!)).toEqual(before.get(three!));
      if (replica.known.has(one!)) expect(phone.version(one!)).not.toBe(before.get(one!)!.version);
    }),
  );

  if (features.deltas) {
    it(
      'tells one change among many items as one entry',
      withPhone(setup, async (phone) => {
        const [handle] = await phone.add(...many(20));
        await phone.has(...many(20));
        await phone.fixture.replace(
          phone.folder,
          handle!,
          phone.samples.text('Item 0').replaceAll('Item 0', 'Changed'),
        );
        const told: number[] = [];
        await eventually(async () => {
          for (const page of await phone.replica.sync()) told.push(page.changed.length);
          return (await phone.titles(phone.replica.ids)).size === 20 && told.some((count) => count > 0);
        });
        expect(Math.max(...told)).toBe(1);
        await phone.has('Changed', ...many(20).slice(1));
      }),
    );

    it(
      'tells many changes in pages within the limit',
      withPhone(setup, async (phone) => {
        await phone.replica.sync();
        await phone.add(...many(11));
        const sizes: number[] = [];
        await eventually(async () => {
          sizes.push(...(await phone.replica.sync(4)).map(({ changed }) => changed.length));
          return phone.replica.ids.length === 11;
        });
        expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
      }),
    );
  }

  if (features.forgetHistory) {
    it(
      'a source that forgot its history makes the folder be listed anew: ids and versions stay',
      withPhone(setup, async (phone) => {
        const handles = await phone.add(...many(6));
        const ids = await phone.has(...many(6));
        const before = new Map(phone.replica.known);
        await phone.fixture.remove(phone.folder, handles[5]!);
        await phone.fixture.forgetHistory!(phone.folder);
        await phone.has(...many(5));
        before.delete(ids[5]!);
        expect(phone.replica.known).toEqual(before);
      }),
    );
  }

  it(
    'ends in the truth whatever happens between the pages',
    withPhone(setup, async (phone) => {
      const { fixture, folder, samples } = phone;
      const handles = await phone.add(...many(12));
      const left = new Set(many(12));
      for (let round = 0; round < 12; round++) {
        const title = `Item ${round}`;
        if (round % 3 === 0) {
          await fixture.remove(folder, handles[round]!);
          left.delete(title);
        } else if (round % 3 === 1) {
          await fixture.replace(
            folder,
            handles[round]!,
            samples.text(title).replaceAll(title, `New ${round}`),
          );
          left.delete(title);
          left.add(`New ${round}`);
        } else {
          await phone.add(`Late ${round}`);
          left.add(`Late ${round}`);
        }
        await phone.replica.step(3);
      }
      await phone.has(...left);
      const truth = new Replica(fixture.backend, folder);
      await truth.sync(4);
      expect([...phone.replica.known].sort()).toEqual([...truth.known].sort());
    }),
  );

  it(
    'notices what somebody else does',
    withPhone(setup, async (phone) => {
      const { backend, remove } = phone.fixture;
      await phone.replica.sync();
      let notices = 0;
      const watch = await backend.watch([phone.folder], () => (notices += 1));
      const [handle] = await phone.add('Watched');
      await eventually(() => notices > 0);
      await phone.has('Watched');
      notices = 0;
      await remove(phone.folder, handle!);
      await eventually(() => notices > 0);
      await watch.close();
      await watch.close();
    }),
  );
}

function oddTextsContract<C extends PimClass>({ features, samples, ...setup }: PimContractSetup<C>): void {
  const whole = { features, samples, ...setup };
  if (features.malformed) {
    it(
      'a text that is no item is told and cannot be read; all others can',
      withPhone(whole, async (phone) => {
        await phone.add('Before');
        const handle = await phone.fixture.add(phone.folder, samples.malformed('Broken'));
        await phone.add('Behind');
        await phone.has('Before', 'unreadable', 'Behind');
        await phone.fixture.replace(phone.folder, handle, samples.text('Broken'));
        await phone.has('Before', 'Broken', 'Behind');
      }),
    );
  }

  if (features.foreign && samples.foreign) {
    const { foreign } = samples;
    it(
      'objects of another class in the same folder are not shown',
      withPhone(whole, async (phone) => {
        await phone.add('Own');
        const handle = await phone.fixture.add(phone.folder, foreign('Foreign'));
        await phone.has('Own');
        await phone.fixture.replace(phone.folder, handle, samples.text('Foreign'));
        await phone.has('Own', 'Foreign');
        await phone.fixture.replace(phone.folder, handle, foreign('Foreign'));
        await phone.has('Own');
      }),
    );
  }

  if (features.expanded && samples.expanded) {
    const { expanded } = samples;
    it(
      'a series that ActiveSync has no words for is told by its occurrences, which go with it and cannot be written',
      withPhone(whole, async (phone) => {
        const { fixture, folder, replica } = phone;
        await phone.add('Plain');
        await phone.replica.sync();
        const handle = await fixture.add(folder, expanded('Series'));
        const ids = await eventually(async () => {
          await replica.sync(2);
          return replica.ids.length > 3 ? replica.ids : null;
        });
        const results = await phone.read(ids!);
        expect(results.filter((result) => !('item' in result))).toEqual([]);
        expect(new Set((await phone.titles(ids!)).values())).toEqual(new Set(['Plain', 'Series']));
        const occurrence = ids!.find((id) => id.length > 9)!;
        await expect(phone.change(occurrence, 'x', { version: null })).rejects.toMatchObject({
          kind: 'invalid',
          reason: 'read-only',
        });
        expect(await phone.backend.deleteItems(folder, [occurrence])).toEqual({ failed: [occurrence] });
        const fresh = new Replica(fixture.backend, folder);
        await fresh.sync(2);
        expect(fresh.known).toEqual(replica.known);
        await fixture.replace(folder, handle, samples.text('Series'));
        await phone.has('Plain', 'Series');
        await fixture.replace(folder, handle, expanded('Series'));
        await eventually(async () => (await replica.sync(), replica.ids.length === ids!.length));
        await fixture.remove(folder, handle);
        await phone.has('Plain');
      }),
    );
  }
}

/** `whole` if the ranges of a listing's pages make up all ids without a gap or an overlap. */
function coverage(pages: readonly ChangePage[]): string {
  const ranges = pages.flatMap((page) => (page.listed ? rangesToldWhole(page) : []));
  const starts = new Map(ranges.map(({ from, to }) => [from, to]));
  let at = starts.get(null);
  for (let steps = 1; steps < ranges.length && typeof at === 'string'; steps++) at = starts.get(at);
  return starts.size === ranges.length && at === null ? 'whole' : JSON.stringify(ranges);
}
