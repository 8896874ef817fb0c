import { commands, decode, encodeToBuffer } from '#eas';
import { command, GatewayStage } from './testing/gateway-stage.js';

let stage: GatewayStage;
afterEach(() => stage.close());

const body = () => encodeToBuffer(commands.FolderSync.request, { SyncKey: '0' }, { version: 141 });
const ask = async (deviceType: string, deviceId = 'Phone1') =>
  stage.call({
    query: command('FolderSync', `User=ada&DeviceId=${deviceId}&DeviceType=${deviceType}`),
    body: await body(),
  });
const status = async (answer: { body: Buffer }) =>
  (await decode(commands.FolderSync.response, answer.body, { version: 141 })).value.Status;

it('aspNetVersion: OPTIONS and a first FolderSync tell it, unless it is switched off', async () => {
  stage = await GatewayStage.open();
  expect((await stage.call({ method: 'OPTIONS' })).headers['x-aspnet-version']).toBeDefined();
  expect((await ask('Nine')).headers['x-aspnet-version']).toBeDefined();
  await stage.close();
  stage = await GatewayStage.open('provisioning: off', { GODWIT_CLIENTS_ASP_NET_VERSION: 'off' });
  expect((await stage.call({ method: 'OPTIONS' })).headers['x-aspnet-version']).toBeUndefined();
});

it('accountCheck: the id of a check becomes a device only where that is wanted', async () => {
  stage = await GatewayStage.open('provisioning: off', { GODWIT_CLIENTS_ACCOUNT_CHECK: 'off' });
  expect(await status(await ask('Android', 'validate'))).toBe(1);
  expect(await stage.store.load({ tenant: 'default', user: 'ada', deviceId: 'validate' }, [])).not.toBeNull();
});

it('provisionByHttp: 449 at every version where it is switched on', async () => {
  stage = await GatewayStage.open('provisioning: required', { GODWIT_CLIENTS_PROVISION_BY_HTTP: 'on' });
  expect((await ask('Old')).status).toBe(449);
});

it('outlookUnprovisioned: Outlook alone is let in, and only where it is switched on', async () => {
  stage = await GatewayStage.open('provisioning: required');
  expect(await status(await ask('WindowsOutlook15'))).toBe(142);
  await stage.close();
  stage = await GatewayStage.open('provisioning: required', { GODWIT_CLIENTS_OUTLOOK_UNPROVISIONED: 'on' });
  expect(await status(await ask('WindowsOutlook15'))).toBe(1);
  expect(await status(await ask('iPhone', 'Phone2'))).toBe(142);
});
