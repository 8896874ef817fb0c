import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration, tenantName } from './load.js';
import { ConfigurationError } from './problems.js';

const folder = mkdtempSync(join(tmpdir(), 'godwit-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'godwit.yaml');
  writeFileSync(path, text);
  return path;
}

function problems(text: string, env: Record<string, string> = {}): string[] {
  try {
    loadConfiguration({ path: file(text), env });
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

const imap = `tenants: [{ domains: ['*'], mail: { kind: imap, host: mail.example.org } }]`;

describe('configuration', () => {
  it('has a default for everything, so that no file is needed', () => {
    const { configuration, path } = loadConfiguration({ env: {} });
    expect(path).toBeNull();
    expect(configuration).toMatchObject({
      listen: { host: '0.0.0.0', port: 8080 },
      admin: { host: '127.0.0.1', port: 8081 },
      database: 'embedded',
      actors: 'local',
      tenants: [],
      policy: { DevicePasswordEnabled: false, MinDevicePasswordLength: null, AllowBluetooth: 2 },
    });
  });

  it('reads the example of the manual', () => {
    const { configuration } = loadConfiguration({
      path: file(`
listen: { host: 127.0.0.1, port: 9000 }
database: postgres://godwit:pw@db/godwit
tenants:
  - domains: [example.org]
    provisioning: required
    mail: { kind: imap, host: mail.example.org, port: 993, tls: implicit }
    submission: { kind: smtp, host: mail.example.org, port: 465, tls: implicit }
`),
      env: {},
    });
    expect(configuration.tenants[0]).toMatchObject({
      provisioning: 'required',
      mail: { kind: 'imap', host: 'mail.example.org', maxConnections: 4, login: '{user}' },
      submission: { kind: 'smtp', authenticate: true },
    });
  });

  it('tells all mistakes at once, each with its path and what is expected', () => {
    expect(
      problems(`
listen: { port: eighty }
lisen: {}
heartbeat: { maxSeconds: 10 }
tenants:
  - domains: ['*']
    provisioning: maybe
    mail: { kind: imap, hots: x }
    calendar: { kind: caldav }
  - domains: []
    mail: { kind: jmap }
`).sort(),
    ).toEqual(
      [
        'listen.port: expected a whole number from 0 to 65535, got "eighty"',
        'lisen: unknown key; did you mean listen?',
        'heartbeat.maxSeconds: expected a whole number from 60 to 3540, got 10',
        'tenants[0].provisioning: expected required or optional or off, got "maybe"',
        'tenants[0].mail.host: missing; expected a host name or address',
        'tenants[0].mail.hots: unknown key; did you mean host?',
        'tenants[0].calendar.url: missing; expected an http or https URL',
        'tenants[1].domains: expected a list of text, got a list',
        'tenants[1].mail.kind: "jmap" is not supported in this version; expected imap or maildir or memory',
      ].sort(),
    );
  });

  it('never repeats a secret in a message', () => {
    expect(problems('secret: short')).toEqual(['secret: expected at least 16 characters']);
    expect(problems('database: mysql://root:hunter2@db')[0]).not.toContain('hunter2');
    expect(problems("tenants: [{ domains: ['*'], mail: { kind: memory, passwords: { ann: 12 } } }]")[0]).toBe(
      'tenants[0].mail.passwords.ann: expected text',
    );
  });

  it('says which file is not YAML', () => {
    expect(() => loadConfiguration({ path: file('listen: {'), env: {} })).toThrow(/godwit\.yaml/);
    expect(() => loadConfiguration({ path: join(folder, 'absent.yaml'), env: {} })).toThrow(
      /cannot be read \(ENOENT\)/,
    );
  });

  it('reads secrets from files, and only secrets', () => {
    writeFileSync(join(folder, 'key'), 'a secret of some length\n');
    const { configuration } = loadConfiguration({
      path: file(`secret: file:key\nadmin: { host: 'file:key' }\nactors: redis://r`),
      env: {},
    });
    expect(configuration.secret).toBe('a secret of some length');
    expect(configuration.admin.host).toBe('file:key');
    expect(problems('secret: file:/nowhere/key')).toEqual([
      'secret: cannot read the file /nowhere/key (ENOENT)',
    ]);
  });

  it('takes every form of Redis, and says what is wrong with one that cannot be', () => {
    const given = (actors: string): string[] =>
      problems(`secret: a secret of some length\nactors: '${actors}'`);
    for (const url of ['redis://r:1/2', 'rediss-cluster://:pw@a:1,b:2', 'redis-sentinel://a,b/main?db=1'])
      expect(given(url)).toEqual([]);
    expect(given('here')).toEqual(['actors: expected local or the URL of a Redis']);
    expect(given('redis-cluster://:hunter2@a:1,b:x')).toEqual([
      expect.stringMatching(/^actors: host 2 is no host:port .* expected redis:\/\/host/),
    ]);
    expect(given('redis-sentinel://:hunter2@a:1')).toEqual([expect.stringContaining('by its name')]);
  });

  it('refuses contradictions', () => {
    expect(problems('actors: redis://r')).toEqual(['secret: missing; required when actors is a Redis']);
    expect(problems("tenants: [{ domains: ['*'], mail: { kind: maildir, path: /m } }]")[0]).toMatch(
      /nobody could sign in/,
    );
    expect(problems(`${imap.slice(0, -1)}, { domains: ['*'], mail: { kind: imap, host: b } }]`)).toEqual([
      'tenants[1].name: "default" is taken by another tenant',
    ]);
    const oidc = `admin: { oidc: { issuer: 'https://id', clientId: a, clientSecret: b, roles: { x: { role: tenant } } } }`;
    expect(problems(oidc)).toEqual([
      'admin.publicUrl: missing; required for admin.oidc',
      'admin.oidc.roles.x.tenant: missing; required for role tenant',
    ]);
    const hook = '{ name: a, url: "https://h", secret: 0123456789abcdef }';
    expect(problems(`webhooks: [${hook}, ${hook}]`)).toEqual(['webhooks[1].name: "a" is taken']);
  });
});

describe('environment', () => {
  const load = (env: Record<string, string>, text = imap) => loadConfiguration({ path: file(text), env });

  it('overrides any key by its name', () => {
    const { configuration, warnings } = load({
      GODWIT_LISTEN_PORT: '9999',
      GODWIT_SIGN_IN_TRUST_MINUTES: '0.5',
      GODWIT_POLICY_ALLOW_HTML_EMAIL: 'false',
      GODWIT_LISTEN_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      GODWIT_ADMIN_TOKEN: '1234567890123456',
      GODWIT_TENANTS_0_MAIL_HOST: 'other.example.org',
      GODWIT_TENANTS_0_MAIL_PORT: '1143',
      GODWIT_CONFIG: 'ignored because a path is given',
    });
    expect(configuration.listen).toMatchObject({ port: 9999, trustedProxies: ['10.0.0.0/8', '::1'] });
    expect(configuration.signIn.trustMinutes).toBe(0.5);
    expect(configuration.policy.AllowHTMLEmail).toBe(false);
    expect(configuration.admin.token).toBe('1234567890123456');
    expect(configuration.tenants[0]?.mail).toMatchObject({ host: 'other.example.org', port: 1143 });
    expect(warnings).toEqual([]);
  });

  it.each(['10.0.0.0/33', '10.0.0/8', 'fd00::/129', '10.0.0.0/8/8', '10.0.0.1/', 'proxy.example.org', ''])(
    'refuses %j as a trusted proxy: silently none, all phones would share its address',
    (network) => {
      const env = { GODWIT_LISTEN_TRUSTED_PROXIES: JSON.stringify([network]) };
      expect(() => load(env)).toThrow('trustedProxies');
    },
  );

  it('can state tenants without any file', () => {
    const { configuration } = loadConfiguration({
      env: {
        GODWIT_TENANTS_0_DOMAINS: '*',
        GODWIT_TENANTS_0_MAIL_KIND: 'maildir',
        GODWIT_TENANTS_0_MAIL_PATH: '/mail/{local}',
        GODWIT_TENANTS_0_MAIL_PASSWORDS: '{ ann: wonderland }',
      },
    });
    expect(configuration.tenants[0]).toMatchObject({
      mail: { path: '/mail/{local}', passwords: { ann: 'wonderland' } },
    });
  });

  it('tells a wrong type like one in the file', () => {
    expect(problems(imap, { GODWIT_LISTEN_PORT: 'many' })[0]).toMatch(
      /^listen\.port: expected a whole number/,
    );
  });

  it("is not broken by what Kubernetes sets for a service named godwit, and warns of names it doesn't know", () => {
    const { configuration, warnings } = load({
      GODWIT_ADMIN_PORT: 'tcp://10.0.0.1:8081',
      GODWIT_SERVICE_HOST: '10.0.0.1',
    });
    expect(configuration.admin.port).toBe(8081);
    expect(warnings).toHaveLength(2);
  });
});

it('a guest of the issuer is not taken for who has his name here: a master user would open the mailbox', () => {
  const load = (domains: string, login: string, more = '') => {
    const mail = `mail: { kind: imap, host: h, login: '${login}', masterUser: { user: m, password: p } }`;
    const tenant = `{ domains: ['${domains}'], ${mail}, oauth: { issuer: 'https://id.example', audience: godwit } ${more} }`;
    return () => loadConfiguration({ env: { GODWIT_TENANTS: `[${tenant}]` } });
  };
  expect(load('*', '{local}')).toThrow('tenants[0].mail.login: names no domain');
  expect(load('*', '{user}')).not.toThrow();
  expect(load('example.org', '{local}')).not.toThrow();
  const submission =
    "submission: { kind: smtp, host: h, login: '{local}', masterUser: { user: m, password: p } }";
  expect(load('*', '{user}', `, ${submission}`)).toThrow('tenants[0].submission.login: names no domain');
});

it('names a tenant after its first domain', () => {
  expect(tenantName({ domains: ['*'] })).toBe('default');
  expect(tenantName({ domains: ['Example.org', 'example.com'] })).toBe('example.org');
  expect(tenantName({ domains: ['example.org'], name: 'acme' })).toBe('acme');
});

it.each([
  ['whsec_' + Buffer.alloc(16, 7).toString('base64'), true],
  ['sixteen letters!', true],
  ['whsec_not Base64, but long enough', false],
  ['whsec_QUJD', false],
  ['whsec_', false],
  ['short', false],
])('takes %j for a secret of notices: %j', (secret, isGood) => {
  const text = imap.replace(' } }]', ` }, push: { secret: ${JSON.stringify(secret)} } }]`);
  expect(problems(text).some((problem) => problem.includes('push.secret'))).toBe(!isGood);
});

it('warns where phones that sign in by an app password could read, but not send', () => {
  const master = 'masterUser: { user: master, password: secret }';
  const of = (submission: string): readonly string[] =>
    loadConfiguration({
      path: file(`
tenants:
  - domains: ['*']
    mail: { kind: imap, host: mail.example.org, ${master} }
    submission: { kind: smtp, host: mail.example.org${submission} }
`),
      env: {},
    }).warnings;
  expect(of('')).toEqual([expect.stringMatching(/^tenants\[0\]\.mail has a masterUser/)]);
  expect(of(`, ${master}`)).toEqual([]);
  expect(of(', authenticate: false')).toEqual([]);
});
