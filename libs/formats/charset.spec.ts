import fc from 'fast-check';
import iconv from 'iconv-lite';
import { charsetDecoder, decodeCharset, isKnownCharset } from './charset.js';

const bytes = (...values: number[]): Buffer => Buffer.from(values);
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const escape = '\x1b';

/** Label, bytes in that charset, and the text they stand for. */
const samples: [string, Buffer, string][] = [
  ['utf-8', Buffer.from('Grüße 漢字'), 'Grüße 漢字'],
  ['UTF8', Buffer.from('Grüße'), 'Grüße'],
  ['"utf-8"', Buffer.from('é'), 'é'],
  ['unicode-1-1-utf-8', Buffer.from('é'), 'é'],
  ['us-ascii', latin('plain'), 'plain'],
  ['ANSI_X3.4-1968', latin('plain'), 'plain'],
  ['iso-8859-1', bytes(0xe9), 'é'],
  ['latin1', bytes(0xe9), 'é'],
  ['iso8859-1', bytes(0x80), '€'],
  ['windows-1252', bytes(0x80, 0x93), '€“'],
  ['cp1252', bytes(0x80), '€'],
  ['iso-8859-2', bytes(0xb1), 'ą'],
  ['iso_8859-2:1987', bytes(0xb1), 'ą'],
  ['iso-8859-3', bytes(0xa1), 'Ħ'],
  ['iso-8859-4', bytes(0xbf), 'ŋ'],
  ['iso-8859-5', bytes(0xd0), 'а'],
  ['iso-8859-6', bytes(0xc7), 'ا'],
  ['iso-8859-7', bytes(0xe1), 'α'],
  ['iso-8859-8', bytes(0xe0), 'א'],
  ['iso-8859-8-i', bytes(0xe0), 'א'],
  ['iso-8859-8-e', bytes(0xe0), 'א'],
  ['iso-8859-9', bytes(0xf0), 'ğ'],
  ['iso-8859-10', bytes(0xbf), 'ŋ'],
  ['iso-8859-11', bytes(0xa1), 'ก'],
  ['iso-8859-13', bytes(0xe0), 'ą'],
  ['iso-8859-14', bytes(0xa1), 'Ḃ'],
  ['iso-8859-15', bytes(0xa4), '€'],
  ['iso-8859-16', bytes(0xa4), '€'],
  ['windows-1250', bytes(0xb9), 'ą'],
  ['cp-1251', bytes(0xe0), 'а'],
  ['windows1251', bytes(0xe0), 'а'],
  ['windows-1253', bytes(0xe1), 'α'],
  ['windows-1254', bytes(0xf0), 'ğ'],
  ['windows-1255', bytes(0xe0), 'א'],
  ['windows-1256', bytes(0xc7), 'ا'],
  ['windows-1257', bytes(0xe0), 'ą'],
  ['windows-1258', bytes(0xfe), '₫'],
  ['windows-874', bytes(0xa1), 'ก'],
  ['tis-620', bytes(0xa1), 'ก'],
  ['koi8-r', bytes(0xc1), 'а'],
  ['KOI8_R', bytes(0xc1), 'а'],
  ['koi8-u', bytes(0xa4), 'є'],
  ['koi8-t', iconv.encode('а', 'koi8-t'), 'а'],
  ['ibm866', bytes(0xa0), 'а'],
  ['cp437', bytes(0x82), 'é'],
  ['ibm850', bytes(0x82), 'é'],
  ['cp852', bytes(0x82), 'é'],
  ['macintosh', bytes(0x8e), 'é'],
  ['x-mac-cyrillic', bytes(0xe0), 'а'],
  ['x-mac-ce', bytes(0x88), 'ą'],
  ['x-mac-greek', bytes(0xe1), 'α'],
  ['x-mac-turkish', bytes(0xdb), 'ğ'],
  ['gb2312', bytes(0xc4, 0xe3), '你'],
  ['gb_2312-80', bytes(0xc4, 0xe3), '你'],
  ['gbk', bytes(0xc4, 0xe3), '你'],
  ['gb18030', bytes(0x81, 0x30, 0x81, 0x30), '\u0080'],
  ['cp936', bytes(0xc4, 0xe3), '你'],
  ['big5', bytes(0xa7, 0x41), '你'],
  ['cp950', bytes(0xa7, 0x41), '你'],
  ['big5-hkscs', bytes(0xa7, 0x41), '你'],
  ['shift_jis', bytes(0x93, 0xfa), '日'],
  ['x-sjis', bytes(0x93, 0xfa), '日'],
  ['windows-31j', bytes(0x93, 0xfa), '日'],
  ['cp932', bytes(0x93, 0xfa), '日'],
  ['euc-jp', bytes(0xc6, 0xfc), '日'],
  ['iso-2022-jp', latin(`${escape}$BF|K\\${escape}(B!`), '日本!'],
  ['iso-2022-jp-ms', latin(`${escape}$BF|${escape}(B`), '日'],
  ['cp50221', latin(`${escape}$BF|${escape}(B`), '日'],
  ['euc-kr', bytes(0xc7, 0xd1), '한'],
  ['ks_c_5601-1987', bytes(0xc7, 0xd1), '한'],
  ['cp949', bytes(0xc7, 0xd1), '한'],
  ['iso-2022-kr', latin(`${escape}$)C\x0eGQ\x0f ok\n`), '한 ok\n'],
  ['hz-gb-2312', latin('~{Dc~} ~~ ok'), '你 ~ ok'],
  ['iso-2022-cn', latin(`${escape}$)A\x0eDc\x0f ok`), '你 ok'],
  ['utf-7', latin('Hi +AOk-!'), 'Hi é!'],
  ['unicode-1-1-utf-7', latin('+AOk-'), 'é'],
  ['utf-16le', Buffer.from('é', 'utf16le'), 'é'],
  ['utf-16be', bytes(0x00, 0xe9), 'é'],
  ['utf-32le', bytes(0xe9, 0, 0, 0), 'é'],
];

describe('charsets', () => {
  it.each(samples)('%s is decoded', (label, encoded, text) => {
    expect(decodeCharset(encoded, label)).toBe(text);
    expect(isKnownCharset(label)).toBe(true);
  });

  it.each(samples)('%s is decoded the same in single bytes', (label, encoded, text) => {
    const decoder = charsetDecoder(label);
    let result = '';
    for (const byte of encoded) result += decoder.write(bytes(byte));
    expect(result + decoder.end()).toBe(text);
  });
});

describe('a charset that is wrong or missing', () => {
  const umlauts = 'Grüße aus Köln';
  it.each([
    ['nothing is declared, the bytes are UTF-8', null, Buffer.from(umlauts)],
    ['nothing is declared, the bytes are Latin-1', null, latin(umlauts)],
    ['US-ASCII is declared, the bytes are UTF-8', 'us-ascii', Buffer.from(umlauts)],
    ['US-ASCII is declared, the bytes are Latin-1', 'us-ascii', latin(umlauts)],
    ['UTF-8 is declared, the bytes are Latin-1', 'utf-8', latin(umlauts)],
    ['Latin-1 is declared, the bytes are UTF-8', 'iso-8859-1', Buffer.from(umlauts)],
    ['an unknown name is declared', 'x-klingon', Buffer.from(umlauts)],
  ])('%s', (_, label, encoded) => {
    expect(decodeCharset(encoded, label)).toBe(umlauts);
  });

  it('finds ISO-2022-JP by its escapes', () => {
    expect(decodeCharset(latin(`hello ${escape}$BF|${escape}(B`), null)).toBe('hello 日');
  });

  it('does not take one broken character for another charset', () => {
    const text = Buffer.concat([Buffer.from('äöüß'), bytes(0xff), Buffer.from('äöü')]);
    expect(decodeCharset(text, 'utf-8')).toBe('äöüß\ufffdäöü');
  });

  it('decodes UTF-8 in any pieces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(5)), (text, cuts) => {
        const encoded = Buffer.from(text);
        const decoder = charsetDecoder('utf-8');
        let result = '';
        let at = 0;
        for (const cut of cuts) {
          result += decoder.write(encoded.subarray(at, at + cut));
          at += cut;
        }
        result += decoder.write(encoded.subarray(at)) + decoder.end();
        expect(result).toBe(encoded.toString('utf8').replace(/^\ufeff/, ''));
      }),
    );
  });

  it('takes any bytes under any name without an error', () => {
    const labels = samples.map(([label]) => label);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...labels), (garbage, label) => {
        expect(typeof decodeCharset(garbage, label)).toBe('string');
      }),
    );
  });
});
