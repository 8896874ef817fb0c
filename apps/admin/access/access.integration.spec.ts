import type { AdminClient } from '#admin-api';
import { AdminStage, userOf } from '../testing/admin-stage.js';

describe('access of devices', () => {
  let stage: AdminStage;
  let acme: AdminClient;
  const changed: string[] = [];
  beforeAll(async () => {
    stage = await AdminStage.open();
    acme = await stage.as({ role: 'tenant' });
    stage.core.bus.subscribe('device-changed', ({ tenant, device }) => changed.push(`${tenant} ${device}`));
  });
  afterAll(() => stage.close());

  const refused = (work: Promise<unknown>) =>
    work.then(() => 0).catch((error: { status: number }) => error.status);
  const rule = (name: string, more: object = {}) => ({
    tenant: 'acme' as string | null,
    name,
    conditions: {},
    action: 'blocked' as const,
    ...more,
  });

  it('follows rules in their order, judges known devices again, and leaves an administrator the last word', async () => {
    const phone = await stage.device('phone1');
    const tablet = await stage.device('tablet1');
    const foreign = await stage.device('phone1', 'ada', 'globex');
    const provider = await acme
      .call('POST /access-rules', {
        body: rule('x', { tenant: null }),
      })
      .catch((error: { status: number }) => error.status);
    expect(provider).toBe(403);
    const first = await acme.call('POST /access-rules', {
      body: rule('all phones', { conditions: { deviceId: 'PHONE*' } }),
    });
    const standing = async (id: string) =>
      (await stage.first.call('GET /devices/{device}', { params: { device: id } })).standing;
    expect(await standing(phone.id)).toBe('blocked');
    expect(await standing(tablet.id)).toBe('allowed');
    expect(await standing(foreign.id)).toBe('allowed');
    expect(changed).toEqual(['acme phone1']);
    const second = await acme.call('POST /access-rules', {
      body: rule('but ada', { action: 'quarantined', position: 0, conditions: { user: 'ada@*' } }),
    });
    expect(await standing(phone.id)).toBe('quarantined');
    const { items } = await acme.call('GET /access-rules', {});
    expect(items.map(({ name, position }) => [name, position])).toEqual([
      ['but ada', 0],
      ['all phones', 1],
    ]);
    const verdict = await acme.call('POST /access-rules/trial', {
      body: { tenant: 'acme', user: 'bob@acme.example', deviceId: 'Phone9' },
    });
    expect(verdict).toMatchObject({ standing: 'blocked', rule: { id: first.id } });

    const params = { device: phone.id };
    const detail = await acme.call('POST /devices/{device}/access', {
      params,
      body: { decision: 'allowed', reason: 'hers' },
    });
    expect(detail).toMatchObject({
      standing: 'allowed',
      standingReason: 'administrator',
      decision: 'allowed',
    });
    await acme.call('PUT /access-rules/{rule}', {
      params: { rule: second.id },
      body: rule('but ada', { conditions: { user: 'ada@*' } }),
    });
    expect(await standing(phone.id)).toBe('allowed');
    expect(await standing(tablet.id)).toBe('blocked');
    const left = await acme.call('POST /devices/{device}/access', { params, body: { decision: null } });
    expect(left).toMatchObject({ standing: 'blocked', standingReason: `rule:${second.id}`, decision: null });
    expect(
      await refused(
        acme.call('POST /devices/{device}/access', {
          params: { device: foreign.id },
          body: { decision: 'blocked' },
        }),
      ),
    ).toBe(404);
    for (const { id } of [first, second])
      await acme.call('DELETE /access-rules/{rule}', { params: { rule: id }, body: {} });
    expect([await standing(phone.id), await standing(tablet.id)]).toEqual(['allowed', 'allowed']);
    const audit = await acme.call('GET /audit', { query: {} });
    expect(audit.items.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'rule.make',
        'rule.change',
        'rule.remove',
        'device.allow',
        'device.leave-to-rules',
      ]),
    );
    const timeline = await acme.call('GET /devices/{device}/timeline', { params, query: {} });
    expect(timeline.items.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['blocked', 'quarantined', 'allowed']),
    );
  });

  it('is set for a tenant by its own administrators only, and a user is switched off with his devices told', async () => {
    const tablet = await stage.device('tablet2');
    const set = await acme.call('PATCH /tenants/{tenant}', {
      params: { tenant: 'acme' },
      body: { defaultAccess: 'quarantined', maxDevices: 3 },
    });
    expect(set.settings).toEqual({ defaultAccess: 'quarantined', maxDevices: 3, quarantineText: null });
    expect(set.sources).toContainEqual(expect.objectContaining({ source: 'mail', kind: 'maildir' }));
    expect((await stage.database.administration.access.device(tablet.id))?.judgement.standing).toBe(
      'quarantined',
    );
    expect((await acme.call('GET /tenants', {})).items.map(({ name }) => name)).toEqual(['acme']);
    expect(await refused(acme.call('GET /tenants/{tenant}', { params: { tenant: 'globex' } }))).toBe(403);
    expect(await refused(stage.first.call('GET /tenants/{tenant}', { params: { tenant: 'none' } }))).toBe(
      404,
    );
    changed.length = 0;
    const user = userOf('ada', 'acme');
    const switched = await acme.call('PUT /users/{tenant}/{user}', {
      params: { tenant: 'acme', user },
      body: { enabled: false },
    });
    expect(switched).toMatchObject({ enabled: false, user });
    expect(changed).toContain('acme tablet2');
    const row = await stage.database.devices.load({ tenant: 'acme', user, deviceId: 'tablet2' }, []);
    expect(row?.device.control.accountEnabled).toBe(false);
  });
});
