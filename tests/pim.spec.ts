/**
 * Each class of an account has a source of its own: what happens when one is down, refuses, or wants other credentials than
 * the mailbox; what two phones of an account see of each other, also at two gateways; and the demo account.
 */
import { FolderType, protocolVersions } from '#eas';
import type { Collection, Phone } from '#phone';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGodwit, waitUntil } from './servers/index.js';
import { letter } from './stage/corpus.js';
import { card, DavProgram } from './stage/dav-program.js';
import { startCluster, startStandalone, type Deployment } from './stage/deployment.js';
import { untilHeld } from './stage/held.js';
import { bugsOf } from './stage/mail-stage.js';
import { anomaliesOf, folderOf, newPhone } from './stage/phones.js';
import { startPimServers, type PimServers } from './stage/pim-stage.js';
import { startTokenGate, type TokenGate } from './stage/token-gate.js';
import { takeViolations } from './stage/traffic.js';

let servers: PimServers;
let gate: TokenGate;

const TOKEN = 'a token that somebody issued';
const TOKEN_USER = 'user300';

beforeAll(async () => {
  servers = await startPimServers();
  const { url, password } = servers.radicale;
  gate = await startTokenGate(url, TOKEN, { user: TOKEN_USER, password });
});
afterAll(async () => {
  await gate.stop();
  await servers.stop();
});
afterEach(() => expect(takeViolations()).toEqual([]));

const quiet = { status: 1, added: [], changed: [], deleted: [], softDeleted: [] };

async function phoneOf(godwit: Pick<Deployment, 'url'>, user: string, version = protocolVersions.at(-1)!) {
  const phone = newPhone(godwit as Deployment, user, { version });
  await phone.provision();
  await phone.folderSync();
  return phone;
}

const mailSyncs = async (phone: Phone): Promise<void> =>
  expect(await phone.inbox().syncAll()).toMatchObject({ status: 1 });

describe('an account whose classes come from different servers', () => {
  let godwit: Deployment;

  beforeAll(async () => {
    const { dovecot, sink, tenant, radicale } = servers;
    const mail = { kind: 'imap', host: dovecot.host, port: dovecot.port, tls: 'none' };
    const submission = { kind: 'smtp', host: '127.0.0.1', port: sink.port, tls: 'none', authenticate: false };
    const common = { provisioning: 'required', mail, submission };
    const contacts = { kind: 'carddav', login: '{local}', timeoutSeconds: 5, pollSeconds: 5 };
    const tenants = [
      { domains: ['example.test'], ...common, ...tenant, suggestedContacts: true },
      {
        domains: ['refused.test'],
        ...common,
        ...tenant,
        contacts: { ...contacts, url: radicale.url, password: 'wrong' },
      },
      { domains: ['token.test'], ...common, contacts: { ...contacts, url: gate.url, token: TOKEN } },
    ];
    godwit = await startStandalone({ ...servers, more: { tenants } });
  });
  afterAll(() => godwit.stop());

  it('keeps its mail and all its folders while one server is down, and goes on when it is back', async () => {
    const { user, program } = await servers.newcomer();
    const phone = await phoneOf(godwit, user);
    const people = phone.itemFolder('Contacts');
    const calendar = phone.itemFolder('Calendar').collection;
    const notes = phone.itemFolder('Notes').collection;
    const { serverId = '' } = await people.add({ FirstName: 'Ada', LastName: 'Lovelace' });
    await calendar.syncAll();
    const folders = new Map(phone.hierarchy.folders);

    await servers.radicale.kill();
    try {
      expect(await people.collection.sync()).toMatchObject({ status: 5, deleted: [] });
      expect(await calendar.sync()).toMatchObject({ status: 5 });
      // In one Sync with folders that are well.
      await servers.dovecot.deliver(user, letter('Still delivered'));
      await mailSyncs(phone);
      expect(phone.inbox().items.size).toBe(1);
      expect(await notes.syncAll()).toMatchObject({ status: 1 });
      expect(await phone.folderSync()).toBe(1);
      expect(phone.hierarchy.folders).toEqual(folders);
      // What the phone did meanwhile is not lost: it is refused for now.
      expect((await people.change(serverId, { FirstName: 'Ada', LastName: 'King' })).status).toBe(5);
    } finally {
      await servers.radicale.start();
    }
    const isBack = async (folder: Collection) => (await folder.sync()).status === 1;
    await waitUntil('the contacts to be back', () => isBack(people.collection), 60_000);
    await waitUntil('the calendar to be back', () => isBack(calendar), 60_000);
    expect(await people.change(serverId, { FirstName: 'Ada', LastName: 'King' })).toMatchObject({
      status: 1,
    });
    expect((await program.texts('contacts')).join()).toMatch(/^N:King;Ada/m);
    expect(anomaliesOf(phone)).toEqual([]);
  });

  it('is not signed out because another server than that of its mail refuses the password', async () => {
    const { user } = await servers.newcomer();
    const phone = await phoneOf(godwit, user.replace('example.test', 'refused.test'));
    await mailSyncs(phone);
    expect(phone.hierarchy.ofClass('Contacts')).toEqual([]);
    expect(await phone.itemFolder('Calendar').collection.syncAll()).toMatchObject({ status: 1 });
    expect(await phone.folderSync()).toBe(1);
  });

  it('shows a server its token where one is configured', async () => {
    const program = await DavProgram.signIn(servers.radicale, TOKEN_USER);
    await program.write('contacts', 'a.vcf', card('a', 'Token'));
    const phone = await phoneOf(godwit, 'anybody@token.test');
    const people = phone.itemFolder('Contacts');
    await people.collection.syncAll();
    expect([...people.items.values()]).toMatchObject([{ LastName: 'Token' }]);
  });

  it('suggests whom its mails went to', async () => {
    const { user } = await servers.newcomer();
    const phone = await phoneOf(godwit, user);
    const mail = letter('To Bert').replace(/^To:.*\r\n/m, 'To: Bert Bird <bert@example.org>\r\n');
    expect(await phone.sendMail(mail)).toMatchObject({ status: undefined });
    await phone.folderSync();
    const people = phone.itemFolder('Contacts', folderOf(phone, FolderType.recipientCache).id);
    await waitUntil('Bert to be suggested', async () => {
      await people.collection.sync();
      return people.items.size === 1;
    });
    expect([...people.items.values()]).toMatchObject([{ Email1Address: 'bert@example.org' }]);
    // Only the server writes there (trap 54).
    expect((await people.add({ FirstName: 'Eve' })).status).toBe(4);
  });

  it('no bug has answered', () => expect(bugsOf(godwit)).toEqual([]));
});

describe('two phones of an account, each at its own gateway of a cluster', () => {
  let cluster: Deployment;
  beforeAll(async () => {
    cluster = await startCluster(servers);
  });
  afterAll(() => cluster.stop());

  it.each([
    ['16.1', '14.1'],
    ['12.1', '16.0'],
  ] as const)('see what the other does, each once (%s and %s)', async (first, second) => {
    const { user, program } = await servers.newcomer();
    const [one, two] = cluster.gateways.map(({ url }) => ({ url }));
    const [mine, theirs] = [await phoneOf(one!, user, first), await phoneOf(two!, user, second)].map(
      (phone) => phone.itemFolder('Contacts'),
    );
    await theirs!.collection.syncAll();
    const { serverId = '' } = await mine!.add({ FirstName: 'Ada', LastName: 'Lovelace' });
    // The id is a hash of the object's name: the other gateway has to find the object by it.
    expect(await theirs!.collection.sync()).toMatchObject({ ...quiet, added: [serverId] });
    expect(await theirs!.change(serverId, { FirstName: 'Ada', LastName: 'King' })).toMatchObject({
      status: 1,
    });
    expect(await theirs!.collection.sync()).toMatchObject(quiet);
    expect(await mine!.collection.sync()).toMatchObject({ ...quiet, changed: [serverId] });
    expect(mine!.item(serverId)).toMatchObject({ LastName: 'King' });
    expect(await mine!.fetch(serverId)).toMatchObject({ status: 1 });

    for (const gateway of cluster.gateways) {
      await gateway.stop();
      await gateway.start();
    }
    expect(await mine!.delete(serverId)).toMatchObject({ status: 1 });
    expect(await program.names('contacts')).toEqual([]);
    expect(await theirs!.collection.sync()).toMatchObject({ ...quiet, deleted: [serverId] });
    expect(await mine!.collection.sync()).toMatchObject(quiet);
  });

  it('no bug has answered', () => expect(bugsOf(cluster)).toEqual([]));
});

it('the demo account has items of all classes, in files that others may change', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'godwit-demo-'));
  const process = await startGodwit('serve', { dataDirectory });
  try {
    const password = readFileSync(join(dataDirectory, 'demo', 'password'), 'utf8').trim();
    const deployment = { url: process.url, gateways: [process], hosts: [process] } as const;
    const phones = protocolVersions.map((version) =>
      newPhone({ ...deployment, shape: 'standalone', stop: async () => undefined }, 'demo@demo.localhost', {
        version,
        password,
      }),
    );
    for (const phone of phones) {
      await phone.provision();
      await phone.folderSync();
      for (const itemClass of ['Contacts', 'Calendar', 'Tasks', 'Notes'] as const) {
        const folders = phone.hierarchy
          .ofClass(itemClass)
          .filter(({ type }) => type !== FolderType.recipientCache);
        if (itemClass === 'Notes' && phone.versionNumber < 140) expect(folders).toEqual([]);
        for (const { id } of folders) {
          const { collection } = phone.itemFolder(itemClass, id);
          expect(await collection.syncAll({ window: 2 })).toMatchObject({ status: 1 });
          expect(collection.items.size).toBeGreaterThan(0);
        }
      }
      expect(anomaliesOf(phone)).toEqual([]);
    }
    const phone = phones.at(-1)!;
    const people = phone.itemFolder('Contacts');
    const cards = (): string[] =>
      readdirSync(join(dataDirectory, 'demo'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.vcf'))
        .map((name) => join(dataDirectory, 'demo', name));
    const { serverId = '' } = await people.add({ FirstName: 'Eve', LastName: 'Whimbrel' });
    const file = cards().find((name) => readFileSync(name, 'utf8').includes('Whimbrel')) ?? '';
    const woken = phone.ping({ interval: 500, folders: [people.collection] });
    await untilHeld(deployment, 1);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('Whimbrel', 'Curlew'));
    expect(await woken).toMatchObject({ status: 2 });
    expect(await people.collection.sync()).toMatchObject({ ...quiet, changed: [serverId] });
    expect(people.item(serverId)).toMatchObject({ LastName: 'Curlew' });
    const other = phones.at(0)!.itemFolder('Contacts');
    expect(await other.collection.sync()).toMatchObject({ ...quiet, added: [serverId] });
    expect(await other.delete(serverId)).toMatchObject({ status: 1 });
    expect(cards()).not.toContain(file);
  } finally {
    await process.stop();
    rmSync(dataDirectory, { recursive: true, force: true });
  }
});
