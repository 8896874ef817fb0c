import type { ChangePage, FeedEntry } from '#backend';
import fc from 'fast-check';
import { deltaOf, diff, expire, refsOfDelta } from './diff.js';
import { isInside } from './filter.js';
import { KnownOverlay, type KnownItem } from './known.js';

/** A source with a change log, in the terms of the feed. */
class Source {
  private readonly items = new Map<string, { entry: FeedEntry; at: number }>();
  private readonly gone: { id: string; at: number }[] = [];
  private clock = 0;

  put(id: string, version: string, day: number): void {
    if (this.gone.some((item) => item.id === id)) return; // ids are never used again
    this.items.set(id, {
      entry: { id, version, day: this.items.get(id)?.entry.day ?? day },
      at: ++this.clock,
    });
  }

  remove(id: string): void {
    if (this.items.delete(id)) this.gone.push({ id, at: ++this.clock });
  }

  current(since: number | null): Map<string, string> {
    const inside = [...this.items.values()].filter(({ entry }) => isInside(entry.day, since));
    return new Map(inside.map(({ entry }) => [entry.id, entry.version]));
  }

  /** Cursor: `list:<at>:<below id>` while listing (descending ids), `at:<n>` afterwards. */
  changes(cursor: string | null, since: number | null, limit: number): ChangePage {
    const [kind, at, below] = (cursor ?? `list:${this.clock}:`).split(':') as [string, string, string?];
    if (kind === 'list') {
      const rest = [...this.items.values()]
        .map(({ entry }) => entry)
        .filter((entry) => isInside(entry.day, since) && (!below || entry.id < below))
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      const changed = rest.slice(0, limit);
      const more = rest.length > limit;
      const from = more ? changed.at(-1)!.id : null;
      return {
        changed,
        removed: [],
        cursor: more ? `list:${at}:${from}` : `at:${at}`,
        more: true,
        listed: { from, to: below || null },
      };
    }
    const changed = [...this.items.values()].filter((item) => item.at > Number(at));
    const removed = this.gone.filter((item) => item.at > Number(at));
    return {
      changed: changed.map(({ entry }) => entry),
      removed: removed.map(({ id }) => id),
      cursor: `at:${this.clock}`,
      more: false,
    };
  }
}

const change = fc.record({
  id: fc.integer({ min: 0, max: 25 }).map((n) => `i${n.toString().padStart(2, '0')}`),
  version: fc.constantFrom('', 's', 'f'),
  day: fc.integer({ min: 0, max: 9 }),
  gone: fc.boolean(),
});
const round = fc.record({
  changes: fc.array(change, { maxLength: 12 }),
  window: fc.integer({ min: 1, max: 7 }),
  since: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
  relist: fc.boolean(),
});

describe('the sync engine against a model phone', () => {
  it('leaves the phone with exactly what the window of the source holds', () => {
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 8 }), (rounds) => {
        const source = new Source();
        const phone = new Map<string, KnownItem>();
        let cursor: string | null = null;
        let since: number | null = null;
        for (const step of rounds) {
          for (const { id, version, day, gone } of step.changes) {
            if (gone) source.remove(id);
            else source.put(id, version, day);
          }
          if (step.relist || step.since !== since) cursor = null;
          since = step.since;
          for (let more = true, guard = 0; more; guard++) {
            expect(guard).toBeLessThan(400);
            const expired = expire(new KnownOverlay(phone), { sinceDay: since, window: step.window });
            const left = step.window - expired.refs.length;
            const page = source.changes(cursor, since, Math.max(1, left));
            const delta = deltaOf(expired.refs);
            const { refs, complete } = diff(new KnownOverlay(phone, delta), page, {
              sinceDay: since,
              window: left,
            });
            expect(expired.refs.length + refs.length).toBeLessThanOrEqual(step.window);
            for (const ref of refs) {
              expect(phone.has(ref.id) && !delta.has(ref.id)).toBe(ref.kind !== 'add');
            }
            for (const [id, item] of [...delta, ...deltaOf(refs)]) {
              if (item) phone.set(id, item);
              else phone.delete(id);
            }
            if (complete) cursor = page.cursor;
            more = !complete || page.more || !expired.complete;
          }
          expect(new Map([...phone].map(([id, { version }]) => [id, version] as const).sort())).toEqual(
            new Map([...source.current(since)].sort()),
          );
        }
      }),
      { numRuns: 400 },
    );
  });

  it('says nothing of the phone’s own change', () => {
    const known = new KnownOverlay(
      new Map([['a', { version: '', day: 1 }]]),
      new Map([['a', { version: 's', day: 1 }]]),
    );
    const page = { changed: [{ id: 'a', version: 's', day: 1 }], removed: [], cursor: 'x', more: false };
    expect(diff(known, page, { sinceDay: null, window: 5 }).refs).toEqual([]);
  });

  it('tells a removal from an item that only left the window', () => {
    const known = new KnownOverlay(
      new Map([
        ['old', { version: '', day: 1 }],
        ['gone', { version: '', day: 9 }],
      ]),
    );
    const page = { changed: [], removed: [], cursor: 'x', more: false, listed: { from: null, to: null } };
    expect(diff(known, page, { sinceDay: 5, window: 9 }).refs).toEqual([
      { kind: 'softDelete', id: 'old' },
      { kind: 'delete', id: 'gone' },
    ]);
  });

  it('does not say twice what a page says twice', () => {
    const entry = { id: 'a', version: '', day: 1 };
    const page = { changed: [entry, entry], removed: ['b', 'b'], cursor: 'x', more: false };
    const known = new KnownOverlay(new Map([['b', { version: '', day: 1 }]]));
    expect(diff(known, page, { sinceDay: null, window: 9 }).refs.map((ref) => ref.kind)).toEqual([
      'delete',
      'add',
    ]);
  });

  it('repeats an answer from its delta', () => {
    const known = new KnownOverlay(
      new Map([
        ['changed', { version: '', day: 1 }],
        ['deleted', { version: '', day: 1 }],
        ['left', { version: '', day: 1 }],
      ]),
    );
    const item = { version: 's', day: 1 };
    const refs = [
      { kind: 'softDelete' as const, id: 'left' },
      { kind: 'delete' as const, id: 'deleted' },
      { kind: 'change' as const, id: 'changed', item },
      { kind: 'add' as const, id: 'new', item },
    ];
    expect(refsOfDelta(known, deltaOf(refs), new Set(['left']))).toEqual(refs);
  });
});
