import fc from 'fast-check';
import type { KnownItem } from './known.js';
import { decodeSegment, encodeSegment } from './segment-codec.js';
import { fold, SEGMENT_LIMIT, segmentsBetween, segmentsOf } from './segments.js';

const item = fc.record({
  version: fc.constantFrom('0', '1', '3', 'äö', 'W/"etag"'),
  day: fc.option(fc.integer({ min: 0, max: 40_000 }), { nil: null }),
});
const id = fc.integer({ min: 0, max: 3_000 }).map((n) => `0tbxq1f${n.toString(36).padStart(7, '0')}`);
const delta = fc
  .array(fc.tuple(id, fc.option(item, { nil: null })), { maxLength: 900 })
  .map((entries) => new Map(entries));

/** The slices as a database would keep them. */
class Shelf {
  directory: readonly string[] = [];
  readonly slices = new Map<string, Uint8Array>();

  apply(changes: ReadonlyMap<string, KnownItem | null>): void {
    const firsts = segmentsOf(this.directory, changes.keys());
    const loaded = new Map(firsts.map((first) => [first, decodeSegment(this.slices.get(first)!)]));
    const { directory, put, drop } = fold(this.directory, loaded, changes);
    drop.forEach((first) => this.slices.delete(first));
    put.forEach(({ first, items }) => this.slices.set(first, encodeSegment(items)));
    this.directory = directory;
  }

  all(): Map<string, KnownItem> {
    return new Map(this.directory.flatMap((first) => [...decodeSegment(this.slices.get(first)!)]));
  }
}

describe('the known set in slices', () => {
  it('holds exactly what a plain map would, whatever the order of changes', () => {
    fc.assert(
      fc.property(fc.array(delta, { maxLength: 5 }), (deltas) => {
        const shelf = new Shelf();
        const plain = new Map<string, KnownItem>();
        for (const changes of deltas) {
          shelf.apply(changes);
          for (const [key, value] of changes) {
            if (value) plain.set(key, value);
            else plain.delete(key);
          }
        }
        expect(shelf.all()).toEqual(new Map([...plain].sort(([a], [b]) => (a < b ? -1 : 1))));
        expect([...shelf.slices.keys()].sort()).toEqual([...shelf.directory]);
        for (const bytes of shelf.slices.values()) {
          expect(decodeSegment(bytes).size).toBeLessThanOrEqual(SEGMENT_LIMIT);
        }
      }),
    );
  });

  it('finds the slices of a range', () => {
    const directory = ['b', 'd', 'f'];
    expect(segmentsBetween(directory, null, null)).toEqual(['b', 'd', 'f']);
    expect(segmentsBetween(directory, 'e', null)).toEqual(['d', 'f']);
    expect(segmentsBetween(directory, null, 'd')).toEqual(['b']);
    expect(segmentsBetween(directory, 'a', 'b')).toEqual(['b']);
    expect(segmentsBetween(directory, 'g', null)).toEqual(['f']);
    expect(segmentsBetween([], null, null)).toEqual([]);
  });

  it('costs about five bytes a mail', () => {
    const mails = new Map(
      Array.from({ length: SEGMENT_LIMIT }, (_, n) => [
        `0tbxq1f${(n + 70_000).toString(36).padStart(7, '0')}`,
        { version: n % 3 ? 's' : '', day: 20_000 + (n >> 4) },
      ]),
    );
    expect(encodeSegment(mails).length / mails.size).toBeLessThan(6.5);
  });

  it('refuses a layout it does not know and bytes that end early', () => {
    const bytes = encodeSegment(new Map([['a', { version: 'x', day: 3 }]]));
    expect(() => decodeSegment(bytes.subarray(0, bytes.length - 2))).toThrow('ends early');
    expect(() => decodeSegment(Uint8Array.of(9))).toThrow('layout 9');
  });
});
