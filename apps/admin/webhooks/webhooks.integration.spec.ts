import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '#backend/contract';
import { AdminStage } from '../testing/admin-stage.js';
import { sweep } from '../retention/retention.js';
import { deliveriesOf } from './events.js';

const SECRET = 'a secret of the receiver';
const got: { headers: IncomingHttpHeaders; body: string; path: string }[] = [];
let status = 204;
let sink: Server;
let stage: AdminStage;

beforeAll(async () => {
  sink = createServer((request, response) => {
    let body = '';
    request.on('data', (data: Buffer) => (body += data.toString()));
    request.on('end', () => {
      got.push({ headers: request.headers, body, path: request.url ?? '' });
      response.writeHead(status, { Location: '/elsewhere' }).end();
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/hook?key=hidden`;
  stage = await AdminStage.open({
    configuration: {
      webhooks: [
        { name: 'all', url, secret: SECRET },
        { name: 'other', url, secret: SECRET, tenant: 'globex', events: ['device.wiped'] },
      ],
      retention: { devicesDays: 30 },
    },
  });
});
afterAll(async () => {
  await stage.close();
  await new Promise((resolve) => sink.close(resolve));
});

const typesGot = () => got.map(({ body }) => (JSON.parse(body) as { type: string }).type);

it('is told of a new device and of what becomes of it, each once, signed', async () => {
  // Where the timelines are read from is set with the first look.
  await eventually(async () => (await stage.database.prisma.webhookPosition.count()) === 1);
  const { id } = await stage.device();
  await stage.database.devices.addEvent(id, 'quarantined', { reason: 'rule:1' });
  await stage.database.devices.addEvent(id, 'policy-applied', {});
  await eventually(() => got.length >= 2);
  expect(typesGot().sort()).toEqual(['device.added', 'device.quarantined']);
  const { headers, body } = got[0]!;
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const digest = createHmac('sha256', SECRET).update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${digest}`);
  expect(JSON.parse(body)).toMatchObject({ data: { tenant: 'acme', deviceId: 'phone1', device: id } });
});

it('two processes that look at the same time tell nothing twice', async () => {
  const { webhooks } = stage.database.administration;
  const endpoint = { name: 'nobody', url: 'http://unused', secret: SECRET };
  const { id } = await stage.device();
  await Promise.all(Array.from({ length: 20 }, () => stage.database.devices.addEvent(id, 'blocked', {})));
  const turn = () => webhooks.turn((event) => deliveriesOf([endpoint], event), 3);
  await eventually(async () => {
    await Promise.all([turn(), turn(), turn()]);
    const mine = await webhooks.page({ endpoints: ['nobody', 'all'] }, { limit: 1000 });
    const blocked = mine.items.filter(({ event }) => event === 'device.blocked');
    expect(blocked.length).toBeLessThanOrEqual(20);
    return blocked.length === 20;
  });
  const claimed = (await Promise.all([webhooks.claim(50), webhooks.claim(50)])).flat();
  expect(new Set(claimed.map((delivery) => delivery.id)).size).toBe(claimed.length);
});

it('that fails is tried again later, follows no redirect, and can be sent again by hand', async () => {
  got.length = 0;
  status = 302;
  const { id } = await stage.device('phone2');
  await eventually(async () => {
    const { items } = await stage.first.call('GET /webhook-deliveries', {
      query: { state: 'waiting', endpoint: 'all' },
    });
    return items.some(({ lastError }) => lastError === 'answered 302');
  });
  expect(got.every(({ path }) => path.startsWith('/hook'))).toBe(true);
  const [delivery] = (
    await stage.first.call('GET /webhook-deliveries', { query: { state: 'waiting' } })
  ).items.filter(({ lastError }) => lastError !== null);
  expect(Date.parse(delivery!.dueAt)).toBeGreaterThan(Date.now());
  status = 200;
  await stage.first.call('POST /webhook-deliveries/{delivery}/retry', { params: { delivery: delivery!.id } });
  await eventually(() => got.some(({ body }) => body.includes(`"device":"${id}"`)));
});

it('is shown without its secrets, to those of its tenant; a trial tells what was answered', async () => {
  const all = await stage.first.call('GET /webhooks', {});
  expect(all.items.map(({ name }) => name)).toEqual(['all', 'other']);
  expect(JSON.stringify(all)).not.toMatch(/hidden|secret/);
  const tenant = await stage.as({ role: 'tenant', tenant: 'globex' });
  expect((await tenant.call('GET /webhooks', {})).items.map(({ name }) => name)).toEqual(['other']);
  expect((await tenant.call('GET /webhook-deliveries', {})).items).toEqual([]);
  const trial = (client: typeof tenant, name: string) =>
    client.call('POST /webhooks/{name}/trial', { params: { name } });
  await expect(trial(tenant, 'all')).rejects.toMatchObject({ status: 404 });
  status = 500;
  expect(await trial(tenant, 'other')).toEqual({ ok: false, status: 500, detail: 'answered 500' });
});

it('retention removes devices nobody saw for long, tells so, and spares those that must not come back', async () => {
  const { core, database } = stage;
  const ids = await Promise.all(
    ['old', 'blocked', 'wiping'].map(async (name) => (await stage.device(name)).id),
  );
  const [, blocked, wiping] = ids;
  const long = new Date(Date.now() - 31 * 86_400_000);
  await database.prisma.device.updateMany({
    where: { id: { in: ids.map(BigInt) } },
    data: { lastSeenAt: long },
  });
  await database.prisma.device.update({ where: { id: BigInt(blocked!) }, data: { standing: 'blocked' } });
  const wipe = { id: '1', kind: 'device', state: 'requested' };
  await database.prisma.device.update({ where: { id: BigInt(wiping!) }, data: { wipe } });
  const heard: string[] = [];
  core.bus.subscribe('device-changed', ({ device }) => heard.push(device));
  const { StoredAuditor } = await import('../audit/auditor.js');
  await sweep(core, database.administration, new StoredAuditor(database.administration.audit, core.log));
  await eventually(() => heard.length > 0);
  expect(heard).toEqual(['old']);
  expect(
    await database.prisma.device.count({ where: { deviceId: { in: ['old', 'blocked', 'wiping'] } } }),
  ).toBe(2);
  const { items } = await stage.first.call('GET /audit', { query: { actor: 'retention' } });
  expect(items).toMatchObject([{ role: 'system', action: 'device.remove', deviceId: 'old' }]);
});
