import fc from 'fast-check';
import { nameOf, objectUrl, placeOf } from './hrefs.js';
import { mayHaveCredentials } from './trust.js';
import { uidIn } from './uid-query.js';
import { plainEtag } from './versions.js';

const collection = new URL('https://example.org/dav/cal/');

describe('names of objects', () => {
  it('come back from the address that is made of them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const name = text.replace(/\p{Cs}/gu, '?');
        fc.pre(!/^\.{1,2}$/.test(name) && !/%[0-9a-f]{2}/i.test(name));
        expect(nameOf(objectUrl(collection, name).pathname)).toBe(name);
        expect(objectUrl(collection, name).pathname.split('/')).toHaveLength(4);
      }),
    );
  });

  it('are the same however the server encodes them', () => {
    for (const href of [
      '/dav/cal/a@b c.ics',
      '/dav/cal/a%40b%20c.ics',
      'https://other.example/x/a%40b c.ics',
    ])
      expect(nameOf(href)).toBe('a@b c.ics');
    expect(nameOf('/dav/cal/')).toBeNull();
    expect(nameOf('/dav/cal/what#is?this.ics')).toBe('what#is?this.ics');
  });

  it('whose bytes are no UTF-8 find back to the same object', () => {
    const name = nameOf('/dav/cal/M%FCller.vcf') ?? '';
    expect(objectUrl(collection, name).pathname).toBe('/dav/cal/M%FCller.vcf');
  });

  it('never lead out of the collection', () => {
    for (const name of ['', '.', '..']) expect(() => objectUrl(collection, name)).toThrow();
    expect(objectUrl(collection, '../../etc').pathname).toBe('/dav/cal/..%2F..%2Fetc');
  });

  it('of collections are compared without their encoding', () => {
    expect(placeOf(new URL('https://a.example/caf%c3%a9/x%40y'))).toBe(
      placeOf(new URL('https://a.example/café/x@y/')),
    );
  });
});

describe('who may have the password', () => {
  it.each([
    ['https://dav.example.org/', 'https://dav.example.org/x', true],
    ['http://example.org/', 'https://example.org/', true],
    ['https://caldav.icloud.com/', 'https://p42-caldav.icloud.com:443/1/', true],
    ['https://example.org/', 'https://dav.example.org/', true],
    ['https://example.org/', 'http://example.org/', false],
    ['https://example.org/', 'https://evil.org/', false],
    ['https://example.org/', 'https://notexample.org/', false],
    ['https://example.co.uk/', 'https://evil.co.uk/', false],
    ['https://example.com/', 'https://com/', false],
    ['http://127.0.0.1:1/', 'http://127.0.0.1:2/', false],
    ['https://10.0.0.1/', 'https://20.0.0.1/', false],
    ['http://dav.example.org/', 'https://other.example.org/', false],
  ])('of %s: %s %s', (configured, target, expected) => {
    expect(mayHaveCredentials(new URL(configured), new URL(target))).toBe(expected);
  });
});

it('finds a UID that is folded, escaped, grouped or has parameters', () => {
  expect(uidIn('BEGIN:VEVENT\r\nUID:abc\r\n def\r\nEND')).toBe('abcdef');
  expect(uidIn('BEGIN:VCARD\nitem1.UID;VALUE="a:b":x\\,y\nEND')).toBe('x,y');
  expect(uidIn('SUMMARY:UID:no')).toBeNull();
});

it('takes an ETag for the same in all its spellings', () => {
  for (const etag of ['"a-1"', 'W/"a-1"', 'a-1', ' w/"a-1" ']) expect(plainEtag(etag)).toBe('a-1');
});
