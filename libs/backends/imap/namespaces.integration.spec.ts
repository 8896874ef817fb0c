import { Readable } from 'node:stream';
import { eventually, sampleMail } from '#backend/contract';
import { Connections } from '#connections';
import { startCyrus, startDovecot, type Cyrus, type Dovecot } from '../../../tests/servers/index.js';
import type { ImapBackend } from './backend.js';
import { settingsOf } from './config.js';
import { Dialer } from './dialer.js';
import { ImapFactory, type ImapConfig } from './index.js';
import { Pool } from './pool.js';
import { quote } from './quoting.js';
import { configOf, freshUser, outsider } from './testing/dovecot-fixture.js';

const refused = { name: 'BackendError', kind: 'invalid', reason: 'read-only' };
const listing = { cursor: null, scope: { sinceDay: null }, limit: 10 };

describe('folders of other users at Cyrus', () => {
  let server: Cyrus;
  beforeAll(async () => (server = await startCyrus()));
  afterAll(() => server.stop());

  it('are shown if wanted, wake who watches them, and take only what their owner allows', async () => {
    const [ada, bob] = [server.addUser('ada'), server.addUser('bob')];
    const owner = await outsider(server, bob);
    const grants = { Read: 'lrs', Write: 'lrswite', Look: 'l' };
    const settings = settingsOf(configOf(server));
    const bobs = { user: bob, password: server.password };
    const rights = new Pool(settings, new Dialer(settings, bobs, new Connections().to(settings)));
    for (const [name, granted] of Object.entries(grants)) {
      await owner.mailboxCreate(name);
      await rights.use(null, 'writes', (session) =>
        session.run('SETACL', `${name} ${quote(ada)} ${granted}`),
      );
    }
    await rights.close();
    await owner.append('Read', sampleMail('of bob'));
    const factory = new ImapFactory(configOf(server, { namespaces: 'all', pollInterval: 100 }));
    const backend = (await factory.open({ user: ada, password: server.password })) as ImapBackend;
    const folders = await backend.folders();
    const of = (name: string) => folders.find((folder) => folder.name === name);
    expect(of('Other Users')).toMatchObject({ parent: null, selectable: false });
    expect(of('bob')).toMatchObject({ parent: 'Other Users', selectable: false });
    expect(of('Read')).toMatchObject({
      parent: 'Other Users/bob',
      readOnly: true,
      selectable: true,
      role: null,
    });
    expect(of('Write')).toMatchObject({ readOnly: false, selectable: true });
    expect(of('Look')).toMatchObject({ selectable: false });
    const [read, write] = [of('Read')!.path, of('Write')!.path];
    const { changed } = await backend.changes({ folder: read, ...listing });
    const id = changed[0]!.id;
    const mail = sampleMail('from ada');
    await expect(backend.updateState(read, id, { read: true })).rejects.toMatchObject(refused);
    await expect(backend.deleteItems(read, [id])).rejects.toMatchObject(refused);
    await expect(backend.moveItems(read, [id], write)).rejects.toMatchObject(refused);
    await expect(backend.emptyFolder(read)).rejects.toMatchObject(refused);
    await expect(backend.append(read, Readable.from([mail]), mail.length, {})).rejects.toMatchObject(refused);
    await backend.append(write, Readable.from([mail]), mail.length, {});
    expect(await owner.status('Write', { messages: true })).toMatchObject({ messages: 1 });
    expect(await owner.status('Read', { messages: true })).toMatchObject({ messages: 1 });

    const factoryOfOwn = new ImapFactory(configOf(server));
    const own = (await factoryOfOwn.open({ user: ada, password: server.password })) as ImapBackend;
    const names = ['Read', 'Write', 'Look', 'None', '*'];
    const places = names.map((name) => ({ itemClass: 'Email' as const, path: `Other Users/bob/${name}` }));
    expect(await own.sharedFolders([...places, { itemClass: 'Email', path: 'INBOX' }])).toEqual([
      expect.objectContaining({ path: read, parent: null, name: 'Read', readOnly: true, role: null }),
      expect.objectContaining({ path: write, parent: null, name: 'Write', readOnly: false }),
      ...[null, null, null, null],
    ]);
    expect((await own.folders()).some(({ name }) => name === 'Read')).toBe(false);
    await expect(own.updateState(read, id, { read: true })).rejects.toMatchObject(refused);
    await own.append(write, Readable.from([mail]), mail.length, {});
    const [moving] = (await own.changes({ folder: write, ...listing })).changed;
    expect((await own.moveItems(write, [moving!.id], 'INBOX')).size).toBe(1);
    await factoryOfOwn.close();

    const heard: (string | null)[] = [];
    const watch = await backend.watch([read], (notice) => heard.push(...(notice.folders ?? [null])));
    await owner.append('Read', sampleMail('news'));
    await eventually(() => heard.length > 0);
    await watch.close();
    // A gateway that was started anew has not asked for the folders, and refuses all the same.
    const second = new ImapFactory(configOf(server, { namespaces: 'all' }));
    const anew = (await second.open({ user: ada, password: server.password })) as ImapBackend;
    await expect(anew.updateState(read, id, { read: true })).rejects.toMatchObject(refused);
    await Promise.all([factory.close(), second.close()]);
    owner.close();
  });
});

describe('folders at Dovecot', () => {
  let server: Dovecot;
  beforeAll(async () => (server = await startDovecot()));
  afterAll(() => server.stop());

  const account = async (config: Partial<ImapConfig>) => {
    const user = freshUser();
    const client = await outsider(server, user);
    const factory = new ImapFactory(configOf(server, config));
    const backend = (await factory.open({ user, password: server.password })) as ImapBackend;
    const stop = async () => (client.close(), factory.close());
    return { client, backend, stop };
  };

  it('are shown by subscription and by name as configured', async () => {
    const { client, backend, stop } = await account({
      subscribedOnly: true,
      hiddenFolders: ['Akten/*', 'Junk'],
    });
    for (const name of ['Akten', 'Akten/2024', 'Wanted', 'Unwanted']) await client.mailboxCreate(name);
    for (const name of ['Akten', 'Akten/2024', 'Wanted']) await client.mailboxSubscribe(name);
    await client.mailboxUnsubscribe('Unwanted');
    const names = (await backend.folders()).map(({ path }) => path);
    expect(names).toEqual(['INBOX', 'Akten', 'Archive', 'Drafts', 'Sent', 'Trash', 'Wanted']);
    await stop();
  });

  it('are subscribed to when they are made, and stay as they were when they are moved', async () => {
    const { client, backend, stop } = await account({});
    const made = await backend.createFolder(null, 'Made', 'Email');
    const inner = await backend.createFolder(made.path, 'Ümläut', 'Email');
    await client.mailboxUnsubscribe('Made');
    await backend.moveFolder(made.path, null, 'Moved');
    expect(inner.path).toBe('Made/&ANw-ml&AOQ-ut');
    const subscribed = (await client.list()).filter((box) => box.subscribed).map(({ path }) => path);
    expect(subscribed).toContain('Moved/Ümläut');
    expect(subscribed).not.toContain('Moved');
    await stop();
  });

  it('with a purpose are neither deleted nor renamed, nor anything above them', async () => {
    const { client, backend, stop } = await account({});
    await client.mailboxCreate('Sent/Older');
    const special = { kind: 'invalid', reason: 'special-folder' };
    for (const path of ['INBOX', 'Sent', 'Trash']) {
      await expect(backend.deleteFolder(path)).rejects.toMatchObject(special);
      await expect(backend.moveFolder(path, null, 'x')).rejects.toMatchObject(special);
    }
    await backend.deleteFolder('Sent/Older');
    await stop();
  });

  it('200 of them take a few round trips, not one each', async () => {
    const { client, backend, stop } = await account({});
    for (let from = 0; from < 200; from += 1) await client.mailboxCreate(`f${from}`);
    await backend.folders();
    const before = Date.now();
    const folders = await backend.folders();
    const taken = Date.now() - before;
    expect(new Set(folders.map(({ identity }) => identity)).size).toBe(206);
    expect(taken).toBeLessThan(1_000);
    await stop();
  });
});

/** A public namespace as Dovecot's administrators set it up. */
const publicNamespace = `
namespace public {
  type = public
  separator = /
  prefix = Public/
  location = maildir:~/public
  subscriptions = no
  list = children
}`;

describe.each([
  ['NOTIFY', []],
  ['polling', ['NOTIFY']],
])('public folders at Dovecot, watched by %s', (_, hide) => {
  let server: Dovecot;
  beforeAll(async () => (server = await startDovecot({ hide, settings: publicNamespace })));
  afterAll(() => server.stop());

  it('are shown only if wanted, with identities, and wake who watches them', async () => {
    const user = freshUser();
    const client = await outsider(server, user);
    await client.mailboxCreate('Public/Aushang/Größe');
    const paths = async (factory: ImapFactory): Promise<[ImapBackend, string[]]> => {
      const backend = (await factory.open({ user, password: server.password })) as ImapBackend;
      return [backend, (await backend.folders()).map(({ path }) => path)];
    };
    const own = new ImapFactory(configOf(server));
    const [, ownPaths] = await paths(own);
    expect(ownPaths.filter((path) => path.startsWith('Public'))).toEqual([]);
    const one = new ImapFactory(configOf(server, { pollInterval: 100 }));
    const [single] = await paths(one);
    const aushang = { itemClass: 'Email', path: 'Public/Aushang/Größe' } as const;
    const [found] = await single.sharedFolders([aushang]);
    expect(found).toMatchObject({ path: 'Public/Aushang/Gr&APYA3w-e', name: 'Größe', parent: null });
    expect(found!.identity).not.toBeNull();
    const told: string[] = [];
    // An own folder first: the account watches already when the other one comes.
    const first = await single.watch(['INBOX'], () => undefined);
    const second = await single.watch([found!.path], ({ folders }) => told.push(...(folders ?? [])));
    await client.append('Public/Aushang/Größe', sampleMail('shown to one'));
    await eventually(() => told.includes(found!.path));
    await Promise.all([first.close(), second.close()]);
    const all = new ImapFactory(configOf(server, { namespaces: 'all', pollInterval: 100 }));
    const [backend, allPaths] = await paths(all);
    const shared = allPaths.filter((path) => path.startsWith('Public'));
    expect(shared).toEqual(['Public', 'Public/Aushang', 'Public/Aushang/Gr&APYA3w-e']);
    const heard: (string | null)[] = [];
    const watch = await backend.watch(shared, (notice) => heard.push(...(notice.folders ?? [null])));
    await client.append('Public/Aushang/Größe', sampleMail('public news'));
    await eventually(() => heard.includes('Public/Aushang/Gr&APYA3w-e'));
    await watch.close();
    client.close();
    await Promise.all([own.close(), one.close(), all.close()]);
  });
});
