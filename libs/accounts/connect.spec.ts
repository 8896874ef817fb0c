import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { hashPassword } from '#backends/maildir';
import { loadConfiguration } from '#ops';
import { Account } from './account.js';
import { connectTenant } from './connect.js';
import type { TenantSources } from './sources.js';
import { parseLogin, Tenants } from './tenants.js';

let folder: string;
let sources: TenantSources | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'godwit-connect-'));
});
afterEach(async () => {
  await sources?.close();
  sources = undefined;
  await rm(folder, { recursive: true });
});

function connect(tenantYaml: string) {
  const { configuration } = loadConfiguration({ env: { GODWIT_TENANTS: `[${tenantYaml}]` } });
  const tenant = new Tenants(configuration.tenants).all[0];
  if (!tenant) throw new Error('no tenant');
  const opened = (sources = connectTenant(tenant, configuration.watch));
  const account = (user: string, password: string) => {
    const login = parseLogin(user);
    if (!login) throw new Error('no login');
    return new Account(tenant, login, { password }, { digest: user, proof: user });
  };
  return { account, open: (user: string, password: string) => opened.open('Email', account(user, password)) };
}

describe('a Maildir tenant', () => {
  const yaml = async () => `{
    domains: [example.org, '*'], submission: { kind: local },
    mail: { kind: maildir, path: '${folder}/{domain}/{local}', passwords: {
      ann@example.org: secret, BOB@example.org: '${await hashPassword('builder')}', carol: x } } }`;

  it('judges passwords, plain or hashed, of those it names and nobody else', async () => {
    const { open } = connect(await yaml());
    expect((await open('Ann@example.org', 'secret')).kind).toBe('maildir');
    expect((await open('bob@example.org', 'builder')).kind).toBe('maildir');
    for (const [user, password] of [
      ['ann@example.org', 'Secret'],
      ['ann@example.org', ''],
      ['bob@example.org', 'secret'],
      ['eve@example.org', 'secret'],
      ['../ann@example.org', 'secret'],
    ] as const) {
      await expect(open(user, password)).rejects.toMatchObject({ kind: 'auth' });
    }
    expect((await readdir(join(folder, 'example.org'))).sort()).toEqual(['ann', 'bob']);
  });

  it('delivers to its own accounts only', async () => {
    const { account } = connect(await yaml());
    const submitter = await sources?.openService('submitter', account('ann@example.org', 'secret'));
    if (!submitter) throw new Error('no submitter');
    const message = Buffer.from('Subject: hello\r\n\r\nhello\r\n');
    const send = (...recipients: string[]) =>
      submitter.submit(
        { from: 'ann@example.org', recipients, utf8: false },
        () => Readable.from([message]),
        message.length,
      );
    await send('Bob@Example.org', 'carol@localhost');
    expect(await readdir(join(folder, 'example.org/bob/new'))).toHaveLength(1);
    for (const stranger of ['eve@example.org', 'ann@example.com', '../../x@example.org', 'not an address/']) {
      await expect(send('bob@example.org', stranger)).rejects.toMatchObject({ reason: 'recipient-refused' });
    }
    expect(await readdir(join(folder, 'example.org/bob/new'))).toHaveLength(1);
  });

  it('knows accounts of a password file by their Maildir', async () => {
    const { account } = connect(`{ domains: ['*'], submission: { kind: local },
      mail: { kind: maildir, path: '${folder}/{local}', passwordFile: ${folder}/passwords } }`);
    await mkdir(join(folder, 'dave'));
    const submitter = await sources?.openService('submitter', account('dave', 'x'));
    const send = (recipient: string) =>
      submitter?.submit(
        { from: 'dave@localhost', recipients: [recipient], utf8: false },
        () => Readable.from(['x']),
        1,
      );
    await expect(send('dave@localhost')).resolves.toBeUndefined();
    await expect(send('erin@localhost')).rejects.toMatchObject({ reason: 'recipient-refused' });
  });
});

it('mail in memory stays the same for all who open it', async () => {
  const { open } = connect(`{ domains: ['*'], mail: { kind: memory, passwords: { Ann: x } } }`);
  const folders = await (await open('ann', 'x')).folders();
  expect(folders.map(({ role }) => role)).toContain('inbox');
  expect(await (await open('ann', 'x')).folders()).toEqual(folders);
  await expect(open('ann', 'y')).rejects.toMatchObject({ kind: 'auth' });
});

it('a tenant without submission cannot send', async () => {
  const { account } = connect(`{ domains: ['*'], mail: { kind: memory, passwords: { ann: x } } }`);
  expect(await sources?.openService('submitter', account('ann', 'x'))).toBeNull();
});

describe('services', () => {
  const mail = 'mail: { kind: memory, passwords: { ann@example.org: x } }';

  it('are there as configured, and cost nothing until something is asked', async () => {
    const { account } = connect(`{ domains: [example.org], ${mail},
      directory: { kind: ldap, url: 'ldap://127.0.0.1:1', base: 'dc=example', attributes: { title: [role] } },
      outOfOffice: { kind: managesieve, host: 127.0.0.1, port: 1, tls: none } }`);
    const ann = account('ann@example.org', 'x');
    const directory = await sources?.openService('directory', ann);
    const outOfOffice = await sources?.openService('outOfOffice', ann);
    expect([directory?.kind, outOfOffice?.kind]).toEqual(['ldap', 'managesieve']);
    await expect(directory?.search({ text: 'ann', limit: 1 })).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(outOfOffice?.get()).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('are absent where nothing is configured', async () => {
    const { account } = connect(`{ domains: ['*'], ${mail} }`);
    const ann = account('ann@example.org', 'x');
    expect(await sources?.openService('directory', ann)).toBeNull();
    expect(await sources?.openService('outOfOffice', ann)).toBeNull();
  });
});
