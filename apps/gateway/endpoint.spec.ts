import {
  buildBase64Query,
  commands,
  decode,
  encodeToBuffer,
  type DeclaredCommand,
  type Encodable,
} from '#eas';
import { eventually } from '#backend/contract';
import { basic, command, GatewayStage, type HttpAnswer } from './testing/gateway-stage.js';

let stage: GatewayStage;
afterEach(() => stage.close());

const encoded = <N extends DeclaredCommand>(
  name: N,
  value: Encodable<(typeof commands)[N]['request']>,
  version = 141,
): Promise<Buffer> => encodeToBuffer(commands[name].request, value as never, { version });

const decoded = async (name: DeclaredCommand, { body }: HttpAnswer): Promise<unknown> =>
  (await decode(commands[name].response, body, { version: 141 })).value;

const folderSync = () => encoded('FolderSync', { SyncKey: '0' });
const version = (text: string) => ({ 'MS-ASProtocolVersion': text });

describe('who may speak', () => {
  beforeEach(async () => void (stage = await GatewayStage.open()));

  it('OPTIONS tells versions and only the commands that work, to a password that is right', async () => {
    const { status, headers } = await stage.call({ method: 'OPTIONS' });
    expect(status).toBe(200);
    expect(headers['ms-asprotocolversions']).toBe('12.0,12.1,14.0,14.1,16.0,16.1');
    expect(String(headers['ms-asprotocolcommands']).split(',')).toContain('ItemOperations');
    expect(String(headers['ms-asprotocolcommands']).split(',')).not.toContain('GetHierarchy');
    const refused = await stage.call({ method: 'OPTIONS', authorization: basic('ada', 'wrong') });
    expect(refused.status).toBe(401);
    expect(refused.headers['www-authenticate']).toContain('Basic');
    expect(refused.headers['ms-asprotocolcommands']).toBeUndefined();
  });

  it('401 comes before any work, for no login as for a wrong one', async () => {
    const body = await folderSync();
    for (const authorization of [null, 'Bearer x', basic('ada', 'wrong'), basic('eve', 'pässword')]) {
      expect((await stage.call({ query: command('FolderSync'), body, authorization })).status).toBe(401);
    }
    expect(stage.store).toBeDefined();
    expect(await stage.store.load({ tenant: 'default', user: 'ada', deviceId: 'phone1' }, [])).toBeNull();
  });

  it('a password may come in UTF-8 or in ISO-8859-1 (trap 3)', async () => {
    const body = await folderSync();
    for (const encoding of ['utf8', 'latin1'] as const) {
      const authorization = basic('ada', 'pässword', encoding);
      expect((await stage.call({ query: command('FolderSync'), body, authorization })).status).toBe(200);
    }
  });

  it('the login decides who it is, not the User of the query, in whatever case', async () => {
    const body = await folderSync();
    const query = command('FolderSync', 'User=somebody.else&DeviceId=PHONE1&DeviceType=Test');
    expect((await stage.call({ query, body, authorization: basic('ADA', 'pässword') })).status).toBe(200);
    expect(await stage.store.load({ tenant: 'default', user: 'ada', deviceId: 'phone1' }, [])).not.toBeNull();
  });
});

describe("a request's head", () => {
  beforeEach(async () => void (stage = await GatewayStage.open()));

  it('in base64 brings version, policy key and multipart wish itself (trap 1)', async () => {
    const query = buildBase64Query({
      command: 'FolderSync',
      deviceId: 'Phone1',
      deviceType: 'Test',
      version: 141,
      policyKey: '0',
    });
    const answer = await stage.call({ query, body: await folderSync(), headers: version('') });
    expect(await decoded('FolderSync', answer)).toMatchObject({ Status: 1 });
  });

  it('without a device id is Status 108, without a device type 109, and HTTP 400 up to 12.1', async () => {
    const body = await folderSync();
    const bad = [
      ['DeviceType=Test', 108],
      ['DeviceId=&DeviceType=Test', 108],
      ['DeviceId=../../x&DeviceType=Test', 108],
      ['DeviceId=a', 109],
    ] as const;
    for (const [device, status] of bad) {
      const query = command('FolderSync', device);
      expect(await decoded('FolderSync', await stage.call({ query, body }))).toEqual({ Status: status });
      expect((await stage.call({ query, body, headers: version('12.1') })).status).toBe(400);
    }
  });

  it('of a version that is not spoken here is HTTP 400', async () => {
    for (const text of ['2.5', '17.0', 'x', '']) {
      const call = { query: command('FolderSync'), body: await folderSync(), headers: version(text) };
      expect((await stage.call(call)).status).toBe(400);
    }
    expect((await stage.call({ query: '' })).status).toBe(400);
    expect((await stage.call({ query: '%%%' })).status).toBe(400);
  });

  it('with a command that nobody knows, or that its version does not have, is 501', async () => {
    expect((await stage.call({ query: command('Dance') })).status).toBe(501);
    expect((await stage.call({ query: command('GetAttachment') })).status).toBe(501);
    expect((await stage.call({ query: command('Find') })).status).toBe(501);
    expect((await stage.call({ query: command('Find'), headers: version('12.1') })).status).toBe(501);
  });

  it("of Android's account check is answered and makes no device (4.2)", async () => {
    const query = command('FolderSync', 'DeviceId=validate&DeviceType=Android');
    const answer = await stage.call({ query, body: await folderSync() });
    expect(answer).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    expect(await stage.store.load({ tenant: 'default', user: 'ada', deviceId: 'validate' }, [])).toBeNull();
  });
});

describe("a request's body", () => {
  it('that is no WBXML is 400, and the next request is served', async () => {
    stage = await GatewayStage.open();
    const query = command('Sync');
    for (const body of [Buffer.from('<html>'), Buffer.from([3, 1, 0x6a, 0, 0x45]), Buffer.alloc(500, 0x45)]) {
      expect((await stage.call({ query, body })).status).toBe(400);
    }
    expect((await stage.call({ query: command('FolderSync'), body: await folderSync() })).status).toBe(200);
  });

  it('over the limit is 413, whether its length is told or not', async () => {
    stage = await GatewayStage.open('provisioning: off', { GODWIT_LIMITS_REQUEST_BYTES: '65536' });
    const query = command('SendMail');
    const large = Buffer.alloc(70_000, 0x20);
    expect((await stage.call({ query, body: large, headers: version('12.1') })).status).toBe(413);
    const chunks = Array.from({ length: 7 }, () => Buffer.alloc(10_000, 0x20));
    expect((await stage.call({ query, body: chunks, headers: version('12.1') })).status).toBe(413);
  });

  it('with too large a mail is Status 122 from 14.0 on, so that the phone tells its user and gives up', async () => {
    stage = await GatewayStage.open('provisioning: off', { GODWIT_LIMITS_REQUEST_BYTES: '65536' });
    const query = command('SendMail');
    const Mime = Buffer.from(`To: bob@example.org\r\n\r\n${'x'.repeat(70)}\r\n`.padEnd(80_000, 'x'));
    const whole = await encoded('SendMail', { ClientId: '1', Mime });
    const chunks = Array.from({ length: 9 }, (_, i) => whole.subarray(i * 10_000, (i + 1) * 10_000));
    for (const body of [whole, chunks]) {
      const answer = await stage.call({ query, body });
      expect(answer.status).toBe(200);
      expect(await decoded('SendMail', answer)).toEqual({ Status: 122 });
    }
    // The connection and the server serve the next request.
    expect((await stage.call({ query: command('FolderSync'), body: await folderSync() })).status).toBe(200);
  });

  it('of no bytes is none, also in chunks: an empty Sync without a cached one is 13', async () => {
    stage = await GatewayStage.open();
    for (const [name, value] of [
      ['Transfer-Encoding', 'chunked'],
      ['Content-Length', '0'],
    ] as const) {
      const answer = await stage.call({ query: command('Sync'), headers: { [name]: value } });
      expect(await decoded('Sync', answer)).toEqual({ Status: 13 });
    }
  });
});

describe('provisioning', () => {
  beforeEach(async () => void (stage = await GatewayStage.open('provisioning: required')));

  it('is asked for by 449 up to 12.1 and by Status 142 from 14.0 on', async () => {
    const query = command('FolderSync');
    const body = await folderSync();
    expect((await stage.call({ query, body, headers: version('12.1') })).status).toBe(449);
    const told = await stage.call({ query, body });
    expect(told.status).toBe(200);
    expect(await decoded('FolderSync', told)).toEqual({ Status: 142 });
  });

  it('takes the key from X-MS-PolicyKey or from the base64 query', async () => {
    const key = await provisioned();
    const body = await folderSync();
    const plain = await stage.call({
      query: command('FolderSync'),
      body,
      headers: { 'X-MS-PolicyKey': key },
    });
    expect(await decoded('FolderSync', plain)).toMatchObject({ Status: 1 });
    const about = { command: 'FolderSync', deviceId: 'Phone1', deviceType: 'Test', version: 141 } as const;
    const packed = await stage.call({ query: buildBase64Query({ ...about, policyKey: key }), body });
    expect(await decoded('FolderSync', packed)).toMatchObject({ Status: 1 });
    const wrong = await stage.call({ query: buildBase64Query({ ...about, policyKey: '1' }), body });
    expect(await decoded('FolderSync', wrong)).toEqual({ Status: 144 });
  });

  async function provisioned(): Promise<string> {
    const query = command('Provision');
    const PolicyType = 'MS-EAS-Provisioning-WBXML';
    const keyOf = async (answer: HttpAnswer): Promise<string> => {
      const { value } = await decode(commands.Provision.response, answer.body, { version: 141 });
      return value.Policies?.Policy?.PolicyKey ?? '';
    };
    const DeviceInformation = { Set: { Model: 'test' } };
    const first = await encoded('Provision', { DeviceInformation, Policies: { Policy: { PolicyType } } });
    const temporary = await keyOf(await stage.call({ query, body: first }));
    const Policy = { PolicyType, PolicyKey: temporary, Status: 1 };
    return keyOf(await stage.call({ query, body: await encoded('Provision', { Policies: { Policy } }) }));
  }
});

describe('a phone that waits', () => {
  const ping = async () => ({
    query: command('Ping'),
    body: await encoded('Ping', { HeartbeatInterval: 300, Folders: { Folder: [{ Id: 'm1' }] } }),
  });

  beforeEach(async () => {
    stage = await GatewayStage.open();
    await stage.call({ query: command('FolderSync'), body: await folderSync() });
    let SyncKey: string | undefined = '0';
    // The second one finds the folder empty: nothing is left to tell.
    for (const round of ['begin', 'read']) {
      const Collection = [{ SyncKey: SyncKey ?? round, CollectionId: 'm1' }];
      const body = await encoded('Sync', { Collections: { Collection } });
      const answer = await stage.call({ query: command('Sync'), body });
      if (answer.body.length === 0) continue;
      const { value } = await decode(commands.Sync.response, answer.body, { version: 141 });
      SyncKey = value.Collections?.Collection?.[0]?.SyncKey;
    }
  });

  it('and hangs up is forgotten at once (trap 40)', async () => {
    const { answer, hangUp } = stage.start(await ping());
    await eventually(() => stage.watch.size === 1);
    hangUp();
    await expect(answer).rejects.toThrow();
    await eventually(() => stage.watch.size === 0);
  });

  it('and asks anew gets "no change" for the older request', async () => {
    const older = stage.start(await ping());
    await eventually(() => stage.watch.size === 1);
    const newer = stage.start(await ping());
    expect(await decoded('Ping', await older.answer)).toEqual({ Status: 1 });
    await eventually(() => stage.watch.size === 1);
    newer.hangUp();
    await expect(newer.answer).rejects.toThrow();
  });
});
