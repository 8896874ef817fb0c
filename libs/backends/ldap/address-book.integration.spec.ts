import { Attribute, Change, Client } from 'ldapts';
import sharp from 'sharp';
import type { Backend, ChangePage, Item } from '#backend';
import {
  everyPimFeature,
  pimContract,
  plainView,
  Replica,
  type PimSamples,
} from '../../backend/contract/index.js';
import { startSlapd, type Slapd, type SlapdEntry } from '../../../tests/servers/index.js';
import { LdapFactory, type AddressBookConfig, type LdapConfig } from './index.js';

const FOLDER = 'everybody';
const config: AddressBookConfig = { name: 'Company', isMain: false, refresh: 900_000, fileAs: 'last-first' };
const nobody = { user: 'x@example.org', local: 'x', domain: 'example.org', password: 'x' };

function person(uid: string, more: SlapdEntry = {}): SlapdEntry {
  return { uid, cn: `Person ${uid}`, sn: uid, mail: `${uid}@example.org`, ...more };
}

/** Somebody who works on the directory itself. */
class Administrator {
  constructor(private readonly slapd: Slapd) {}

  async add(entry: SlapdEntry): Promise<void> {
    const dn = `uid=${String(entry.uid)},${this.slapd.people}`;
    await this.bound((client) => client.add(dn, { objectClass: 'inetOrgPerson', ...entry }));
  }

  async set(uid: string, type: string, values: string[]): Promise<void> {
    const modification = new Attribute({ type, values });
    await this.bound((client) =>
      client.modify(this.dn(uid), [new Change({ operation: 'replace', modification })]),
    );
  }

  async remove(...uids: string[]): Promise<void> {
    await this.bound(async (client) => {
      for (const uid of uids) await client.del(this.dn(uid));
    });
  }

  async rename(uid: string, newUid: string): Promise<void> {
    await this.bound((client) => client.modifyDN(this.dn(uid), `uid=${newUid}`));
  }

  private dn(uid: string): string {
    return `uid=${uid},${this.slapd.people}`;
  }

  private async bound(work: (client: Client) => Promise<void>): Promise<void> {
    const client = new Client({ url: this.slapd.url });
    try {
      await client.bind(this.slapd.root.dn, this.slapd.root.password);
      await work(client);
    } finally {
      await client.unbind();
    }
  }
}

let slapd: Slapd;
let factory: LdapFactory | undefined;
/** Milliseconds that are added to the clock of whoever asks. */
let later = 0;
afterEach(async () => {
  await factory?.close();
  factory = undefined;
  await slapd.stop();
});

function open(more: Partial<LdapConfig> = {}, how: Partial<AddressBookConfig> = {}): Backend {
  factory ??= new LdapFactory(
    { url: slapd.url, base: slapd.people, schema: 'inetOrgPerson', ...more },
    () => performance.now() + later,
  );
  return factory.addressBookFor(nobody, { ...config, ...how });
}

async function start(people: Iterable<SlapdEntry>, settings = ''): Promise<Administrator> {
  later = 0;
  slapd = await startSlapd({ people, settings });
  return new Administrator(slapd);
}

const nextListing = (): void => void (later += config.refresh + 1);

/** The same phone, at a gateway that was started anew. */
async function restarted(phone: Replica, more: Partial<LdapConfig> = {}): Promise<Replica> {
  await factory?.close();
  factory = undefined;
  const replica = new Replica(open(more), FOLDER);
  for (const [id, known] of phone.known) replica.known.set(id, known);
  replica.cursor = phone.cursor;
  return replica;
}

const count = (pages: readonly ChangePage[]): number[] =>
  pages.map(({ changed, removed }) => changed.length + removed.length);

async function itemsOf(backend: Backend, replica: Replica): Promise<Item[]> {
  const items: Item[] = [];
  for await (const result of backend.read(FOLDER, replica.ids, { ...plainView, protocolVersion: 161 }))
    if ('item' in result) items.push(result.item);
  return items;
}

describe('an address book', () => {
  it('tells all that a phone has a place for, and a picture as small as phones take it', async () => {
    const noise = Buffer.from(Array.from({ length: 300 * 300 * 3 }, (_, at) => (at * 7919) % 251));
    const large = await sharp(noise, { raw: { width: 300, height: 300, channels: 3 } })
      .jpeg({ quality: 100 })
      .toBuffer();
    expect(large.length).toBeGreaterThan(36_864);
    await start([
      person('boss', { displayName: 'Charles Babbage', mail: [], telephoneNumber: '+44 9' }),
      person('ada', {
        cn: 'Ada Lovelace',
        givenName: 'Ada',
        sn: 'Lovelace',
        mail: ['ada@example.org', 'countess@example.org'],
        title: 'Countess',
        o: 'Analytical Engines',
        ou: 'Programs',
        physicalDeliveryOfficeName: 'London',
        telephoneNumber: ['+44 1', '+44 11'],
        mobile: '+44 2',
        homePhone: '+44 3',
        facsimileTelephoneNumber: '+44 4',
        street: '12 St James Square',
        l: 'London',
        postalCode: 'SW1Y',
        homePostalAddress: 'Ockham Park$Surrey',
        labeledURI: 'https://example.org/ada her page',
        description: 'First programmer',
        manager: 'uid=boss,ou=people,dc=example,dc=test',
        jpegPhoto: large,
      }),
      person('nobody-can-reach', { mail: [] }),
    ]);
    const backend = open();
    expect(await backend.folders()).toEqual([
      expect.objectContaining({ name: 'Company', itemClass: 'Contacts', role: null, readOnly: true }),
    ]);
    const replica = new Replica(backend, FOLDER);
    await replica.sync();
    const items = await itemsOf(backend, replica);
    expect(items).toHaveLength(2);
    const { Picture, ...ada } = items.find(({ FirstName }) => FirstName === 'Ada')!;
    expect(ada).toEqual({
      FirstName: 'Ada',
      LastName: 'Lovelace',
      FileAs: 'Lovelace, Ada',
      Email1Address: 'ada@example.org',
      Email2Address: 'countess@example.org',
      JobTitle: 'Countess',
      CompanyName: 'Analytical Engines',
      Department: 'Programs',
      OfficeLocation: 'London',
      BusinessPhoneNumber: '+44 1',
      Business2PhoneNumber: '+44 11',
      MobilePhoneNumber: '+44 2',
      HomePhoneNumber: '+44 3',
      BusinessFaxNumber: '+44 4',
      BusinessAddressStreet: '12 St James Square',
      BusinessAddressCity: 'London',
      BusinessAddressPostalCode: 'SW1Y',
      HomeAddressStreet: 'Ockham Park\r\nSurrey',
      WebPage: 'https://example.org/ada',
      ManagerName: 'Charles Babbage',
      Body: { Type: 1, EstimatedDataSize: 16, Data: 'First programmer' },
    });
    expect((Picture as Uint8Array).length).toBeLessThanOrEqual(36_864);
  });

  it('tells who came, changed, was renamed and went, each as one entry; a renamed one stays who he was', async () => {
    const admin = await start(Array.from({ length: 30 }, (_, at) => person(`p${at}`)));
    const backend = open();
    const replica = new Replica(backend, FOLDER);
    await replica.sync();
    const before = new Map(replica.known);
    nextListing();
    expect(count(await replica.sync())).toEqual([0]);
    await admin.add(person('new'));
    await admin.set('p1', 'title', ['Chief']);
    await admin.rename('p2', 'renamed');
    await admin.remove('p3');
    expect(count(await replica.sync())).toEqual([0]);
    nextListing();
    expect(count(await replica.sync(3))).toEqual([3, 1]);
    expect(replica.known.size).toBe(30);
    expect([...before.keys()].filter((id) => !replica.known.has(id))).toHaveLength(1);
    const items = await itemsOf(backend, replica);
    expect(items).toHaveLength(30);
    expect(items.filter(({ JobTitle }) => JobTitle === 'Chief')).toHaveLength(1);
  });

  it('is known again after a restart without being told anew, and told whole if it changed meanwhile', async () => {
    const admin = await start(Array.from({ length: 7 }, (_, at) => person(`p${at}`)));
    const replica = new Replica(open(), FOLDER);
    await replica.sync();
    const second = await restarted(replica);
    expect(count(await second.sync())).toEqual([0]);
    await admin.remove('p3');
    const third = await restarted(second);
    expect(count(await third.sync(4))).toEqual([4, 2]);
    expect(third.known.size).toBe(6);
  });

  it('of 2,500 people is listed through pages of a server that gives 500 at a time', async () => {
    const people = Array.from({ length: 2500 }, (_, at) => person(`p${at}`));
    await start(people, 'limits * size.soft=500 size.hard=unlimited size.pr=500');
    const replica = new Replica(open(), FOLDER);
    await replica.sync(100);
    expect(replica.known.size).toBe(2500);
  });

  it('takes nobody away when the server gives only a part, is down, or suddenly shows nobody', async () => {
    const admin = await start(
      Array.from({ length: 40 }, (_, at) => person(`p${at}`)),
      'sizelimit 41',
    );
    const backend = open({ rest: 1 });
    const replica = new Replica(backend, FOLDER);
    await replica.sync();
    await Promise.all([admin.add(person('one')), admin.add(person('two'))]);
    await admin.remove('p1');
    await admin.add(person('three'));
    nextListing();
    expect(count(await replica.sync())).toEqual([0]);
    expect(replica.known.size).toBe(40);
    await slapd.kill();
    nextListing();
    expect(count(await replica.sync())).toEqual([0]);
    expect(await backend.folders()).toHaveLength(1);
    await slapd.start();
    await admin.remove('two', 'three');
    nextListing();
    await replica.sync();
    expect(replica.known.size).toBe(40);

    await slapd.kill();
    const alone = await restarted(replica);
    await expect(alone.step(100)).rejects.toMatchObject({ kind: 'unavailable' });
    await slapd.start();
    const blind = await restarted(replica, { filter: '(uid=nobody-at-all)' });
    expect(count(await blind.sync())).toEqual([0]);
    expect(blind.known.size).toBe(40);
  });

  it('believes that more than half of the people went when it is said twice', async () => {
    const uids = Array.from({ length: 30 }, (_, at) => `p${at}`);
    const admin = await start(uids.map((uid) => person(uid)));
    const replica = new Replica(open(), FOLDER);
    await replica.sync();
    await admin.remove(...uids.slice(0, 20));
    nextListing();
    expect(count(await replica.sync())).toEqual([0]);
    nextListing();
    expect(count(await replica.sync())).toEqual([20]);
    expect(replica.known.size).toBe(10);
  });

  it('refuses a folder it is not, and reads on beside somebody who is gone', async () => {
    const admin = await start([person('a'), person('b')]);
    const backend = open();
    const replica = new Replica(backend, FOLDER);
    await replica.sync();
    await admin.remove('a');
    const results: string[] = [];
    for await (const result of backend.read(FOLDER, replica.ids, plainView))
      results.push('failure' in result ? result.failure : 'item');
    expect(results.sort()).toEqual(['gone', 'item']);
  });
});

const samples: PimSamples<'Contacts'> = {
  itemClass: 'Contacts',
  text: (title) => JSON.stringify({ cn: title, sn: title, mail: 'somebody@example.org' }),
  unknown: '',
  data: (title) => ({ LastName: title }),
  change: (title) => ({ LastName: title }),
  titleOf: ({ LastName }) => LastName,
  malformed: () => '',
  uid: (title) => title,
};

pimContract('ldap', {
  samples,
  features: {
    ...everyPimFeature,
    forgetHistory: false,
    malformed: false,
    expanded: false,
    foreign: false,
    files: false,
    editFolders: false,
    readOnlyFolder: false,
    calendarStore: false,
    searchItems: false,
    fixed: true,
  },
  start: async () => {
    const admin = await start([]);
    let handles = 0;
    const cannot = () => Promise.reject(new Error('nobody can'));
    return {
      // A millisecond: who asks hears what there is.
      backend: open({}, { refresh: 1 }),
      folder: FOLDER,
      add: async (_, text) => {
        const handle = `h${handles++}`;
        await admin.add({ ...(JSON.parse(text) as SlapdEntry), uid: handle });
        return handle;
      },
      replace: async (_, handle, text) => {
        const { cn, sn } = JSON.parse(text) as { cn: string; sn: string };
        await admin.set(handle, 'cn', [cn]);
        await admin.set(handle, 'sn', [sn]);
      },
      remove: async (_, handle) => admin.remove(handle),
      texts: cannot,
      addFolder: cannot,
      removeFolder: cannot,
      stop: async () => {
        await factory?.close();
        factory = undefined;
      },
    };
  },
});
