import type { MemoryObjectSource } from '#backends/memory';
import { BackendError } from '#backend';
import { commandsOf, PimSync, TestServer, type Answered } from '../../testing/index.js';

const vcard = (name: string, more = ''): string =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${name}\r\nFN:${name}\r\nN:${name};;;;\r\n${more}END:VCARD\r\n`;

const add = (clientId: string, LastName: string) => ({
  Add: { ClientId: clientId, ApplicationData: { Contacts: { LastName, FileAs: LastName } } },
});
const change = (ServerId: string, LastName: string, more: object = {}) => ({
  Change: { ServerId, ApplicationData: { Contacts: { LastName, FileAs: LastName, ...more } } },
});
const remove = (ServerId: string) => ({ Delete: { ServerId } });

const statuses = (answered: Answered | null): [string, number][] =>
  (answered?.Responses ?? []).map((response) => {
    const [kind, { Status }] = Object.entries(response)[0] as [string, { Status: number }];
    return [kind, Status];
  });

/** ServerId of the first response. */
const answeredId = (answered: Answered | null): string => {
  const [response] = answered?.Responses ?? [];
  if (response && 'Add' in response) return response.Add.ServerId!;
  if (response && 'Change' in response) return response.Change.ServerId;
  throw new Error('nothing is answered');
};

describe('Sync of contacts', () => {
  let server: TestServer;
  let source: MemoryObjectSource;
  let phone: PimSync;

  beforeEach(async () => {
    server = new TestServer();
    source = server.pim.add('Contacts');
    const handset = server.handset({ version: 141 });
    const { Changes } = await handset.ask('FolderSync', { SyncKey: '0' });
    const id = Changes?.Add?.find(({ Type }) => Type === 9)?.ServerId;
    phone = new PimSync(handset, id!);
  });

  afterEach(() => server.close());

  const names = (): (string | undefined)[] =>
    [...phone.has.values()].map(({ Contacts }) => Contacts?.LastName).sort();
  const texts = (): string[] => [...source.texts('Contacts').values()];
  const idOf = (name: string): string =>
    [...phone.has].find(([, { Contacts }]) => Contacts?.LastName === name)![0];
  /** As somebody else would write it. */
  const edit = (name: string, text: string): void => {
    const [object] = [...source.texts('Contacts')].find(([, one]) => one.includes(`UID:${name}`))!;
    source.write('Contacts', object, text);
  };

  it('gives the phone what is there, and what happens to it', async () => {
    source.write('Contacts', 'a.vcf', vcard('Ada'));
    await phone.complete();
    expect(names()).toEqual(['Ada']);
    source.write('Contacts', 'b.vcf', vcard('Bob'));
    source.write('Contacts', 'a.vcf', vcard('Ada', 'TITLE:Countess\r\n'));
    const answered = await phone.sync();
    expect(commandsOf(answered).map((command) => command.split(' ')[0])).toEqual(['Change', 'Add']);
    // Contacts are told whole: the phone replaces what it has.
    expect(phone.has.get(idOf('Ada'))?.Contacts).toMatchObject({ LastName: 'Ada', JobTitle: 'Countess' });
    source.erase('Contacts', 'b.vcf');
    await phone.sync();
    expect(names()).toEqual(['Ada']);
  });

  it('takes what the phone adds, changes and deletes, and never tells it of that', async () => {
    await phone.complete();
    const added = await phone.send(add('1', 'Ada'));
    expect(statuses(added)).toEqual([['Add', 1]]);
    expect(texts()).toEqual([expect.stringContaining('Ada')]);
    expect(await phone.sync()).toBeNull();
    const ServerId = answeredId(added);
    expect(statuses(await phone.send(change(ServerId, 'Lovelace')))).toEqual([]);
    expect(texts()).toEqual([expect.stringContaining('Lovelace')]);
    expect(await phone.sync()).toBeNull();
    expect(statuses(await phone.send(remove(ServerId)))).toEqual([]);
    expect(texts()).toEqual([]);
    expect(await phone.sync()).toBeNull();
  });

  it('makes an item once, whatever answer is lost', async () => {
    await phone.complete();
    await phone.sync({ Commands: [add('1', 'Ada')] }, true);
    const again = await phone.send(add('1', 'Ada'), add('2', 'Bob'));
    expect(statuses(again)).toEqual([
      ['Add', 1],
      ['Add', 1],
    ]);
    expect(texts()).toHaveLength(2);
    expect(await phone.sync()).toBeNull();
    // Under the next key the same ClientId is another item (trap 24).
    await phone.send(add('1', 'Cora'));
    expect(texts()).toHaveLength(3);
    expect(await phone.sync()).toBeNull();
  });

  it('makes an item once when the actor fails after the source had it', async () => {
    await phone.complete();
    const save = server.store.save.bind(server.store);
    server.store.save = async () => Promise.reject(new Error('no database'));
    await expect(phone.send(add('1', 'Ada'))).rejects.toThrow();
    server.store.save = save;
    expect(statuses(await phone.send(add('1', 'Ada')))).toEqual([['Add', 1]]);
    expect(texts()).toHaveLength(1);
    expect(await phone.sync()).toBeNull();
  });

  it('changes once and deletes once when answers are lost, and does not bring back what others made since', async () => {
    source.write('Contacts', 'a.vcf', vcard('Ada'));
    source.write('Contacts', 'b.vcf', vcard('Bob'));
    await phone.complete();
    const commands = [change(idOf('Ada'), 'Lovelace'), remove(idOf('Bob'))];
    await phone.sync({ Commands: commands }, true);
    const others = vcard('Countess');
    source.write('Contacts', 'a.vcf', others);
    expect(statuses(await phone.send(...commands))).toEqual([]);
    expect(texts()).toEqual([others]);
    // What others made of it comes in the same answer or the next.
    await phone.sync();
    expect(phone.has.size).toBe(2);
    expect(names()).toContain('Countess');
  });

  it('tells the phone that the server won, and gives it the server’s version', async () => {
    source.write('Contacts', 'a.vcf', vcard('Ada'));
    await phone.complete();
    edit('Ada', vcard('Ada', 'TITLE:Countess\r\n'));
    const id = idOf('Ada');
    for (const answered of [await phone.sendTwice(change(id, 'Mine'))]) {
      expect(statuses(answered)).toEqual([['Change', 7]]);
      expect(commandsOf(answered)).toEqual([`Change ${id}`]);
    }
    expect(phone.has.get(id)?.Contacts).toMatchObject({ LastName: 'Ada', JobTitle: 'Countess' });
    expect(texts()).toEqual([expect.not.stringContaining('Mine')]);
    expect(await phone.sync()).toBeNull();
  });

  it('lets the phone win where it says so, and keeps what it does not speak of', async () => {
    source.write('Contacts', 'a.vcf', vcard('Ada'));
    await phone.complete({ Options: [{ Conflict: 0 }] });
    edit('Ada', vcard('Ada', 'X-OTHER:kept\r\n'));
    const answered = await phone.send(change(idOf('Ada'), 'Mine'));
    expect(statuses(answered)).toEqual([]);
    expect(texts()).toEqual([expect.stringMatching(/Mine[^]*X-OTHER:kept|X-OTHER:kept[^]*Mine/)]);
    expect(await phone.sync()).toBeNull();
  });

  it('lets a Delete beat a Change, from either side', async () => {
    source.write('Contacts', 'a.vcf', vcard('Ada'));
    source.write('Contacts', 'b.vcf', vcard('Bob'));
    source.write('Contacts', 'c.vcf', vcard('Cora'));
    await phone.complete();
    edit('Ada', vcard('Ada', 'TITLE:Countess\r\n'));
    source.erase('Contacts', 'b.vcf');
    const answered = await phone.send(
      remove(idOf('Ada')),
      change(idOf('Bob'), 'Mine'),
      change(idOf('Cora'), 'Mine'),
      remove(idOf('Cora')),
    );
    expect(statuses(answered)).toEqual([['Change', 8]]);
    expect(commandsOf(answered)).toEqual([`Delete ${answeredId(answered)}`]);
    expect(texts()).toEqual([]);
  });
  it('applies several changes of one item in their order, and only once', async () => {
    source.write('Contacts', 'a.vcf', vcard('Ada'));
    await phone.complete();
    const id = idOf('Ada');
    const answered = await phone.sendTwice(change(id, 'One'), change(id, 'Two'), change(id, 'One'));
    expect(statuses(answered)).toEqual([]);
    expect(texts()).toEqual([expect.stringContaining('One')]);
    expect(source.calls['put']).toBe(3);
    expect(await phone.sync()).toBeNull();
  });

  it('answers what is malformed by Status 6, and nothing else with it', async () => {
    source.write('Contacts', 'a.vcf', vcard('Ada'));
    await phone.complete();
    const id = idOf('Ada');
    const answered = await phone.send(
      { Add: { ClientId: '1', ApplicationData: { Calendar: { Subject: 'none' } } } },
      { Add: { ClientId: '2' } },
      { Change: { ServerId: id, ApplicationData: { Tasks: { Subject: 'none' } } } },
      { Change: { ServerId: 'm1:1', ApplicationData: { Contacts: { LastName: 'x' } } } },
      add('3', 'Bob'),
    );
    expect(statuses(answered)).toEqual([
      ['Add', 6],
      ['Add', 6],
      ['Change', 6],
      ['Change', 8],
      ['Add', 1],
    ]);
  });

  it('gives back what nobody may change', async () => {
    source.write('Contacts', 'a.vcf', vcard('Ada'));
    source.write('Contacts', 'b.vcf', vcard('Bob'));
    await phone.complete();
    source.put = async () => Promise.reject(readOnly());
    source.remove = async () => Promise.reject(readOnly());
    const answered = await phone.sendTwice(
      change(idOf('Ada'), 'Mine'),
      remove(idOf('Bob')),
      add('1', 'Cora'),
    );
    expect(statuses(answered)).toEqual([
      ['Change', 7],
      ['Add', 6],
    ]);
    expect(commandsOf(answered).map((command) => command.split(' ')[0])).toEqual(['Change', 'Add']);
    expect(names()).toEqual(['Ada', 'Bob']);
    expect(await phone.sync()).toBeNull();
  });
  const readOnly = () => new BackendError('invalid', 'nobody may', { reason: 'read-only' });

  it('tells the phone what the source made of its words', async () => {
    await phone.complete();
    source.switches.alterOnPut = (text) => text.replace('END:VCARD', 'TITLE:Made up\r\nEND:VCARD');
    const answered = await phone.sendTwice(add('1', 'Ada'));
    expect(statuses(answered)).toEqual([['Add', 1]]);
    expect(names()).toEqual(['Ada']);
    expect([...phone.has.values()][0]?.Contacts).toMatchObject({ JobTitle: 'Made up' });
    source.switches.alterOnPut = null;
    expect(statuses(await phone.send(change(idOf('Ada'), 'Lovelace')))).toEqual([]);
    expect(await phone.sync()).toBeNull();
  });

  it('honours Supported of key 0 only', async () => {
    source.write('Contacts', 'a.vcf', vcard('Ada', 'TITLE:Countess\r\nORG:Engines\r\n'));
    await phone.complete({ Supported: ['Contacts:LastName', 'Contacts:FileAs', 'Contacts:JobTitle'] });
    await phone.sync({ Commands: [change(idOf('Ada'), 'Lovelace')], Supported: [] });
    expect(texts()[0]).toContain('ORG:Engines');
    expect(texts()[0]).not.toContain('TITLE');
  });

  it('does not sign the phone out, nor stop its mail, for a source that is down or refuses', async () => {
    source.write('Contacts', 'a.vcf', vcard('Ada'));
    await phone.complete();
    for (const kind of ['unavailable', 'auth'] as const) {
      server.pim.fault = () => new BackendError(kind === 'auth' ? 'unavailable' : kind, 'down');
      const collections = [
        { SyncKey: '0', CollectionId: 'm1' },
        { SyncKey: phone.key, CollectionId: phone.id },
      ];
      const { Collections } = await phone.handset.ask('Sync', { Collections: { Collection: collections } });
      expect(Collections?.Collection?.map(({ Status }) => Status)).toEqual([1, 5]);
      expect((await phone.handset.ask('FolderSync', { SyncKey: '0' })).Changes?.Add).toContainEqual(
        expect.objectContaining({ ServerId: phone.id, Type: 9 }),
      );
      expect(server.told.filter((line) => line === 'source failed Contacts')).toHaveLength(1);
    }
    server.pim.fault = () => null;
    server.now += 120_000;
    expect(await phone.sync()).toBeNull();
    expect(server.told).toContain('source restored Contacts');
  });
});
