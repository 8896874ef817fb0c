import { commands, encodeToBuffer, decode } from '#eas';
import type { DeviceWipe } from '#store';
import { TestServer, type Handset } from './testing/index.js';

let server: TestServer;
beforeEach(() => (server = new TestServer({ rule: 'off' })));
afterEach(() => server.close());

const identityOf = ({ deviceId }: Handset) => ({ tenant: 't', user: 'ada', deviceId });
const wipe = (kind: DeviceWipe['kind'], state: DeviceWipe['state'] = 'requested'): DeviceWipe => ({
  id: `wipe of ${kind}`,
  kind,
  state,
});

/** A phone that has synced, and somebody asked for its wipe. */
async function lost(kind: DeviceWipe['kind'], options: Parameters<TestServer['handset']>[0] = {}) {
  const phone = server.handset(options);
  await phone.ask('FolderSync', { SyncKey: '0' });
  await server.decide(identityOf(phone), { wipe: wipe(kind) });
  const control = async () => (await server.store.load(identityOf(phone), []))!.device.control;
  const events = () => server.store.eventsOf(identityOf(phone)).map((event) => event.kind);
  return { phone, control, events };
}

const WIPED = { RemoteWipe: { Status: 1 } } as const;
const ACCOUNT_WIPED = { AccountOnlyRemoteWipe: { Status: 1 } } as const;

describe('a device that is to be wiped', () => {
  it('is told so whatever it asks but Provision, and ordered there; only its own word makes it wiped (trap 106)', async () => {
    const { phone, control, events } = await lost('device');
    const asks: [Parameters<Handset['call']>[0], unknown][] = [
      ['Sync', null],
      ['FolderSync', { SyncKey: '0' }],
      ['Ping', { HeartbeatInterval: 60, Folders: { Folder: [{ Id: 'm1' }] } }],
      ['Settings', [{ DeviceInformation: { Set: { Model: 'x' } } }]],
    ];
    for (const [name, body] of asks)
      await expect(phone.call(name, body as never)).rejects.toMatchObject({ status: 140 });
    expect((await control()).wipe?.state).toBe('requested');
    expect(await phone.ask('Provision', {})).toEqual({ Status: 1, RemoteWipe: true });
    expect((await control()).wipe?.state).toBe('sent');
    // Its answer got lost: it asks again, and it is still the same order.
    expect(await phone.ask('Provision', {})).toEqual({ Status: 1, RemoteWipe: true });
    expect(await phone.ask('Provision', WIPED)).toEqual({ Status: 1 });
    expect(await control()).toMatchObject({
      wipe: { state: 'confirmed' },
      standing: 'blocked',
      standingReason: 'wiped',
    });
    await expect(phone.call('Provision', {})).rejects.toMatchObject({ status: 129 });
    expect(events()).toEqual(['wipe-sent', 'wipe-confirmed']);
  });

  it('is ordered also when it asks for its policy, with what it tells of itself or without', async () => {
    const { phone } = await lost('device');
    const Policies = { Policy: { PolicyType: 'MS-EAS-Provisioning-WBXML' } };
    const DeviceInformation = { Set: { Model: 'Test' } };
    expect((await phone.ask('Provision', { Policies })).RemoteWipe).toBe(true);
    const told = await phone.ask('Provision', { DeviceInformation, Policies });
    expect(told).toMatchObject({ Status: 1, RemoteWipe: true });
    expect(told.Policies).toBeUndefined();
  });

  it('is not wiped by a word it says before it was told', async () => {
    const { phone, control } = await lost('device');
    expect((await phone.ask('Provision', WIPED)).RemoteWipe).toBe(true);
    expect((await control()).wipe?.state).toBe('sent');
    // Nor by having wiped something else.
    expect((await phone.ask('Provision', ACCOUNT_WIPED)).RemoteWipe).toBe(true);
    expect((await control()).wipe?.state).toBe('sent');
  });

  it('that could not is told again, and may succeed then', async () => {
    const { phone, control, events } = await lost('device');
    await phone.ask('Provision', {});
    expect(await phone.ask('Provision', { RemoteWipe: { Status: 2 } })).toEqual({
      Status: 2,
      RemoteWipe: true,
    });
    expect((await control()).wipe?.state).toBe('failed');
    await expect(phone.call('Sync', null)).rejects.toMatchObject({ status: 140 });
    expect(await phone.ask('Provision', WIPED)).toEqual({ Status: 1 });
    expect(events()).toEqual(['wipe-sent', 'wipe-failed', 'wipe-confirmed']);
  });

  it('is served as before once the wipe is cancelled', async () => {
    const { phone } = await lost('device');
    await server.decide(identityOf(phone), { wipe: null });
    expect((await phone.ask('FolderSync', { SyncKey: '0' })).Status).toBe(1);
    expect(await phone.ask('Provision', {})).toEqual({ Status: 1 });
  });

  it('is not ordered what was cancelled, even if its actor has not heard of that', async () => {
    const { phone, events } = await lost('device');
    await expect(phone.call('FolderSync', { SyncKey: '0' })).rejects.toMatchObject({ status: 140 });
    await server.store.stepWipe('wipe of device', 'cancel');
    expect(await phone.ask('Provision', {})).toEqual({ Status: 1 });
    expect(events()).toEqual([]);
  });
});

describe('an account wipe', () => {
  it('is one in 16.1', async () => {
    const { phone, control } = await lost('account', { version: 161 });
    expect(await phone.ask('Provision', {})).toEqual({ Status: 1, AccountOnlyRemoteWipe: true });
    expect(await phone.ask('Provision', ACCOUNT_WIPED)).toEqual({ Status: 1 });
    expect((await control()).wipe?.state).toBe('confirmed');
  });

  it('never becomes a full one: a device that speaks an older version is not served, and not told', async () => {
    for (const version of [120, 141, 160] as const) {
      const { phone, control } = await lost('account', { version, deviceId: `old${version}` });
      await expect(phone.call('FolderSync', { SyncKey: '0' })).rejects.toMatchObject({ status: 129 });
      await expect(phone.call('Provision', {})).rejects.toMatchObject({ status: 129 });
      expect((await control()).wipe?.state).toBe('requested');
    }
  });
});

it('iOS 5 says how it went before an element that is empty', async () => {
  const { phone, control } = await lost('device', { version: 121 });
  await phone.ask('Provision', {});
  await phone.ask('Provision', { Status: 1, RemoteWipe: {} });
  expect((await control()).wipe?.state).toBe('confirmed');
});

it('a 12.0 phone is sent no setting that its version does not know', async () => {
  const answer = async (version: 120 | 121) => {
    const EASProvisionDoc = {
      DevicePasswordEnabled: true,
      MaxAttachmentSize: 5,
      AllowCamera: false,
      ApprovedApplicationList: { Hash: ['a'.repeat(40)] },
    };
    const Policy = { Status: 1, Data: { EASProvisionDoc } };
    const { response } = commands.Provision;
    const bytes = await encodeToBuffer(response, { Status: 1, Policies: { Policy } }, { version });
    return (await decode(response, bytes, { version })).value.Policies?.Policy?.Data?.EASProvisionDoc;
  };
  expect(await answer(120)).toEqual({ DevicePasswordEnabled: true, MaxAttachmentSize: 5 });
  expect(await answer(121)).toMatchObject({
    AllowCamera: false,
    ApprovedApplicationList: { Hash: ['a'.repeat(40)] },
  });
});

describe('the password that unlocks a phone', () => {
  const leave = (phone: Handset, Password: string) =>
    phone.ask('Settings', [{ DevicePassword: { Set: { Password } } }]);

  it('is kept sealed where the policy allows it, and forgotten with an empty one', async () => {
    server.rule = 'optional';
    server.changePolicy({ GODWIT_POLICY_PASSWORD_RECOVERY_ENABLED: 'true' });
    const phone = server.handset();
    expect(await leave(phone, '1234')).toContainEqual({ DevicePassword: { Status: 1 } });
    expect(server.store.recoveryPasswordOf(identityOf(phone))).toBe('sealed 1234');
    expect(await leave(phone, 'x'.repeat(1000))).toContainEqual({ DevicePassword: { Status: 5 } });
    expect(await leave(phone, '')).toContainEqual({ DevicePassword: { Status: 1 } });
    expect(server.store.recoveryPasswordOf(identityOf(phone))).toBeNull();
  });

  it('is refused where it does not', async () => {
    const phone = server.handset();
    expect(await leave(phone, '1234')).toContainEqual({ DevicePassword: { Status: 7 } });
    expect(server.store.recoveryPasswordOf(identityOf(phone))).toBeNull();
  });
});
