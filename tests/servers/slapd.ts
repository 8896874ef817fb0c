import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildServer } from './child-server.js';
import { selfSigned } from './dovecot.js';
import { freePorts } from './ports.js';

/** An entry under `ou=people`: attributes and values; bytes are written as base64. */
export type SlapdEntry = Readonly<Record<string, string | Uint8Array | readonly (string | Uint8Array)[]>>;

export interface SlapdOptions {
  /** inetOrgPersons, named by their `uid`. */
  readonly people?: Iterable<SlapdEntry>;
  /** More slapd.conf lines of the database: `sizelimit 50`, `index displayName eq,sub`. */
  readonly settings?: string;
  /** Adds ldaps on its own port, and StartTLS on the plain one, with a self-signed certificate. */
  readonly tls?: boolean;
}

export interface Slapd {
  readonly url: string;
  /** Implicit TLS; null without `tls`. */
  readonly tlsUrl: string | null;
  readonly pid: number;
  readonly directory: string;
  /** Its administrator, by name and password. */
  readonly root: { readonly dn: string; readonly password: string };
  readonly suffix: 'dc=example,dc=test';
  readonly people: 'ou=people,dc=example,dc=test';
  /** Freezes the server: connections stay open, nothing answers. */
  pause(): void;
  resume(): void;
  /** Ends all at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts again on the same ports with the same entries. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const SUFFIX = 'dc=example,dc=test';
const PEOPLE = 'ou=people,dc=example,dc=test';
const ROOT = { dn: 'cn=admin,dc=example,dc=test', password: 'admin-secret' } as const;

/** Starts a private OpenLDAP in a temporary folder. Resolves when it answers. */
export async function startSlapd(options: SlapdOptions = {}): Promise<Slapd> {
  const directory = mkdtempSync(join(tmpdir(), 'godwit-slapd-'));
  const [port = 0, tlsPort = 0] = await freePorts(2);
  mkdirSync(join(directory, 'data'));
  if (options.tls) selfSigned(directory);
  writeFileSync(join(directory, 'slapd.conf'), configOf(directory, options));
  writeFileSync(join(directory, 'people.ldif'), [...ldif(options.people ?? [])].join(''));
  execFileSync('/usr/sbin/slapadd', [
    '-q',
    '-f',
    join(directory, 'slapd.conf'),
    '-l',
    join(directory, 'people.ldif'),
  ]);
  const urls = [`ldap://127.0.0.1:${port}`, ...(options.tls ? [`ldaps://127.0.0.1:${tlsPort}`] : [])];
  const server = new Instance(directory, urls, port);
  await server.start();
  return server;
}

class Instance extends ChildServer implements Slapd {
  readonly url: string;
  readonly tlsUrl: string | null;
  readonly root = ROOT;
  readonly suffix = SUFFIX;
  readonly people = PEOPLE;

  constructor(directory: string, urls: readonly string[], port: number) {
    // Debug level 0 keeps it in the foreground, where it is our child.
    const args = ['-d', '0', '-h', urls.join(' '), '-f', join(directory, 'slapd.conf')];
    super({ name: 'slapd', command: '/usr/sbin/slapd', args, port, directory });
    this.url = urls[0] ?? '';
    this.tlsUrl = urls[1] ?? null;
  }
}

/** The indexes are those the OpenLDAP guide and Debian's packages begin with; 10,000 people fit in the map. */
function configOf(directory: string, { settings = '', tls }: SlapdOptions): string {
  const certificate = tls
    ? `TLSCertificateFile ${join(directory, 'tls.pem')}\nTLSCertificateKeyFile ${join(directory, 'tls.key')}`
    : '';
  const schemas = ['core', 'cosine', 'inetorgperson', 'misc'];
  return `
${schemas.map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')}
pidfile ${join(directory, 'slapd.pid')}
argsfile ${join(directory, 'slapd.args')}
modulepath /usr/lib/ldap
moduleload back_mdb
${certificate}
database mdb
suffix "${SUFFIX}"
rootdn "${ROOT.dn}"
rootpw ${ROOT.password}
directory ${join(directory, 'data')}
maxsize 268435456
dbnosync
index objectClass eq
index cn,sn,givenName,displayName,mail,uid eq,sub
access to attrs=userPassword by anonymous auth by * none
access to * by * read
${settings}
`;
}

function* ldif(people: Iterable<SlapdEntry>): Generator<string, void> {
  yield record(SUFFIX, { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'Example' });
  yield record(PEOPLE, { objectClass: 'organizationalUnit', ou: 'people' });
  for (const person of people) {
    const classes = ['inetOrgPerson', ...(person.mailLocalAddress ? ['inetLocalMailRecipient'] : [])];
    yield record(`uid=${String(person.uid)},${PEOPLE}`, { objectClass: classes, ...person });
  }
}

function record(dn: string, entry: SlapdEntry): string {
  const lines = Object.entries(entry).flatMap(([name, value]) => {
    const values = typeof value === 'string' || value instanceof Uint8Array ? [value] : value;
    return values.map((each) => `${name}:: ${Buffer.from(each).toString('base64')}\n`);
  });
  return `dn:: ${Buffer.from(dn).toString('base64')}\n${lines.join('')}\n`;
}
