import { BackendError } from '#backend';
import { Account } from './account.js';
import { AccountPool } from './pool.js';
import { FakeSources } from './testing/fake-sources.js';
import { parseLogin, Tenants } from './tenants.js';
import { loadConfiguration } from '#ops';

function setUp() {
  const { configuration } = loadConfiguration({
    env: { GODWIT_TENANTS: `[{ domains: ['*'], mail: { kind: imap, host: h } }]` },
  });
  const tenant = new Tenants(configuration.tenants).all[0];
  const login = parseLogin('ann');
  if (!tenant || !login) throw new Error('unreachable');
  const sources = new FakeSources();
  sources.passwords.set('ann', 'x');
  const clock = { now: 0 };
  const pool = new AccountPool(() => sources, { idle: 60_000, now: () => clock.now });
  return {
    sources,
    clock,
    pool,
    account: new Account(tenant, login, { password: 'x' }, { digest: 'digest', proof: 'digest' }),
  };
}

describe('pool', () => {
  it('opens an account once for all who lease it', async () => {
    const { sources, pool, account } = setUp();
    const [a, b] = [pool.lease(account), pool.lease(account)];
    const [first, second] = await Promise.all([a.backend('Email'), b.backend('Email')]);
    expect(first).toBe(second);
    expect(sources.opened).toBe(1);
    await pool.close();
  });

  it('closes what is idle, never what is leased', async () => {
    const { sources, clock, pool, account } = setUp();
    const lease = pool.lease(account);
    await lease.backend('Email');
    clock.now = 1e9;
    await pool.sweep();
    expect(sources.closed).toBe(0);
    lease.release();
    lease.release();
    clock.now += 59_999;
    await pool.sweep();
    expect(sources.closed).toBe(0);
    clock.now += 1;
    await pool.sweep();
    expect(sources.closed).toBe(1);
    await pool.close();
  });

  it('does not remember a failure', async () => {
    const { sources, pool, account } = setUp();
    const lease = pool.lease(account);
    sources.failure = new BackendError('unavailable', 'down');
    await expect(lease.backend('Email')).rejects.toThrow('down');
    sources.failure = null;
    await expect(lease.backend('Email')).resolves.toMatchObject({ kind: 'fake' });
    await expect(lease.submitter()).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(lease.backend('Notes')).rejects.toMatchObject({ kind: 'unsupported' });
    await pool.close();
  });

  it('keeps an evicted account open only for those who use it already', async () => {
    const { sources, pool, account } = setUp();
    const lease = pool.lease(account);
    const before = await lease.backend('Email');
    await pool.evict(account);
    expect(sources.closed).toBe(0);
    const later = pool.lease(account);
    expect(await later.backend('Email')).not.toBe(before);
    lease.release();
    await new Promise(setImmediate);
    expect(sources.closed).toBe(1);
    await pool.close();
  });

  it('takes over a backend opened to judge a password, or closes it if there is one', async () => {
    const { sources, pool, account } = setUp();
    const judged = await sources.open('Email', account);
    await pool.adopt(account, 'Email', judged);
    expect(await pool.lease(account).backend('Email')).toBe(judged);
    await pool.adopt(account, 'Email', await sources.open('Email', account));
    expect(sources.closed).toBe(1);
    expect(await pool.lease(account).backend('Email')).toBe(judged);
    await pool.close();
  });
});
