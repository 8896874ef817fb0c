import { differBeside } from './mail-version.js';

it.each([
  ['-', 's', 's', false],
  ['-', 'sf', 's', true],
  ['s', 'f', 'fn.', true],
  ['fn.12', 's', 's', true],
  ['fn.12', '-', 'fn.', false],
  ['s#abc', '-', 's', true],
  ['s#abc', '#def', 's#', false],
  ['s#abc.1', 's#abc.2', 's', true],
])('between %s and %s something else than %s was changed: %s', (one, other, named, expected) => {
  expect(differBeside(one, other, named)).toBe(expected);
});
