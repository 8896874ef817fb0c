import type { AdminClient } from '#admin-api';
import { AdminStage, PASSWORD, TENANTS, userOf } from '../testing/admin-stage.js';

describe('folders of somebody else', () => {
  let stage: AdminStage;
  let acme: AdminClient;
  const changed: string[] = [];
  beforeAll(async () => {
    const imap = { kind: 'imap', host: '127.0.0.1', port: 1 };
    const globex = { kind: 'memory', passwords: { [userOf('ada', 'globex')]: PASSWORD } };
    stage = await AdminStage.open({
      configuration: {
        tenants: TENANTS.map((name) => ({
          name,
          domains: [`${name}.example`],
          provisioning: 'off',
          mail: name === 'acme' ? imap : globex,
          submission: { kind: 'smtp', host: '127.0.0.1', port: 1 },
          ...(name === 'acme' && { calendar: { kind: 'caldav', url: 'https://dav.acme.example/' } }),
        })),
      },
    });
    acme = await stage.as({ role: 'helpdesk' });
    stage.core.bus.subscribe('device-changed', ({ device }) => changed.push(device));
  });
  afterAll(() => stage.close());

  const refused = (work: Promise<unknown>) =>
    work.then(() => null).catch((error: { status: number }) => error.status);
  const ada = { tenant: 'acme', user: userOf('ada', 'acme') };
  const sharesOf = async (deviceId: string) =>
    (await stage.database.devices.load({ ...ada, deviceId }, []))?.device.shares;

  it('are kept for a user or one device, known to all his devices, and taken away one by one', async () => {
    const early = await acme.call('POST /users/{tenant}/{user}/shares', {
      params: { ...ada, user: 'Ada@acme.example' },
      body: { itemClass: 'Email', path: '/Public/News/', name: 'News', reason: 'asked' },
    });
    expect(early).toMatchObject({ device: null, path: 'Public/News', name: 'News' });
    const phone = await stage.device('phone1');
    await stage.device('tablet1');
    expect(phone.shares).toEqual([{ itemClass: 'Email', path: 'Public/News', name: 'News', isShown: true }]);
    const params = { device: phone.id };
    const sales = { itemClass: 'Email', path: 'user/sales' } as const;
    const own = await acme.call('POST /devices/{device}/shares', { params, body: sales });
    expect(own).toMatchObject({ device: phone.id, path: 'user/sales', name: null });
    expect(changed.splice(0).sort()).toEqual(['phone1', 'tablet1']);
    const shown = async (deviceId: string) => (await sharesOf(deviceId))?.map(({ isShown }) => isShown);
    expect(await shown('phone1')).toEqual([true, true]);
    expect(await shown('tablet1')).toEqual([true, false]);
    const twice = () => acme.call('POST /devices/{device}/shares', { params, body: sales });
    expect(await refused(twice())).toBe(409);
    const { shares } = await acme.call('GET /devices/{device}', { params });
    expect(shares.map(({ path }) => path)).toEqual(['Public/News', 'user/sales']);
    const listed = await acme.call('GET /users/{tenant}/{user}/shares', { params: ada });
    expect(listed.items).toEqual([early]);

    const share = { device: phone.id, share: early.id };
    expect(
      await refused(acme.call('DELETE /devices/{device}/shares/{share}', { params: share, body: {} })),
    ).toBe(404);
    const ofUser = { ...ada, share: early.id };
    await acme.call('DELETE /users/{tenant}/{user}/shares/{share}', { params: ofUser, body: {} });
    await acme.call('DELETE /devices/{device}/shares/{share}', {
      params: { ...share, share: own.id },
      body: { reason: 'left' },
    });
    expect(await sharesOf('phone1')).toEqual([]);
    expect(changed.sort()).toEqual(['phone1', 'phone1', 'tablet1', 'tablet1']);
    const { items } = await stage.first.call('GET /audit', { query: {} });
    expect(items.map(({ action, deviceId }) => [action, deviceId])).toEqual([
      ['share.remove', 'phone1'],
      ['share.remove', null],
      ['share.add', 'phone1'],
      ['share.add', null],
    ]);
  });

  it('are refused where nothing could be shown, and to who may not see their user', async () => {
    const post = (
      tenant: string,
      itemClass: 'Email' | 'Calendar' | 'Contacts',
      path: string,
      client = stage.first,
    ) =>
      refused(
        client.call('POST /users/{tenant}/{user}/shares', {
          params: { tenant, user: userOf('ada', tenant) },
          body: { itemClass, path },
        }),
      );
    expect(await post('acme', 'Contacts', 'x')).toBe(422);
    expect(await post('acme', 'Calendar', 'https://elsewhere.example/cal/')).toBe(422);
    expect(await post('acme', 'Email', '/')).toBe(422);
    expect(await post('acme', 'Email', 'Public\r\nA DELETE INBOX')).toBe(422);
    expect(await post('globex', 'Email', 'Public')).toBe(422);
    expect(await post('globex', 'Email', 'Public', acme)).toBe(403);
    expect(await post('none', 'Email', 'Public')).toBe(404);
    const foreign = await stage.device('phone1', 'ada', 'globex');
    const params = { device: foreign.id };
    const body = { itemClass: 'Email', path: 'x' } as const;
    expect(await refused(acme.call('POST /devices/{device}/shares', { params, body }))).toBe(404);
  });
});
