import { mobileSyncRequest, readPoxReply, Schema } from '#discovery';
import { basic, GatewayStage, type HttpCall } from '../testing/gateway-stage.js';

let stage: GatewayStage;
afterEach(() => stage.close());

const PUBLIC = { GODWIT_LISTEN_PUBLIC_URL: 'https://mail.example.org/' };
const path = '/Autodiscover/Autodiscover.xml';
const asked = (text: string): HttpCall => ({ path, body: Buffer.from(text) });
const outlook = (address: string): string =>
  mobileSyncRequest(address).replace(Schema.mobileSyncResponse, Schema.outlookResponse);

describe('Autodiscover for phones', () => {
  it('answers 401 first, with or without a body, and settings by address to a good password', async () => {
    stage = await GatewayStage.open('provisioning: off', PUBLIC);
    for (const authorization of [null, basic('ada', 'wrong')]) {
      const refused = await stage.call({ ...asked(mobileSyncRequest('ada@example.org')), authorization });
      expect(refused.status).toBe(401);
      expect(refused.headers['www-authenticate']).toContain('Basic');
    }
    expect((await stage.call({ path, authorization: null })).status).toBe(401);
    const answer = await stage.call(asked(mobileSyncRequest('Ada.L@example.org')));
    expect(answer.headers['content-type']).toContain('text/xml');
    expect(readPoxReply(answer.body.toString())).toEqual({
      kind: 'settings',
      url: 'https://mail.example.org/Microsoft-Server-ActiveSync',
      address: 'Ada.L@example.org',
    });
  });

  it('without a body answers for whoever signed in (4.2)', async () => {
    stage = await GatewayStage.open('provisioning: off', PUBLIC);
    expect(readPoxReply((await stage.call({ path })).body.toString())).toMatchObject({
      kind: 'settings',
      address: 'ada@localhost',
    });
  });

  it('takes its address from the request where none is configured, but none that could break the answer', async () => {
    stage = await GatewayStage.open();
    const at = async (headers: Record<string, string>) => {
      const { status, body } = await stage.call({ ...asked(mobileSyncRequest('a@b.example')), headers });
      const reply = status === 200 ? readPoxReply(body.toString()) : null;
      return reply?.kind === 'settings' ? reply.url : status;
    };
    expect(await at({ Host: 'eas.example.org:8080' })).toBe(
      'http://eas.example.org:8080/Microsoft-Server-ActiveSync',
    );
    expect(
      await at({ Host: 'inner', 'X-Forwarded-Host': 'eas.example.org', 'X-Forwarded-Proto': 'https' }),
    ).toBe('https://eas.example.org/Microsoft-Server-ActiveSync');
    expect(await at({ Host: 'eas.example.org"><x' })).toBe(400);
  });

  it('believes forwarding headers from trusted proxies only', async () => {
    stage = await GatewayStage.open('provisioning: off', { GODWIT_LISTEN_TRUSTED_PROXIES: '[10.0.0.1]' });
    const headers = { Host: 'inner', 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'https' };
    const { body } = await stage.call({ ...asked(mobileSyncRequest('a@b.example')), headers });
    expect(readPoxReply(body.toString())).toMatchObject({ url: 'http://inner/Microsoft-Server-ActiveSync' });
  });

  it('sends a look over plain HTTP to the TLS address, before any password', async () => {
    stage = await GatewayStage.open('provisioning: off', PUBLIC);
    const { status, headers } = await stage.call({ path, method: 'GET', authorization: null });
    expect([status, headers.location]).toEqual([
      302,
      'https://mail.example.org/autodiscover/autodiscover.xml',
    ]);
  });

  it('sends phones on to where the tenant moved, once', async () => {
    stage = await GatewayStage.open(
      "provisioning: off, autodiscover: { redirectTo: '{local}@new.example' }",
      PUBLIC,
    );
    const ask = async (address: string) =>
      readPoxReply((await stage.call(asked(mobileSyncRequest(address)))).body.toString());
    expect(await ask('ada@example.org')).toEqual({ kind: 'redirect', address: 'ada@new.example' });
    expect((await ask('ada@new.example')).kind).toBe('settings');
  });

  it('tells 600 for what is no request, 601 for a schema it has not, and 413 for a flood', async () => {
    stage = await GatewayStage.open('provisioning: off', PUBLIC);
    const code = async (text: string) => {
      const { body } = await stage.call(asked(text));
      return /<ErrorCode>(\d+)/.exec(body.toString())?.[1];
    };
    expect(await code('<html>')).toBe('600');
    expect(await code(mobileSyncRequest('a@b').replace(Schema.mobileSyncResponse, 'urn:x'))).toBe('601');
    expect((await stage.call({ path, body: Buffer.alloc(70_000, 0x20) })).status).toBe(413);
  });
});

it('Autodiscover for Outlook tells the mail servers that are configured', async () => {
  const servers = "autodiscover: { imap: 'imap.example.org:993', smtp: 'smtp.example.org:587' }";
  stage = await GatewayStage.open(`provisioning: off, ${servers}`, PUBLIC);
  const xml = (await stage.call(asked(outlook('ada@example.org')))).body.toString();
  expect(xml).toContain('<Server>imap.example.org</Server><Port>993</Port>');
  expect(xml).toContain('<SSL>off</SSL><Encryption>TLS</Encryption>');
  expect(xml).toContain('<AutoDiscoverSMTPAddress>ada@example.org</AutoDiscoverSMTPAddress>');
});

it('version 2 answers without a password, by query or path, in any case', async () => {
  stage = await GatewayStage.open('provisioning: off', PUBLIC);
  const ask = async (where: string) => {
    const { status, body } = await stage.call({ method: 'GET', path: where, authorization: null });
    return [status, JSON.parse(body.toString())] as const;
  };
  const there = { Protocol: 'ActiveSync', Url: 'https://mail.example.org/Microsoft-Server-ActiveSync' };
  expect(await ask('/autodiscover/autodiscover.json?Email=a@b.example&Protocol=ActiveSync')).toEqual([
    200,
    there,
  ]);
  expect(await ask('/AutoDiscover/autodiscover.json/v1.0/a%40b.example?protocol=activesync')).toEqual([
    200,
    there,
  ]);
  expect((await ask('/autodiscover/autodiscover.json?Email=a@b.example&Protocol=Ews'))[0]).toBe(400);
  expect((await ask('/autodiscover/autodiscover.json'))[0]).toBe(400);
});
