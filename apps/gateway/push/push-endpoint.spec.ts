import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Tenants } from '#accounts';
import { eventually } from '#backend/contract';
import { InProcessBus, type AccountHappening } from '#bus';
import { createMetrics, loadConfiguration } from '#ops';
import { signatureOf } from '../../assembly/webhook-signature.js';
import { Happenings } from './happenings.js';
import { PushEndpoint } from './push-endpoint.js';

const SECRET = 'known to the mail server';
const BASIC = `Basic ${Buffer.from('dovecot:a-password-of-dovecot').toString('base64')}`;
const TENANTS = `
- { domains: [acme.test], name: acme, mail: { kind: imap, host: h }, push: { secret: ${SECRET}, dovecot: { password: a-password-of-dovecot } } }
- { domains: [other.test], name: other, mail: { kind: imap, host: h }, push: { secret: another secret of theirs } }
- { domains: ['*'], name: rest, mail: { kind: imap, host: h } }`;

let server: Server;
let heard: AccountHappening[];
let messages: number;
let logged: { name: string; fields: object }[];
let isAvailable: boolean;
let metrics: ReturnType<typeof createMetrics>;
let happenings: Happenings;

beforeEach(async () => {
  const { configuration } = loadConfiguration({ env: { GODWIT_TENANTS: TENANTS } });
  const bus = new InProcessBus();
  heard = [];
  logged = [];
  messages = 0;
  isAvailable = true;
  metrics = createMetrics();
  bus.subscribe('account-happened', (message) => {
    messages++;
    heard.push(...message.happenings);
  });
  happenings = new Happenings(bus);
  const endpoint = new PushEndpoint(
    {
      accounts: { tenants: new Tenants(configuration.tenants) },
      bus: {
        get isAvailable() {
          return isAvailable;
        },
      },
      configuration,
      log: { event: (name, fields = {}) => void logged.push({ name, fields }) },
      metrics,
    },
    happenings,
  );
  server = createServer((request, response) => {
    const [, , kind, tenant = ''] = (request.url ?? '').split('/');
    void endpoint[kind === 'dovecot' ? 'dovecot' : 'changes'](request, response, tenant);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** Resolves to the HTTP status. */
function send(
  path: string,
  headers: Record<string, string>,
  body: string | Buffer,
  ends = true,
): Promise<number> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, path, method: 'POST', agent: false, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
      if (!ends) request.destroy();
    });
    request.on('error', reject);
    if (ends) request.end(body);
    else request.write(body);
  });
}

const dovecot = (body: unknown, authorization = BASIC, tenant = 'acme') =>
  send(`/push/dovecot/${tenant}`, { authorization }, JSON.stringify(body));

function signed(
  value: unknown,
  { secret = SECRET, tenant = 'acme', id = 'msg_1', age = 0 } = {},
): Promise<number> {
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  const seconds = Math.floor(Date.now() / 1000) - age;
  const headers = {
    'Webhook-Id': id,
    'Webhook-Timestamp': String(seconds),
    'Webhook-Signature': signatureOf(secret, id, seconds, body),
  };
  return send(`/push/changes/${tenant}`, headers, body);
}

const counted = async (outcome: string): Promise<number> => {
  const { values } = await metrics.pushNotices.get();
  return values.filter(({ labels }) => labels.outcome === outcome).reduce((sum, { value }) => sum + value, 0);
};

describe('a notice of Dovecot', () => {
  it('is heard, as its OX driver writes it and as its script does', async () => {
    const ox = {
      user: 'Ada@acme.test',
      event: 'messageNew',
      folder: 'INBOX',
      'imap-uid': 2,
      subject: 'hi',
      unseen: 2,
    };
    expect(await dovecot(ox)).toBe(204);
    expect(await dovecot({ user: 'ada@acme.test', folders: ['Work', 'Zoë'] })).toBe(204);
    expect(await dovecot({ user: 'ada@acme.test' })).toBe(204);
    await eventually(() => heard.length === 3);
    const mail = { tenant: 'acme', login: 'ada@acme.test', class: 'Email' };
    expect(heard).toEqual([
      { ...mail, folders: ['INBOX'] },
      { ...mail, folders: ['Work', 'Zoë'] },
      { ...mail, folders: null },
    ]);
  });

  it('with a wrong password, or for a tenant that has none, is refused before its body is read', async () => {
    const wrong = `Basic ${Buffer.from('dovecot:a-password-of-dovecoT').toString('base64')}`;
    expect(await dovecot({ user: 'ada' }, wrong)).toBe(401);
    expect(await dovecot({ user: 'ada' }, 'Bearer x')).toBe(401);
    expect(await dovecot({ user: 'ada' }, BASIC, 'other')).toBe(404);
    expect(
      await send('/push/dovecot/acme', { authorization: wrong, 'content-length': '100' }, '{', false),
    ).toBe(401);
    expect(await counted('refused')).toBe(4);
  });
});

describe('a signed notice', () => {
  it('is heard, alone or in a list, which is one message to the other nodes', async () => {
    expect(await signed({ user: 'ada', folders: ['/cal/work/'], class: 'Calendar' })).toBe(204);
    await eventually(() => heard.length === 1);
    const many = Array.from({ length: 500 }, (_, index) => ({ user: `user${index}` }));
    expect(await signed(many)).toBe(204);
    await eventually(() => heard.length === 501);
    expect(messages).toBe(2);
    expect(heard[0]).toEqual({ tenant: 'acme', login: 'ada', class: 'Calendar', folders: ['/cal/work/'] });
    expect(heard[1]).toEqual({ tenant: 'acme', login: 'user0', class: 'Email', folders: null });
    expect(await counted('accepted')).toBe(501);
  });

  it('that is sent again is taken again: it only has somebody look', async () => {
    expect([await signed({ user: 'ada' }), await signed({ user: 'ada' })]).toEqual([204, 204]);
    await eventually(() => heard.length === 2);
  });

  it('that is forged, of another tenant, or old is refused', async () => {
    expect(await signed({ user: 'ada' }, { secret: 'another secret of theirs' })).toBe(401);
    expect(await signed({ user: 'ada' }, { tenant: 'other' })).toBe(401);
    expect(await signed({ user: 'ada' }, { age: 400 })).toBe(401);
    expect(await signed({ user: 'ada' }, { tenant: 'rest' })).toBe(404);
    expect(await signed({ user: 'ada' }, { tenant: 'nobody' })).toBe(404);
    happenings.flush();
    await new Promise(setImmediate);
    expect(heard).toEqual([]);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '7'],
    ['an empty list', []],
    ['no user', { folders: ['INBOX'] }],
    ['a user that is no text', { user: 7 }],
    ['a class that there is not', { user: 'ada', class: 'Mail' }],
    ['a key that was meant otherwise', { user: 'ada', folder: 'INBOX' }],
    ['too many notices', Array.from({ length: 1001 }, () => ({ user: 'a' }))],
    ['one bad notice in a list', [{ user: 'ada' }, {}]],
  ])('with %s is malformed', async (_, value) => {
    expect(await signed(value)).toBe(400);
    expect(await counted('malformed')).toBe(1);
  });

  it('that is too large is not read to its end, whether it says so or not', async () => {
    const seconds = String(Math.floor(Date.now() / 1000));
    const headers = { 'Webhook-Id': 'x', 'Webhook-Timestamp': seconds, 'Webhook-Signature': 'v1,x' };
    const large = Buffer.alloc(300 * 1024, 'x');
    expect(await send('/push/changes/acme', { ...headers, 'content-length': '300000' }, 'x', false)).toBe(
      413,
    );
    expect(
      await send('/push/changes/acme', { ...headers, 'transfer-encoding': 'chunked' }, large, false),
    ).toBe(413);
    expect(await counted('too-large')).toBe(2);
  });
});

it('while the other nodes cannot be told, senders are asked to come again', async () => {
  isAvailable = false;
  expect([await signed({ user: 'ada' }), await dovecot({ user: 'ada' })]).toEqual([503, 503]);
  // Who cannot prove himself learns nothing of that.
  expect(await signed({ user: 'ada' }, { secret: 'another secret of theirs' })).toBe(401);
});

it('a stranger who thinks out tenants fills no log', async () => {
  for (let i = 0; i < 5; i++) await send(`/push/changes/nobody${i}`, {}, '{}');
  expect(logged.map(({ name }) => name)).toEqual(['push.refused']);
});

it('refusals are told once a minute, and say nothing of what was sent', async () => {
  for (let i = 0; i < 5; i++) await signed({ user: 'secretive' }, { secret: 'another secret of theirs' });
  await signed({ user: 'secretive', x: 1 });
  expect(logged.map(({ name }) => name)).toEqual(['push.refused', 'push.refused']);
  expect(logged[0]?.fields).toEqual({
    tenant: 'acme',
    kind: 'signed',
    reason: 'wrong-signature',
    address: '127.0.0.1',
    count: 1,
  });
  expect(JSON.stringify(logged)).not.toMatch(/secretive|another secret/);
});
