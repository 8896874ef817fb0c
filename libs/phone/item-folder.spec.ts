import { FolderType, type ProtocolVersion } from '#eas';
import { Phone } from './phone.js';
import { requestIn, say, ScriptedServer, type Line } from './testing/scripted-server.js';

let server: ScriptedServer;

beforeAll(async () => {
  server = await ScriptedServer.start(() => ({}));
});
afterEach(() => {
  server.heard.length = 0;
});
afterAll(() => server.stop());

const folders = [
  ['cal', FolderType.calendar],
  ['people', FolderType.contacts],
  ['club', FolderType.userContacts],
] as const;

/** A phone that knows a calendar and two address books; after the first key the server says these, the last one again. */
async function phoneThatHears(version: ProtocolVersion, ...answers: object[]): Promise<Phone> {
  const Add = folders.map(([ServerId, Type]) => ({ ServerId, ParentId: '0', DisplayName: ServerId, Type }));
  let next = 0;
  server.script = async ({ query, value }) => {
    if (query.command !== 'Sync') return say('FolderSync', { Status: 1, SyncKey: '1', Changes: { Add } });
    const [asked] = requestIn('Sync', { value } as never).Collections?.Collection ?? [];
    const said = asked?.SyncKey === '0' ? {} : (answers[Math.min(next++, answers.length - 1)] ?? {});
    return inFolder(asked?.CollectionId ?? '', String(next + 1), said);
  };
  const phone = new Phone({ url: server.url, user: 'ann', password: 'x', deviceId: 'dev1', version });
  await phone.folderSync();
  return phone;
}

const inFolder = (CollectionId: string, SyncKey: string, more: object): Promise<Line> =>
  say('Sync', { Collections: { Collection: [{ SyncKey, CollectionId, Status: 1, ...more }] } });

const lastAsked = () => requestIn('Sync', server.heard.at(-1)).Collections?.Collection?.[0];

const body = (Data: string) => ({ Body: { Type: 1, Data } });

describe('a folder of contacts', () => {
  it('is the default one of its class, unless another is named; mails are no contacts', async () => {
    const phone = await phoneThatHears('14.1');
    expect(phone.itemFolder('Contacts').collection.id).toBe('people');
    expect(phone.itemFolder('Contacts', 'club').collection.id).toBe('club');
    expect(() => phone.itemFolder('Contacts', 'cal')).toThrow('Calendar');
    expect(() => phone.itemFolder('Tasks')).toThrow('no default folder');
    expect(phone.hierarchy.ofClass('Contacts').map(({ id }) => id)).toEqual(['people', 'club']);
  });

  it('says at the first key which elements the phone has, and no more after it', async () => {
    const phone = await phoneThatHears('14.1');
    const { collection } = phone.itemFolder('Contacts');
    await collection.sync({ supported: ['Contacts:FirstName'] });
    expect(
      server.heard.slice(1).map((heard) => requestIn('Sync', heard).Collections?.Collection?.[0]),
    ).toEqual([
      expect.objectContaining({ SyncKey: '0', Supported: ['Contacts:FirstName'] }) as unknown,
      expect.not.objectContaining({ Supported: expect.anything() as unknown }) as unknown,
    ]);
  });

  it('takes a text alone for one of its own class, and a Change for all there is', async () => {
    const phone = await phoneThatHears(
      '14.1',
      { Commands: [{ Add: { ServerId: 'a', ApplicationData: { Contacts: body('likes bees') } } }] },
      { Commands: [{ Change: { ServerId: 'a', ApplicationData: { Contacts: { FirstName: 'Ada' } } } }] },
    );
    const people = phone.itemFolder('Contacts');
    await people.collection.sync();
    expect([...people.collection.items.values()]).toEqual([{ Contacts: body('likes bees') }]);
    await people.collection.sync();
    expect(people.item('a')).toEqual({ FirstName: 'Ada' });
    expect(people.idOf(({ FirstName }) => FirstName === 'Ada')).toBe('a');
    expect(() => people.idOf(({ FirstName }) => FirstName === 'Eve')).toThrow('0 items of 1');
  });

  it('knows an added one by the id the server gave, and not at all without an answer', async () => {
    const phone = await phoneThatHears(
      '14.1',
      { Responses: [{ Add: { ClientId: 'c1', ServerId: 'p1', Status: 1 } }] },
      { Responses: [{ Add: { ClientId: 'c2', Status: 6 } }] },
      {},
    );
    const people = phone.itemFolder('Contacts');
    const ada = { FirstName: 'Ada' };
    expect(await people.add(ada, { clientId: 'c1' })).toMatchObject({ status: 1, serverId: 'p1' });
    expect(await people.add(ada, { clientId: 'c2' })).toMatchObject({ status: 6, serverId: undefined });
    expect(await people.add(ada, { clientId: 'c3' })).toMatchObject({ status: 5, serverId: undefined });
    expect([...people.items]).toEqual([['p1', ada]]);
  });

  it('holds on to an item of which a Change or Delete was refused', async () => {
    const phone = await phoneThatHears(
      '14.1',
      { Responses: [{ Add: { ClientId: 'c1', ServerId: 'p1', Status: 1 } }] },
      { Responses: [{ Change: { ServerId: 'p1', Status: 7 } }] },
      { Responses: [{ Delete: { ServerId: 'p1', Status: 5 } }] },
      {},
    );
    const people = phone.itemFolder('Contacts');
    await people.add({ FirstName: 'Ada' }, { clientId: 'c1' });
    expect(await people.change('p1', { FirstName: 'Eve' }, { conflict: 1 })).toMatchObject({ status: 7 });
    expect(lastAsked()?.Options?.[0]?.Conflict).toBe(1);
    expect(await people.delete('p1')).toMatchObject({ status: 5 });
    expect(people.item('p1')).toEqual({ FirstName: 'Ada' });
    expect(await people.delete('p1')).toMatchObject({ status: 1 });
    expect(people.items.size).toBe(0);
  });
});

describe('a calendar of 16.x', () => {
  const start = new Date('2026-11-02T09:00:00Z');
  const event = { Subject: 'Stand-up', Recurrence: { Type: 1, Interval: 1, DayOfWeek: 2 } };

  it('learns what the answer says of a new event', async () => {
    const told = { ApplicationData: { Calendar: { UID: 'u1' } } };
    const phone = await phoneThatHears('16.1', {
      Responses: [{ Add: { ClientId: 'c1', ServerId: 'e1', Status: 1, ...told } }],
    });
    const calendar = phone.itemFolder('Calendar');
    expect(await calendar.add(event, { clientId: 'c1' })).toMatchObject({ told: { UID: 'u1' } });
    expect(calendar.item('e1')).toMatchObject({ Subject: 'Stand-up', UID: 'u1' });
  });

  it('changes and deletes single occurrences by their start, and leaves the series alone', async () => {
    const phone = await phoneThatHears(
      '16.1',
      { Responses: [{ Add: { ClientId: 'c1', ServerId: 'e1', Status: 1 } }] },
      {},
    );
    const calendar = phone.itemFolder('Calendar');
    await calendar.add(event, { clientId: 'c1' });
    await calendar.changeOccurrence('e1', start, { Subject: 'Sit-down' });
    expect(lastAsked()?.Commands).toMatchObject([{ Change: { InstanceId: '20261102T090000Z' } }]);
    await calendar.deleteOccurrence('e1', new Date('2026-11-09T09:00:00Z'));
    await calendar.changeOccurrence('e1', start, { Location: 'Kitchen' });
    expect(calendar.item('e1')).toMatchObject({ Subject: 'Stand-up' });
    expect(calendar.item('e1').Exceptions?.Exception).toEqual([
      { InstanceId: '20261109T090000Z', Deleted: true },
      { InstanceId: '20261102T090000Z', Subject: 'Sit-down', Location: 'Kitchen' },
    ]);
  });
});

it('answers meetings: of one occurrence, with a mail to the organizer', async () => {
  const phone = await phoneThatHears('16.1');
  server.script = () =>
    say('MeetingResponse', { Result: [{ RequestId: 'm1', Status: 1, CalendarId: 'e1' }] });
  const instance = new Date('2026-11-02T09:00:00Z');
  const answer = { answer: 'tentative', serverId: 'm1', instance, send: {} } as const;
  const { collection } = phone.itemFolder('Calendar');
  expect(await phone.meetingResponse(collection, answer)).toEqual({ status: 1, calendarId: 'e1' });
  expect(requestIn('MeetingResponse', server.heard.at(-1)).Request).toEqual([
    {
      UserResponse: 2,
      CollectionId: 'cal',
      RequestId: 'm1',
      InstanceId: '2026-11-02T09:00:00.000Z',
      SendResponse: {},
    },
  ]);
});
