import fc from 'fast-check';
import { cutPosition } from './cut-text.js';

const cut = (text: string, limit: number, html = true): string => {
  const bytes = Buffer.from(text);
  return bytes.subarray(0, cutPosition(bytes, limit, html)).toString('utf8');
};

it.each([
  ['a tag', '<p>ab</p', '<p>ab'],
  ['a tag at its first sign', '<p>ab<', '<p>ab'],
  ['a tag with > in a quoted value', '<p>ab<a title="1 > 0', '<p>ab'],
  ['a tag with > in a value in single quotes, behind blanks', "<p>ab<a title = '1 > 0", '<p>ab'],
  ['an entity', '<p>ab&am', '<p>ab'],
  ['a numeric entity', '<p>ab&#x1F6', '<p>ab'],
  ['the longest entity', '<p>ab&CounterClockwiseContourIntegra', '<p>ab'],
])('%s is not torn', (_what, before, expected) => {
  expect(cut(`${before}rest" ' ;>more`, Buffer.byteLength(before))).toBe(expected);
});

it.each([
  ['a comparison', 'if a < b and more of it'],
  ['a stray apostrophe in a tag', "<p don't>and more"],
  ['a whole entity', 'Tom &amp; Jerry'],
  ['an ampersand among words', 'Tom & Jerry'],
])('nothing is lost to %s before the cut', (_what, text) => {
  expect(cut(`${text} and a rest`, text.length)).toBe(text);
});

it('a character is never torn, and no more is lost than it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(), (text, at) => {
      const limit = at % (Buffer.byteLength(text) + 1);
      const kept = cut(text, limit, false);
      expect(text.startsWith(kept)).toBe(true);
      expect(limit - Buffer.byteLength(kept)).toBeLessThanOrEqual(3);
    }),
  );
});

it('bytes that are no UTF-8 are cut where they were to be, not at their begin', () => {
  expect(cutPosition(Buffer.alloc(10_000, 0xa4), 5_000, false)).toBe(5_000);
});

it('hostile text costs no more than any other', () => {
  const begun = performance.now();
  for (const unit of ['<a ', '<a title="', '&', '<', '="']) {
    const bytes = Buffer.from(unit.repeat(100_000));
    expect(cutPosition(bytes, 90_000, true)).toBeGreaterThan(85_000);
  }
  expect(performance.now() - begun).toBeLessThan(20_000);
});
