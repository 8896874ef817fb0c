import fc from 'fast-check';
import { planFolders, type SeenFolder } from './folder-plan.js';
import type { FolderRow } from './types.js';

const folder = (path: string, identity: string | null = null): SeenFolder => ({
  itemClass: 'Email',
  path,
  identity,
});
const row = (number: number, path: string, identity: string | null = null, gone = false): FolderRow => ({
  number,
  itemClass: 'Email',
  path,
  identity,
  gone,
});

describe('numbering folders', () => {
  it('does nothing when nothing changed', () => {
    const plan = planFolders([row(1, 'a', 'x'), row(2, 'b')], [folder('b'), folder('a', 'x')]);
    expect(plan).toMatchObject({ added: [], changed: [], gone: [] });
    expect(plan.present.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('never uses a number of a folder that is gone', () => {
    expect(planFolders([row(7, 'a', null, true)], [folder('a')]).added).toEqual([row(8, 'a')]);
  });

  it('takes a folder with another identity under an old name for a new one', () => {
    const plan = planFolders([row(1, 'a', 'x')], [folder('a', 'y')]);
    expect(plan.gone).toEqual([1]);
    expect(plan.added).toEqual([row(2, 'a', 'y')]);
  });

  it('follows a rename although a new folder took the old name', () => {
    const plan = planFolders([row(1, 'a', 'x')], [folder('a', 'y'), folder('b', 'x')]);
    expect(plan.changed).toEqual([row(1, 'b', 'x')]);
    expect(plan.added).toEqual([row(2, 'a', 'y')]);
  });

  it('learns identities when the source begins to tell them', () => {
    expect(planFolders([row(1, 'a')], [folder('a', 'x')]).changed).toEqual([row(1, 'a', 'x')]);
  });

  it('does not forget an identity when the source is silent for once', () => {
    expect(planFolders([row(1, 'a', 'x')], [folder('a')]).changed).toEqual([]);
  });

  it('gives one row to each path and one path to each row, whatever the sources say', () => {
    const seen = fc.array(
      fc.record({
        itemClass: fc.constantFrom('Email', 'Notes'),
        path: fc.constantFrom('a', 'b', 'c', 'd'),
        identity: fc.constantFrom(null, '1', '2', '3'),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 6 }), (rounds) => {
        let rows: FolderRow[] = [];
        for (const round of rounds) {
          const before = rows;
          const plan = planFolders(before, round);
          const gone = before.filter((old) => old.gone || plan.gone.includes(old.number));
          rows = [...gone.map((old) => ({ ...old, gone: true })), ...plan.present];
          const names = plan.present.map(({ itemClass, path }) => `${itemClass} ${path}`);
          expect(new Set(names)).toEqual(new Set(round.map(({ itemClass, path }) => `${itemClass} ${path}`)));
          expect(names).toHaveLength(new Set(names).size);
          expect(new Set(rows.map(({ number }) => number)).size).toBe(rows.length);
          for (const old of before) {
            const now = rows.find(({ number }) => number === old.number);
            expect(now?.itemClass).toBe(old.itemClass);
            if (old.gone) expect(now).toEqual(old);
          }
        }
      }),
    );
  });
});
