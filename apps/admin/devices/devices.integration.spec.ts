import type { AdminClient } from '#admin-api';
import { AdminStage, PASSWORD, userOf } from '../testing/admin-stage.js';

/** Devices, users and numbers as the helpdesk meets them, over a real PostgreSQL. */
describe('the helpdesk', () => {
  let stage: AdminStage;
  let acme: AdminClient;
  beforeAll(async () => {
    stage = await AdminStage.open();
    acme = await stage.as({ role: 'tenant' });
  });
  afterAll(() => stage.close());

  const refused = (work: Promise<unknown>) =>
    work.then(() => 0).catch((error: { status: number }) => error.status);
  const ids = ({ items }: { items: { deviceId: string }[] }) => items.map(({ deviceId }) => deviceId).sort();

  it('finds devices by every filter, by a part of a name of any length, and sees nobody else’s', async () => {
    const { devices } = stage.database;
    const phone = await stage.device('find1');
    await stage.device('find2', 'bob');
    await stage.device('find3', 'ada', 'globex');
    const information = { Model: 'Pixel 100%', OS: 'Android 16', FriendlyName: 'Zähler' };
    await devices.touch(phone.id, { at: new Date(), userAgent: 'x', protocolVersion: 161, information });
    await devices.noteError(phone.id, 'Calendar: unavailable', new Date());
    const found = async (query: object) => ids(await acme.call('GET /devices', { query }));
    const only = ['find1'];
    for (const query of [
      { model: 'Pixel 100%' },
      { os: 'Android 16' },
      { protocolVersion: '16.1' },
      { failing: 'true' },
      { q: '100%' },
      { q: 'pix' },
      { q: 'el' },
      { q: 'z' },
      { q: 'zähl' },
      { q: 'FIND1' },
      { q: 'find', user: userOf('ada', 'acme') },
      { q: 'find', model: 'Pixel 100%', standing: 'allowed', policyState: 'none' },
    ])
      expect([query, await found(query)]).toEqual([query, only]);
    expect(await found({ q: 'find' })).toEqual(['find1', 'find2']);
    expect(await found({ q: '1%0' })).toEqual([]);
    expect(await found({ q: '%' })).toEqual(only);
    expect(await found({ wipe: 'requested' })).toEqual([]);
    expect(await found({ seenBefore: '2020-01-01T00:00:00.000Z' })).toEqual([]);
    expect(await refused(found({ tenant: 'globex' }))).toBe(403);
    expect(await refused(found({ cursor: 'nonsense' }))).toBe(422);
    const foreign = await stage.first.call('GET /devices', { query: { tenant: 'globex' } });
    const params = { device: foreign.items[0]!.id };
    expect(await refused(acme.call('GET /devices/{device}', { params }))).toBe(404);
  });

  it.each(['user', 'model', 'createdAt'] as const)(
    'turns pages by %s while devices come, go and change, and misses and repeats none that stays',
    async (sort) => {
      const made = await Promise.all(
        Array.from({ length: 25 }, (_, index) => stage.device(`page${sort}${index}`, `u${index % 7}`)),
      );
      const { devices, administration } = stage.database;
      for (const { id } of made.slice(0, 15))
        await devices.touch(id, { at: new Date(), information: { Model: `M${Number(id) % 3}` } });
      const seen: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < 50; page++) {
        const query = { q: `page${sort}`.toLowerCase(), sort, limit: 4, ...(cursor && { cursor }) } as const;
        const { items, next } = await acme.call('GET /devices', { query });
        seen.push(...items.map(({ deviceId }) => deviceId));
        if (page === 2) await administration.devices.remove(made[24]!.id);
        await devices.touch(made[page % 24]!.id, { at: new Date() });
        await stage.device(`other${sort}${page}`, `u${page % 7}`);
        if (next === null) break;
        cursor = next;
      }
      expect(new Set(seen).size).toBe(seen.length);
      for (const { identity } of made.slice(0, 24)) expect(seen).toContain(identity.deviceId);
    },
  );

  it('gets a table no spreadsheet runs', async () => {
    const phone = await stage.device('csv1');
    const information = { FriendlyName: '=HYPERLINK("http://x")', Model: 'a,"b"' };
    await stage.database.devices.touch(phone.id, { at: new Date(), information });
    const answer = await acme.open('GET /devices.csv', { query: { q: 'csv1' } });
    const [header, row] = (await answer.text()).split('\r\n');
    expect(header).toMatch(/^id,tenant,user,deviceId,/);
    expect(row).toContain('"\'=HYPERLINK(""http://x"")"');
    expect(row).toContain('"a,""b"""');
  });

  it('looks at a device, forgets it, and its owner cannot undo so what was decided', async () => {
    const phone = await stage.device('look1');
    const params = { device: phone.id };
    const detail = await acme.call('GET /devices/{device}', { params });
    expect(detail).toMatchObject({ deviceId: 'look1', folders: [], accountEnabled: true, health: [] });
    const timeline = await acme.call('GET /devices/{device}/timeline', { params });
    expect(timeline.items.map(({ kind }) => kind)).toEqual(['added']);
    const ada = await stage.as({ role: 'me' });
    expect(ids(await ada.call('GET /me/devices', {}))).toContain('look1');
    await acme.call('POST /devices/{device}/access', { params, body: { decision: 'blocked' } });
    expect(await refused(ada.call('DELETE /me/devices/{device}', { params, body: {} }))).toBe(409);
    await acme.call('DELETE /devices/{device}', { params, body: { reason: 'sold' } });
    expect(await refused(acme.call('GET /devices/{device}', { params }))).toBe(404);
    const audit = await acme.call('GET /audit', { query: { action: 'device.remove' } });
    expect(audit.items[0]).toMatchObject({ deviceId: 'look1', reason: 'sold' });
  });

  it('makes devices of another server known once, with their policy keys, and refuses strangers', async () => {
    const device = { user: userOf('ada', 'acme'), deviceId: 'MOVED1', policyKey: '123', model: 'Old' };
    const devices = [device, { ...device, user: 'eve@nowhere.example' }];
    const imported = (dryRun: boolean) =>
      stage.first.call('POST /imports', { body: { devices: devices.map((one) => ({ ...one })), dryRun } });
    expect(await imported(true)).toMatchObject({ made: 1, known: 0 });
    expect(await imported(false)).toMatchObject({
      made: 1,
      refused: [{ user: 'eve@nowhere.example', reason: 'no tenant has this domain' }],
    });
    expect(await imported(false)).toMatchObject({ made: 0, known: 1 });
  });

  it('lists users, counts, and tries a login', async () => {
    await stage.device('user1');
    const user = userOf('ada', 'acme');
    const users = await acme.call('GET /users', { query: { q: 'ada' } });
    expect(users.items.map((one) => one.user)).toEqual([user]);
    const params = { tenant: 'acme', user };
    expect((await acme.call('GET /users/{tenant}/{user}', { params })).devices).toBeGreaterThan(0);
    const overview = await acme.call('GET /overview', {});
    expect(overview.devices).toBeGreaterThan(0);
    expect(overview.nodes).toEqual([]);
    const tried = (password: string) =>
      acme.call('POST /users/{tenant}/{user}/test', { params, body: { password } });
    expect(await tried(PASSWORD)).toMatchObject({ ok: true });
    const { ok, steps } = await tried('wrong');
    expect(ok).toBe(false);
    expect(steps.find(({ step }) => step === 'sign-in')?.detail).toContain('check the password');
    expect(
      await refused(acme.call('GET /users/{tenant}/{user}', { params: { tenant: 'globex', user } })),
    ).toBe(403);
  });
});
