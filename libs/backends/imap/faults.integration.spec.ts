import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import type { Backend, ChangeNotice, ReadResult } from '#backend';
import { eventually, plainView, sampleMail } from '#backend/contract';
import { startDovecot, waitUntil, type Dovecot } from '../../../tests/servers/index.js';
import { ImapFactory } from './index.js';
import { configOf, freshUser } from './testing/dovecot-fixture.js';

let server: Dovecot;
let factory: ImapFactory;
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  server = await startDovecot({ tls: true });
});
afterAll(async () => {
  await server.stop();
  process.off('unhandledRejection', onUnhandled);
});
beforeEach(() => {
  factory = new ImapFactory(configOf(server, { commandTimeout: 1_000 }));
});
afterEach(async () => {
  server.resume();
  await factory.close();
  if (server.pids().length === 0) await server.start();
  expect(unhandled.splice(0)).toEqual([]);
});

const listing = { folder: 'INBOX', cursor: null, scope: { sinceDay: null }, limit: 500 };

async function account(
  mails: number,
  size = 100,
): Promise<{ backend: Backend; user: string; ids: string[] }> {
  const user = freshUser();
  const source = (i: number): string =>
    sampleMail(
      `mail ${i}`,
      'x'
        .repeat(70)
        .concat('\r\n')
        .repeat(size / 72 + 1),
    ).toString();
  if (mails > 0)
    server.seed(
      user,
      Array.from({ length: mails }, (_, i) => ({ source: source(i) })),
    );
  const backend = await factory.open({ user, password: server.password });
  const { changed } = await backend.changes(listing);
  return { backend, user, ids: changed.map(({ id }) => id) };
}

/** TCP connections of this process to the server. */
function connections(): number {
  return factoryPorts().filter((port) => port === server.port).length;
}

function factoryPorts(): number[] {
  const inodes = new Set(
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return /socket:\[(\d+)\]/.exec(readlinkSync(join('/proc/self/fd', fd)))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return readFileSync('/proc/self/net/tcp', 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => inodes.has(fields[9] ?? ''))
    .map((fields) => parseInt(fields[2]?.split(':')[1] ?? '0', 16));
}

describe('signing in', () => {
  it('tells a refused password from a server that is away', async () => {
    const user = freshUser();
    await expect(factory.open({ user, password: 'wrong' })).rejects.toMatchObject({ kind: 'auth' });
    await expect(factory.open({ user, password: '' })).rejects.toMatchObject({ kind: 'auth' });
    await server.kill();
    await expect(factory.open({ user, password: server.password })).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'connect-refused',
    });
    await server.start();
    await (await factory.open({ user, password: server.password })).close();
    expect(connections()).toBe(0);
  });

  it('does not take a server that cannot check passwords just now for a refusal', async () => {
    const grumpy = await scripted(
      (line) => `${line.split(' ')[0]} NO [UNAVAILABLE] Temporary authentication failure.\r\n`,
    );
    const other = new ImapFactory({ host: '127.0.0.1', port: grumpy.port, tls: 'none' });
    await expect(other.open({ user: 'a', password: 'b' })).rejects.toMatchObject({ kind: 'unavailable' });
    await other.close();
    grumpy.server.close();
  });

  it('gives up on a server that greets nobody', async () => {
    const silent = await scripted(() => '', '');
    const other = new ImapFactory({ host: '127.0.0.1', port: silent.port, tls: 'none', connectTimeout: 300 });
    await expect(other.open({ user: 'a', password: 'b' })).rejects.toMatchObject({ kind: 'unavailable' });
    await other.close();
    silent.server.close();
  });

  it('speaks TLS from the start and by STARTTLS, and trusts only who it was told to', async () => {
    const user = freshUser();
    const ca = readFileSync(join(server.directory, 'tls.pem'), 'utf8');
    for (const [tls, port] of [
      ['implicit', server.tlsPort ?? 0],
      ['starttls', server.port],
    ] as const) {
      const strict = new ImapFactory({ host: '127.0.0.1', port, tls });
      await expect(strict.open({ user, password: server.password })).rejects.toMatchObject({
        kind: 'unavailable',
      });
      await strict.close();
      const trusting = new ImapFactory({ host: '127.0.0.1', port, tls, ca });
      const backend = await trusting.open({ user, password: server.password });
      expect((await backend.folders()).length).toBeGreaterThan(0);
      await trusting.close();
    }
  });

  it('shares the connections of devices with the same password', async () => {
    const user = freshUser();
    const backends = await Promise.all(
      Array.from({ length: 10 }, () => factory.open({ user, password: server.password })),
    );
    await Promise.all(backends.map((backend) => backend.changes(listing)));
    expect(connections()).toBeGreaterThan(0);
    expect(connections()).toBeLessThanOrEqual(4);
    await Promise.all(backends.map((backend) => backend.close()));
    await waitUntil('the connections to close', () => connections() === 0);
  });
});

describe('a server that dies', () => {
  it('in the middle of reading: says unavailable, and all works again when it is back', async () => {
    const { backend, ids } = await account(200, 20_000);
    let read = 0;
    const reading = (async () => {
      for await (const result of backend.read('INBOX', ids, plainView)) {
        expect('item' in result).toBe(true);
        if (++read === 3) await server.kill();
      }
    })();
    await expect(reading).rejects.toMatchObject({ name: 'BackendError', kind: 'unavailable' });
    await expect(backend.changes(listing)).rejects.toMatchObject({ kind: 'unavailable' });
    await server.start();
    const results: ReadResult[] = [];
    for await (const result of backend.read('INBOX', ids, plainView)) results.push(result);
    expect(results.filter((result) => 'item' in result)).toHaveLength(200);
  });

  it('while it is watched: tells everybody to look when it is back', async () => {
    const { backend } = await account(1);
    const notices: ChangeNotice[] = [];
    const watch = await backend.watch(['INBOX'], (notice) => notices.push(notice));
    await server.kill();
    await server.start();
    await eventually(() => notices.some(({ folders }) => folders === null));
    await watch.close();
  });

  it('only drops idle connections: a reading call does not notice', async () => {
    const { backend, user } = await account(3);
    server.kick(user);
    expect((await backend.changes(listing)).changed).toHaveLength(3);
  });

  it('stops answering: says unavailable in time, keeps no dead connection', async () => {
    const { backend } = await account(3);
    server.pause();
    const started = Date.now();
    await expect(backend.changes(listing)).rejects.toMatchObject({ kind: 'unavailable', reason: 'timeout' });
    expect(Date.now() - started).toBeLessThan(5_000);
    server.resume();
    expect((await backend.changes(listing)).changed).toHaveLength(3);
  });
});

it('leaves no connection behind when it is closed, whatever was going on', async () => {
  const { backend, ids } = await account(50, 5_000);
  await backend.watch(['INBOX'], () => undefined);
  const reader = backend.read('INBOX', ids, plainView)[Symbol.asyncIterator]();
  await reader.next();
  await backend.close();
  await waitUntil('the connections to close', () => connections() === 0);
  await expect(backend.folders()).rejects.toMatchObject({ kind: 'unavailable' });
});

it('is closed soon while its server hangs in the middle of a look at the watched folders', async () => {
  let looks = 0;
  const sleepy = await scripted((line) => {
    const [tag = '', command = ''] = line.split(' ');
    if (command === 'STATUS') return ++looks === 1 ? `* STATUS INBOX (MESSAGES 0)\r\n${tag} OK done\r\n` : '';
    return command === 'LOGOUT' ? '' : `${tag} OK done\r\n`;
  });
  const patient = new ImapFactory({
    host: '127.0.0.1',
    port: sleepy.port,
    tls: 'none',
    pollInterval: 10,
    commandTimeout: 600_000,
  });
  const backend = await patient.open({ user: 'a', password: 'b' });
  await backend.watch(['INBOX'], () => undefined);
  await eventually(() => looks === 2);
  await patient.close();
  sleepy.server.close();
});

it('waits in turn for a connection when all are in use', async () => {
  const { backend } = await account(5);
  const pages = await Promise.all(Array.from({ length: 100 }, () => backend.changes(listing)));
  expect(pages.every(({ changed }) => changed.length === 5)).toBe(true);
  expect(connections()).toBeLessThanOrEqual(4);
});

/** A server that answers every line by a script. */
async function scripted(
  answer: (line: string) => string,
  greeting = '* OK [CAPABILITY IMAP4rev1] hello\r\n',
): Promise<{ server: Server; port: number }> {
  const scripting = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(greeting);
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n')) if (line !== '') socket.write(answer(line));
    });
  });
  await new Promise<void>((resolve) => scripting.listen(0, '127.0.0.1', resolve));
  return { server: scripting, port: (scripting.address() as AddressInfo).port };
}
