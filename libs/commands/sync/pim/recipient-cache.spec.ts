import { SuggestedContacts } from '#suggested-contacts';
import { MemorySuggestedContactsStore } from '#store';
import { FolderBook, PimSync, TestServer } from '../../testing/index.js';

const people = ['bert', 'cora', 'dora'].map((name) => ({ address: `${name}@example.org`, name }));

describe('the recipient information cache', () => {
  let server: TestServer;
  let phone: PimSync;
  let folders: FolderBook;

  beforeEach(async () => {
    server = new TestServer();
    const suggested = new SuggestedContacts(new MemorySuggestedContactsStore());
    await suggested.record('t/ada', people, new Set());
    await suggested.record('t/ada', people.slice(0, 2), new Set());
    server.pim.use('Contacts', suggested.open('t/ada'));
    const handset = server.handset({ version: 141 });
    folders = new FolderBook(handset);
    await folders.sync();
    const [id] = [...folders.has].find(([, { type }]) => type === 19)!;
    phone = await new PimSync(handset, id).complete();
  });

  afterEach(() => server.close());

  const addresses = () => [...phone.has.values()].map(({ Contacts }) => Contacts?.Email1Address).sort();

  it('refuses what a phone adds by the Status of the whole Sync', async () => {
    const add = { Add: { ClientId: '1', ApplicationData: { Contacts: { LastName: 'Eve' } } } };
    await expect(phone.send(add)).rejects.toThrow('Sync Status 4');
    expect(addresses()).toHaveLength(3);
  });

  it('gives back what a phone changes or deletes', async () => {
    const [one, two] = [...phone.has.keys()] as [string, string];
    const mine = { Change: { ServerId: one, ApplicationData: { Contacts: { LastName: 'Eve' } } } };
    const answered = await phone.send(mine, { Delete: { ServerId: two } });
    expect(answered?.Responses).toMatchObject([{ Change: { ServerId: one, Status: 7 } }]);
    expect(answered?.Commands).toMatchObject([{ Change: { ServerId: one } }, { Add: { ServerId: two } }]);
  });

  it('is told as far as MaxItems says, the most used first', async () => {
    await phone.sync({ Options: [{ MaxItems: 2 }] });
    expect(addresses()).toEqual(['bert@example.org', 'cora@example.org']);
    await phone.sync({ Options: [{ MaxItems: 10 }] });
    expect(addresses()).toHaveLength(3);
  });

  it('is not touched by ItemOperations nor by folder commands, and not shown below 14.0', async () => {
    const [ServerId] = [...phone.has.keys()];
    const { Response } = await phone.handset.ask('ItemOperations', [
      { Fetch: { Store: 'Mailbox', CollectionId: phone.id, ServerId } },
      { EmptyFolderContents: { CollectionId: phone.id } },
    ]);
    expect(Response).toMatchObject([{ Fetch: { Status: 16 } }, { EmptyFolderContents: { Status: 16 } }]);
    expect(await folders.create('Below', phone.id, 14)).toBe(3);
    expect(await folders.update(phone.id, 'Renamed')).toBe(3);
    expect(await folders.delete(phone.id)).toBe(3);
    const old = new FolderBook(server.handset({ version: 121, deviceId: 'old' }));
    await old.sync();
    expect([...old.has.values()].map(({ type }) => type)).not.toContain(19);
  });
});
