import fc from 'fast-check';
import { PhpObject, PhpSyntaxError, unserialize, type PhpValue } from './php-unserialize.js';
import { isArray } from './zpush-device.js';
import { custom, object, php } from './testing/php-serialize.js';

const read = (text: string): PhpValue => unserialize(Buffer.from(text));
const plain = (value: PhpValue): unknown => {
  if (value instanceof PhpObject) return { [value.className]: plain(value.properties) };
  return isArray(value) ? [...value].map(([key, member]) => [key, plain(member)]) : value;
};

it('reads every kind of value', () => {
  expect(read('N;')).toBeNull();
  expect(read('b:1;')).toBe(true);
  expect(read('i:-7;')).toBe(-7);
  expect(read('d:1.5E+25;')).toBe(1.5e25);
  expect(read('s:5:"Grüß";'.replace('5', '6'))).toBe('Grüß');
  expect(plain(read('a:2:{i:0;s:1:"a";s:1:"k";N;}'))).toEqual([
    ['0', 'a'],
    ['k', null],
  ]);
  expect(plain(read('O:3:"Foo":1:{s:6:"\0*\0bar";i:1;}'))).toEqual({ Foo: [['bar', 1]] });
  expect(plain(read('C:3:"Foo":14:{a:1:{i:1;i:2;}}\n'))).toEqual({ Foo: [['1', 2]] });
});

it('counts bytes, so that quotes and braces within a text do no harm', () => {
  expect(read('s:7:"";i:1;}";')).toBe('";i:1;}');
});

it('reads back whatever PHP could have written', () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.string({ unit: 'grapheme' }),
      fc
        .dictionary(fc.string(), tie('value'), { noNullPrototype: true })
        .map((members) => new Map(Object.entries(members))),
    ),
  }));
  fc.assert(
    fc.property(value, (written) => {
      expect(plain(unserialize(php(written as never)))).toEqual(plain(written as PhpValue));
    }),
  );
});

it('takes any bytes without a crash, an endless loop or much memory', () => {
  const whole = php(
    custom('StateObject', php(new Map([['devices', object('ASDevice', { a: [1, 2], b: 'text' })]]))),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 }), (changes) => {
      const bytes = Buffer.from(whole);
      for (const [at, byte] of changes) bytes[at] = byte;
      try {
        unserialize(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(PhpSyntaxError);
      }
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(() => unserialize(Buffer.from(bytes))).toThrow(PhpSyntaxError);
    }),
  );
});

it.each([
  ['a length that is more than there is', 's:999999999:"a";'],
  ['a count that is more than there is', 'a:999999999:{}'],
  ['a number of digits without end', `a:${'9'.repeat(5000)}:{}`],
  ['nesting without end', 'a:1:{i:0;'.repeat(5000)],
  ['an object of another length than it says', 'C:3:"Foo":3:{i:12345;}'],
  ['something after the end', 'i:1;i:2;'],
  ['nothing', ''],
])('refuses %s', (_what, text) => expect(() => read(text)).toThrow(PhpSyntaxError));

it('makes no object with powers of its own: a property called __proto__ is a text like any other', () => {
  const value = read('O:3:"Foo":1:{s:9:"__proto__";a:1:{s:5:"admin";b:1;}}') as PhpObject;
  expect(value.properties.has('__proto__')).toBe(true);
  expect(({} as { admin?: unknown }).admin).toBeUndefined();
});
