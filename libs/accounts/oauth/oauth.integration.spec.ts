import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '#ops';
import { startDovecot, type Dovecot } from '../../../tests/servers/index.js';
import { Accounts, connectTenant } from '../index.js';

/** Both the gateway and Dovecot ask it about tokens (RFC 7662): POST by us, with a body either way. */
const active = new Set(['first', 'second']);

describe('a token at a mail server that asks its issuer', () => {
  let issuer: Server;
  let dovecot: Dovecot;
  let accounts: Accounts;
  const expiry = Math.floor(Date.now() / 1000) + 600;

  beforeAll(async () => {
    issuer = createServer((request, response) => {
      let text = '';
      request.on('data', (piece: Buffer) => (text += piece.toString()));
      request.on('end', () => {
        const token = new URLSearchParams(text).get('token') ?? '';
        const claims = { active: true, username: 'ann', email: 'ann', aud: 'godwit', exp: expiry };
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify(active.has(token) ? claims : { active: false }));
      });
    });
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    const file = join(tmpdir(), `godwit-oauth-${process.pid}.conf`);
    writeFileSync(
      file,
      `introspection_mode = post\nintrospection_url = ${url}/\nusername_attribute = username\nactive_attribute = active\nactive_value = true\n`,
    );
    dovecot = await startDovecot({
      settings: `auth_mechanisms = plain login oauthbearer xoauth2
passdb {
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = ${file}
}`,
    });
    const oauth = `oauth: { issuer: '${url}', audience: godwit, introspection: { url: '${url}/', clientId: g, clientSecret: s } }`;
    const { configuration } = loadConfiguration({
      env: {
        GODWIT_TENANTS: `[{ domains: ['*'], mail: { kind: imap, host: 127.0.0.1, port: ${dovecot.port}, tls: none }, ${oauth} }]`,
      },
    });
    accounts = new Accounts({
      configuration,
      sealer: { seal: (value) => JSON.stringify(value), open: (text) => JSON.parse(text) as unknown },
      connect: (tenant) => connectTenant(tenant, configuration.watch),
    });
  });
  afterAll(async () => {
    await accounts.close();
    await dovecot.stop();
    await new Promise((resolve) => issuer.close(resolve));
  });

  it('opens the mailbox, is carried to another process, and a renewed one opens the same', async () => {
    const bring = (token: string) => accounts.authenticate(`Bearer ${token}`, '192.0.2.1');
    const result = await bring('first');
    if (result.kind !== 'accepted') throw new Error(result.reason);
    const lease = accounts.lease(result.account);
    const backend = await lease.backend('Email');
    expect((await backend.folders()).some(({ path }) => path === 'INBOX')).toBe(true);
    const copy = accounts.unseal({ tenant: 'default', user: 'ann' }, accounts.seal(result.account));
    expect(copy.credentials()).toEqual({ user: 'ann', accessToken: 'first' });
    const renewed = await bring('second');
    if (renewed.kind !== 'accepted') throw new Error(renewed.reason);
    const again = accounts.lease(renewed.account);
    expect(await again.backend('Email')).toBe(backend);
    lease.release();
    again.release();
    expect(await bring('third')).toMatchObject({ kind: 'refused', reason: 'token-invalid' });
  });
});
