import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AUTHORITY, CertificateAuthority, PERSON, type Issued } from '../testing/certificate-authority.js';
import { TestServer } from '../testing/index.js';
import { fetchRevocationList, type FetchRevocationList } from './revocation.js';
import { openCertificateTrust } from './trust.js';

const LIST = 'crlDistributionPoints=URI:http://lists.example.org/';

const ca = new CertificateAuthority();
let root: Issued;
let middle: Issued;

beforeAll(() => {
  root = ca.issue('root', { extensions: AUTHORITY });
  middle = ca.issue('middle', { by: root, extensions: [...AUTHORITY, `${LIST}root`] });
});

afterAll(() => ca.remove());

interface Question {
  readonly chain?: readonly Issued[];
  readonly checkCRL?: boolean;
  readonly fetch?: FetchRevocationList;
  readonly roots?: readonly Issued[];
  readonly version?: number;
}

/** Statuses of the certificates, in their order. */
async function answerTo(certificates: readonly string[], question: Question = {}) {
  const { chain = [], checkCRL, fetch, roots = [root], version = 161 } = question;
  const server = new TestServer();
  server.certificates = openCertificateTrust(roots.map(({ pem }) => pem).join(''), fetch ?? null);
  const { Status, Certificate = [] } = await server.handset({ version }).ask('ValidateCert', {
    ...(chain.length > 0 && { CertificateChain: { Certificate: chain.map(({ base64 }) => base64) } }),
    Certificates: { Certificate: certificates },
    ...(checkCRL !== undefined && { CheckCRL: checkCRL }),
  });
  return { Status, certificates: Certificate.map((one) => one.Status) };
}

const statusOf = async ({ base64 }: Issued, question: Question = {}): Promise<number | undefined> =>
  (await answerTo([base64], question)).certificates[0];

describe('ValidateCert', () => {
  it.each([120, 121, 140, 141, 160, 161])('trusts whom a root trusts (version %d)', async (version) => {
    const ada = ca.issue(`ada${version}`, { by: middle });
    expect(await statusOf(ada, { chain: [middle], version })).toBe(1);
    // The phone may send the root, too; that it does is no reason to trust it.
    expect(await statusOf(ada, { chain: [root, middle], version })).toBe(1);
  });

  it('gives every certificate its own status, in their order', async () => {
    const good = ca.issue('good', { by: root });
    const old = ca.issue('old', { by: root, to: '20210101000000Z' });
    const certificates = [
      old.base64,
      'no certificate',
      good.base64,
      Buffer.from('nor this').toString('base64'),
      '',
    ];
    expect(await answerTo(certificates)).toEqual({ Status: 1, certificates: [7, 10, 1, 10, 10] });
  });

  it('refuses one that is not valid yet, and one whose authority has expired', async () => {
    const unborn = ca.issue('unborn', { by: root, from: '20980101000000Z' });
    expect(await statusOf(unborn)).toBe(7);
    const bygone = ca.issue('bygone', { by: root, extensions: AUTHORITY, to: '20210101000000Z' });
    expect(await statusOf(ca.issue('heir', { by: bygone }), { chain: [bygone] })).toBe(8);
  });

  it('tells an unknown root (4) from a gap in the chain (5): the one is a matter of the administrator', async () => {
    const stranger = ca.issue('stranger', { extensions: AUTHORITY });
    const guest = ca.issue('guest', { by: stranger });
    expect(await statusOf(guest, { chain: [stranger] })).toBe(4);
    expect(await statusOf(stranger)).toBe(4);
    expect(await statusOf(guest)).toBe(5);
    expect(await statusOf(ca.issue('gap', { by: middle }))).toBe(5);
  });

  it('sees a forged signature: the name of an authority is not its key', async () => {
    const nameless = [...PERSON, 'authorityKeyIdentifier=none'];
    const impostor = ca.issue('impostor', { extensions: AUTHORITY, subject: 'root' });
    const forged = ca.issue('forged', { by: impostor, extensions: nameless });
    expect(await statusOf(forged)).toBe(3);
    expect(await statusOf(forged, { chain: [impostor] })).not.toBe(1);
    const bytes = Buffer.from(ca.issue('changed', { by: root }).base64, 'base64');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    expect((await answerTo([bytes.toString('base64')])).certificates).toEqual([3]);
  });

  it('sees what a certificate is not for: mail (6), or to sign others (11, 9)', async () => {
    const web = ca.issue('web', { by: root, extensions: ['extendedKeyUsage=serverAuth'] });
    expect(await statusOf(web)).toBe(6);
    const timestamps = ca.issue('crl', { by: root, extensions: [...PERSON, 'keyUsage=cRLSign'] });
    expect(await statusOf(timestamps)).toBe(6);
    const any = ca.issue('any', { by: root, extensions: ['basicConstraints=CA:FALSE'] });
    expect(await statusOf(any)).toBe(1);
    const encryption = ca.issue('encryption', { by: root, extensions: [...PERSON, 'keyUsage=keyAgreement'] });
    expect(await statusOf(encryption)).toBe(1);

    const person = ca.issue('person', { by: root });
    expect(await statusOf(ca.issue('child', { by: person }), { chain: [person] })).toBe(11);
    const noSigner = ca.issue('nosigner', {
      by: root,
      extensions: ['basicConstraints=CA:TRUE', 'keyUsage=cRLSign'],
    });
    expect(await statusOf(ca.issue('child2', { by: noSigner }), { chain: [noSigner] })).not.toBe(1);
    const webOnly = ca.issue('webonly', {
      by: root,
      extensions: [...AUTHORITY, 'extendedKeyUsage=serverAuth'],
    });
    expect(await statusOf(ca.issue('child3', { by: webOnly }), { chain: [webOnly] })).toBe(9);
  });

  it('honours how many authorities may follow, and refuses demands it does not understand', async () => {
    const constraints = (more: string) => [
      `basicConstraints=critical,CA:TRUE${more}`,
      'keyUsage=keyCertSign',
    ];
    const last = ca.issue('last', { by: root, extensions: constraints(',pathlen:0') });
    const beyond = ca.issue('beyond', { by: last, extensions: constraints('') });
    expect(await statusOf(ca.issue('below', { by: last }), { chain: [last] })).toBe(1);
    expect(await statusOf(ca.issue('toodeep', { by: beyond }), { chain: [last, beyond] })).toBe(11);
    const odd = ca.issue('odd', { by: root, extensions: [...PERSON, '1.2.3.4.5=critical,ASN1:NULL'] });
    expect(await statusOf(odd)).toBe(9);
  });

  it('finds another way where one is closed: authorities are replaced by others of their name', async () => {
    const expired = ca.issue('expired', {
      by: root,
      extensions: AUTHORITY,
      subject: 'twin',
      to: '20210101000000Z',
    });
    const current = ca.issue('current', { by: root, extensions: AUTHORITY, subject: 'twin' });
    const ben = ca.issue('ben', { by: current });
    expect(await statusOf(ben, { chain: [expired, current] })).toBe(1);
  });

  it.each([0, 101])('answers %d certificates by a protocol error, without looking at them', async (count) => {
    const certificates = Array.from({ length: count }, () => root.base64);
    expect(await answerTo(certificates)).toEqual({ Status: 2, certificates: [] });
  });

  it('is not held up by authorities that have all signed each other', async () => {
    const a = ca.issue('a', { extensions: AUTHORITY });
    const b = ca.issue('b', { extensions: AUTHORITY });
    const maze = Array.from({ length: 8 }, (_, index) => [
      ca.issue(`a${index}`, { by: b, key: a, subject: 'a', extensions: AUTHORITY }),
      ca.issue(`b${index}`, { by: a, key: b, subject: 'b', extensions: AUTHORITY }),
    ]).flat();
    expect([4, 5]).toContain(await statusOf(ca.issue('lost', { by: a }), { chain: maze }));
  });
});

describe('ValidateCert and what was revoked', () => {
  const listsOf =
    (lists: Record<string, Buffer>): FetchRevocationList =>
    async (url) => {
      const list = lists[new URL(url).pathname.slice(1)];
      if (!list) throw new Error('connect ECONNREFUSED');
      return list;
    };
  const person = (name: string, by: Issued): Issued =>
    ca.issue(name, { by, extensions: [...PERSON, `${LIST}${by.name}`] });

  it('is told honestly: not known (16) where nothing may be asked, unless the phone does not insist', async () => {
    const dan = person('dan', root);
    expect(await statusOf(dan, { checkCRL: true })).toBe(16);
    expect(await statusOf(dan, { checkCRL: false })).toBe(1);
    expect(await statusOf(ca.issue('nolist', { by: root }), { checkCRL: true, fetch: listsOf({}) })).toBe(16);
  });

  it('is 13 for the certificate, and 15 for an authority above it', async () => {
    const authority = ca.issue('office', { by: root, extensions: [...AUTHORITY, `${LIST}root`] });
    const [eve, fay] = [person('eve', authority), person('fay', authority)];
    const fetch = listsOf({ root: ca.revocationList(root), office: ca.revocationList(authority, eve) });
    const question = { chain: [authority], checkCRL: true, fetch };
    expect(await statusOf(eve, question)).toBe(13);
    expect(await statusOf(fay, question)).toBe(1);
    // What is known to be revoked stays so when the phone does not insist.
    expect(await statusOf(eve, { ...question, checkCRL: false })).toBe(13);
    const closed = listsOf({
      root: ca.revocationList(root, authority),
      office: ca.revocationList(authority),
    });
    expect(await statusOf(fay, { ...question, fetch: closed })).toBe(15);
  });

  it('is 14 when nobody answers, 16 when the answer is not to be trusted', async () => {
    const gus = person('gus', root);
    expect(await statusOf(gus, { checkCRL: true, fetch: listsOf({}) })).toBe(14);
    expect(await statusOf(gus, { checkCRL: false, fetch: listsOf({}) })).toBe(1);
    const foreign = ca.issue('foreign', { extensions: AUTHORITY, subject: 'root' });
    for (const list of [ca.revocationList(foreign), Buffer.from('<html>404</html>'), Buffer.alloc(0)])
      expect(await statusOf(gus, { checkCRL: true, fetch: listsOf({ root: list }) })).toBe(16);
  });

  it('is not waited for again and again where nobody answers: a request may have a hundred certificates', async () => {
    const asked: string[] = [];
    const fetch: FetchRevocationList = async (url) => {
      asked.push(url);
      throw new Error('timed out');
    };
    const many = ['ida', 'jon', 'kim'].map((name) => person(name, root).base64);
    expect((await answerTo(many, { checkCRL: true, fetch })).certificates).toEqual([14, 14, 14]);
    expect(asked).toHaveLength(1);
  });

  it('is asked only of authorities that a root vouches for: a stranger must not make us call his server', async () => {
    const asked: string[] = [];
    const stranger = ca.issue('stranger2', { extensions: AUTHORITY });
    const fetch: FetchRevocationList = async (url) => {
      asked.push(url);
      throw new Error('no');
    };
    expect(await statusOf(person('hal', stranger), { chain: [stranger], checkCRL: true, fetch })).toBe(4);
    expect(asked).toEqual([]);
  });
});

describe('fetching a revocation list', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/list') response.end('the list');
      else if (request.url === '/moved') response.writeHead(302, { Location: '/list' }).end();
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('takes what is there, and does not let itself be sent elsewhere', async () => {
    expect(Buffer.from(await fetchRevocationList(`${url}/list`)).toString()).toBe('the list');
    await expect(fetchRevocationList(`${url}/moved`)).rejects.toThrow();
    await expect(fetchRevocationList(`${url}/none`)).rejects.toThrow('404');
  });
});

describe('trusted roots', () => {
  it('are those of Node.js unless told otherwise', () => {
    expect(openCertificateTrust(null, null).roots.length).toBeGreaterThan(50);
  });

  it('that are none stop the start: nobody would be trusted, and nobody know why', () => {
    expect(() => openCertificateTrust('', null)).toThrow('no certificate');
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
    expect(() => openCertificateTrust(broken, null)).toThrow();
  });
});
