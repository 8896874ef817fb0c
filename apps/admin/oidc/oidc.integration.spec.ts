import { freePorts } from '../../../tests/servers/ports.js';
import { startOidcProvider, type OidcServer } from '../../../tests/servers/oidc-provider.js';
import { AdminStage } from '../testing/admin-stage.js';

let provider: OidcServer;
let stage: AdminStage;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  const publicUrl = `http://127.0.0.1:${port}`;
  provider = await startOidcProvider(`${publicUrl}/admin/v1/session/oidc/callback`);
  const oidc = {
    issuer: provider.issuer,
    clientId: 'godwit',
    clientSecret: 'a secret of the client',
    label: 'Our staff',
    roles: { boss: { role: 'provider' }, helper: { role: 'helpdesk', tenant: 'acme' } },
  };
  stage = await AdminStage.open({ configuration: { admin: { port, publicUrl, oidc } } });
});
afterAll(async () => {
  await stage.close();
  await provider.stop();
});

/** A browser that follows redirections by hand and keeps cookies by origin. */
class Browser {
  private readonly cookies = new Map<string, Map<string, string>>();

  async go(address: string, form?: Record<string, string>): Promise<{ url: string; answer: Response }> {
    const { origin } = new URL(address);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    const answer = await fetch(address, {
      redirect: 'manual',
      headers: { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const location = answer.headers.get('location');
    const next = location === null ? null : new URL(location, address).href;
    // The console itself is of no interest.
    return next === null || next === `${stage.url}/` ? { url: address, answer } : this.go(next);
  }

  /** From the button to wherever it ends; the address it came back by. */
  async signIn(login: string): Promise<{ url: string; answer: Response }> {
    let at = await this.go(`${stage.url}/admin/v1/session/oidc`);
    for (const prompt of ['login', 'consent'])
      if (at.url.startsWith(provider.issuer)) at = await this.go(at.url, { prompt, login, password: 'any' });
    return at;
  }

  async session(): Promise<unknown> {
    return (await this.go(`${stage.url}/admin/v1/session`)).answer.json();
  }
}

it('signs in who has a role, with what it allows', async () => {
  const browser = new Browser();
  const { answer } = await browser.signIn('helper');
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/']);
  expect(await browser.session()).toMatchObject({
    name: 'oidc helper@example.org',
    role: 'helpdesk',
    tenant: 'acme',
  });
  expect(await stage.first.call('GET /session/ways', {})).toEqual({
    oidc: true,
    oidcLabel: 'Our staff',
    self: true,
  });
  const { items } = await stage.first.call('GET /audit', { query: { action: 'session' } });
  expect(items[0]).toMatchObject({ actor: 'oidc helper@example.org', details: { by: 'oidc' } });
});

it('tells who has none so, and lets him nowhere', async () => {
  const browser = new Browser();
  const { answer } = await browser.signIn('stranger');
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain('no role of Godwit is assigned to you');
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await browser.session()).toMatchObject({ status: 401 });
});

it('believes no way back that was not begun in this browser, nor one that was altered or used before', async () => {
  const browser = new Browser();
  const { url } = await browser.signIn('boss');
  expect((await new Browser().go(url)).answer.status).toBe(400);
  expect((await browser.go(url)).answer.status).toBe(400);
  const other = new Browser();
  await other.go(`${stage.url}/admin/v1/session/oidc`);
  // Somebody else's code, with a state of its own: a sign-in as whoever sent the link.
  expect((await other.go(url)).answer.status).toBe(401);
  expect(await other.session()).toMatchObject({ status: 401 });
});
