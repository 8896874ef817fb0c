import * as fc from 'fast-check';
import { loadConfiguration } from '#ops';
import { readBasicHeader } from './basic-header.js';
import { addressKey } from './failures.js';
import { fill, fillPath, parseLogin, Tenants } from './tenants.js';

describe('logins', () => {
  it.each([
    ['ann', undefined, 'ann'],
    ['Ann', 'Example.org', 'ann@example.org'],
    ['ANN@Example.ORG', undefined, 'ann@example.org'],
    ['CORP\\ann', 'example.org', 'ann@example.org'],
    ['CORP\\ann', undefined, 'ann'],
    ['example.com\\ann', 'example.org', 'ann@example.com'],
    ['CORP\\ann@example.com', 'example.org', 'ann@example.com'],
    ['\\ann', undefined, 'ann'],
    [' ann ', undefined, 'ann'],
    ['"a@b"@example.org', undefined, '"a@b"@example.org'],
  ])('understands %s', (given, fallback, user) => expect(parseLogin(given, fallback)?.user).toBe(user));

  it.each(['', '@example.org', 'ann@', 'CORP\\', '  ', 'a'.repeat(400)])('refuses "%s"', (given) =>
    expect(parseLogin(given)).toBeNull(),
  );

  it('fills templates', () => {
    const login = parseLogin('ann@example.org');
    expect(login && fill('/mail/{domain}/{local}/{user}/{other}', login)).toBe(
      '/mail/example.org/ann/ann@example.org/{other}',
    );
  });

  it('never lead out of a folder', () => {
    for (const given of ['../root', '..', 'a/../../b', 'ann@../x', 'a\\b/c', '.ssh']) {
      const login = parseLogin(given);
      expect(login && fillPath('/mail/{local}', login)).toBeNull();
    }
    fc.assert(
      fc.property(fc.string(), (given) => {
        const login = parseLogin(given);
        const path = login && fillPath('/mail/{local}', login);
        if (path !== null) expect(path).toMatch(/^\/mail\/[^./][^/]*$/s);
      }),
    );
  });
});

describe('Authorization header', () => {
  const encode = (bytes: Buffer) => `Basic ${bytes.toString('base64')}`;

  it.each([
    ['UTF-8', encode(Buffer.from('jürgen:pä:ß€', 'utf8')), 'jürgen', 'pä:ß€'],
    ['ISO-8859-1', encode(Buffer.from('jürgen:pä:ß', 'latin1')), 'jürgen', 'pä:ß'],
    ['windows-1252', encode(Buffer.from([0x61, 0x3a, 0x80])), 'a', '€'],
    ['no padding', 'Basic YTpi', 'a', 'b'],
    ['other case', 'bAsIc  YTpi ', 'a', 'b'],
    ['an empty password', encode(Buffer.from('ann:')), 'ann', ''],
  ])('is read in %s', (_, header, user, password) =>
    expect(readBasicHeader(header)).toEqual({ user, password }),
  );

  it.each([
    undefined,
    '',
    'Basic',
    'Basic ',
    'Basic %%%%',
    'Negotiate YTpi',
    encode(Buffer.from('no colon')),
    encode(Buffer.from(':x')),
    encode(Buffer.from('a\r\nb:x')),
    encode(Buffer.from('a:x\0y')),
    encode(Buffer.alloc(100_000, 'a:b')),
  ])('is no login: %s', (header) => expect(readBasicHeader(header)).toBeNull());

  it('survives anything', () => {
    fc.assert(fc.property(fc.string(), (text) => void readBasicHeader(`Basic ${text}`)));
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readBasicHeader(encode(Buffer.from(bytes)))));
  });
});

describe('tenants', () => {
  const { configuration } = loadConfiguration({
    env: {
      GODWIT_TENANTS: `
- { domains: [a.example, B.example], mail: { kind: imap, host: a } }
- { domains: [b.example, '*'], mail: { kind: imap, host: b }, name: rest }
- { domains: [c.example], mail: { kind: imap, host: c } }`,
    },
  });
  const tenants = new Tenants(configuration.tenants);
  it.each([
    ['ann@A.example', 'a.example'],
    ['ann@b.example', 'a.example'],
    ['ann@c.example', 'rest'],
    ['ann', 'rest'],
  ])('%s belongs to %s', (given, name) => {
    const login = parseLogin(given);
    expect(login && tenants.find(login)?.name).toBe(name);
  });
});

it.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['2001:0db8:0000:0001:2:3:4:5', '2001:db8:0:1'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
])('counts %s as %s', (address, key) => expect(addressKey(address)).toBe(key));
