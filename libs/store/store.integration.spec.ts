import { fork, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { deviceStoreContract } from './contract/device-store.js';
import { mailNotesStoreContract } from './contract/mail-notes-store.js';
import { objectNamesStoreContract } from './contract/object-names-store.js';
import { scheduledMailStoreContract } from './contract/scheduled-mail-store.js';
import { EmbeddedServer } from './embedded/server.js';
import {
  DataDirectoryInUse,
  LazyDatabase,
  MigrationFailed,
  openDatabase,
  StoreUnavailable,
  UNTOUCHED_DAYS,
  type Database,
} from './index.js';
import { migrate } from './migrate.js';
import { actualShape, declaredShape } from './testing/schema-shape.js';

const root = resolve(__dirname, '../..');
const migrations = join(root, 'prisma/migrations');
const directory = mkdtempSync(join(tmpdir(), 'godwit-store-'));
const identity = { tenant: 't', user: 'u', deviceId: 'd' };

/** A server for the whole file; tests that need a fresh database make one in it. */
let server: EmbeddedServer;
let database: Database;
let serial = 0;
const admin = () => new pg.Client({ ...server.config });

async function freshDatabase(): Promise<{ url: string; config: pg.ClientConfig }> {
  const name = `test${(serial += 1)}`;
  const client = admin();
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const { host, port, user } = server.config;
  const url = `postgres://${user}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  return { url, config: { ...server.config, database: name } };
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`timed out waiting until ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

beforeAll(async () => {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  server = await EmbeddedServer.open(join(directory, 'shared'));
  database = await openDatabase({ url: (await freshDatabase()).url }, { migrations });
});
afterAll(async () => {
  await database.close();
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

deviceStoreContract('PostgreSQL', async () => database.devices);
mailNotesStoreContract('PostgreSQL', async () => database.notes);
objectNamesStoreContract('PostgreSQL', async () => database.objectNames);
scheduledMailStoreContract('PostgreSQL', async () => database.scheduledMail);

describe('notes on mails', () => {
  it('that nobody asked for are swept away in the end, those in use stay', async () => {
    const { url, config } = await freshDatabase();
    const opened = await openDatabase({ url }, { migrations });
    const client = new pg.Client(config);
    await client.connect();
    const age = (days: number) =>
      client.query(`UPDATE mail_notes SET touched_at = touched_at - make_interval(days => $1)`, [days]);
    for (const item of ['used', 'orphan']) await opened.notes.put('a', 'Inbox', item, { followUp: {} });
    await age(UNTOUCHED_DAYS - 1);
    await opened.notes.find('a', 'Inbox', ['used']);
    await age(2);
    await opened.notes.put('a', 'Inbox', 'new', { followUp: {} });
    const left = await opened.notes.find('a', 'Inbox', ['used', 'orphan', 'new']);
    expect(left.map(({ item }) => item).sort()).toEqual(['new', 'used']);
    await client.end();
    await opened.close();
  });

  it('are not kept in any size', async () => {
    const followUp = { Subject: 'x'.repeat(10_000) };
    await expect(database.notes.put('a', 'Inbox', 'big', { followUp })).rejects.toThrow(/check constraint/);
  });

  it('open a database when they are first asked for, and again after it was away', async () => {
    const { url } = await freshDatabase();
    const away = new LazyDatabase('postgres://u@127.0.0.1:1/none', { migrations, patience: 1 });
    await expect(away.notes.aliases('a')).rejects.toBeInstanceOf(StoreUnavailable);
    await away.close();
    const lazy = new LazyDatabase(url, { migrations, connections: 2 });
    await lazy.notes.put('a', 'Inbox', 'x', { followUp: {} });
    expect(await lazy.notes.find('a', 'Inbox', ['x'])).toHaveLength(1);
    await lazy.close();
    await expect(lazy.notes.aliases('a')).rejects.toBeInstanceOf(StoreUnavailable);
    await new LazyDatabase(url, { migrations }).close();
  });
});

describe('migrations', () => {
  it('make the database that schema.prisma describes', async () => {
    const { config } = await freshDatabase();
    await migrate(config, migrations);
    const client = new pg.Client(config);
    await client.connect();
    const actual = await actualShape(client);
    await client.end();
    expect(actual).toEqual(declaredShape(readFileSync(join(root, 'prisma/schema.prisma'), 'utf8')));
  });

  it('are applied once, although many processes start together', async () => {
    const { config } = await freshDatabase();
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(config, migrations)));
    expect(applied.flat()).toEqual(applied.find((names) => names.length > 0));
    await expect(migrate(config, migrations)).resolves.toEqual([]);
  });

  const written = (sql: Record<string, string>): string => {
    const folder = mkdtempSync(join(directory, 'migrations-'));
    for (const [name, text] of Object.entries(sql)) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'migration.sql'), text);
    }
    return folder;
  };

  it('that fail leave nothing behind, and succeed once they are mended', async () => {
    const { config } = await freshDatabase();
    const good = { '0001_a': 'CREATE TABLE a (x int);' };
    const bad = { ...good, '0002_b': 'CREATE TABLE b (x int); SELECT nonsense;' };
    await expect(migrate(config, written(bad))).rejects.toBeInstanceOf(MigrationFailed);
    const mended = { ...good, '0002_b': 'CREATE TABLE b (x int);' };
    await expect(migrate(config, written(mended))).resolves.toEqual(['0002_b']);
  });

  it('that were changed after they had been applied are refused', async () => {
    const { config } = await freshDatabase();
    await migrate(config, written({ '0001_a': 'CREATE TABLE a (x int);' }));
    const changed = written({ '0001_a': 'CREATE TABLE a (x bigint);' });
    await expect(migrate(config, changed)).rejects.toBeInstanceOf(MigrationFailed);
  });

  it('leave a newer database alone, so that two releases may run during an upgrade', async () => {
    const { config } = await freshDatabase();
    const old = { '0001_a': 'CREATE TABLE a (x int);' };
    await migrate(config, written({ ...old, '0002_b': 'CREATE TABLE b (x int);' }));
    await expect(migrate(config, written(old))).resolves.toEqual([]);
  });
});

describe('deleting an account', () => {
  it('deletes all that was known of its devices', async () => {
    const device = await database.devices.create(identity, { deviceType: 'x', userAgent: 'x' }, {});
    const put = [{ first: 'a', data: new Uint8Array(3) }];
    await database.devices.save({
      deviceRowId: device.id,
      collections: [{ folderId: 'm1', expected: null, state: {}, put }],
    });
    await database.devices.claim(device.id, 'k', 60);
    await database.devices.registerFolders(device.accountId, [
      { itemClass: 'Email', path: 'a', identity: null },
    ]);
    await database.prisma.account.delete({ where: { id: BigInt(device.accountId) } });
    await expect(database.devices.load(identity, ['m1'])).resolves.toBeNull();
    await expect(database.devices.segments(device.id, 'm1', ['a'])).resolves.toEqual([]);
    await expect(database.devices.folders(device.accountId)).resolves.toEqual([]);
  });
});

describe('a lost database', () => {
  it('is told from a bug, and found again by itself', async () => {
    const where = join(directory, 'restarted');
    const first = await EmbeddedServer.open(where);
    const { host, port, user } = first.config;
    const url = `postgres://${user}@/postgres?host=${encodeURIComponent(host)}&port=${port}`;
    const lost: Error[] = [];
    const other = await openDatabase({ url }, { migrations, onLost: (error) => lost.push(error) });
    const device = await other.devices.create(identity, { deviceType: 'x', userAgent: 'x' }, {});
    await first.stop();
    await until('the pool has noticed', async () => lost.length > 0);
    for (const query of [
      () => other.ping(),
      () => other.devices.load(identity, []),
      () => other.devices.folders('1'),
      () => other.devices.registerFolders('1', [{ itemClass: 'Email', path: 'a', identity: null }]),
      () => other.devices.save({ deviceRowId: device.id, device: { expected: 1, state: {} } }),
    ]) {
      await expect(query()).rejects.toBeInstanceOf(StoreUnavailable);
    }
    const second = await EmbeddedServer.open(where);
    await expect(other.devices.load(identity, [])).resolves.not.toBeNull();
    await expect(other.devices.folders('1')).resolves.toEqual([]);
    await other.close();
    await second.stop();
  });

  it('is told of at the start', async () => {
    const nowhere = openDatabase({ url: 'postgres://godwit@127.0.0.1:1/godwit' }, { migrations });
    await expect(nowhere).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

describe('the embedded server', () => {
  const start = async (where: string): Promise<{ child: ChildProcess; said: unknown }> => {
    const program = join(root, 'dist/libs/store/testing/embedding-process.js');
    const child = fork(program, [where], { cwd: root });
    const [said] = (await once(child, 'message')) as unknown[];
    return { child, said };
  };
  const serverPid = (where: string): number =>
    Number(readFileSync(join(where, 'cluster/postmaster.pid'), 'utf8').split('\n')[0]);

  it('survives the death of its process: a new one ends the orphan and finds the data', async () => {
    const where = join(directory, 'orphan');
    const { child } = await start(where);
    const orphan = serverPid(where);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const opened = await openDatabase({ embedded: where }, { migrations });
    expect(serverPid(where)).not.toBe(orphan);
    expect((await opened.devices.load(identity, []))?.device.state).toBe('kept');
    await opened.close();
  });

  it('serves one process: a second one is refused, and the first one is not disturbed', async () => {
    const where = join(directory, 'two');
    const opened = await openDatabase({ embedded: where }, { migrations });
    await expect(openDatabase({ embedded: where }, { migrations })).rejects.toBeInstanceOf(
      DataDirectoryInUse,
    );
    expect((await start(where)).said).toBe('DataDirectoryInUse');
    await opened.ping();
    await opened.close();
    const { child, said } = await start(where);
    expect(said).toBe('ready');
    const ended = once(child, 'exit');
    child.send('close');
    await ended;
  });

  it('comes back by itself when it is killed', async () => {
    const where = join(directory, 'killed');
    const opened = await openDatabase({ embedded: where }, { migrations });
    await opened.devices.create(identity, { deviceType: 'x', userAgent: 'x' }, 'kept');
    process.kill(serverPid(where), 'SIGKILL');
    await until('it answers again', () =>
      opened.ping().then(
        () => true,
        () => false,
      ),
    );
    await until('its data are back', () =>
      opened.devices.load(identity, []).then(
        (found) => found?.device.state === 'kept',
        () => false,
      ),
    );
    await opened.close();
  });

  it('works in a directory whose path is too long for a socket', async () => {
    const where = join(directory, 'a-rather-long-name-'.repeat(6));
    const opened = await openDatabase({ embedded: where }, { migrations });
    await opened.ping();
    await opened.close();
  });

  it('refuses the files of another PostgreSQL release', async () => {
    const where = join(directory, 'old');
    mkdirSync(join(where, 'cluster'), { recursive: true });
    writeFileSync(join(where, 'cluster/PG_VERSION'), '9\n');
    await expect(openDatabase({ embedded: where }, { migrations })).rejects.toThrow(/made by PostgreSQL 9/);
  });

  it('is not taken in by a half-made cluster', async () => {
    const where = join(directory, 'half');
    mkdirSync(join(where, 'cluster.new'), { recursive: true });
    cpSync(join(root, 'package.json'), join(where, 'cluster.new/PG_VERSION'));
    const opened = await openDatabase({ embedded: where }, { migrations });
    await opened.ping();
    await opened.close();
  });
});
