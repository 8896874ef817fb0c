import { Agent } from 'node:http';
import { Phone, type PhoneOptions } from './phone.js';
import { requestIn, say, ScriptedServer, type Heard, type Line } from './testing/scripted-server.js';

let server: ScriptedServer;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  server = await ScriptedServer.start(() => ({}));
});
afterEach(() => {
  server.heard.length = 0;
});
afterAll(async () => {
  agent.destroy();
  await server.stop();
});

const phoneOf = (options: Partial<PhoneOptions> = {}): Phone =>
  new Phone({ url: server.url, user: 'ann', password: 'sécret', deviceId: 'dev1', agent, ...options });

/** Answers the requests in order; the last line serves for all that come after. */
function lines(...answers: (Line | Promise<Line>)[]): void {
  let next = 0;
  server.script = () => answers[Math.min(next++, answers.length - 1)] ?? {};
}

const inFolder = (SyncKey: string, more: object = {}): Promise<Line> =>
  say('Sync', { Collections: { Collection: [{ SyncKey, CollectionId: 'f1', Status: 1, ...more }] } });

const added = (ServerId: string, Subject = 's'): object => ({
  Add: { ServerId, ApplicationData: { Email: { Subject, Read: false } } },
});

const keysHeard = (): unknown[] =>
  server.heard.map((heard) => requestIn('Sync', heard).Collections?.Collection?.[0]?.SyncKey);

describe('a request', () => {
  it.each(['plain', 'base64'] as const)(
    'tells user, device, version and policy key in the %s form',
    async (query) => {
      lines(say('FolderSync', { Status: 1, SyncKey: '1' }));
      const phone = phoneOf({ query, version: '14.1' });
      phone.link.policyKey = '77';
      await phone.folderSync();
      const [heard] = server.heard;
      const version = heard?.query.version ?? Number(heard?.headers['ms-asprotocolversion']) * 10;
      const key = heard?.query.policyKey ?? heard?.headers['x-ms-policykey'];
      expect({ ...heard?.query, version, key }).toMatchObject({
        command: 'FolderSync',
        deviceId: 'dev1',
        deviceType: 'GodwitPhone',
        version: 141,
        key: '77',
      });
      expect(heard?.headers.authorization).toBe(`Basic ${Buffer.from('ann:sécret').toString('base64')}`);
    },
  );

  it('finds the endpoint below a bare host, and leaves a given path alone', () => {
    expect(phoneOf().link.url.pathname).toBe('/Microsoft-Server-ActiveSync');
    expect(phoneOf({ url: `${server.url}/eas/x?y=1` }).link.url.href).toBe(`${server.url}/eas/x`);
  });

  it('survives a kept connection that the server closed meanwhile', async () => {
    lines(say('FolderSync', { Status: 1, SyncKey: '1' }));
    const phone = phoneOf();
    await phone.folderSync();
    server.closeIdleConnections();
    expect(await phone.folderSync()).toBe(1);
  });
});

describe('what the server says is an outcome', () => {
  it.each([
    [{ http: 401 }, { kind: 'refused', http: 401 }],
    [
      { http: 403, body: 'no' },
      { kind: 'refused', http: 403, text: 'no' },
    ],
    [
      { http: 503, headers: { 'Retry-After': '30' } },
      { kind: 'refused', http: 503, retryAfter: 30 },
    ],
    [
      { http: 302, headers: { Location: 'http://x/' } },
      { kind: 'refused', location: 'http://x/' },
    ],
    [{}, { kind: 'empty' }],
    [{ body: '<html>Welcome</html>' }, { kind: 'malformed', text: '<html>Welcome</html>' }],
    [
      { body: 'xx', headers: { 'Content-Type': 'application/vnd.ms-sync.multipart' } },
      { kind: 'malformed', reason: 'the table of parts is cut off' },
    ],
  ])('%j', async (line, outcome) => {
    lines(line);
    expect(await phoneOf({ autoProvision: false }).command('FolderSync', { SyncKey: '0' })).toMatchObject(
      outcome,
    );
  });

  it('a connection cut in mid-answer is a lost answer', async () => {
    server.script = (_heard, response) => {
      response.writeHead(200, { 'Content-Length': '1000' });
      response.write(Buffer.from([3, 1, 106]), () => response.destroy());
      return null;
    };
    expect(await phoneOf().command('FolderSync', { SyncKey: '0' })).toMatchObject({ kind: 'lost' });
  });

  it('OPTIONS lists versions and commands whatever the blanks', async () => {
    expect(await phoneOf().options()).toMatchObject({
      http: 200,
      versions: ['12.1', '14.1', '16.1'],
      commands: ['Sync', 'Ping'],
    });
  });

  it('HTTP 451 sends the phone elsewhere, and not in circles', async () => {
    const other = await ScriptedServer.start(() => say('FolderSync', { Status: 1, SyncKey: '1' }));
    try {
      lines({ http: 451, headers: { 'X-MS-Location': other.url } });
      const phone = phoneOf();
      expect(await phone.folderSync()).toBe(1);
      expect(phone.link.url.origin).toBe(other.url);
      other.script = () => ({ http: 451, headers: { 'X-MS-Location': other.url } });
      await expect(phone.folderSync()).rejects.toMatchObject({ outcome: { kind: 'refused', http: 451 } });
    } finally {
      await other.stop();
    }
  });
});

describe('provisioning', () => {
  const offered = say('Provision', {
    Status: 1,
    Policies: {
      Policy: {
        PolicyType: 'MS-EAS-Provisioning-WBXML',
        Status: 1,
        PolicyKey: '11',
        Data: { EASProvisionDoc: { DevicePasswordEnabled: true } },
      },
    },
  });
  const final = say('Provision', {
    Status: 1,
    Policies: { Policy: { PolicyType: 'MS-EAS-Provisioning-WBXML', Status: 1, PolicyKey: '22' } },
  });

  it.each([
    ['HTTP 449', { http: 449 }],
    ['Status 142', say('FolderSync', { Status: 142 })],
    ['Status 144', say('FolderSync', { Status: 144 })],
  ])('in two phases after %s, and then the command again', async (_name, first) => {
    lines(first, offered, final, say('FolderSync', { Status: 1, SyncKey: '1' }));
    const phone = phoneOf();
    expect(await phone.folderSync()).toBe(1);
    expect(phone.policyKey).toBe('22');
    const [, ask, acknowledge, again] = server.heard;
    expect(requestIn('Provision', ask).Policies?.Policy).toEqual({ PolicyType: 'MS-EAS-Provisioning-WBXML' });
    expect(requestIn('Provision', acknowledge).Policies?.Policy).toMatchObject({
      PolicyKey: '11',
      Status: 1,
    });
    expect(acknowledge?.headers['x-ms-policykey']).toBe('11');
    expect(again?.headers['x-ms-policykey']).toBe('22');
  });

  it('does not go on for ever when the server is never content', async () => {
    server.script = ({ query }) => (query.command === 'Provision' ? offered : { http: 449 });
    await expect(phoneOf().folderSync()).rejects.toMatchObject({ outcome: { http: 449 } });
    expect(server.heard).toHaveLength(4);
  });

  it('confirms a wipe and forgets everything', async () => {
    lines(say('FolderSync', { Status: 140 }), say('Provision', { Status: 1, RemoteWipe: true }));
    const phone = phoneOf();
    phone.collection('f1');
    await phone.folderSync();
    expect(phone.wiped).toBe('device');
    expect(phone.collections.size).toBe(0);
    expect(requestIn('Provision', server.heard[2]).RemoteWipe).toEqual({ Status: 1 });
  });
});

describe('folders', () => {
  const folder = (ServerId: string, ParentId: string, Type: number): object => ({
    ServerId,
    ParentId,
    DisplayName: ServerId,
    Type,
  });

  it('are kept by key; an unknown key begins anew', async () => {
    lines(
      say('FolderSync', { Status: 1, SyncKey: 'a', Changes: { Add: [folder('f1', '0', 2)] } } as never),
      say('FolderSync', { Status: 9 }),
      say('FolderSync', { Status: 1, SyncKey: 'b', Changes: { Add: [folder('f2', '0', 2)] } } as never),
    );
    const phone = phoneOf();
    await phone.folderSync();
    expect(phone.inbox().id).toBe('f1');
    await phone.folderSync();
    expect([...phone.hierarchy.folders.keys()]).toEqual(['f2']);
    expect(phone.hierarchy.anomalies).toEqual([]);
  });

  it('with an unknown parent are an anomaly', async () => {
    lines(
      say('FolderSync', { Status: 1, SyncKey: 'a', Changes: { Add: [folder('f3', 'f9', 12)] } } as never),
    );
    const phone = phoneOf();
    await phone.folderSync();
    expect(phone.hierarchy.anomalies).toEqual(['f3']);
  });
});

describe('Sync', () => {
  it('gets a key, then pages until there is no more', async () => {
    lines(
      inFolder('1'),
      inFolder('2', { MoreAvailable: true, Commands: [added('a'), added('b')] }),
      inFolder('3', { Commands: [added('c')] }),
    );
    const collection = phoneOf().collection('f1');
    expect(await collection.syncAll({ window: 2 })).toMatchObject({ status: 1, more: false, key: '3' });
    expect([...collection.items.keys()]).toEqual(['a', 'b', 'c']);
    expect(keysHeard()).toEqual(['0', '1', '2']);
    expect(requestIn('Sync', server.heard[0]).Collections?.Collection?.[0]?.GetChanges).toBeUndefined();
  });

  it('merges a Change, and notes what a server must not do', async () => {
    lines(
      inFolder('1'),
      inFolder('2', { Commands: [added('a', 'first')] }),
      inFolder('3', {
        Commands: [
          { Change: { ServerId: 'a', ApplicationData: { Email: { Read: true } } } },
          { Change: { ServerId: 'x', ApplicationData: { Email: { Read: true } } } },
          added('a', 'twice'),
          { Delete: { ServerId: 'y' } },
          { SoftDelete: { ServerId: 'z' } },
        ],
      }),
      inFolder('3', { MoreAvailable: true }),
    );
    const collection = phoneOf().collection('f1');
    await collection.sync();
    await collection.sync();
    expect(collection.items.get('a')?.Email).toMatchObject({ Subject: 'twice' });
    await collection.sync();
    expect(collection.mailbox.anomalies.map(({ kind, serverId }) => [kind, serverId])).toEqual([
      ['change-of-unknown', 'x'],
      ['add-of-known', 'a'],
      ['delete-of-unknown', 'y'],
      ['soft-delete-of-unknown', 'z'],
      ['no-progress', undefined],
    ]);
  });

  it('takes its own changes as done only if the server did not refuse them', async () => {
    lines(
      inFolder('1'),
      inFolder('2', { Commands: [added('a'), added('b'), added('c')] }),
      inFolder('3', { Responses: [{ Change: { ServerId: 'b', Status: 5 } }] }),
    );
    const collection = phoneOf().collection('f1');
    await collection.sync();
    const change = (ServerId: string): object => ({
      Change: { ServerId, ApplicationData: { Email: { Read: true } } },
    });
    await collection.sync({ commands: [change('a'), change('b'), { Delete: { ServerId: 'c' } }] as never });
    expect(collection.items.get('a')?.Email?.Read).toBe(true);
    expect(collection.items.get('b')?.Email?.Read).toBe(false);
    expect(collection.items.has('c')).toBe(false);
  });

  it('keeps its key when the answer is lost, and sends the very same again', async () => {
    lines(inFolder('1'), inFolder('2', { Commands: [added('a')] }));
    const collection = phoneOf().collection('f1');
    expect(await collection.prime()).toMatchObject({ key: '1' });
    const commands = [{ Add: { ClientId: 'c1', ApplicationData: {} } }] as never;
    expect(await collection.sync({ commands, dropAnswer: true })).toMatchObject({ isLost: true, key: '1' });
    expect(await collection.retry()).toMatchObject({ isLost: false, key: '2' });
    expect(server.heard[2]?.raw).toEqual(server.heard[1]?.raw);
    expect(collection.items.size).toBe(1);
  });

  it('begins a folder anew on Status 3', async () => {
    lines(inFolder('1'), inFolder('2', { Commands: [added('a')] }), inFolder('0', { Status: 3 }));
    const collection = phoneOf().collection('f1');
    await collection.sync();
    expect(await collection.sync()).toMatchObject({ status: 3, key: '0' });
    expect(collection).toMatchObject({ resets: 1 });
    expect(collection.items.size).toBe(0);
  });

  it('without folders is the empty request, and an empty answer is no news', async () => {
    lines({});
    expect(await phoneOf().sync([])).toMatchObject({ isEmpty: true, isLost: false });
    expect(server.heard[0]?.raw).toHaveLength(0);
  });

  it('names the class to servers of 12.1', async () => {
    lines(inFolder('1'));
    await phoneOf({ version: '12.1' }).collection('f1').prime();
    expect(server.heard[0]?.raw.includes('Email')).toBe(true);
  });
});

describe('Ping', () => {
  const held = (): Promise<Heard> =>
    new Promise((resolve) => {
      server.script = (heard) => {
        resolve(heard);
        return new Promise<Line>(() => undefined);
      };
    });

  it('tells folders with changes', async () => {
    lines(say('Ping', { Status: 2, Folders: { Folder: ['f1'] } }));
    const phone = phoneOf();
    expect(await phone.ping({ interval: 60, folders: [phone.collection('f1')] })).toMatchObject({
      kind: 'answered',
      status: 2,
      folders: ['f1'],
    });
  });

  it('ends by its own will', async () => {
    const arrived = held();
    const abort = new AbortController();
    const result = phoneOf().ping({ interval: 60, signal: abort.signal });
    await arrived;
    abort.abort();
    expect(await result).toEqual({ kind: 'aborted' });
  });

  it('cut by somebody in between is told as such', async () => {
    server.script = (_heard, response) => {
      response.destroy();
      return null;
    };
    // Twice: a fresh connection, so that it does not pass for a stale one.
    expect(await phoneOf({ agent: new Agent() }).ping({ interval: 60 })).toMatchObject({ kind: 'cut' });
  });
});

describe('attachments and mails', () => {
  it('come inline in base64, or as they are in a multipart answer', async () => {
    const properties = { ContentType: 'text/plain', Range: '1-3', Total: 10 };
    const fetched = (more: object): Promise<Line> =>
      say('ItemOperations', {
        Status: 1,
        Response: [{ Fetch: { Status: 1, FileReference: 'r', Properties: { ...properties, ...more } } }],
      });
    lines(fetched({ Data: Buffer.from('bcd').toString('base64') }));
    const phone = phoneOf();
    const expected = { status: 1, range: '1-3', total: 10, data: Buffer.from('bcd') };
    expect(await phone.fetchAttachment('r', { range: [1, 3] })).toMatchObject(expected);
    const document = (await fetched({ Part: 1 })).body as Buffer;
    const table = Buffer.alloc(20);
    [2, 20, document.length, 20 + document.length, 3].forEach((word, index) =>
      table.writeUInt32LE(word, index * 4),
    );
    lines({
      body: Buffer.concat([table, document, Buffer.from('bcd')]),
      headers: { 'Content-Type': 'application/vnd.ms-sync.multipart' },
    });
    expect(await phone.fetchAttachment('r', { range: [1, 3], multipart: true })).toMatchObject(expected);
    expect(server.heard[1]?.headers['ms-asacceptmultipart']).toBe('T');
  });

  it('are sent as WBXML from 14.0 on, before as the body itself', async () => {
    lines({});
    await phoneOf().sendMail('Subject: x\r\n\r\ny', { clientId: 'c1', save: false });
    expect(requestIn('SendMail', server.heard[0])).toMatchObject({ ClientId: 'c1' });
    expect(requestIn('SendMail', server.heard[0]).SaveInSentItems).toBeUndefined();
    await phoneOf({ version: '12.1' }).sendMail('Subject: x\r\n\r\ny');
    expect(server.heard[1]).toMatchObject({ query: { saveInSent: true } });
    expect(server.heard[1]?.raw.toString()).toBe('Subject: x\r\n\r\ny');
  });

  it('move with the phone, whose folders follow', async () => {
    lines(
      inFolder('1'),
      inFolder('2', { Commands: [added('a')] }),
      say('MoveItems', { Response: [{ SrcMsgId: 'a', Status: 3, DstMsgId: 'b' }] }),
      inFolder('3', { Commands: [{ Delete: { ServerId: 'a' } }] }),
    );
    const phone = phoneOf();
    const [from, to] = [phone.collection('f1'), phone.collection('f2')];
    await from.sync();
    expect(await phone.moveItems([{ serverId: 'a', from, to }])).toMatchObject([{ status: 3 }]);
    expect(to.items.get('b')?.Email?.Subject).toBe('s');
    await from.sync();
    expect(from.mailbox.anomalies).toEqual([]);
  });
});
