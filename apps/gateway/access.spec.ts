import { defaultTenantSettings } from '#store';
import { decode, encodeToBuffer, FolderSyncRequest, FolderSyncResponse } from '#eas';
import { command, GatewayStage } from './testing/gateway-stage.js';

const device = (id: string): string => `User=ada&DeviceId=${id}&DeviceType=Test`;

describe('a device that is refused', () => {
  let stage: GatewayStage;
  beforeEach(async () => (stage = await GatewayStage.open()));
  afterEach(() => stage.close());

  const folderSync = async (version: string, id: string) => {
    const number = Number(version) * 10;
    const body = await encodeToBuffer(FolderSyncRequest, { SyncKey: '0' }, { version: number });
    const answer = await stage.call({
      query: command('FolderSync', device(id)),
      headers: { 'MS-ASProtocolVersion': version, 'Content-Type': 'application/vnd.ms-sync.wbxml' },
      body,
    });
    if (answer.status !== 200) return answer.status;
    return (await decode(FolderSyncResponse, answer.body, { version: number })).value.Status;
  };

  it('is told so by Status from 14.0 on, and by HTTP before: blocked, one too many, or its user switched off', async () => {
    const settings = (more: object) => new Map([['default', { ...defaultTenantSettings, ...more }]]);
    stage.rules = { revision: '0', rules: [], settings: settings({ maxDevices: 1 }) };
    expect(await folderSync('14.1', 'first')).toBe(1);
    expect([await folderSync('16.1', 'second'), await folderSync('12.1', 'second')]).toEqual([177, 403]);
    stage.rules = { revision: '0', rules: [], settings: settings({ defaultAccess: 'blocked' }) };
    expect([await folderSync('14.0', 'third'), await folderSync('12.1', 'third')]).toEqual([129, 403]);
    const identity = { tenant: 'default', user: 'ada', deviceId: 'fourth' };
    const attributes = { deviceType: 'Test', userAgent: '' };
    await stage.store.create(identity, attributes, {
      layout: 1,
      policy: null,
      lastSync: null,
      ping: { interval: null, folders: null },
    });
    stage.store.decide(identity, { accountEnabled: false, decision: 'allowed' });
    expect([await folderSync('14.0', 'fourth'), await folderSync('12.1', 'fourth')]).toEqual([126, 403]);
  });
});
