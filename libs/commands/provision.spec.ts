import { ProvisionRequired } from '#device';
import { eventually } from '#backend/contract';
import { MailSync, TestServer, type Handset } from './testing/index.js';

let server: TestServer;
beforeEach(() => (server = new TestServer({ rule: 'required' })));
afterEach(() => server.close());

const PolicyType = 'MS-EAS-Provisioning-WBXML';
const DeviceInformation = { Set: { Model: 'Test' } };

const fetched = (phone: Handset) =>
  phone.ask('Provision', {
    ...(phone.version >= 141 && { DeviceInformation }),
    Policies: { Policy: { PolicyType } },
  });
const acknowledged = (phone: Handset, PolicyKey: string | undefined, Status = 1) =>
  phone.ask('Provision', { Policies: { Policy: { PolicyType, Status, ...(PolicyKey && { PolicyKey }) } } });

async function provision(phone: Handset): Promise<void> {
  const temporary = (await fetched(phone)).Policies?.Policy?.PolicyKey;
  phone.policyKey = (await acknowledged(phone, temporary)).Policies?.Policy?.PolicyKey ?? null;
}

describe('Provision', () => {
  it('gives the document with a key that is good for nothing else, then the key for all commands (trap 105)', async () => {
    const phone = server.handset();
    phone.policyKey = '0';
    await expect(phone.call('FolderSync', { SyncKey: '0' })).rejects.toMatchObject({ status: 142 });
    const first = await fetched(phone);
    expect(first).toMatchObject({ Status: 1, DeviceInformation: { Status: 1 } });
    const policy = first.Policies?.Policy;
    expect(policy).toMatchObject({ PolicyType, Status: 1, Data: { EASProvisionDoc: { AllowCamera: true } } });
    phone.policyKey = policy?.PolicyKey ?? '';
    await expect(phone.call('FolderSync', { SyncKey: '0' })).rejects.toBeInstanceOf(ProvisionRequired);
    const second = await acknowledged(phone, policy?.PolicyKey);
    expect(second.Policies?.Policy).toEqual({
      PolicyType,
      Status: 1,
      PolicyKey: second.Policies?.Policy?.PolicyKey,
    });
    phone.policyKey = second.Policies?.Policy?.PolicyKey ?? '';
    expect((await phone.ask('FolderSync', { SyncKey: '0' })).Status).toBe(1);
  });

  it('tells what is wrong with a request: type missing 2, type unknown 3, key wrong 5, information missing 165', async () => {
    const phone = server.handset();
    const about = { DeviceInformation };
    expect(await phone.ask('Provision', { ...about, Policies: { Policy: {} } })).toMatchObject({ Status: 2 });
    const unknown = { Policies: { Policy: { PolicyType: 'MS-WAP-Provisioning-XML' } } };
    expect((await phone.ask('Provision', { ...about, ...unknown })).Policies?.Policy?.Status).toBe(3);
    expect((await acknowledged(phone, '12345')).Policies?.Policy?.Status).toBe(5);
    await expect(phone.call('Provision', { Policies: { Policy: { PolicyType } } })).rejects.toMatchObject({
      status: 165,
    });
    const older = server.handset({ version: 140, deviceId: 'older' });
    expect((await fetched(older)).Status).toBe(1);
  });

  it('of nothing asks for a wipe: there is none', async () => {
    expect(await server.handset().ask('Provision', {})).toEqual({ Status: 1 });
  });

  it('without a policy is answered "none", and nobody is asked for it', async () => {
    server.rule = 'off';
    const phone = server.handset();
    expect((await fetched(phone)).Policies?.Policy).toEqual({ PolicyType, Status: 2 });
    expect((await phone.ask('FolderSync', { SyncKey: '0' })).Status).toBe(1);
  });

  it('optional lets in a phone that shows no key, and one that shows 0 and cannot provision', async () => {
    server.rule = 'optional';
    const silent = server.handset({ deviceId: 'silent' });
    expect((await silent.ask('FolderSync', { SyncKey: '0' })).Status).toBe(1);
    const unable = server.handset({ deviceId: 'unable', policyKey: '0' });
    for (let reminder = 0; reminder < 3; reminder++) {
      await expect(unable.call('FolderSync', { SyncKey: '0' })).rejects.toMatchObject({ status: 142 });
    }
    expect((await unable.ask('FolderSync', { SyncKey: '0' })).Status).toBe(1);
  });
});

describe('a policy', () => {
  it('does not ask a Ping for its key, which phones leave out (MS-ASPROV 3.1.5.1), but asks for what it stands for', async () => {
    const phone = server.handset();
    const ping = { HeartbeatInterval: 60, Folders: { Folder: [{ Id: 'm1' }] } };
    await expect(phone.call('Ping', ping)).rejects.toMatchObject({ status: 142 });
    await provision(phone);
    await phone.ask('FolderSync', { SyncKey: '0' });
    await new MailSync(phone).sync();
    phone.policyKey = null;
    expect((await phone.ask('Ping', ping)).Status).toBe(2);
    await expect(phone.call('FolderSync', { SyncKey: '0' })).rejects.toMatchObject({ status: 142 });
  });

  it('that changes ends the wait of a phone at the next event (trap 42), and every key runs out', async () => {
    const phone = server.handset();
    await provision(phone);
    await phone.ask('FolderSync', { SyncKey: '0' });
    await new MailSync(phone).complete();
    const waiting = phone.call('Ping', { HeartbeatInterval: 600, Folders: { Folder: [{ Id: 'm1' }] } });
    const refused = expect(waiting).rejects.toMatchObject({ status: 143 });
    await eventually(() => server.watch.size === 1);
    server.changePolicy({ GODWIT_POLICY_DEVICE_PASSWORD_ENABLED: 'true' });
    server.watch.happened(server.account.key, null);
    await refused;
    expect(server.watch.size).toBe(0);
    await expect(phone.call('Sync', null)).rejects.toMatchObject({ status: 143 });
    await provision(phone);
    expect((await phone.ask('FolderSync', { SyncKey: '0' })).Status).toBe(1);
  });
});
