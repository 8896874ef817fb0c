import { commands, decode, encodeToBuffer, type Encodable } from '#eas';
import { eventually } from '#backend/contract';
import type { WipeKind } from '#store';
import { basic, command, GatewayStage } from './testing/gateway-stage.js';

const identity = { tenant: 'default', user: 'ada', deviceId: 'phone1' };
const WRONG = basic('ada', 'changed meanwhile');

let stage: GatewayStage;
afterEach(() => stage.close());

const { request, response } = commands.Provision;

/** As a phone with a password that is no longer valid. */
async function provision(
  value: Encodable<typeof request>,
  { headers = {}, authorization = WRONG, version = 161 } = {},
) {
  const answer = await stage.call({
    query: command('Provision'),
    body: await encodeToBuffer(request, value, { version }),
    headers: { 'MS-ASProtocolVersion': (version / 10).toFixed(1), ...headers },
    authorization,
  });
  const isDocument = answer.status === 200;
  return {
    http: answer.status,
    value: isDocument ? (await decode(response, answer.body, { version })).value : null,
  };
}

const sync = (version: string, authorization = WRONG) =>
  stage.call({
    query: command('Sync'),
    headers: { 'MS-ASProtocolVersion': version },
    authorization,
  });

/** The phone is lost; its password was changed first, then its wipe asked for. */
async function lose(kind: WipeKind, policy: string | null = null): Promise<void> {
  const state = {
    layout: 1,
    policy: policy && { final: policy },
    lastSync: null,
    ping: { interval: null, folders: null },
  };
  await stage.store.create(identity, { deviceType: 'Test', userAgent: '' }, state);
  stage.store.decide(identity, { wipe: { id: '1', kind, state: 'requested' } });
  stage.inForce = [{ ...identity, kind }];
  stage.wipes.refresh();
  await eventually(async () => (await sync('16.1')).status !== 401);
}

const control = async () => (await stage.store.load(identity, []))!.device.control;
const events = () => stage.store.eventsOf(identity).map(({ kind }) => kind);

describe('a lost phone whose password is no longer valid (trap 10)', () => {
  beforeEach(async () => void (stage = await GatewayStage.open()));

  it('is told to ask Provision, in the manner of its version, and ordered there', async () => {
    await lose('device');
    expect((await sync('12.1')).status).toBe(449);
    const told = await sync('14.1');
    expect(told.status).toBe(200);
    const { value } = await decode(commands.Sync.response, told.body, { version: 141 });
    expect(value).toMatchObject({ Status: 140 });
    expect((await provision({})).value).toEqual({ Status: 1, RemoteWipe: true });
    expect((await control()).wipe?.state).toBe('sent');
  });

  it('is believed that it is wiped only with the key that nobody else has', async () => {
    await lose('device', '4711');
    await provision({});
    const confirm = (key: string) =>
      provision({ RemoteWipe: { Status: 1 } }, { headers: { 'X-MS-PolicyKey': key } });
    for (const key of ['0', '4712', '']) expect((await confirm(key)).value).toEqual({ Status: 1 });
    expect(await control()).toMatchObject({ standing: 'allowed', wipe: { state: 'sent' } });
    expect((await provision({})).value).toEqual({ Status: 1, RemoteWipe: true });
    expect((await confirm('4711')).value).toEqual({ Status: 1 });
    expect(await control()).toMatchObject({ standing: 'blocked', wipe: { state: 'confirmed' } });
    expect(events()).toEqual(['wipe-sent', 'wipe-doubted', 'wipe-confirmed']);
  });

  it('learns nothing else, and is sent away once there is no wipe although this node has not heard of it', async () => {
    await lose('device');
    stage.store.decide(identity, { wipe: null });
    expect((await provision({})).http).toBe(401);
    expect(
      (await provision({ Policies: { Policy: { PolicyType: 'MS-EAS-Provisioning-WBXML' } } })).http,
    ).toBe(401);
    expect(await control()).toMatchObject({ standing: 'allowed' });
  });

  it('that would have to be wiped in full by an older version is sent away', async () => {
    await lose('account');
    expect((await sync('16.0')).status).toBe(401);
    expect((await provision({}, { version: 141 })).http).toBe(401);
    expect((await provision({})).value).toEqual({ Status: 1, AccountOnlyRemoteWipe: true });
  });
});

it('others with a wrong password stay outside, and make no device known', async () => {
  stage = await GatewayStage.open();
  await lose('device');
  const query = command('Provision', 'User=ada&DeviceId=Other&DeviceType=Test');
  const body = await encodeToBuffer(request, {}, { version: 161 });
  expect((await stage.call({ query, body, authorization: WRONG })).status).toBe(401);
  expect((await provision({}, { authorization: basic('eve', 'guess') })).http).toBe(401);
  expect(await stage.store.load({ ...identity, deviceId: 'other' }, [])).toBeNull();
});
