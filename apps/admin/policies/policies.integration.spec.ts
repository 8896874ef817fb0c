import { policyKeys } from '#ops';
import { PolicySnapshot } from '#policy';
import { AdminStage, userOf } from '../testing/admin-stage.js';

let stage: AdminStage;
beforeAll(async () => void (stage = await AdminStage.open()));
afterAll(() => stage.close());

const refusal = (status: number, ...paths: string[]) => ({
  status,
  ...(paths.length > 0 && {
    problem: { fields: paths.map((path) => expect.objectContaining({ path }) as unknown) },
  }),
});

describe('settings', () => {
  it('are all explained, by the names and versions of the specification', async () => {
    const { items } = await stage.first.call('GET /policy-settings', {});
    expect(items.map(({ name }) => name)).toEqual(Object.keys(policyKeys.unwrap().shape));
    for (const { meaning } of items) expect(meaning).not.toBe('');
    const of = (name: string) => items.find((item) => item.name === name);
    expect(of('DevicePasswordEnabled')).toMatchObject({ kind: 'flag', group: 'password', since: '12.0' });
    expect(of('AllowCamera')).toMatchObject({ default: true, group: 'device', since: '12.1' });
    expect(of('MinDevicePasswordLength')).toMatchObject({ kind: 'number', nullable: true, min: 1, max: 16 });
    expect(of('MaxCalendarAgeFilter')).toMatchObject({ kind: 'choice', values: [0, 4, 5, 6, 7] });
    expect(of('ApprovedApplicationList')).toMatchObject({ kind: 'texts', group: 'applications' });
  });

  it('that do not exist, or have a value they cannot have, are named one by one', async () => {
    const settings = { AllowCamera: 'no', MinDevicePasswordLength: 99, AllowTime: true, constructor: 1 };
    await expect(
      stage.first.call('POST /policies', { body: { name: 'wrong', settings } }),
    ).rejects.toMatchObject(
      refusal(
        422,
        'settings.AllowCamera',
        'settings.MinDevicePasswordLength',
        'settings.AllowTime',
        'settings.constructor',
      ),
    );
  });
});

describe('policies', () => {
  it('keep only what differs from the defaults, and tell everybody when they change', async () => {
    const told: unknown[] = [];
    const leave = stage.core.bus.subscribe('policies-changed', (change) => told.push(change));
    const settings = { AllowCamera: false, AllowWiFi: true };
    const made = await stage.first.call('POST /policies', { body: { name: 'strict', settings } });
    expect(made).toMatchObject({ settings: { AllowCamera: false }, tenant: null, devices: 0 });
    const changed = await stage.first.call('PUT /policies/{policy}', {
      params: { policy: made.id },
      body: { name: 'stricter', settings: { AllowCamera: false, AllowBrowser: false }, rule: 'required' },
    });
    expect(changed).toMatchObject({ name: 'stricter', rule: 'required', settings: { AllowBrowser: false } });
    await stage.first.call('DELETE /policies/{policy}', { params: { policy: made.id }, body: {} });
    leave();
    expect(told).toHaveLength(2);
    const { items } = await stage.first.call('GET /audit', { query: { action: 'policy' } });
    expect(items.map(({ action }) => action)).toEqual(['policy.remove', 'policy.change', 'policy.make']);
  });

  it("of the provider are for every tenant to use and for none to change; a tenant's own are hidden from others", async () => {
    const acme = await stage.as({ role: 'tenant', tenant: 'acme' });
    const globex = await stage.as({ role: 'tenant', tenant: 'globex' });
    const shared = await stage.first.call('POST /policies', { body: { name: 'shared' } });
    const own = await acme.call('POST /policies', { body: { name: 'own', tenant: 'acme' } });
    const names = async (who: typeof acme) =>
      (await who.call('GET /policies', {})).items.map(({ name }) => name);
    expect(await names(acme)).toEqual(['shared', 'own']);
    expect(await names(globex)).toEqual(['shared']);
    const change = { body: { name: 'mine' } };
    await expect(
      acme.call('PUT /policies/{policy}', { params: { policy: shared.id }, ...change }),
    ).rejects.toMatchObject(refusal(403));
    await expect(
      globex.call('PUT /policies/{policy}', { params: { policy: own.id }, ...change }),
    ).rejects.toMatchObject(refusal(404));
    await expect(
      globex.call('POST /policy-assignments', { body: { policy: own.id, tenant: 'globex' } }),
    ).rejects.toMatchObject(refusal(404));
    await expect(
      stage.first.call('POST /policy-assignments', { body: { policy: own.id, tenant: 'globex' } }),
    ).rejects.toMatchObject(refusal(422, 'policy'));
    await expect(acme.call('POST /policies', { body: { name: 'for all' } })).rejects.toMatchObject(
      refusal(403),
    );
  });
});

describe('assignments', () => {
  it('replace what was assigned to the same, and go with their group', async () => {
    const acme = await stage.as({ role: 'tenant', tenant: 'acme' });
    const [one, two] = await Promise.all(
      ['one', 'two'].map((name) => acme.call('POST /policies', { body: { name, tenant: 'acme' } })),
    );
    const user = userOf('ada', 'acme');
    await acme.call('POST /policy-assignments', { body: { policy: one!.id, tenant: 'acme', user } });
    await acme.call('POST /policy-assignments', { body: { policy: two!.id, tenant: 'acme', user } });
    const group = await acme.call('POST /groups', {
      body: { tenant: 'acme', name: 'sales', users: [user.toUpperCase(), user] },
    });
    expect(group.users).toEqual([user]);
    await expect(
      acme.call('POST /groups', { body: { tenant: 'acme', name: 'sales' } }),
    ).rejects.toMatchObject({ status: 409, problem: { code: 'name-taken' } });
    await acme.call('POST /policy-assignments', { body: { policy: one!.id, group: group.id } });
    const mine = async () =>
      (await acme.call('GET /policy-assignments', {})).items.filter(({ policy }) =>
        [one!.id, two!.id].includes(policy),
      );
    expect(await mine()).toMatchObject([
      { policy: two!.id, user, group: null },
      { policy: one!.id, user: null, group: group.id },
    ]);
    await acme.call('DELETE /groups/{group}', { params: { group: group.id }, body: {} });
    const [last, ...others] = await mine();
    expect(others).toEqual([]);
    await acme.call('DELETE /policy-assignments/{assignment}', {
      params: { assignment: last!.id },
      body: {},
    });
    expect(await mine()).toEqual([]);
  });
});

describe('lists of devices', () => {
  it('show at once which policy each must have now, as device actors resolve it', async () => {
    const { policies } = stage.database.administration;
    const phones = await Promise.all(
      ['acme', 'globex'].flatMap((tenant) =>
        ['ada', 'bob'].map((user) => stage.device('phone', user, tenant)),
      ),
    );
    const make = async (name: string) =>
      (await stage.first.call('POST /policies', { body: { name, rule: 'required' } })).id;
    const assign = async (policy: string, target: { tenant?: string; user?: string; group?: string }) =>
      (await stage.first.call('POST /policy-assignments', { body: { policy, ...target } })).id;
    const agree = async () => {
      const snapshot = new PolicySnapshot(await policies.rows());
      const rows = await stage.database.prisma.device.findMany({ select: { id: true, policyId: true } });
      const shown = new Map(rows.map(({ id, policyId }) => [String(id), policyId && String(policyId)]));
      for (const { id, identity } of phones)
        expect(shown.get(id)).toBe(snapshot.resolve(identity)?.id ?? null);
      return new Set(phones.map(({ id }) => shown.get(id)));
    };
    expect((await agree()).size).toBe(1);
    const group = await stage.first.call('POST /groups', {
      body: { tenant: 'acme', name: 'field', users: ['ada', 'bob'].map((name) => userOf(name, 'acme')) },
    });
    const names = ['everybody', 'tenant', 'group', 'user'];
    const [everybody, ofTenant, ofGroup, ofUser] = await Promise.all(names.map(make));
    await assign(everybody!, {});
    await agree();
    await assign(ofTenant!, { tenant: 'globex' });
    await assign(ofGroup!, { group: group.id });
    const last = await assign(ofUser!, { tenant: 'acme', user: userOf('ada', 'acme') });
    expect((await agree()).size).toBe(3);
    const applied = phones.find(({ identity }) => identity.user === userOf('ada', 'acme'))!;
    await stage.database.devices.markPolicy(applied.id, { policyId: ofUser!, policyState: 'applied' });
    const counts = async () => {
      const { devices, pending } = await stage.first.call('GET /policies/{policy}', {
        params: { policy: ofUser! },
      });
      return { devices, pending };
    };
    expect(await counts()).toEqual({ devices: 1, pending: 0 });
    await stage.first.call('PUT /policies/{policy}', {
      params: { policy: ofUser! },
      body: { name: 'user', rule: 'required', settings: { AllowCamera: false } },
    });
    expect(await counts()).toEqual({ devices: 0, pending: 1 });
    await stage.first.call('DELETE /policy-assignments/{assignment}', {
      params: { assignment: last },
      body: {},
    });
    await agree();
  });
});
