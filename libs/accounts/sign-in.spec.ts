import { BackendError } from '#backend';
import { loadConfiguration } from '#ops';
import { Accounts } from './accounts.js';
import { LocalFailureCounts, type FailureCounts } from './failures.js';
import { AccountPool } from './pool.js';
import { SignIn } from './sign-in.js';
import { FakeSources } from './testing/fake-sources.js';
import { Tenants } from './tenants.js';

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;

function setUp(yaml: Record<string, string> = {}, shared?: FailureCounts) {
  const { configuration } = loadConfiguration({
    env: { GODWIT_TENANTS: `[{ domains: ['*'], mail: { kind: imap, host: h } }]`, ...yaml },
  });
  const sources = new FakeSources();
  sources.passwords.set('ann', 'wonderland');
  const clock = { now: 0 };
  const now = () => clock.now;
  const sourcesOf = () => sources;
  const pool = new AccountPool(sourcesOf, { now });
  const signIn = new SignIn({
    settings: configuration.signIn,
    tenants: new Tenants(configuration.tenants),
    pool,
    sourcesOf,
    now,
    failures:
      shared ?? new LocalFailureCounts({ maxDelay: configuration.signIn.maxDelaySeconds * 1000, now }),
    secret: 'a secret of more than sixteen',
    appPasswords: null,
    tokens: null,
  });
  const attempt = async (user: string, password: string, address = '10.0.0.1') => {
    const result = await signIn.authenticate(basic(user, password), address);
    return result.kind === 'accepted' ? 'accepted' : result.reason;
  };
  return { sources, clock, pool, signIn, attempt };
}

describe('trust in a password', () => {
  it('spares a login for each request, for as long as configured', async () => {
    const { sources, clock, attempt } = setUp();
    expect(await attempt('ann', 'wonderland')).toBe('accepted');
    clock.now += 5 * 60_000 - 1;
    expect(await attempt('Ann', 'wonderland')).toBe('accepted');
    expect(sources.opened).toBe(1);
    clock.now += 1;
    expect(await attempt('ann', 'wonderland')).toBe('accepted');
    expect(sources.opened).toBe(2);
  });

  it('does not extend to another password of the user', async () => {
    const { attempt } = setUp();
    await attempt('ann', 'wonderland');
    expect(await attempt('ann', 'Wonderland')).toBe('wrong-password');
    expect(await attempt('ann', '')).toBe('wrong-password');
  });

  it("ends at once with a backend's refusal", async () => {
    const { sources, signIn, attempt } = setUp();
    const result = await signIn.authenticate(basic('ann', 'wonderland'), '10.0.0.1');
    if (result.kind !== 'accepted') throw new Error('not accepted');
    sources.passwords.set('ann', 'changed');
    expect(await attempt('ann', 'wonderland')).toBe('accepted');
    await signIn.distrust(result.account);
    expect(await attempt('ann', 'wonderland')).toBe('wrong-password');
    expect(await attempt('ann', 'changed')).toBe('accepted');
  });

  it('is not given while the backend cannot be asked: an outage is no wrong password', async () => {
    const { sources, attempt } = setUp();
    sources.failure = new BackendError('unavailable', 'down');
    await expect(attempt('ann', 'wonderland')).rejects.toMatchObject({ kind: 'unavailable' });
    sources.failure = null;
    expect(await attempt('ann', 'wonderland')).toBe('accepted');
  });

  it('is asked for once when many requests of a phone come together', async () => {
    const { sources, attempt } = setUp();
    let open = () => {};
    sources.gate = new Promise((resolve) => (open = resolve));
    const attempts = Array.from({ length: 20 }, () => attempt('ann', 'wonderland'));
    open();
    expect(new Set(await Promise.all(attempts))).toEqual(new Set(['accepted']));
    expect(sources.opened).toBe(1);
  });
});

describe('wrong passwords', () => {
  it('are not asked again at once, so that a phone with an old one does not lock the account at the backend', async () => {
    const { sources, clock, attempt } = setUp();
    for (let i = 0; i < 100; i++) expect(await attempt('ann', 'old')).toBe('wrong-password');
    expect(sources.opened).toBe(1);
    clock.now += 31_000;
    sources.passwords.set('ann', 'old');
    expect(await attempt('ann', 'old')).toBe('accepted');
  });

  it('are delayed more and more for one user, up to the configured time', async () => {
    const { sources, clock, attempt } = setUp();
    for (let i = 0; i < 6; i++) expect(await attempt('ann', `guess${i}`)).toBe('wrong-password');
    expect(await attempt('ann', 'guess7')).toBe('delayed');
    expect(sources.opened).toBe(6);
    clock.now += 1000;
    expect(await attempt('ann', 'guess7')).toBe('wrong-password');
    clock.now += 1000;
    expect(await attempt('ann', 'guess8')).toBe('delayed');
    for (let i = 0; i < 20; i++) {
      clock.now += 30_000;
      expect(await attempt('ann', `later${i}`)).toBe('wrong-password');
    }
  });

  it('of others do not keep out a phone whose password was right before', async () => {
    const { clock, attempt } = setUp();
    expect(await attempt('ann', 'wonderland')).toBe('accepted');
    clock.now += 6 * 60_000;
    for (let i = 0; i < 10; i++) await attempt('ann', `guess${i}`, '192.0.2.9');
    expect(await attempt('ann', 'another guess', '192.0.2.9')).toBe('delayed');
    expect(await attempt('ann', 'wonderland', '10.0.0.1')).toBe('accepted');
  });

  it('from one address are delayed whatever user they are for', async () => {
    const { attempt } = setUp();
    for (let i = 0; i < 21; i++) await attempt(`user${i}`, 'Summer2026', '2001:db8::1');
    expect(await attempt('user99', 'Summer2026', '2001:db8::2')).toBe('delayed');
    expect(await attempt('ann', 'wonderland', '10.0.0.1')).toBe('accepted');
  });

  it('that one device brings for many users, from many addresses, are delayed: it goes through a list', async () => {
    const { signIn } = setUp();
    const bring = (i: number, deviceId: string) =>
      signIn.authenticate(basic(`user${i}`, 'Summer2026'), `192.0.2.${i}`, { deviceId });
    for (let i = 0; i < 11; i++) expect(await bring(i, 'Phone9')).toMatchObject({ reason: 'wrong-password' });
    expect(await bring(20, 'PHONE9')).toMatchObject({ reason: 'delayed', retryAfter: 1 });
    expect(await bring(21, 'phone1')).toMatchObject({ reason: 'wrong-password' });
  });

  it('at one node do not keep a phone out that comes to another', async () => {
    class Together extends LocalFailureCounts {
      private readonly right = new Set<string>();
      override remember = async (proof: string) => void this.right.add(proof);
      override wasRight = async (proof: string) => this.right.has(proof);
    }
    const failures = new Together({ maxDelay: 30_000 });
    const [one, other] = [setUp({}, failures), setUp({}, failures)];
    expect(await one.attempt('ann', 'wonderland')).toBe('accepted');
    for (let i = 0; i < 7; i++) await one.attempt('ann', `guess${i}`, '192.0.2.9');
    expect(await other.attempt('ann', 'a guess', '192.0.2.9')).toBe('delayed');
    expect(await other.attempt('ann', 'wonderland', '10.0.0.1')).toBe('accepted');
  });
});

it('refuses what is no login without asking anybody', async () => {
  const { sources, signIn } = setUp();
  for (const header of [undefined, '', 'Bearer x', 'Basic', 'Basic !', basic('', 'x'), basic('a\nb', 'x')]) {
    expect(await signIn.authenticate(header, '10.0.0.1')).toMatchObject({ reason: 'no-credentials' });
  }
  expect(sources.opened).toBe(0);
});

describe('accounts on their way between processes', () => {
  const { configuration } = loadConfiguration({
    env: {
      GODWIT_TENANTS: `[{ domains: [a.example], mail: { kind: imap, host: a } }]`,
    },
  });
  const sealer = {
    seal: (value: unknown, context: string) => JSON.stringify({ context, value }),
    open: (sealed: string, context: string) => {
      const opened = JSON.parse(sealed) as { context: string; value: unknown };
      if (opened.context !== context) throw new Error('sealed for something else');
      return opened.value;
    },
  };
  const sources = new FakeSources();
  sources.passwords.set('ann@a.example', 'x');
  const accounts = new Accounts({ configuration, sealer, connect: () => sources });
  afterAll(() => accounts.close());

  it('are sealed and come out the same', async () => {
    const result = await accounts.authenticate(basic('Ann@A.example', 'x'), '::1');
    if (result.kind !== 'accepted') throw new Error('not accepted');
    const identity = { tenant: 'a.example', user: 'ann@a.example' };
    const sealed = accounts.seal(result.account);
    const copy = accounts.unseal(identity, sealed);
    expect(copy.key).toBe('a.example/ann@a.example');
    expect(copy.credentials()).toEqual({ user: 'ann@a.example', password: 'x' });
    expect(() => accounts.unseal({ ...identity, user: 'bob@a.example' }, sealed)).toThrow('something else');
    const elsewhere = sealer.seal('x', 'account/b.example/ann');
    expect(() => accounts.unseal({ tenant: 'b.example', user: 'ann' }, elsewhere)).toThrow('no tenant');
  });

  it('share what is open with the requests of the phone', async () => {
    const result = await accounts.authenticate(basic('ann@a.example', 'x'), '::1');
    if (result.kind !== 'accepted') throw new Error('not accepted');
    const own = accounts.access(result.account).lease();
    const lent = await accounts.backends.lease(
      { tenant: 'a.example', user: 'ann@a.example' },
      accounts.seal(result.account),
    );
    expect(lent.itemClasses).toEqual(['Email']);
    expect(await lent.backend('Email')).toBe(await own.backend('Email'));
    own.release();
    lent.release();
  });

  it('never show the password when they are printed', async () => {
    const result = await accounts.authenticate(basic('ann@a.example', 'x'), '::1');
    if (result.kind !== 'accepted') throw new Error('not accepted');
    expect(JSON.stringify({ login: result.account.login, account: result.account })).not.toMatch(
      /"password"/,
    );
  });
});
