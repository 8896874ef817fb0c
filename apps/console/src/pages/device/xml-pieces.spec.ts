import { assert, property, string } from 'fast-check';
import { xmlPieces } from './xml-pieces.js';

it('loses nothing of a trace, however broken', () => {
  assert(
    property(
      string({ unit: 'binary', maxLength: 200 }),
      (text) =>
        xmlPieces(text)
          .map((one) => one.text)
          .join('') === text,
    ),
  );
});

it('tells tags from what they hold', () => {
  expect(xmlPieces('<Sync><Status>1</Status></Sync>').map(({ kind }) => kind)).toEqual([
    'tag',
    'tag',
    'text',
    'tag',
    'tag',
  ]);
});

it('shows the beginning of an answer that is too long for a page, and says how much is missing', () => {
  const all = xmlPieces('x'.repeat(100_000))
    .map((one) => one.text)
    .join('');
  expect(all.length).toBeLessThan(61_000);
  expect(all).toContain('40000 characters more');
});
