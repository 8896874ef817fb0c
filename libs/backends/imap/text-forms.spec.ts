import fc from 'fast-check';
import { CursorInvalid, NOTED } from '#backend';
import { formatCursor, parseCursor, type Cursor, type Mark } from './cursor.js';
import { itemId, parseItemId } from './item-id.js';
import { flagChanges } from './mail-flags.js';
import { parseInternalDate, quote, searchDate } from './quoting.js';
import { compactSet, compactSets, countSet, expandSet } from './sets.js';

const uint32 = fc.integer({ min: 1, max: 0xffff_ffff });

describe('item ids', () => {
  it('come back as they went, and order as UIDs do', () => {
    fc.assert(
      fc.property(uint32, uint32, uint32, (validity, a, b) => {
        expect(parseItemId(itemId(validity, a))).toEqual({ uidValidity: validity, uid: a });
        expect(itemId(validity, a) < itemId(validity, b)).toBe(a < b);
        expect(itemId(validity, a)).toHaveLength(14);
      }),
    );
  });
  it.each(['', 'x', '0000000000000', '00000010000000', 'zzzzzzzzzzzzzz', '0000001 000001', '../../etc/pass'])(
    'does not take %j for one',
    (text) => expect(parseItemId(text)).toBeNull(),
  );
});

describe('cursors', () => {
  const mark: fc.Arbitrary<Mark> = fc.record({
    mode: fc.constantFrom('quick', 'modseq', 'plain'),
    uidValidity: uint32,
    modseq: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    count: fc.nat(),
    uidNext: uint32,
    tag: fc.stringMatching(/^[0-9a-z]{0,12}$/),
    epoch: fc.nat(),
  });
  const cursor: fc.Arbitrary<Cursor> = fc.oneof(
    fc.record({ phase: fc.constant('even' as const), mark }),
    fc.record({ phase: fc.constant('listing' as const), mark, below: uint32, position: fc.nat() }),
    fc.record({
      phase: fc.constant('paging' as const),
      mark,
      since: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      after: uint32,
    }),
  );
  it('come back as they went, within what the store keeps', () => {
    fc.assert(
      fc.property(cursor, (each) => {
        expect(parseCursor(formatCursor(each))).toEqual(each);
        expect(formatCursor(each).length).toBeLessThanOrEqual(512);
      }),
    );
  });
  it('of anybody else are refused, never misread', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => parseCursor(text)).toThrow(CursorInvalid);
      }),
    );
  });
});

describe('UID sets', () => {
  const uids = fc.uniqueArray(fc.integer({ min: 1, max: 3_000 }), { maxLength: 300 });
  it('hold the same numbers in fewer characters', () => {
    fc.assert(
      fc.property(uids, (numbers) => {
        const sorted = [...numbers].sort((a, b) => a - b);
        expect(expandSet(compactSet(numbers))).toEqual(sorted);
        expect(countSet(compactSet(numbers))).toBe(numbers.length);
        const sets = compactSets(numbers, 50);
        expect(sets.flatMap((set) => expandSet(set))).toEqual(sorted);
        for (const set of sets) expect(set.length).toBeLessThanOrEqual(50);
      }),
    );
  });
  it('of a server that names all there could be do not fill the memory', () => {
    expect(expandSet('1:4294967295', 10)).toHaveLength(10);
    expect(countSet('1:4294967295')).toBe(4_294_967_295);
    expect(expandSet('x,1:*,5')).toEqual([5]);
  });
  it('are none for no numbers', () => expect(compactSets([])).toEqual([]));
});

describe('flags', () => {
  it('change only where the phone said so', () => {
    expect(flagChanges({ read: true, flagStatus: 1 }, [])).toEqual({
      add: ['\\Seen'],
      remove: ['\\Flagged'],
    });
    expect(flagChanges({}, ['Red', '\\Seen'])).toEqual({ add: [], remove: [] });
  });
  it('of categories are replaced whole, those of mail programs stay', () => {
    const before = ['\\Seen', 'Red', 'Blue', '$Junk', '$GodwitNoted'];
    expect(flagChanges({ keywords: ['blue', 'Green', '$forwarded'] }, before)).toEqual({
      add: ['Green'],
      remove: ['Red'],
    });
    expect(flagChanges({ keywords: [] }, before)).toEqual({ add: [], remove: ['Red', 'Blue'] });
  });
  it('renew a note by taking it away first', () => {
    expect(flagChanges({ noted: true }, [])).toEqual({ add: [NOTED], remove: [NOTED] });
    expect(flagChanges({ noted: false }, [])).toEqual({ add: [], remove: [NOTED] });
  });
  it.each(['', 'two words', 'a)', '\\Seen', 'x\r\nA1 LOGOUT', 'Ä', 'a]', '{5}', '"', '%', '*', 'a\0'])(
    'refuse %j as a category',
    (keyword) => expect(() => flagChanges({ keywords: [keyword] }, [])).toThrow('no IMAP keyword'),
  );
});

describe('dates and strings', () => {
  it('reads INTERNALDATE in every zone', () => {
    expect(parseInternalDate('17-Jul-1996 02:44:25 -0700')).toBe(Date.UTC(1996, 6, 17, 9, 44, 25));
    expect(parseInternalDate(' 1-Feb-2026 00:00:00 +0130')).toBe(Date.UTC(2026, 0, 31, 22, 30));
    expect(parseInternalDate('yesterday')).toBeNull();
  });
  it('writes search dates as the server wants them', () => expect(searchDate(20_000)).toBe('4-Oct-2024'));
  it('never lets a name out of its quotes', () => {
    expect(quote('a"b\\c')).toBe('"a\\"b\\\\c"');
    expect(() => quote('x"\r\nA1 LOGOUT')).toThrow(RangeError);
  });
});
