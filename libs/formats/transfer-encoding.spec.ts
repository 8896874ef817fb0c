import fc from 'fast-check';
import { transferDecoder } from './transfer-encoding.js';

function decode(encoding: string, pieces: readonly Uint8Array[]): Buffer {
  const decoder = transferDecoder(encoding);
  return Buffer.concat([...pieces.map((piece) => decoder.write(piece)), decoder.end()]);
}

const whole = (encoding: string, text: string): string =>
  decode(encoding, [Buffer.from(text, 'latin1')]).toString('latin1');

/** Cuts bytes into pieces of the given sizes. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...pieces, bytes.subarray(at)];
}

const sizes = fc.array(fc.nat(9), { maxLength: 60 });
const lines = (text: string): string => text.match(/.{1,76}/g)?.join('\r\n') ?? '';

function uuencode(bytes: Uint8Array): string {
  const six = (value: number): string => String.fromCharCode(0x20 + (value & 63));
  let text = 'begin 644 data.bin\n';
  for (let at = 0; at < bytes.length; at += 45) {
    const row = bytes.subarray(at, at + 45);
    text += six(row.length);
    for (let i = 0; i < row.length; i += 3) {
      const [a, b, c] = [row[i]!, row[i + 1] ?? 0, row[i + 2] ?? 0];
      text += six(a >> 2) + six((a << 4) | (b >> 4)) + six((b << 2) | (c >> 6)) + six(c);
    }
    text += '\n';
  }
  return `${text} \nend\n`;
}

describe('transfer encodings', () => {
  it('base64 comes out the same however it is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), sizes, (bytes, pieceSizes) => {
        const encoded = Buffer.from(lines(Buffer.from(bytes).toString('base64')));
        expect(decode('base64', cut(encoded, pieceSizes)).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  it('quoted-printable comes out the same however it is cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), sizes, (text, pieceSizes) => {
        const clean = text.replace(/[\r\n\0]/g, '');
        const encoded = Buffer.from(encodeQuoted(clean));
        expect(decode('quoted-printable', cut(encoded, pieceSizes)).toString('utf8')).toBe(clean);
      }),
    );
  });

  it('uuencode comes out the same however it is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), sizes, (bytes, pieceSizes) => {
        const encoded = Buffer.from(uuencode(bytes), 'latin1');
        expect(decode('x-uuencode', cut(encoded, pieceSizes)).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });

  it.each(['base64', 'quoted-printable', 'x-uuencode', '7bit', 'nonsense'])(
    '%s takes garbage in any pieces',
    (encoding) => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), sizes, (bytes, pieceSizes) => {
          const inOne = decode(encoding, [bytes]);
          const inPieces = decode(encoding, cut(bytes, pieceSizes));
          expect(inPieces.equals(inOne)).toBe(true);
          expect(inOne.length).toBeLessThanOrEqual(bytes.length);
        }),
      );
    },
  );

  it.each([
    ['two texts glued together', 'YWI=Y2Q=', 'abcd'],
    ['missing padding', 'YWJjZA', 'abcd'],
    ['foreign characters', 'Y W*J\u00a0jZA==', 'abcd'],
    ['the URL alphabet', '-_-_', '\xfb\xff\xbf'],
  ])('base64 forgives %s', (_, encoded, text) => {
    expect(whole('base64', encoded)).toBe(text);
  });

  it.each([
    ['a soft line break', 'ab=\r\ncd', 'abcd'],
    ['blanks before the line end', 'ab= \t\r\ncd', 'abcd'],
    ['a bare line feed', 'ab=\ncd', 'abcd'],
    ['lower case digits', '=c3=a9', '\xc3\xa9'],
    ['an equals sign that is none', 'a=b == =zz', 'a=b == =zz'],
    ['an equals sign at the end', 'ab=', 'ab'],
  ])('quoted-printable understands %s', (_, encoded, text) => {
    expect(whole('quoted-printable', encoded)).toBe(text);
  });
});

function encodeQuoted(text: string): string {
  const escaped = [...Buffer.from(text)].map((byte) =>
    byte === 0x3d || byte > 0x7e || byte < 0x20
      ? `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
      : String.fromCharCode(byte),
  );
  let result = '';
  let width = 0;
  for (const piece of escaped) {
    if (width + piece.length > 72) {
      result += '=\r\n';
      width = 0;
    }
    result += piece;
    width += piece.length;
  }
  return result.replace(/[ \t]$/, (blank) => `=${blank.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
