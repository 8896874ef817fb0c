import { chmodSync } from 'node:fs';
import { BackendError, type Backend, type ChangeNotice, type MasterUser, type Watch } from '#backend';
import { eventually } from '#backend/contract';
import { Connections } from '#connections';
import { startDovecot, type Dovecot } from '../../../tests/servers/index.js';
import { ImapFactory } from './index.js';
import { configOf, freshUser } from './testing/dovecot-fixture.js';

let server: Dovecot;
let factory: ImapFactory;
let connections: Connections;
const factories: ImapFactory[] = [];
const listing = { folder: 'INBOX', cursor: null, scope: { sinceDay: null }, limit: 500 };

beforeAll(async () => (server = await startDovecot({ masterUser: 'master' })));
afterAll(() => server.stop());
beforeEach(() => (factory = opened()));
afterEach(async () => {
  await Promise.all(factories.splice(0).map((one) => one.close()));
  expect(connections.used).toBe(0);
  if (server.pids().length === 0) await server.start();
});

function opened(
  more: { masterUser?: MasterUser; maxConnections?: number; commandTimeout?: number } = {},
  limits = {},
): ImapFactory {
  connections = new Connections({ limits });
  const made = new ImapFactory(configOf(server, more), connections);
  factories.push(made);
  return made;
}
const gate = () => connections.to(server);
const open = (user: string): Promise<Backend> => factory.open({ user, password: server.password });
const failure = (error: unknown): { kind: string; reason: string } =>
  error instanceof BackendError ? error : { kind: 'bug', reason: String(error) };

/** Tries as a phone does, until it works. */
async function insistently(user: string): Promise<Backend> {
  let backend: Backend | null = null;
  await eventually(async () => (backend = await open(user).catch(() => null)) !== null);
  return backend!;
}

describe('a host that is down', () => {
  it('fails many accounts at once without being asked by each, and serves everybody when it is back', async () => {
    const users = Array.from({ length: 30 }, freshUser);
    await server.kill();
    const failed = await Promise.all(users.map((user) => open(user).catch(failure)));
    expect(new Set(failed.map((one) => ('kind' in one ? one.kind : '')))).toEqual(new Set(['unavailable']));
    await eventually(async () => {
      const { reason } = failure(await open(users[0]!).catch((error: unknown) => error));
      return reason === 'circuit-open';
    });
    expect(gate().count('opening')).toBe(0);
    await server.start();
    const backends = await Promise.all(users.map(insistently));
    expect(gate().state).toBe('closed');
    await Promise.all(backends.map((backend) => backend.folders()));
  });
});

it('an account whose mail cannot be read is nobody else’s trouble', async () => {
  const [broken, well] = [freshUser(), freshUser()];
  server.seed(broken, [{ source: 'Subject: unreadable\r\n\r\n' }]);
  await (await open(broken)).close();
  const home = server.maildir(broken).replace(/\/mail$/, '');
  server.kick(broken);
  chmodSync(home, 0);
  try {
    for (let i = 0; i < 12; i += 1) {
      const work = open(broken).then((backend) => backend.changes(listing));
      await expect(work).rejects.toMatchObject({ name: 'BackendError' });
    }
    expect(gate().state).toBe('closed');
    expect((await (await open(well)).changes(listing)).changed).toEqual([]);
  } finally {
    chmodSync(home, 0o755);
  }
  const mended = await insistently(broken);
  expect((await mended.changes(listing)).changed).toHaveLength(1);
});

describe('limits', () => {
  it('more accounts than connections: resting ones are closed for those who wait, and all are served', async () => {
    factory = opened({}, { perHost: 3, opening: 2 });
    const users = Array.from({ length: 12 }, freshUser);
    const pages = await Promise.all(users.map(async (user) => (await open(user)).changes(listing)));
    expect(pages).toHaveLength(12);
    expect(gate().used).toBeLessThanOrEqual(3);
  });

  it('who waits in vain for one of the account’s own connections is told to come later', async () => {
    factory = opened({ maxConnections: 1, commandTimeout: 1_000 }, { patience: 300 });
    const backend = await open(freshUser());
    server.pause();
    try {
      const all = await Promise.all([1, 2, 3].map(() => backend.changes(listing).catch(failure)));
      expect(all).toContainEqual(
        expect.objectContaining({ kind: 'throttled', reason: 'no-free-connection' }),
      );
    } finally {
      server.resume();
    }
  });

  it('an account that finds no room to be watched says so, and goes on working', async () => {
    factory = opened({}, { perHost: 2 });
    const [first, second] = [await open(freshUser()), await open(freshUser())];
    const watch = await first.watch(['INBOX'], () => undefined);
    await expect(second.watch(['INBOX'], () => undefined)).rejects.toMatchObject({ kind: 'throttled' });
    expect((await second.changes(listing)).changed).toEqual([]);
    await watch.close();
  });
});

it('who was watched and finds no room any more looks for himself, instead of hearing nothing', async () => {
  factory = opened({}, { perHost: 2 });
  const [ada, bob] = [freshUser(), freshUser()];
  const notices: ChangeNotice[] = [];
  const watched = await open(ada);
  await watched.watch(['INBOX'], (notice) => notices.push(notice));
  const other = await open(bob);
  let taken: Watch | null = null;
  await eventually(async () => {
    server.kick(ada);
    taken = await other.watch(['INBOX'], () => undefined).catch(() => null);
    return taken !== null;
  });
  notices.length = 0;
  await eventually(() => notices.some(({ folders }) => folders === null));
  expect(gate().count('watching')).toBe(1);
});

describe.each(['separator', 'authzid'] as const)('a master user by %s', (how) => {
  const master = (more: Partial<MasterUser> = {}): MasterUser => ({
    ...{ user: 'master', password: `master-${server.password}`, how, separator: '*' },
    ...more,
  });

  it('opens the mailbox of who was judged, whatever has become of its password', async () => {
    factory = opened({ masterUser: master() });
    const user = freshUser();
    const vouched = await factory.open({ user, isVouched: true });
    server.seed(user, [{ source: 'Subject: his own\r\n\r\n' }]);
    expect((await vouched.changes(listing)).changed).toHaveLength(1);
    const withToken = await factory.open({ user, accessToken: 'judged by its issuer' });
    expect((await withToken.changes(listing)).changed).toHaveLength(1);
    const withPassword = await open(user);
    server.refuse(user);
    const alone = new ImapFactory(configOf(server));
    try {
      // The server reads its list of refused users anew within a second or so.
      await eventually(async () => {
        const again = alone.open({ user, password: server.password });
        return (await again.then((one) => one.close(), failure))?.kind === 'auth';
      });
      const watch = await withPassword.watch(['INBOX'], () => undefined);
      await Promise.all([1, 2, 3].map(() => withPassword.changes(listing)));
      await watch.close();
    } finally {
      server.allow(user);
      await alone.close();
    }
  });

  it('opens nothing for a password that is wrong: it is judged by a login of its own', async () => {
    factory = opened({ masterUser: master() });
    const user = freshUser();
    await open(user);
    const wrong = factory.open({ user, password: 'wrong' });
    await expect(wrong).rejects.toMatchObject({ kind: 'auth' });
    await expect(factory.open({ user, password: '' })).rejects.toMatchObject({ kind: 'auth' });
    // The master's own password is nobody's.
    const masters = factory.open({ user, password: `master-${server.password}` });
    await expect(masters).rejects.toMatchObject({ kind: 'auth' });
  });

  it('is reached by no login that names two, or says more than a name', async () => {
    factory = opened({ masterUser: master() });
    const victim = freshUser();
    for (const user of [`${victim}*master`, `*master`, `${victim}\0`, `${victim}\r\nx`, '%u', '']) {
      for (const password of [server.password, `master-${server.password}`])
        await expect(factory.open({ user, password })).rejects.toMatchObject({ kind: 'auth' });
      await expect(factory.open({ user, isVouched: true })).rejects.toMatchObject({ kind: 'auth' });
    }
    expect(connections.used).toBe(0);
  });

  it('that is refused asks no phone for a password', async () => {
    factory = opened({ masterUser: master({ password: 'wrong' }) });
    const user = freshUser();
    const refused = { kind: 'unavailable', reason: 'master-refused' };
    await expect(factory.open({ user, isVouched: true })).rejects.toMatchObject(refused);
    const own = await open(user);
    await expect(own.watch(['INBOX'], () => undefined)).rejects.toMatchObject(refused);
    expect(gate().state).toBe('closed');
  });
});

it('without a master user nobody comes in without a password', async () => {
  const vouched = factory.open({ user: freshUser(), isVouched: true });
  await expect(vouched).rejects.toMatchObject({ kind: 'unavailable', reason: 'no-password' });
});
