import fc from 'fast-check';
import { formatAddresses, parseAddresses } from './addresses.js';
import { decodeWords } from './encoded-words.js';
import { HeaderFields } from './header-fields.js';
import { parseStructuredHeader } from './structured-header.js';

describe('encoded words', () => {
  it.each([
    ['=?iso-8859-1?q?Gr=FC=DFe_an_dich?=', 'Grüße an dich'],
    ['=?UTF-8?B?w6k=?=', 'é'],
    ['=?utf-8?q?a?= =?utf-8?q?b?=', 'ab'],
    ['=?utf-8?q?a?= b =?utf-8?q?c?=', 'a b c'],
    ['=?utf-8?B?4p?=\r\n =?utf-8?B?yT?=', Buffer.from('4pyT', 'base64').toString()],
    ['=?utf-8*en?q?x?=', 'x'],
    ['=?us-ascii?q?a?=  =?utf-8?q?b?=', 'ab'],
    ['no words = here ?=', 'no words = here ?='],
    ['=?utf-8?x?broken?=', '=?utf-8?x?broken?='],
    ['=?gb2312?B?xOM=?=', '你'],
    ['=?iso-2022-jp?B?GyRCRnwbKEI=?=', '日'],
    ['=?unknown-charset?q?=C3=A9?=', 'é'],
  ])('%j is %j', (encoded, text) => {
    expect(decodeWords(encoded)).toBe(text);
  });

  it('cannot bring a control character or a line end into a header', () => {
    const headers = HeaderFields.parse(Buffer.from('Subject: =?utf-8?q?a=0D=0ABcc:_evil=00=07?=\r\n\r\n'));
    expect(headers.text('subject')).toBe('a Bcc: evil');
  });
});

describe('header fields', () => {
  it('are unfolded, found in any case, and end at the empty line', () => {
    const headers = HeaderFields.parse(
      Buffer.from('SUBJECT: one\r\n two\r\nX: y\r\n\r\nTo: body@example.org\r\n'),
    );
    expect(headers.text('Subject')).toBe('one two');
    expect(headers.has('to')).toBe(false);
  });

  it.each([
    ['UTF-8', Buffer.from('Subject: Köln\r\n')],
    ['Latin-1', Buffer.from('Subject: Köln\r\n', 'latin1')],
  ])('with raw %s are read', (_, block) => {
    expect(HeaderFields.parse(block).text('subject')).toBe('Köln');
  });

  it('take any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 500 }),
        (block) => HeaderFields.parse(block) instanceof HeaderFields,
      ),
    );
  });

  it('put parameters of RFC 2231 together', () => {
    const header = `attachment; filename*0*=utf-8''%e2%82%ac%20; filename*1="rates.pdf"`;
    expect(parseStructuredHeader(header)).toMatchObject({
      value: 'attachment',
      parameters: { filename: '€ rates.pdf' },
    });
  });
});

describe('addresses', () => {
  it.each([
    ['a@b.org', 'a@b.org'],
    ['Ada <a@b.org>', '"Ada" <a@b.org>'],
    ['"L., Ada" <a@b.org>, c@d.org', '"L., Ada" <a@b.org>, c@d.org'],
    ['=?utf-8?q?J=C3=BC?= <a@b.org>', '"Jü" <a@b.org>'],
    ['Team: a@b.org, c@d.org;', 'a@b.org, c@d.org'],
    ['undisclosed-recipients:;', ''],
    ['=?utf-8?q?x=22_=3Cevil=40e.org=3E=2C?= <a@b.org>', '"x\\" <evil@e.org>," <a@b.org>'],
    ['', ''],
  ])('%j becomes %j', (header, text) => {
    expect(formatAddresses(parseAddresses(header))).toBe(text);
  });

  it('never exceed what the element may hold, and are never cut inside an address', () => {
    const many = Array.from({ length: 3000 }, (_, i) => `Person ${i} <person${i}@example.org>`).join(', ');
    const text = formatAddresses(parseAddresses(many));
    expect(text.length).toBeLessThanOrEqual(32_768);
    expect(text.endsWith('@example.org>')).toBe(true);
  });

  it('come of any text', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }),
        (text) => typeof formatAddresses(parseAddresses(text)) === 'string',
      ),
    );
  });
});
