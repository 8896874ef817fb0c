import { Readable } from 'node:stream';
import { startDovecot, startSmtpSink, waitUntil, type Dovecot } from '../../tests/servers/index.js';
import { loadConfiguration } from '#ops';
import { Accounts } from './accounts.js';
import { connectTenant } from './connect.js';
import { examine } from './examine.js';

const sealer = {
  seal: (value: unknown) => JSON.stringify(value),
  open: (text: string) => JSON.parse(text) as unknown,
};
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

it('hands mail over as the login the tenant configured', async () => {
  const sink = await startSmtpSink({ users: { ann: 'secret' } });
  const { configuration } = loadConfiguration({
    env: {
      GODWIT_TENANTS: `[{ domains: ['*'], mail: { kind: memory, passwords: { ann@example.org: secret } },
        submission: { kind: smtp, host: 127.0.0.1, port: ${sink.port}, tls: none, login: '{local}' } }]`,
    },
  });
  const accounts = new Accounts({
    configuration,
    sealer,
    connect: (tenant) => connectTenant(tenant, configuration.watch),
  });
  try {
    const result = await accounts.authenticate(basic('Ann@example.org', 'secret'), '10.0.0.1');
    if (result.kind !== 'accepted') throw new Error('not accepted');
    const lease = accounts.lease(result.account);
    const message = Buffer.from('Subject: hello\r\n\r\nhello\r\n');
    const submitter = await lease.submitter();
    await submitter.submit(
      { from: 'ann@example.org', recipients: ['bob@example.org'], utf8: false },
      () => Readable.from([message]),
      message.length,
    );
    lease.release();
    expect(sink.messages).toMatchObject([{ user: 'ann', recipients: ['bob@example.org'] }]);
  } finally {
    await accounts.close();
    await sink.stop();
  }
});

describe('sign-in at an IMAP server', () => {
  let dovecot: Dovecot;
  const opened: Accounts[] = [];

  beforeAll(async () => {
    dovecot = await startDovecot({ masterUser: 'master' });
  });
  afterAll(async () => {
    await Promise.all(opened.map((accounts) => accounts.close()));
    await dovecot.stop();
  });

  function open(env: Record<string, string> = {}): Accounts {
    const { configuration } = loadConfiguration({
      env: {
        GODWIT_TENANTS: `[{ domains: ['*'], mail: { kind: imap, host: 127.0.0.1, port: ${dovecot.port}, tls: none, login: '{local}' } }]`,
        ...env,
      },
    });
    const connect: ConstructorParameters<typeof Accounts>[0]['connect'] = (tenant) =>
      connectTenant(tenant, configuration.watch);
    const accounts = new Accounts({ configuration, sealer, connect });
    opened.push(accounts);
    return accounts;
  }

  it('accepts what the server accepts, with the login the tenant configured', async () => {
    const accounts = open();
    const result = await accounts.authenticate(basic('Ann@Example.org', dovecot.password), '10.0.0.1');
    if (result.kind !== 'accepted') throw new Error('not accepted');
    const lease = accounts.lease(result.account);
    const folders = await (await lease.backend('Email')).folders();
    expect(folders.map(({ role }) => role)).toContain('inbox');
    lease.release();
  });

  it('a master user is told apart from the user in a test of the login, and names no other phone', async () => {
    const tenantWith = (password: string) => ({
      GODWIT_TENANTS: `[{ domains: ['*'], mail: { kind: imap, host: 127.0.0.1, port: ${dovecot.port}, tls: none,
        masterUser: { user: master, password: ${password} } } }]`,
    });
    const tried = async (password: string) => {
      const { configuration } = loadConfiguration({ env: tenantWith(password) });
      const tenant = { name: 'default', settings: configuration.tenants[0]! };
      const login = { user: 'erin', local: 'erin', domain: '' };
      const connect = () => connectTenant(tenant, configuration.watch);
      const steps = await examine({ tenant, login, password: dovecot.password, connect });
      expect(steps.find(({ step }) => step === 'sign-in')?.ok).toBe(true);
      return steps.find(({ step }) => step === 'master-user');
    };
    expect(await tried(`master-${dovecot.password}`)).toMatchObject({ ok: true });
    expect(await tried('wrong')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('refuses the master user') as string,
    });
    const accounts = open(tenantWith(`master-${dovecot.password}`));
    const phone = (user: string, password: string) =>
      accounts.authenticate(basic(user, password), '10.0.0.1');
    expect(await phone('erin', dovecot.password)).toMatchObject({ kind: 'accepted' });
    // Dovecot itself would let him in.
    expect(await phone('erin*master', `master-${dovecot.password}`)).toMatchObject({
      reason: 'wrong-password',
    });
    expect(await phone('erin', `master-${dovecot.password}`)).toMatchObject({ reason: 'wrong-password' });
  });

  it('shares one connection set between many requests that come together', async () => {
    const accounts = open();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => accounts.authenticate(basic('carol', dovecot.password), '10.0.0.1')),
    );
    expect(results.every(({ kind }) => kind === 'accepted')).toBe(true);
  });

  it('signs out a phone whose password was changed, once a backend has said so', async () => {
    const accounts = open();
    const result = await accounts.authenticate(basic('dora', dovecot.password), '10.0.0.1');
    if (result.kind !== 'accepted') throw new Error('not accepted');
    dovecot.refuse('dora');
    expect(await accounts.authenticate(basic('dora', dovecot.password), '10.0.0.1')).toMatchObject({
      kind: 'accepted',
    });
    // The server reads its list of refused users anew within a second or so.
    const refused = async () => {
      await accounts.distrust(result.account);
      const again = await accounts.authenticate(basic('dora', dovecot.password), '10.0.0.1');
      return again.kind === 'refused' && again.reason === 'wrong-password';
    };
    await waitUntil('the server refuses the user', refused);
    dovecot.allow('dora');
  });

  it('refuses what the server refuses, and does not call an outage a wrong password', async () => {
    const accounts = open();
    expect(await accounts.authenticate(basic('bob', 'wrong'), '10.0.0.1')).toMatchObject({
      reason: 'wrong-password',
    });
    const down = open({ GODWIT_TENANTS_0_MAIL_PORT: '1' });
    await expect(down.authenticate(basic('bob', dovecot.password), '10.0.0.1')).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });
});
