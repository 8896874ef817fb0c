import { eventually } from '#backend/contract';
import { defaultTenantSettings, type AccessRules, type Standing } from '#store';
import { MailSync, TestServer, type Handset } from './testing/index.js';

const identity = { tenant: 't', user: 'ada', deviceId: 'phone1' };

const mail = (subject: string): Uint8Array =>
  Buffer.from(`From: bob@example.org\r\nSubject: ${subject}\r\n\r\nhello\r\n`);

const tenant = (defaultAccess: Standing, more: object = {}): AccessRules => ({
  revision: '0',
  rules: [],
  settings: new Map([['t', { ...defaultTenantSettings, defaultAccess, ...more }]]),
});

/** What a phone knows of its folders, and asks for with its key. */
class Folders {
  key = '0';
  readonly names = new Map<string, string>();

  constructor(private readonly phone: Handset) {}

  async sync(): Promise<string[]> {
    const answer = await this.phone.ask('FolderSync', { SyncKey: this.key });
    expect(answer.Status).toBe(1);
    this.key = answer.SyncKey ?? this.key;
    for (const { ServerId, DisplayName } of [
      ...(answer.Changes?.Add ?? []),
      ...(answer.Changes?.Update ?? []),
    ])
      this.names.set(ServerId, DisplayName);
    for (const { ServerId } of answer.Changes?.Delete ?? []) this.names.delete(ServerId);
    return [...this.names.values()].sort();
  }

  idOf(name: string): string {
    return [...this.names].find(([, shown]) => shown === name)![0];
  }
}

const subjects = (folder: MailSync): string[] => [...folder.has.values()].sort();
const WAITING = 'This device is waiting to be let in';

describe('a device in quarantine', () => {
  let server: TestServer;
  beforeEach(() => {
    server = new TestServer();
    server.mailbox.createFolder('Work');
    server.mailbox.deliver('Inbox', mail('secret'));
    server.mailbox.deliver('Work', mail('plans'));
  });
  afterEach(() => server.close());

  const decide = (standing: Standing): Promise<void> =>
    server.decide(identity, { decision: standing, standing });

  it.each([120, 121, 140, 141, 160, 161])(
    'of version %i sees one mail in its Inbox and nothing else, and all of it without a new set-up once it is let in',
    async (version) => {
      server.changeRules(tenant('quarantined', { quarantineText: 'Ask Grace, in room 5.' }));
      const phone = server.handset({ version });
      const folders = new Folders(phone);
      expect(await folders.sync()).toEqual(['Inbox']);
      const inbox = new MailSync(phone, folders.idOf('Inbox'));
      await inbox.sync();
      await inbox.sync();
      expect(subjects(inbox)).toEqual([WAITING]);
      await inbox.sync();
      expect(subjects(inbox)).toEqual([WAITING]);
      expect(server.store.eventsOf(identity)).toEqual([
        { kind: 'quarantined', details: { reason: 'default' } },
      ]);

      await decide('allowed');
      expect(await folders.sync()).toEqual(['Inbox', 'Work']);
      await inbox.sync();
      expect(subjects(inbox)).toEqual(['secret']);
      await inbox.sync();
      expect(subjects(inbox)).toEqual(['secret']);
      const work = new MailSync(phone, folders.idOf('Work'));
      await work.sync();
      await work.sync();
      expect(subjects(work)).toEqual(['plans']);

      await decide('quarantined');
      expect(await folders.sync()).toEqual(['Inbox']);
      await inbox.sync();
      expect(subjects(inbox)).toEqual([WAITING]);
    },
  );

  it('reads the mail: who it is from, what the tenant says, and which device is meant', async () => {
    server.changeRules(tenant('quarantined', { quarantineText: 'Ask Grace, in room 5 – bitte.' }));
    const phone = server.handset();
    await phone.ask('Settings', [
      {
        DeviceInformation: { Set: { Model: 'Fern\r\nBcc: x@y', OS: 'Android 15', FriendlyName: 'Ada’s' } },
      },
    ]);
    const folders = new Folders(phone);
    await folders.sync();
    const inbox = await new MailSync(phone, folders.idOf('Inbox')).complete();
    const fetch = {
      Store: 'Mailbox',
      CollectionId: inbox.id,
      ServerId: inbox.idOf(WAITING),
      Options: { BodyPreference: [{ Type: 1 }] },
    };
    const answer = await phone.ask('ItemOperations', [{ Fetch: fetch }] as never);
    expect(JSON.stringify(answer.Response)).toMatch(
      /postmaster@example.org.*Ask Grace, in room 5 – bitte\..*Device: Fern Bcc: x@y.*phone1/s,
    );
  });

  it('may throw the mail away, mark it and wait, whatever arrives, until it is let in', async () => {
    server.changeRules(tenant('quarantined'));
    const phone = server.handset();
    const folders = new Folders(phone);
    await folders.sync();
    const inbox = await new MailSync(phone, folders.idOf('Inbox')).complete();
    const read = { Change: { ServerId: inbox.idOf(WAITING), ApplicationData: { Email: { Read: true } } } };
    expect((await inbox.sync({ Commands: [read] as never }))?.Status).toBe(1);
    const waiting = phone.ask('Ping', {
      HeartbeatInterval: 600,
      Folders: { Folder: [{ Id: inbox.id, Class: 'Email' }] },
    });
    await eventually(() => server.told.includes('held Ping'));
    server.mailbox.deliver('Inbox', mail('more'));
    expect(
      (await inbox.sync({ Commands: [{ Delete: { ServerId: inbox.idOf(WAITING) } }] as never }))?.Status,
    ).toBe(1);
    await inbox.sync();
    expect(subjects(inbox)).toEqual([WAITING]);
    // The Sync ended the wait, as any request does; it had no news.
    expect(await waiting).toMatchObject({ Status: 1 });
    expect(server.told).not.toContain('released Ping news');
  });

  it('is told by its Ping that there are folders now, once it is let in', async () => {
    server.changeRules(tenant('quarantined'));
    const phone = server.handset();
    const folders = new Folders(phone);
    await folders.sync();
    const inbox = await new MailSync(phone, folders.idOf('Inbox')).complete();
    const request = { HeartbeatInterval: 600, Folders: { Folder: [{ Id: inbox.id, Class: 'Email' }] } };
    const waiting = phone.ask('Ping', request);
    await eventually(() => server.told.includes('held Ping'));
    await decide('allowed');
    expect(await waiting).toMatchObject({ Status: 1 });
    expect(await phone.ask('Ping', null)).toMatchObject({ Status: 7 });
    expect(await folders.sync()).toEqual(['Inbox', 'Work']);
    expect(await phone.ask('Ping', null)).toMatchObject({ Status: 2, Folders: { Folder: [inbox.id] } });
  });

  it('can neither send nor search, move, or make folders', async () => {
    server.changeRules(tenant('quarantined'));
    const phone = server.handset();
    const folders = new Folders(phone);
    await folders.sync();
    const inbox = await new MailSync(phone, folders.idOf('Inbox')).complete();
    const id = inbox.idOf(WAITING);
    const denied = { status: 130 };
    const Mime = Buffer.from('From: ada@example.org\r\nTo: bob@example.org\r\nSubject: x\r\n\r\nx\r\n');
    await expect(phone.call('SendMail', { ClientId: 'c1', Mime })).rejects.toMatchObject(denied);
    await expect(
      phone.call('SmartReply', { ClientId: 'c2', Mime, Source: { FolderId: inbox.id, ItemId: id } }),
    ).rejects.toMatchObject(denied);
    await expect(
      phone.call('Search', { Store: { Name: 'GAL', Query: 'bob' } } as never),
    ).rejects.toMatchObject(denied);
    await expect(
      phone.call('MoveItems', { Move: [{ SrcMsgId: id, SrcFldId: inbox.id, DstFldId: inbox.id }] }),
    ).resolves.toBeDefined();
    await expect(
      phone.call('FolderCreate', { SyncKey: folders.key, ParentId: '0', DisplayName: 'x', Type: 12 }),
    ).rejects.toMatchObject(denied);
    expect(server.sent).toEqual([]);
    const old = server.handset({ version: 121 });
    await expect(old.call('SendMail', null, { raw: Mime })).rejects.toMatchObject(denied);
    expect(server.sent).toEqual([]);
  });
});

describe('a device that is shut out', () => {
  let server: TestServer;
  beforeEach(() => (server = new TestServer()));
  afterEach(() => server.close());

  it('is refused whatever it asks, also where no actor is asked otherwise, and what it is is kept', async () => {
    const rule = { name: 'no ferns', tenant: 't', action: 'blocked', exempt: false, enabled: true } as const;
    server.changeRules({
      revision: '0',
      rules: [{ ...rule, id: '7', position: 0, conditions: { model: 'fern*' } }],
      settings: new Map(),
    });
    const phone = server.handset();
    const folders = new Folders(phone);
    await folders.sync();
    await phone.ask('Settings', [{ DeviceInformation: { Set: { Model: 'Fern 5' } } }]);
    await expect(folders.sync()).rejects.toMatchObject({ status: 129 });
    const Mime = Buffer.from('From: ada@example.org\r\nTo: bob@example.org\r\nSubject: x\r\n\r\nx\r\n');
    const old = server.handset({ version: 121 });
    await expect(old.call('SendMail', null, { raw: Mime })).rejects.toMatchObject({ status: 129 });
    await expect(
      phone.call('Search', { Store: { Name: 'GAL', Query: 'bob' } } as never),
    ).rejects.toMatchObject({
      status: 129,
    });
    expect(server.store.eventsOf(identity)).toEqual([{ kind: 'blocked', details: { reason: 'rule:7' } }]);
    // An administrator's word counts more than rules.
    await server.decide(identity, { decision: 'allowed', standing: 'allowed' });
    expect(await folders.sync()).toEqual(['Inbox']);
    await server.decide(identity, { accountEnabled: false });
    await expect(folders.sync()).rejects.toMatchObject({ status: 126 });
  });

  it('by default may say what it is, and is let in by a rule for its model', async () => {
    const rule = { name: 'ferns', tenant: 't', action: 'allowed', exempt: false, enabled: true } as const;
    server.changeRules({
      ...tenant('blocked'),
      rules: [{ ...rule, id: '7', position: 0, conditions: { model: 'fern*' } }],
    });
    const phone = server.handset();
    const folders = new Folders(phone);
    await expect(folders.sync()).rejects.toMatchObject({ status: 129 });
    await phone.ask('Settings', [{ DeviceInformation: { Set: { Model: 'Fern 5' } } }]);
    expect(await folders.sync()).toEqual(['Inbox']);
  });

  it('is not made where its user has as many as he may', async () => {
    server.changeRules(tenant('allowed', { maxDevices: 1 }));
    await new Folders(server.handset()).sync();
    const second = new Folders(server.handset({ deviceId: 'phone2' }));
    await expect(second.sync()).rejects.toMatchObject({ status: 177 });
    await expect(server.store.load({ ...identity, deviceId: 'phone2' }, [])).resolves.toBeNull();
    await new Folders(server.handset()).sync();
  });
});
