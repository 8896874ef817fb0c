import fc from 'fast-check';
import { decodeWords } from '../encoded-words.js';
import { parseStructuredHeader } from '../structured-header.js';
import { asciiDomain, encodeHeaderText, encodeMailbox, encodeParameter } from './encode-text.js';

const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    ' ',
    '\r',
    '\n',
    '\0',
    ':',
    '"',
    '\\',
    'ü',
    '😀',
    '=?',
    '?=',
    '\u2028',
    '%',
    ';',
  ),
});
const wholeLines = (text: string): void => {
  for (const line of text.split('\r\n').slice(1)) expect(line).toMatch(/^[ \t]+\S/);
  expect(text.replaceAll('\r\n', '')).toMatch(/^[\x20-\x7e]*$/);
};

describe('what is written into a header', () => {
  it('can never begin another field, whatever the text is', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        wholeLines(encodeHeaderText(text));
        wholeLines(encodeMailbox(text, 'a@example.org'));
        wholeLines(`attachment${encodeParameter('filename', text)}`);
      }),
    );
  });

  it('says what it said before', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' b', 'ü', '😀', '=?', '?=', '漢字') }), (text) => {
        expect(decodeWords(encodeHeaderText(text).replaceAll('\r\n', ''))).toBe(text.trim());
        const field = `attachment${encodeParameter('filename', text)}`.replaceAll('\r\n', '');
        expect(parseStructuredHeader(field).parameters['filename'] ?? '').toBe(text.trim());
      }),
    );
  });

  it('keeps encoded words and sections short', () => {
    for (const line of encodeHeaderText('漢'.repeat(500)).split('\r\n '))
      expect(line.length).toBeLessThan(76);
    for (const line of encodeParameter('filename', '漢'.repeat(150)).split('\r\n'))
      expect(line.length).toBeLessThan(250);
  });
});

it('writes a domain in ASCII and leaves a local part alone', () => {
  expect(asciiDomain('ada@bücher.example')).toBe('ada@xn--bcher-kva.example');
  expect(asciiDomain('jürgen@example.org')).toBe('jürgen@example.org');
  expect(asciiDomain('nonsense')).toBe('nonsense');
  expect(asciiDomain('a@[127.0.0.1]')).toBe('a@[127.0.0.1]');
});
