import { BackendError } from '#backend';
import { eventually, sampleMail } from '#backend/contract';
import { MemoryBackend } from '#backends/memory';
import { commandsOf, MailSync, TestServer, type Handset } from '../testing/index.js';

let server: TestServer;
let phone: Handset;
let inbox: MailSync;

beforeEach(async () => {
  server = new TestServer();
  phone = server.handset();
  await phone.ask('FolderSync', { SyncKey: '0' });
  inbox = new MailSync(phone);
});
afterEach(() => server.close());

const DAY = 86_400_000;
const deliver = (subject: string, folder = 'Inbox', age = 0) =>
  server.mailbox.deliver(folder, sampleMail(subject), { receivedAt: new Date(server.now - age * DAY) });
const deliverAll = (...subjects: string[]) => subjects.map((subject) => deliver(subject));
const idAt = (serverId: string) => serverId.slice(serverId.indexOf(':') + 1);
const mailOf = (subject: string) => server.mailbox.folder('Inbox').find(idAt(inbox.idOf(subject)));
const isWaiting = () => eventually(() => server.watch.size === 1);

const read = (ServerId: string, Read = true) => ({
  Change: { ServerId, ApplicationData: { Email: { Read } } },
});

/** A second folder that phones have synced. */
async function folder(name: string, role: 'trash' | null = null): Promise<MailSync> {
  server.mailbox.createFolder(name, role);
  const { Changes } = await phone.ask('FolderSync', { SyncKey: '0' });
  const id = Changes?.Add?.find(({ DisplayName }) => DisplayName === name)?.ServerId;
  return new MailSync(phone, id).complete();
}

/** A Sync of several folders in one request. */
async function syncOf(...parts: [MailSync, object?][]) {
  const Collection = parts.map(([{ key, id }, more]) => ({ SyncKey: key, CollectionId: id, ...more }));
  return phone.call('Sync', { Collections: { Collection } });
}

describe('Sync keys', () => {
  it('0 gets a key and no items; with GetChanges it is a protocol error (trap 20)', async () => {
    deliver('a');
    expect(await inbox.sync()).toMatchObject({ Status: 1, CollectionId: 'm1' });
    expect(inbox.has.size).toBe(0);
    inbox.key = '0';
    expect((await inbox.sync({ GetChanges: true }))?.Status).toBe(4);
    expect((await inbox.sync({ GetChanges: false }))?.Status).toBe(1);
  });

  it('stay while nothing happens, and the answer is then empty (traps 22, 32)', async () => {
    deliver('a');
    await inbox.complete();
    await inbox.sync();
    const { key } = inbox;
    expect(await inbox.sync()).toBeNull();
    expect(await inbox.sync()).toBeNull();
    expect(inbox.key).toBe(key);
  });

  it('that are not live reset their collection alone, back to 0', async () => {
    const work = await folder('Work');
    await inbox.complete();
    deliver('a', 'Work');
    const answer = await syncOf([{ ...inbox, key: 'epoch99999-1' } as MailSync], [work]);
    if (answer.kind !== 'document') throw new Error(answer.kind);
    const [bad, good] = answer.value.Collections?.Collection ?? [];
    expect(bad).toEqual({ SyncKey: '0', CollectionId: 'm1', Status: 3 });
    expect(good).toMatchObject({ Status: 1, Commands: [{ Add: {} }] });
  });

  it('used again bring the same answer, and what the phone did is not done twice (traps 19, 24)', async () => {
    deliverAll('a', 'b');
    await inbox.complete();
    const { key } = inbox;
    const commands = { Commands: [read(inbox.idOf('a')), { Delete: { ServerId: inbox.idOf('b') } }] };
    await inbox.sync(commands);
    const next = inbox.key;
    deliver('c');
    const done = server.operations.filter((operation) => operation === 'updateState').length;
    inbox.key = key;
    await inbox.sync(commands);
    expect(server.operations.filter((operation) => operation === 'updateState')).toHaveLength(done);
    expect(inbox.key).toBe(next);
    await inbox.sync();
    expect([...inbox.has.values()].sort()).toEqual(['a', 'b', 'c']);
  });

  it('used again after the phone changed its mind take the newest state, also if it was an older one', async () => {
    deliver('a');
    await inbox.complete();
    const { key } = inbox;
    for (const Read of [true, false, true]) {
      inbox.key = key;
      await inbox.sync({ Commands: [read(inbox.idOf('a'), Read)] });
    }
    expect(mailOf('a')?.flags.seen).toBe(true);
  });

  it('are not acknowledged by a Ping or by a Sync of another folder (trap 27)', async () => {
    const work = await folder('Work');
    await inbox.complete();
    deliver('a');
    const { key } = inbox;
    await inbox.sync();
    await work.sync();
    const ping = phone.call('Ping', { HeartbeatInterval: 60, Folders: { Folder: [{ Id: 'm1' }] } });
    await isWaiting();
    phone.hangUp();
    await ping;
    inbox.key = key;
    expect(commandsOf(await inbox.sync())).toEqual([`Add ${inbox.idOf('a')}`]);
  });
});

describe('folders that are not there', () => {
  it('are 12, whatever is asked of them; also what an empty request inherits', async () => {
    const stray = new MailSync(phone, 'Calendar::old');
    expect(await stray.sync({ Options: [{ FilterType: 6, Class: 'Calendar' }] })).toMatchObject({
      Status: 12,
    });
    const again = await phone.ask('Sync', null);
    expect(again.Collections?.Collection).toMatchObject([{ CollectionId: 'Calendar::old', Status: 12 }]);
  });

  it('but that were never begun are not begun by an empty request: 3', async () => {
    expect((await inbox.sync({ SyncKey: 'epoch00000-7' }))?.Status).toBe(3);
    const again = await phone.ask('Sync', null);
    expect(again.Collections?.Collection).toEqual([{ SyncKey: '0', CollectionId: 'm1', Status: 3 }]);
  });
});

describe('windows', () => {
  it('hold a part, with MoreAvailable before Commands until the last (trap 44)', async () => {
    deliverAll('a', 'b', 'c', 'd', 'e');
    await inbox.sync();
    const seen: [number, boolean][] = [];
    for (let more = true; more;) {
      const answer = await inbox.sync({ WindowSize: 2 });
      more = answer?.MoreAvailable === true;
      seen.push([answer?.Commands?.length ?? 0, more]);
    }
    expect(seen).toEqual([
      [2, true],
      [2, true],
      [1, false],
    ]);
    inbox.key = '0';
    await inbox.sync();
    const Collection = [{ SyncKey: inbox.key, CollectionId: 'm1', WindowSize: 2 }];
    const answer = await phone.call('Sync', { Collections: { Collection } });
    if (answer.kind !== 'document') throw new Error(answer.kind);
    const [moreAvailable, commands] = [0x14, 0x56].map((tag) => answer.bytes.indexOf(tag));
    expect(moreAvailable).toBeGreaterThan(0);
    expect(moreAvailable).toBeLessThan(commands ?? 0);
  });

  it.each([
    [undefined, 100],
    [0, 512],
    [600, 512],
    [512, 512],
  ])('of size %s hold %i (trap 43)', async (WindowSize, size) => {
    for (let index = 0; index < 520; index++) deliver(`m${index}`);
    await inbox.sync();
    const answer = await inbox.sync(WindowSize === undefined ? {} : { WindowSize });
    expect(answer?.Commands).toHaveLength(size);
    expect(answer?.MoreAvailable).toBe(true);
  });

  it('are shared in request order; what found no room is left out, promises nothing, and still counts as changed', async () => {
    const work = await folder('Work');
    await inbox.complete();
    deliverAll('a', 'b', 'c');
    deliver('w', 'Work');
    const Collection = [inbox, work].map(({ key, id }) => ({ SyncKey: key, CollectionId: id }));
    const answer = await phone.ask('Sync', { Collections: { Collection }, WindowSize: 2 });
    expect(answer.Collections?.Collection?.map(({ CollectionId }) => CollectionId)).toEqual(['m1']);
    expect(answer.Collections?.Collection?.[0]).toMatchObject({ MoreAvailable: true });
    // Ping and a waiting Sync both know of it.
    const ping = { HeartbeatInterval: 60, Folders: { Folder: [{ Id: work.id }] } };
    expect(await phone.ask('Ping', ping)).toEqual({ Status: 2, Folders: { Folder: [work.id] } });
    const waited = await phone.ask('Sync', {
      Collections: { Collection: [{ SyncKey: work.key, CollectionId: work.id }] },
      HeartbeatInterval: 600,
    });
    expect(waited.Collections?.Collection).toMatchObject([
      { CollectionId: work.id, Commands: [{ Add: {} }] },
    ]);
  });

  it('of a whole request hold for a Partial one with commands that leaves them unsaid', async () => {
    await inbox.complete();
    const Collection = [{ SyncKey: inbox.key, CollectionId: 'm1' }];
    await phone.call('Sync', { Collections: { Collection }, WindowSize: 1 });
    deliverAll('a', 'b', 'c');
    const Commands = [{ Delete: { ServerId: 'm1:nothing' } }];
    const answer = await inbox.sync({ Commands }, { Partial: true });
    expect(answer?.Commands).toHaveLength(1);
  });
});

describe('what a request leaves unsaid', () => {
  it('an empty one takes from the last; without one it is 13 (trap 31)', async () => {
    expect(await phone.ask('Sync', null)).toEqual({ Status: 13 });
    await inbox.complete();
    await inbox.sync();
    expect(await phone.call('Sync', null)).toEqual({ kind: 'empty' });
    deliver('a');
    const answer = await phone.ask('Sync', null);
    expect(answer.Collections?.Collection?.[0]?.Commands).toHaveLength(1);
  });

  it('an empty one does not exist in 12.0, nor an empty answer', async () => {
    const old = server.handset({ version: 120, deviceId: 'old' });
    expect(await old.call('Sync', null)).toEqual({ kind: 'refusal', status: 400 });
    await old.ask('FolderSync', { SyncKey: '0' });
    const mails = await new MailSync(old).complete();
    await mails.sync();
    const answer = await mails.sync();
    expect(answer).toEqual({ Class: 'Email', SyncKey: mails.key, CollectionId: 'm1', Status: 1 });
  });

  it('a Partial one merges by collection, and must bring something (trap 33)', async () => {
    const work = await folder('Work');
    await inbox.complete();
    expect(await phone.ask('Sync', { Partial: true })).toEqual({ Status: 4 });
    expect(await phone.ask('Sync', {})).toEqual({ Status: 4 });
    await syncOf([inbox], [work]);
    deliver('i');
    deliver('w', 'Work');
    const Collection = [{ SyncKey: work.key, CollectionId: work.id }];
    const answer = await phone.ask('Sync', { Collections: { Collection }, Partial: true });
    expect(answer.Collections?.Collection?.map(({ CollectionId }) => CollectionId).sort()).toEqual(
      [inbox.id, work.id].sort(),
    );
    const fresh = server.handset({ deviceId: 'fresh' });
    const partial = { Partial: true, WindowSize: 5 };
    expect(await fresh.ask('Sync', partial)).toEqual({ Status: 13 });
  });

  it('Options left out are kept; an Options block replaces the whole set (trap 47)', async () => {
    deliver('old', 'Inbox', 10);
    deliver('new');
    const text = { Type: 1 as const, TruncationSize: 5 };
    await inbox.complete({ Options: [{ FilterType: 3, BodyPreference: [text] }] });
    expect([...inbox.has.values()]).toEqual(['new']);
    deliver('newer');
    const kept = await inbox.sync();
    expect(kept?.Commands).toMatchObject([
      { Add: { ApplicationData: { Email: { Body: { Truncated: true } } } } },
    ]);
    // Without FilterType there is no filter any more.
    await inbox.sync({ Options: [{ BodyPreference: [{ Type: 1 }] }] });
    expect([...inbox.has.values()].sort()).toEqual(['new', 'newer', 'old']);
    deliver('newest');
    const whole = await inbox.sync();
    expect(JSON.stringify(whole?.Commands)).not.toContain('Truncated');
  });

  it('a retry with other Options is answered by them', async () => {
    deliver('a');
    await inbox.sync({ Options: [{ BodyPreference: [{ Type: 1 }] }] });
    const { key } = inbox;
    await inbox.sync();
    inbox.key = key;
    const answer = await inbox.sync({ Options: [{ BodyPreference: [{ Type: 1, TruncationSize: 3 }] }] });
    expect(answer?.Commands).toMatchObject([
      { Add: { ApplicationData: { Email: { Body: { Truncated: true } } } } },
    ]);
  });
});

describe('filters', () => {
  it('of another class are refused as a whole: 4, of none 103 (trap 46)', async () => {
    await inbox.complete();
    const asked = (FilterType: number) =>
      phone.ask('Sync', {
        Collections: { Collection: [{ SyncKey: inbox.key, CollectionId: 'm1', Options: [{ FilterType }] }] },
      });
    for (const FilterType of [6, 7, 8]) expect(await asked(FilterType)).toEqual({ Status: 4 });
    expect(await asked(9)).toEqual({ Status: 103 });
  });

  it('let items fall out as SoftDelete, the next day and without being asked (traps 48, 49)', async () => {
    deliver('old', 'Inbox', 6);
    deliver('new');
    await inbox.complete({ Options: [{ FilterType: 3 }] });
    const id = inbox.idOf('old');
    server.now += 2 * DAY;
    expect(commandsOf(await inbox.sync())).toEqual([`SoftDelete ${id}`]);
    expect(mailOf('new')).toBeDefined();
    expect(server.mailbox.folder('Inbox').find(idAt(id))).toBeDefined();
  });

  it('of phones that ask for SMS, too, are those of the mail; nonsense is 4 (4.3)', async () => {
    deliver('old', 'Inbox', 10);
    deliver('new');
    const sms = { Class: 'SMS', FilterType: 0 };
    await inbox.complete({ Options: [sms, { Class: 'Email', FilterType: 3 }] });
    expect([...inbox.has.values()]).toEqual(['new']);
    inbox.has.clear();
    await inbox.complete({ Options: [{ FilterType: 3 }, sms] });
    expect([...inbox.has.values()]).toEqual(['new']);
    const asked = (...Options: object[]) =>
      phone.ask('Sync', {
        Collections: { Collection: [{ SyncKey: inbox.key, CollectionId: 'm1', Options }] },
      });
    expect(await asked({ Class: 'Email' }, { FilterType: 3 })).toEqual({ Status: 4 });
    expect(await asked({ Class: 'Email' }, { Class: 'Calendar' })).toEqual({ Status: 4 });
  });
});

describe('what the phone does', () => {
  it('is answered by silence where it succeeds, with a new key, and is not sent back (traps 25, 26)', async () => {
    deliver('a');
    await inbox.complete();
    await inbox.sync();
    const { key } = inbox;
    const answer = await inbox.sync({ Commands: [read(inbox.idOf('a'))] });
    expect(answer).toEqual({ SyncKey: inbox.key, CollectionId: 'm1', Status: 1 });
    expect(inbox.key).not.toBe(key);
    expect(mailOf('a')?.flags.seen).toBe(true);
    expect(await inbox.sync()).toBeNull();
  });

  it('changes what it names and nothing else; an empty Flag clears the flag (trap 54)', async () => {
    deliver('a');
    await inbox.complete();
    const ServerId = inbox.idOf('a');
    const change = (Email: object) =>
      inbox.sync({ Commands: [{ Change: { ServerId, ApplicationData: { Email } } }] });
    await change({ Flag: { Status: 2, FlagType: 'Follow up' } });
    await change({ Read: true });
    expect(mailOf('a')?.flags).toMatchObject({ flagged: true, seen: true });
    await change({ Flag: {} });
    expect(mailOf('a')?.flags).toMatchObject({ flagged: false, seen: true });
  });

  it.each([
    ['of its mark', { Flag: { Status: 2, FlagType: 'Follow up' } }, { flagged: false }],
    ['of having read it', { Read: true }, { seen: false }],
  ])(
    'that somebody else takes back in the same moment is told as taken back: %s',
    async (_what, Email, back) => {
      const id = deliver('a');
      await inbox.complete();
      // Another client changes it between the change and the look at what came of it.
      const updateState = jest.spyOn(MemoryBackend.prototype, 'updateState');
      updateState.mockImplementationOnce(async () => {
        const folder = server.mailbox.folder('Inbox');
        folder.setFlags(folder.find(id)!, back);
        return { version: '-' };
      });
      const ServerId = inbox.idOf('a');
      const answer = await inbox.sync({ Commands: [{ Change: { ServerId, ApplicationData: { Email } } }] });
      expect(commandsOf(answer)).toEqual([`Change ${ServerId}`]);
      expect(await inbox.sync()).toBeNull();
      updateState.mockRestore();
    },
  );

  it('to one item in two commands is merged, and a Delete beats a Change (traps 51, 52)', async () => {
    deliverAll('a', 'b');
    await inbox.complete();
    const [a, b] = ['a', 'b'].map((subject) => inbox.idOf(subject)) as [string, string];
    const flag = {
      Change: { ServerId: a, ApplicationData: { Email: { Flag: { Status: 2, FlagType: 'x' } } } },
    };
    const answer = await inbox.sync({
      Commands: [read(a), flag, { Delete: { ServerId: b } }, read(b)],
      DeletesAsMoves: false,
    });
    expect(answer?.Responses).toBeUndefined();
    expect(mailOf('a')?.flags).toMatchObject({ seen: true, flagged: true });
    expect(mailOf('b')).toBeUndefined();
    expect(commandsOf(await inbox.sync())).toEqual([]);
  });

  it('to an item that is gone is 8; a mail cannot be added: 6, a text message can (traps 28, 54)', async () => {
    deliver('a');
    await inbox.complete();
    const ServerId = inbox.idOf('a');
    server.mailbox.folder('Inbox').remove(idAt(ServerId));
    const answer = await inbox.sync({
      Commands: [
        read(ServerId),
        { Add: { ClientId: '1', ApplicationData: { Email: { Subject: 'x' } } } },
        { Add: { ClientId: '2', Class: 'SMS', ApplicationData: { Email: { Subject: 'x' } } } },
        { Delete: { ServerId: 'm99:1' } },
        { Fetch: { ServerId: 'm99:1' } },
      ],
    });
    expect(answer?.Responses).toEqual([
      { Change: { ServerId, Status: 8 } },
      { Add: { ClientId: '1', Status: 6 } },
      {
        Add: { Class: 'SMS', ClientId: '2', ServerId: expect.stringMatching(/^m1:SMS/) as string, Status: 1 },
      },
      { Delete: { ServerId: 'm99:1', Status: 8 } },
      { Fetch: { ServerId: 'm99:1', Status: 8 } },
    ]);
    expect(answer?.Commands).toEqual([{ Delete: { ServerId } }]);
  });

  it('with one malformed item spoils that item alone: 6 (traps 6, 28)', async () => {
    deliverAll('a', 'b');
    await inbox.complete();
    const [a, b] = ['a', 'b'].map((subject) => inbox.idOf(subject)) as [string, string];
    // `Read` of item a says neither yes nor no.
    const wbxml = (serverId: string, value: string): number[] => [
      ...[0x48, 0x4d, 3, ...Buffer.from(serverId), 0, 1],
      ...[0x5d, 0, 2, 0x55, 3, ...Buffer.from(value), 0, 1, 0, 0, 1, 1],
    ];
    const body = [
      ...[3, 1, 0x6a, 0, 0x45, 0x5c, 0x4f],
      ...[0x4b, 3, ...Buffer.from(inbox.key), 0, 1, 0x52, 3, ...Buffer.from('m1'), 0, 1],
      ...[0x56, ...wbxml(a, 'maybe'), ...wbxml(b, '1'), 1, 1, 1, 1],
    ];
    const answer = await phone.ask('Sync', null, { raw: Buffer.from(body) });
    expect(answer.Collections?.Collection).toMatchObject([
      { Status: 1, Responses: [{ Change: { ServerId: a, Status: 6 } }] },
    ]);
    expect(mailOf('a')?.flags.seen).toBe(false);
    expect(mailOf('b')?.flags.seen).toBe(true);
  });

  it('deletes into Trash unless it says no; in Trash it is final (trap 50)', async () => {
    const trash = await folder('Trash', 'trash');
    deliverAll('a', 'b', 'c');
    await inbox.complete();
    const doom = (subject: string, more: object) =>
      inbox.sync({ Commands: [{ Delete: { ServerId: inbox.idOf(subject) } }], ...more });
    await doom('a', {});
    await doom('b', { DeletesAsMoves: true });
    await doom('c', { DeletesAsMoves: false });
    await trash.sync();
    expect([...trash.has.values()].sort()).toEqual(['a', 'b']);
    await trash.sync({ Commands: [{ Delete: { ServerId: trash.idOf('a') } }] });
    await trash.sync();
    expect(server.mailbox.folder('Trash').find(idAt(trash.idOf('a')))).toBeUndefined();
  });

  it('fetches the item whole that came cut (MS-ASCMD 2.2.3.67.2)', async () => {
    deliver('a');
    await inbox.complete({ Options: [{ BodyPreference: [{ Type: 1, TruncationSize: 3 }] }] });
    const answer = await inbox.sync({ Commands: [{ Fetch: { ServerId: inbox.idOf('a') } }] });
    const [response] = answer?.Responses ?? [];
    const email = response && 'Fetch' in response ? response.Fetch.ApplicationData?.Email : undefined;
    expect(email?.Body).toMatchObject({ Type: 1, Data: expect.stringContaining('Body of a.') as string });
    expect(email?.Body?.Truncated).toBeUndefined();
  });

  it('while the source is down changes nothing: an error that passes, the key stays, the retry does it', async () => {
    deliver('a');
    await inbox.complete();
    const commands = { Commands: [read(inbox.idOf('a'))] };
    server.fault = () => new BackendError('unavailable', 'down');
    await expect(inbox.sync(commands)).rejects.toMatchObject({ kind: 'unavailable' });
    server.fault = () => null;
    expect((await inbox.sync(commands))?.Status).toBe(1);
    expect(mailOf('a')?.flags.seen).toBe(true);
  });

  it('before it has provisioned is not done', async () => {
    deliver('a');
    await inbox.complete();
    server.rule = 'required';
    await expect(inbox.sync({ Commands: [read(inbox.idOf('a'))] })).rejects.toMatchObject({ status: 142 });
    expect(mailOf('a')?.flags.seen).toBe(false);
  });
});

describe('requests that break the protocol', () => {
  const asked = (request: object) =>
    phone.ask('Sync', {
      Collections: { Collection: [{ SyncKey: inbox.key, CollectionId: 'm1' }] },
      ...request,
    });

  it('name a collection twice, or two kinds of waiting: 4', async () => {
    const twice = { SyncKey: '0', CollectionId: 'm1' };
    expect(await asked({ Collections: { Collection: [twice, twice] } })).toEqual({ Status: 4 });
    expect(await asked({ Wait: 5, HeartbeatInterval: 300 })).toEqual({ Status: 4 });
  });

  it.each([
    [{ Wait: 0 }, 1],
    [{ Wait: 60 }, 59],
    [{ HeartbeatInterval: 59 }, 60],
    [{ HeartbeatInterval: 3541 }, 3540],
  ])(
    'wait too little or too long, %j: 14 with the nearest limit, and no collections (trap 34)',
    async (wait, Limit) => {
      expect(await asked(wait)).toEqual({ Status: 14, Limit });
    },
  );

  it('name too many collections: 15 with the limit (trap 36)', async () => {
    const Collection = Array.from({ length: 6 }, (_, index) => ({
      SyncKey: '0',
      CollectionId: `m${index + 1}`,
    }));
    expect(await asked({ Collections: { Collection } })).toEqual({ Status: 15, Limit: 5 });
  });

  it('bring more commands than the limit, over all collections: 4, and none is done', async () => {
    server.limits = { ...server.limits, commands: 3 };
    server.mailbox.createFolder('Work');
    for (const subject of ['a', 'b']) {
      deliver(subject);
      server.mailbox.deliver('Work', sampleMail(subject));
    }
    await phone.ask('FolderSync', { SyncKey: '0' });
    await inbox.complete();
    const work = await new MailSync(phone, 'm2').complete();
    const collection = (mail: MailSync, subjects: string[]) => ({
      SyncKey: mail.key,
      CollectionId: mail.id,
      Commands: subjects.map((subject) => read(mail.idOf(subject))),
    });
    const both = (subjects: string[]) => ({
      Collections: { Collection: [collection(inbox, ['a', 'b']), collection(work, subjects)] },
    });
    expect(await asked(both(['a', 'b']))).toEqual({ Status: 4 });
    expect(mailOf('a')?.flags.seen).toBe(false);
    await asked(both(['a']));
    expect(mailOf('a')?.flags.seen).toBe(true);
  });
});

describe('a Sync that waits', () => {
  beforeEach(async () => {
    deliver('first');
    await inbox.complete();
    await inbox.sync();
  });

  it('answers at once what there is, else waits for news', async () => {
    deliver('there');
    expect((await inbox.sync({}, { HeartbeatInterval: 600 }))?.Commands).toHaveLength(1);
    const answer = inbox.sync({}, { Wait: 10 });
    await isWaiting();
    deliver('later');
    expect((await answer)?.Commands).toHaveLength(1);
    expect([...inbox.has.values()].sort()).toEqual(['first', 'later', 'there']);
  });

  it('answers at once where it did something (trap 35)', async () => {
    const answer = await inbox.sync({ Commands: [read(inbox.idOf('first'))] }, { HeartbeatInterval: 600 });
    expect(answer?.Status).toBe(1);
    expect(server.told).not.toContain('held Sync');
  });

  it('is ended by a newer request with nothing, and forgotten when the phone hangs up (trap 40)', async () => {
    const first = inbox.sync({}, { HeartbeatInterval: 600 });
    await isWaiting();
    const second = phone.call('Sync', null);
    expect(await first).toBeNull();
    await isWaiting();
    phone.hangUp();
    expect(await second).toEqual({ kind: 'empty' });
    expect(server.watch.size).toBe(0);
    expect(server.leased).toBe(0);
  });

  it('does not wake for what GetChanges 0 does not want', async () => {
    const answer = inbox.sync({ GetChanges: false }, { HeartbeatInterval: 600 });
    await isWaiting();
    deliver('unwanted');
    server.watch.happened(server.account.key, null);
    expect(server.watch.size).toBe(1);
    await server.watch.drain();
    expect(await answer).toBeNull();
  });
});

describe('an answer that does not go as planned', () => {
  it('leaves out what vanished or cannot be read, and the rest of the folder arrives', async () => {
    deliver('a');
    server.mailbox.deliver('Inbox', sampleMail('bad'), { unreadable: true });
    deliver('b');
    await inbox.complete();
    await inbox.sync();
    await inbox.sync();
    expect([...inbox.has.values()].sort()).toEqual(['a', 'b']);
    expect(server.told.filter((line) => line.startsWith('set aside'))).toHaveLength(1);
    expect(await inbox.sync()).toBeNull();
  });

  it('whose connection breaks is news for a Ping until the phone asks again, and gives the same', async () => {
    await inbox.complete();
    deliver('a');
    const Collection = [{ SyncKey: inbox.key, CollectionId: 'm1' }];
    await phone.call('Sync', { Collections: { Collection } }, { breaks: true });
    const ping = { HeartbeatInterval: 60, Folders: { Folder: [{ Id: 'm1' }] } };
    expect((await phone.ask('Ping', ping)).Status).toBe(2);
    await inbox.sync();
    expect([...inbox.has.values()]).toEqual(['a']);
    expect(server.leased).toBe(0);
  });

  it('that is late does not take the place of the one its phone has: it hung up, asked again and goes on with that', async () => {
    deliver('a');
    await inbox.complete();
    await inbox.sync();
    const { key } = inbox;
    const Commands = [read(inbox.idOf('a'))];
    let wake = (): void => undefined;
    server.asleep = new Promise<void>((resolve) => (wake = resolve));
    const late = phone.call('Sync', {
      Collections: { Collection: [{ SyncKey: key, CollectionId: 'm1', Commands }] },
    });
    await eventually(() => server.operations.at(-1) === 'updateState');
    server.asleep = null;
    deliver('b');
    expect((await inbox.sync({ Commands }))?.Commands).toHaveLength(1);
    wake();
    await expect(late).rejects.toThrow('answered meanwhile');
    expect(inbox.key).not.toBe(key);
    await inbox.complete();
    expect([...inbox.has.values()].sort()).toEqual(['a', 'b']);
    expect(mailOf('a')?.flags.seen).toBe(true);
    expect(server.leased).toBe(0);
  });

  it('whose connection is found broken only when the phone’s Ping waits already ends that Ping', async () => {
    await inbox.complete();
    const ping = { HeartbeatInterval: 60, Folders: { Folder: [{ Id: 'm1' }] } };
    const first = phone.ask('Ping', ping);
    await isWaiting();
    deliver('a');
    await first;
    const Collection = [{ SyncKey: inbox.key, CollectionId: 'm1' }];
    const reply = await phone.reply('Sync', { Collections: { Collection } });
    // The account's watch stands and has told all: nothing but the broken answer can end this one.
    const answer = phone.ask('Ping', ping);
    await isWaiting();
    if (reply.kind !== 'document') throw new Error(`answered by ${reply.kind}`);
    await reply.ended?.('broken');
    expect((await answer).Status).toBe(2);
    expect(server.leased).toBe(0);
  });
});
