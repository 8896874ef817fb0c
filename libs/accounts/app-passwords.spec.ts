import { BackendError } from '#backend';
import { loadConfiguration } from '#ops';
import { StoreUnavailable, type AppPasswordStore, type StoredAppPassword } from '#store';
import { Accounts } from './accounts.js';
import { appPasswordDigest, appPasswordIn, drawAppPassword } from './app-passwords.js';
import { FakeSources } from './testing/fake-sources.js';

const USER = 'ann@a.example';
const basic = (password: string, user = USER) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** The table, which can go away. */
class Table implements AppPasswordStore {
  readonly rows = new Map<string, StoredAppPassword>();
  isDown = false;
  asked = 0;

  async find(digest: string): Promise<StoredAppPassword | null> {
    this.asked += 1;
    if (this.isDown) throw new StoreUnavailable('down');
    return this.rows.get(digest) ?? null;
  }

  async used(): Promise<void> {}
}

const sealer = {
  seal: (value: unknown, context: string) => JSON.stringify({ context, value }),
  open: (sealed: string, context: string) => {
    const opened = JSON.parse(sealed) as { context: string; value: unknown };
    if (opened.context !== context) throw new Error('sealed for something else');
    return opened.value;
  },
};

function setUp(tenant = '', master = '') {
  const { configuration } = loadConfiguration({
    env: {
      GODWIT_TENANTS: `[{ domains: [a.example], mail: { kind: imap, host: h ${master} } ${tenant} }]`,
      GODWIT_SECRET: 'a secret of more than sixteen',
    },
  });
  const sources = new FakeSources();
  sources.passwords.set(USER, 'wonderland');
  const table = new Table();
  const accounts = new Accounts({ configuration, sealer, connect: () => sources, appPasswords: table });
  const make = (more: Partial<StoredAppPassword> = {}): string => {
    const shown = drawAppPassword();
    const digest = appPasswordDigest(appPasswordIn(shown) ?? '');
    const owner = { tenant: 'a.example', user: USER };
    table.rows.set(digest, {
      ...{ id: '1', ...owner, name: 'a phone', deviceId: null, createdBy: 'test', createdAt: new Date() },
      ...{ expiresAt: null, lastUsedAt: null },
      sealed: accounts.appPasswords?.seal('wonderland', { ...owner, digest }) ?? '',
      ...more,
    });
    return shown;
  };
  const attempt = async (password: string, address = '10.0.0.1') => {
    const result = await accounts.authenticate(basic(password), address);
    return result.kind === 'accepted' ? 'accepted' : result.reason;
  };
  return { accounts, sources, table, make, attempt };
}

let stage: ReturnType<typeof setUp>;
afterEach(() => stage.accounts.close());

describe('an app password', () => {
  it("is the only way in where a tenant says so: the mailbox's own is not even tried", async () => {
    stage = setUp(', signIn: { appPasswordsOnly: true }');
    const { attempt, make, sources } = stage;
    expect(await attempt('wonderland')).toBe('app-password-needed');
    expect(sources.opened).toBe(0);
    expect(await attempt(make())).toBe('accepted');
  });

  it('is no longer good once it has expired, also where it was trusted a moment ago', async () => {
    const now = jest.spyOn(Date, 'now');
    try {
      stage = setUp();
      const { attempt, make } = stage;
      const start = Date.now();
      expect(await attempt(make({ expiresAt: new Date(start - 1) }))).toBe('app-password-expired');
      const soon = make({ expiresAt: new Date(start + 60_000) });
      expect(await attempt(soon)).toBe('accepted');
      now.mockReturnValue(start + 60_000);
      expect(await attempt(soon)).toBe('app-password-expired');
    } finally {
      now.mockRestore();
    }
  });

  it("is stale when the mailbox's password was changed, which is not tried at every request", async () => {
    stage = setUp();
    const { attempt, make, sources } = stage;
    const shown = make();
    sources.passwords.set(USER, 'changed');
    for (let i = 0; i < 10; i++) expect(await attempt(shown)).toBe('app-password-stale');
    expect(sources.opened).toBe(1);
  });

  it('is stale when it was sealed with another secret, or for another user', async () => {
    stage = setUp();
    const { attempt, make, sources } = stage;
    const strange = sealer.seal('wonderland', 'app-password/a.example/bob@a.example/x');
    expect(await attempt(make({ sealed: strange }))).toBe('app-password-stale');
    expect(await attempt(make({ sealed: 'no seal' }))).toBe('app-password-stale');
    expect(sources.opened).toBe(0);
  });

  it('goes on while the database is away if it was right before; others are no wrong passwords', async () => {
    stage = setUp();
    const { accounts, attempt, make, table } = stage;
    const [used, unused] = [make(), make()];
    expect(await attempt(used)).toBe('accepted');
    table.isDown = true;
    // Messages may have been missed: it has to be looked up again, and cannot be.
    accounts.doubt();
    expect(await attempt(used)).toBe('accepted');
    await expect(attempt(unused)).rejects.toBeInstanceOf(StoreUnavailable);
    table.isDown = false;
    expect(await attempt(unused)).toBe('accepted');
  });

  it('that was taken back ends with the message, and stays ended while the database is away', async () => {
    stage = setUp();
    const { accounts, attempt, make, table } = stage;
    const shown = make();
    expect(await attempt(shown)).toBe('accepted');
    table.rows.clear();
    // Until then it is trusted.
    expect(await attempt(shown)).toBe('accepted');
    accounts.distrustUser({ tenant: 'a.example', user: USER });
    table.isDown = true;
    await expect(attempt(shown)).rejects.toBeInstanceOf(StoreUnavailable);
    table.isDown = false;
    expect(await attempt(shown)).toBe('wrong-password');
  });

  it('that nobody made is looked up a few times only, however many come: a flood is none of queries', async () => {
    stage = setUp();
    const { attempt, table } = stage;
    const flood = Array.from({ length: 200 }, () => attempt(drawAppPassword()));
    expect(new Set(await Promise.all(flood))).toEqual(new Set(['wrong-password', 'delayed']));
    const one = drawAppPassword();
    for (let i = 0; i < 50; i++) await attempt(one);
    expect(table.asked).toBeLessThanOrEqual(10);
  });

  it('opens no other mailbox, and never goes to the mail server', async () => {
    stage = setUp();
    const { accounts, make, sources } = stage;
    sources.failure = new BackendError('unavailable', 'nobody may ask');
    const result = await accounts.authenticate(basic(make(), 'bob@a.example'), '10.0.0.1');
    expect(result).toMatchObject({ kind: 'refused', reason: 'wrong-password' });
    expect(sources.opened).toBe(0);
  });

  it('does not sign in where the mailbox itself is meant: the console, and making more of them', async () => {
    stage = setUp();
    const { accounts, make } = stage;
    const shown = make();
    expect(await accounts.authenticateMailbox(USER, shown, '10.0.0.1')).toMatchObject({ kind: 'refused' });
    expect(await accounts.authenticateMailbox(USER, 'wonderland', '10.0.0.1')).toMatchObject({
      kind: 'accepted',
    });
  });
});

describe('an app password where a master user opens the mailboxes', () => {
  const MASTER = ', masterUser: { user: master, password: its-password }';

  it("goes on when the mailbox's password was changed, or is not known, and tries the old one no more", async () => {
    stage = setUp('', MASTER);
    const { accounts, attempt, make, sources } = stage;
    const shown = make();
    sources.passwords.set(USER, 'changed');
    for (let i = 0; i < 5; i++) expect(await attempt(shown)).toBe('accepted');
    // Once with the password that was kept, once as who was vouched for.
    expect(sources.opened).toBe(2);
    expect(await attempt(make({ sealed: 'no seal' }))).toBe('accepted');
    const result = await accounts.authenticate(basic(shown), '10.0.0.1');
    if (result.kind !== 'accepted') throw new Error('not accepted');
    expect(result.account.password).toBeNull();
    // It goes to another process as what it is, and as nobody else's.
    const sealed = accounts.seal(result.account);
    expect(sealed).not.toContain('wonderland');
    const other = accounts.unseal({ tenant: 'a.example', user: USER }, sealed);
    expect(other.credentials()).toEqual({ user: USER, isVouched: true });
    expect(() => accounts.unseal({ tenant: 'a.example', user: 'bob@a.example' }, sealed)).toThrow();
  });

  it('opens nothing to who brings a wrong one, another user, or the words that stand for it inside', async () => {
    stage = setUp('', MASTER);
    const { accounts, attempt, make, sources } = stage;
    sources.passwords.set('bob@a.example', 'builder');
    expect(await attempt(make({ sealed: 'no seal' }))).toBe('accepted');
    const { opened } = sources;
    expect(await attempt(drawAppPassword())).toBe('wrong-password');
    const asBob = await accounts.authenticate(basic(make(), 'bob@a.example'), '10.0.0.1');
    expect(asBob).toMatchObject({ kind: 'refused' });
    expect(sources.opened).toBe(opened);
    expect(await attempt('\0\0vouched')).toBe('no-credentials');
    expect(await attempt('wrong')).toBe('wrong-password');
  });

  it('a refused master user is no refused phone', async () => {
    stage = setUp('', MASTER);
    const { attempt, make, sources } = stage;
    sources.failure = new BackendError('unavailable', 'the master user is refused', {
      reason: 'master-refused',
    });
    await expect(attempt(make({ sealed: 'no seal' }))).rejects.toMatchObject({ reason: 'master-refused' });
  });
});
