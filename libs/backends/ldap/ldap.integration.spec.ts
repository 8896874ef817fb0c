import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { selfSigned, startSlapd, type Slapd, type SlapdEntry } from '../../../tests/servers/index.js';
import { LdapFactory, type LdapConfig, type LdapUser } from './index.js';

const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2000, 'x')]);

function person(uid: string, givenName: string, sn: string, more: SlapdEntry = {}): SlapdEntry {
  return { uid, cn: `${givenName} ${sn}`, givenName, sn, mail: `${uid}@example.org`, ...more };
}

/** Certificates as people have them: one alone, one in a signed message without content, with its authority. */
function certificates() {
  const directory = mkdtempSync(join(tmpdir(), 'godwit-certificates-'));
  try {
    const { cert } = selfSigned(directory);
    const other = join(directory, 'person.pem');
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const leaf = ['-subj', '/CN=Ada', '-addext', 'basicConstraints=critical,CA:FALSE', '-out', other];
    const run = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
    run(...request, '-keyout', join(directory, 'person.key'), ...leaf);
    const content = join(directory, 'empty');
    writeFileSync(content, '');
    const smime = run(
      ...['smime', '-sign', '-in', content, '-signer', other, '-inkey', join(directory, 'person.key')],
      ...['-certfile', cert, '-outform', 'DER'],
    );
    return {
      plain: run('x509', '-in', cert, '-outform', 'DER'),
      smime,
      wanted: new X509Certificate(readFileSync(other)),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const { plain, smime, wanted } = certificates();
const people: SlapdEntry[] = [
  person('ada', 'Ada', 'Lovelace', {
    title: 'Countess',
    o: 'Analytical Engines',
    telephoneNumber: '+44 1',
    mobile: '+44 2',
    homePhone: '+44 3',
    physicalDeliveryOfficeName: 'London',
    jpegPhoto: photo,
    userPassword: 'ada-secret',
    mailLocalAddress: ['countess@example.org', 'ADA@example.com', 'not an address'],
    'userCertificate;binary': plain,
    userSMIMECertificate: smime,
  }),
  person('adam', 'Adam', 'Ada'),
  person('anna', 'Anna Maria', 'Müller-Lüdenscheidt', { displayName: 'Müller-Lüdenscheidt, Anna Maria' }),
  person('star', 'Star', '*Weird\\ (Odd)'),
  person('nomail', 'Adalbert', 'Nomail', { mail: [] }),
  person('zoe', 'Zoë', 'Ångström'),
  ...Array.from({ length: 60 }, (_, index) => person(`many${index}`, `Many${index}`, 'Crowd')),
  person('many', 'Many', 'Only'),
];

let slapd: Slapd;
let factory: LdapFactory | undefined;
beforeAll(async () => {
  slapd = await startSlapd({ people, tls: true });
});
afterEach(async () => {
  await factory?.close();
  factory = undefined;
});
afterAll(() => slapd.stop());

const nobody: LdapUser = { user: 'x@example.org', local: 'x', domain: 'example.org', password: 'x' };

function directory(more: Partial<LdapConfig> = {}, user: Partial<LdapUser> = {}, now?: () => number) {
  factory = new LdapFactory(
    { url: slapd.url, base: slapd.people, schema: 'inetOrgPerson', ...more },
    ...(now ? [now] : []),
  );
  return factory.directoryFor({ ...nobody, ...user });
}

async function names(text: string, more: Partial<LdapConfig> = {}, limit = 20): Promise<string[]> {
  const { entries } = await directory(more).search({ text, limit });
  return entries.map(({ emailAddress }) => emailAddress.split('@')[0] ?? '');
}

describe('search', () => {
  it('finds by the beginning of any word of a name, an address or an alias; all words must fit', async () => {
    expect(await names('love')).toEqual(['ada']);
    expect(await names('LOVELACE, ada')).toEqual(['ada']);
    expect(await names('ada lov')).toEqual(['ada']);
    expect(await names('ada mül')).toEqual([]);
    expect(await names('maria')).toEqual(['anna']);
    expect(await names('müll')).toEqual(['anna']);
    expect(await names('lüden')).toEqual(['anna']);
    expect(await names('zoë å')).toEqual(['zoe']);
    expect(await names('anna@example.org')).toEqual(['anna']);
    expect(await names('ovelace')).toEqual([]);
  });

  it('puts who is named so exactly first, and leaves out who has no address', async () => {
    expect(await names('ada')).toEqual(['ada', 'adam']);
    expect(await names('Adalb')).toEqual([]);
  });

  it('tells all that phones show, and nothing heavy unasked', async () => {
    const { entries, total } = await directory().search({ text: 'ada lovelace', limit: 5 });
    expect(total).toBe(1);
    expect(entries).toEqual([
      {
        displayName: 'Ada Lovelace',
        emailAddress: 'ada@example.org',
        firstName: 'Ada',
        lastName: 'Lovelace',
        alias: 'ada',
        title: 'Countess',
        company: 'Analytical Engines',
        office: 'London',
        phone: '+44 1',
        homePhone: '+44 3',
        mobilePhone: '+44 2',
      },
    ]);
  });

  it('gives pictures and certificates where they are asked for', async () => {
    const request = { text: 'ada', limit: 5, pictures: true, certificates: true };
    const { entries } = await directory().search(request);
    const [ada, adam] = entries;
    expect(Buffer.from(ada?.picture ?? [])).toEqual(photo);
    const found = ada?.certificates?.map((der) => Buffer.from(der).toString('base64'));
    expect(found?.sort()).toEqual([plain.toString('base64'), wanted.raw.toString('base64')].sort());
    expect(adam).not.toHaveProperty('picture');
    expect(adam).not.toHaveProperty('certificates');
  });

  it('takes what the user types for text, whatever it means in a filter', async () => {
    expect(await names('*')).toEqual(['star']);
    for (const text of ['*)(uid=*', ')(|(uid=*', 'a*a', '\\2a', '(&)', '\0', '  ', '', 'ada\0*', '\\']) {
      expect(await names(text)).toEqual([]);
    }
    expect(await names('Star *weird\\ (odd')).toEqual(['star']);
    expect(await names('a '.repeat(5000))).toEqual(expect.any(Array));
  });

  it('stops at its limit, pages on the way, and still has the exact one first', async () => {
    const { entries, total } = await directory({ maxResults: 30, pageSize: 10 }).search({
      text: 'many',
      limit: 5,
    });
    expect(entries).toHaveLength(5);
    expect(entries[0]?.emailAddress).toBe('many@example.org');
    expect(total).toBeGreaterThanOrEqual(30);
    expect((await directory({ pageSize: 7 }).search({ text: 'many', limit: 100 })).total).toBe(61);
  });

  it('takes part of an answer where the server sets a limit', async () => {
    const limited = await startSlapd({ people, settings: 'sizelimit 20' });
    try {
      const { entries, total } = await directory({ url: limited.url }).search({ text: 'many', limit: 10 });
      expect(entries).toHaveLength(10);
      expect(total).toBeGreaterThanOrEqual(20);
    } finally {
      await limited.stop();
    }
  });
});

describe('identities', () => {
  const attributes = { otherAddresses: ['mailLocalAddress'] };

  it('are the addresses of the one entry that is the user, the main one first', async () => {
    const ada = directory({ attributes }, { user: 'ada@example.org' });
    expect(await ada.identities()).toEqual([
      { address: 'ada@example.org', displayName: 'Ada Lovelace' },
      { address: 'countess@example.org', displayName: 'Ada Lovelace' },
      { address: 'ada@example.com', displayName: 'Ada Lovelace' },
    ]);
    expect(await directory({}, { user: 'zoe' }).identities()).toMatchObject([{ address: 'zoe@example.org' }]);
  });

  it("never are another's: an unknown, an ambiguous or a malicious login has none", async () => {
    for (const user of ['eve@example.org', '*', 'ada*', 'x)(uid=ada', '*)(mail=*']) {
      expect(await directory({}, { user }).identities()).toEqual([]);
    }
    expect(await directory({ userFilter: '(sn=Crowd)' }, { user: 'many1' }).identities()).toEqual([]);
  });
});

describe('the connection', () => {
  it('binds as configured or as the user, and never with an empty password', async () => {
    const secured = await startSlapd({
      people,
      settings: 'access to * by users read by anonymous auth\nrequire authc',
    });
    try {
      const { url } = secured;
      const found = async (more: Partial<LdapConfig>, user: Partial<LdapUser> = {}) =>
        (await directory({ url, ...more }, user).search({ text: 'love', limit: 1 })).entries.length;
      expect(await found({ bindDn: secured.root.dn, password: secured.root.password })).toBe(1);
      const own = { bindDn: `uid={local},${secured.people}` };
      expect(await found(own, { local: 'ada', password: 'ada-secret' })).toBe(1);
      await expect(found(own, { local: 'ada', password: 'wrong' })).rejects.toMatchObject({
        kind: 'unavailable',
        reason: 'bind-refused',
      });
      await expect(found(own, { local: 'ada', password: '' })).rejects.toMatchObject({ kind: 'unsupported' });
      await expect(found(own, { local: 'x,uid=ada', password: 'ada-secret' })).rejects.toMatchObject({
        reason: 'bind-refused',
      });
      await expect(found({})).rejects.toMatchObject({ kind: 'unavailable' });
    } finally {
      await secured.stop();
    }
  });

  it.each(['ldaps', 'StartTLS'])('speaks %s, and trusts only who it was told to', async (how) => {
    const ca = readFileSync(join(slapd.directory, 'tls.pem'), 'utf8');
    const secure = how === 'ldaps' ? { url: slapd.tlsUrl ?? '' } : { startTls: true };
    await expect(names('love', secure)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await names('love', { ...secure, ca })).toEqual(['ada']);
    expect(await names('love', { ...secure, verifyCertificate: false })).toEqual(['ada']);
  });

  it('asks again what it asked a moment ago from memory, and not for long', async () => {
    let now = 0;
    const ada = directory({}, {}, () => now);
    await ada.search({ text: 'love', limit: 1 });
    slapd.pause();
    try {
      expect((await ada.search({ text: 'LOVE', limit: 1 })).total).toBe(1);
    } finally {
      slapd.resume();
    }
    now = 61_000;
    expect((await ada.search({ text: 'love', limit: 1 })).total).toBe(1);
  });

  it.each(['plain', 'StartTLS'])('comes back after the server was away (%s)', async (how) => {
    let now = 0;
    const options = how === 'StartTLS' ? { startTls: true, verifyCertificate: false } : {};
    const ada = directory({ ...options, timeout: 1000 }, {}, () => now);
    await ada.search({ text: 'love', limit: 1 });
    await slapd.kill();
    await slapd.start();
    // The broken connection is found out by the question and opened again within it.
    expect((await ada.search({ text: 'adam', limit: 1 })).total).toBe(1);
    await slapd.kill();
    await expect(ada.search({ text: 'zoe', limit: 1 })).rejects.toMatchObject({ kind: 'unavailable' });
    await slapd.start();
    await expect(ada.search({ text: 'zoe', limit: 1 })).rejects.toMatchObject({ kind: 'unavailable' });
    now = 10_001;
    expect((await ada.search({ text: 'zoe', limit: 1 })).total).toBe(1);
  });

  it('a server that hangs costs one timeout, and nothing while it rests', async () => {
    const ada = directory({ timeout: 300 });
    await ada.search({ text: 'love', limit: 1 });
    slapd.pause();
    try {
      await expect(ada.search({ text: 'adam', limit: 1 })).rejects.toMatchObject({ reason: 'timeout' });
      const begun = performance.now();
      for (const text of ['a', 'b', 'c']) {
        await expect(ada.search({ text, limit: 1 })).rejects.toMatchObject({ kind: 'unavailable' });
      }
      await expect(ada.identities()).rejects.toMatchObject({ kind: 'unavailable' });
      expect(performance.now() - begun).toBeLessThan(100);
    } finally {
      slapd.resume();
    }
  });
});
