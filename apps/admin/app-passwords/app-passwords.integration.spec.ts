import type { AdminClient } from '#admin-api';
import { eventually } from '#backend/contract';
import { AdminStage, PASSWORD, userOf } from '../testing/admin-stage.js';

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('app passwords', () => {
  let stage: AdminStage;
  let client: AdminClient;
  const ada = userOf('ada', 'acme');
  const params = { tenant: 'acme', user: ada };

  beforeAll(async () => {
    stage = await AdminStage.open();
    client = stage.first;
    stage.core.bus.subscribe('account-changed', (account) => stage.core.accounts.distrustUser(account));
  }, 60_000);
  afterAll(() => stage.close());

  const make = (more: Record<string, string> = {}) =>
    client.call('POST /users/{tenant}/{user}/app-passwords', {
      params,
      body: { name: 'a phone', password: PASSWORD, ...more },
    });

  async function signIn(password: string, deviceId?: string): Promise<string> {
    const result = await stage.core.accounts.authenticate(basic(ada, password), '192.0.2.1', { deviceId });
    return result.kind === 'accepted' ? 'accepted' : result.reason;
  }

  it('open the mailbox for phones until they are taken back, and are shown once only', async () => {
    const { appPassword, id } = await make();
    expect(appPassword).toMatch(/^([a-hjkm-np-z]{5}-){3}[a-hjkm-np-z]{5}$/);
    expect(await signIn(appPassword, 'PHONE1')).toBe('accepted');
    // As a phone's keyboard makes it.
    expect(
      await signIn(` ${appPassword[0]?.toUpperCase()}${appPassword.slice(1).replaceAll('-', ' ')} `),
    ).toBe('accepted');
    const { items } = await client.call('GET /users/{tenant}/{user}/app-passwords', { params });
    expect(JSON.stringify(items)).not.toContain(appPassword);
    expect(JSON.stringify(items)).not.toContain(PASSWORD);
    await eventually(async () => {
      const listed = await client.call('GET /users/{tenant}/{user}/app-passwords', { params });
      return listed.items.some((item) => item.id === id && item.lastUsedAt !== null);
    });
    await client.call('DELETE /users/{tenant}/{user}/app-passwords/{password}', {
      params: { ...params, password: id },
      body: {},
    });
    await eventually(async () => (await signIn(appPassword, 'PHONE1')) === 'wrong-password');
  });

  it('serve only the device they are bound to, and no other user', async () => {
    const { appPassword } = await make({ deviceId: 'PHONE1' });
    expect(await signIn(appPassword, 'phone2')).toBe('other-device');
    expect(await signIn(appPassword, 'phone1')).toBe('accepted');
    expect(await signIn(appPassword, 'phone2')).toBe('other-device');
    const other = await stage.core.accounts.authenticate(
      basic(userOf('bob', 'acme'), appPassword),
      '192.0.2.1',
    );
    expect(other).toMatchObject({ kind: 'refused', reason: 'wrong-password' });
  });

  it('are made with the right password of the mailbox only, and never out of one another', async () => {
    await expect(make({ password: 'wrong' })).rejects.toMatchObject({ status: 422 });
    const { appPassword } = await make();
    await expect(make({ password: appPassword })).rejects.toMatchObject({ status: 422 });
    await expect(make({ expiresAt: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({ status: 422 });
  });
});
