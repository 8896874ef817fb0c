import fc from 'fast-check';
import { paintFor } from '../doctor/print.js';
import { tableLines } from './table.js';
import { printable, truncate, widthOf } from './width.js';

const plain = paintFor({}, {});
const columns = [
  { title: 'NAME', value: ([name]: readonly string[]) => name, least: 4 },
  { title: 'WHAT', value: ([, what]: readonly string[]) => what, least: 4 },
];

it('aligns columns by what a terminal shows, not by counting characters', () => {
  const lines = tableLines(
    columns,
    [
      ['日本語', 'x'],
      ['e\u0301', 'y'],
      ['👩‍👩‍👧', 'z'],
    ],
    { paint: plain },
  );
  expect(lines).toEqual(['NAME    WHAT', '日本語  x', 'e\u0301       y', '👩‍👩‍👧      z']);
});

it('cuts nothing off for a pipe, and never writes past the edge of a terminal', () => {
  const long = 'a'.repeat(300);
  expect(tableLines(columns, [[long, long]], { paint: plain })[1]).toHaveLength(602);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), { maxLength: 5 }),
      fc.integer({ min: 12, max: 60 }),
      (rows, room) => {
        for (const line of tableLines(columns, rows, { columns: room, paint: plain }))
          expect(widthOf(line)).toBeLessThanOrEqual(room);
      },
    ),
  );
});

it('shows what a phone says of itself without obeying it', () => {
  expect(printable('\u001b[2J\u009b1A\u202eevil\n')).toBe('\\x1b[2J\\x9b1A\\u202eevil\\x0a');
  const [, line] = tableLines(columns, [['\u001b]0;owned\u0007', '']], { paint: plain });
  expect(line).toBe('\\x1b]0;owned\\x07  -');
});

it('cuts between characters as people see them', () => {
  expect(truncate('日本語', 5)).toBe('日本…');
  expect(truncate('日本語', 4)).toBe('日…');
  expect(truncate('abc', 3)).toBe('abc');
  expect(truncate('abc', 0)).toBe('');
});
