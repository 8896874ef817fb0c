import { API_BASE, anybody, AdminClient, roles, routes, type Role, type RouteName } from '#admin-api';
import { AdminStage, PASSWORD, userOf, type Holder } from './testing/admin-stage.js';

/** Answers of somebody who brings these headers, as HTTP says them. */
interface Answer {
  readonly status: number;
  readonly body: { readonly code?: string };
  readonly headers: Headers;
}

let stage: AdminStage;
beforeAll(async () => {
  const admin = { failuresPerMinute: 1_000_000, requestsPerMinute: 1_000_000 };
  stage = await AdminStage.open({ configuration: { admin } });
});
afterAll(() => stage.close());

/** Values for a path: what is nobody's, unless it is of a tenant. */
const valuesOf = (tenant: string): Readonly<Record<string, string>> => ({
  tenant,
  user: userOf('ada', tenant),
  name: 'nobody',
});

async function ask(
  name: string,
  headers: Record<string, string>,
  values: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<Answer> {
  const [method = '', path = ''] = name.split(' ');
  const filled = path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(values[key] ?? '999999'));
  const answer = await fetch(`${stage.url}${API_BASE}${filled}`, {
    method,
    headers,
    redirect: 'manual',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  const text = await (isJson && method !== 'HEAD'
    ? answer.text()
    : (await answer.body?.cancel(), Promise.resolve('{}')));
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text) as Answer['body'] };
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
let networks = 0;
/** As a proxy tells another network: whoever guesses from one has to wait. */
const fromElsewhere = () => ({ 'X-Forwarded-For': `2001:db8:${(networks++).toString(16)}::1` });
const names = Object.keys(routes) as RouteName[];
const guarded = names.filter((name) => routes[name].who !== anybody);

/** What anybody may ask for. A route that is added here by mistake is open to the world. */
const OPEN = [
  'GET /openapi.json',
  'GET /session/ways',
  'POST /session',
  'GET /session/oidc',
  'GET /session/oidc/callback',
];

it('leaves open only what one needs to sign in', () => {
  expect(names.filter((name) => routes[name].who === anybody)).toEqual(OPEN);
});

describe.each(guarded)('%s', (name) => {
  it('is for nobody without a token, with a wrong or an expired one, or with a cookie somebody made up', async () => {
    const expired = await stage.tokenFor({ role: 'provider', expiresAt: new Date(Date.now() - 1000) });
    for (const headers of [
      {},
      bearer('gwt_wrong'),
      bearer(expired),
      { Authorization: 'Basic YTpi' },
      { Cookie: 'godwit_session=abc.def' },
    ]) {
      const { status, body } = await ask(name, { ...headers, ...fromElsewhere() } as Record<string, string>);
      expect([status, body.code]).toEqual([401, 'unauthorized']);
    }
  });

  it.each(roles)('is for the role %s only if it says so', async (role) => {
    const { status, body } = await ask(name, bearer(await tokenOf({ role })), valuesOf('acme'));
    const who: readonly Role[] = routes[name].who as readonly Role[];
    if (who.includes(role)) expect(body.code === 'forbidden' ? 403 : status).not.toBe(403);
    else expect([status, body.code]).toEqual([403, 'forbidden']);
    expect(status).not.toBe(401);
    expect(status).not.toBe(500);
  });
});

const tokens = new Map<string, string>();
async function tokenOf(holder: Holder): Promise<string> {
  const key = JSON.stringify(holder);
  const token = tokens.get(key) ?? (await stage.tokenFor(holder));
  tokens.set(key, token);
  return token;
}

describe('somebody of one tenant', () => {
  const ofTenant = guarded.filter((name) => name.includes('{tenant}') || 'tenant' in queryOf(name));

  it.each(ofTenant)('%s tells nothing of another tenant', async (name) => {
    const holder: Holder = { role: 'tenant', tenant: 'acme' };
    const isInPath = name.includes('{tenant}');
    const asked = isInPath ? name : `${name}?tenant=globex`;
    const { status } = await ask(asked, bearer(await tokenOf(holder)), valuesOf('globex'), bodyOf(name));
    // 422: the body was looked at first.
    expect([403, 404, 422]).toContain(status);
  });
});

const bodyOf = (name: RouteName): object | undefined => (name.startsWith('GET ') ? undefined : {});

function queryOf(name: RouteName): object {
  const { query } = routes[name] as { query?: { shape: object } };
  return query?.shape ?? {};
}

it('answers unknown paths and wrong methods as problems, and the head of what can be got', async () => {
  expect(await ask('GET /nothing/here', {})).toMatchObject({ status: 404, body: { code: 'unknown-path' } });
  expect(await ask('DELETE /nothing', {})).toMatchObject({ status: 404 });
  const wrong = await ask('PATCH /devices', {});
  expect(wrong).toMatchObject({ status: 405, body: { code: 'wrong-method' } });
  expect(wrong.headers.get('allow')).toBe('GET');
  expect(await ask('HEAD /tokens', bearer(stage.token))).toMatchObject({ status: 200 });
});

it('tells which field of a request is wrong, and never opens what is no row', async () => {
  const admin = bearer(stage.token);
  expect(await ask('POST /tokens', admin, {}, { name: '', role: 'king' })).toMatchObject({
    status: 422,
    body: { fields: [{ path: 'name' }, { path: 'role' }] },
  });
  expect(await ask('POST /tokens', admin, {}, undefined)).toMatchObject({ status: 422 });
  expect(await ask('DELETE /tokens/9999999999999999999', admin, {}, {})).toMatchObject({ status: 422 });
  expect(await ask('DELETE /tokens/999999999999999999', admin, {}, {})).toMatchObject({ status: 404 });
});

it('makes who guesses tokens wait, but not who brings a known one from the same address', async () => {
  const from = fromElsewhere();
  const known = { ...bearer(await stage.tokenFor({ role: 'read-only' })), ...from };
  expect(await ask('GET /session', known)).toMatchObject({ status: 200 });
  for (let i = 0; i < 11; i++)
    expect(await ask('GET /session', { ...bearer(`gwt_${i}`), ...from })).toMatchObject({ status: 401 });
  const delayed = await ask('GET /session', { ...bearer('gwt_next'), ...from });
  expect(delayed).toMatchObject({ status: 429, body: { code: 'too-many' } });
  expect(delayed.headers.get('retry-after')).toBe('1');
  expect(await ask('POST /session', from, {}, { token: stage.token })).toMatchObject({ status: 429 });
  expect(await ask('GET /session', known)).toMatchObject({ status: 200 });
});

describe('tokens', () => {
  it('are told once, serve until they are taken back, and are written down by digest only', async () => {
    const made = await stage.first.call('POST /tokens', { body: { name: 'script', role: 'read-only' } });
    expect(made.token).toMatch(/^gwt_[\w-]{43}$/);
    const script = stage.bearer(made.token);
    expect(await script.call('GET /session', {})).toMatchObject({ name: 'token script', role: 'read-only' });
    const listed = await stage.first.call('GET /tokens', {});
    expect(listed.items.find(({ id }) => id === made.id)).toMatchObject({
      lastUsedAt: expect.any(String) as string,
    });
    expect(JSON.stringify(listed)).not.toContain(made.token);
    const rows = await stage.database.prisma.adminToken.findMany();
    expect(JSON.stringify(rows.map(({ digest }) => digest))).not.toContain(made.token.slice(4));
    await stage.first.call('DELETE /tokens/{token}', {
      params: { token: made.id },
      body: { reason: 'left' },
    });
    await expect(script.call('GET /session', {})).rejects.toMatchObject({ status: 401 });
  });

  it('never give more than their maker has', async () => {
    const tenant = await stage.as({ role: 'tenant' });
    const make = (body: Parameters<typeof tenant.call<'POST /tokens'>>[1]['body']) =>
      tenant.call('POST /tokens', { body });
    await expect(make({ name: 'x', role: 'provider' })).rejects.toMatchObject({ status: 403 });
    await expect(make({ name: 'x', role: 'helpdesk' })).rejects.toMatchObject({ status: 403 });
    await expect(make({ name: 'x', role: 'helpdesk', tenant: 'globex' })).rejects.toMatchObject({
      status: 403,
    });
    await expect(make({ name: 'x', role: 'me', tenant: 'acme' })).rejects.toMatchObject({ status: 422 });
    expect(await make({ name: 'x', role: 'helpdesk', tenant: 'acme' })).toMatchObject({ tenant: 'acme' });
    const foreign = await stage.first.call('POST /tokens', { body: { name: 'all', role: 'read-only' } });
    await expect(
      tenant.call('DELETE /tokens/{token}', { params: { token: foreign.id }, body: {} }),
    ).rejects.toMatchObject({ status: 404 });
    expect((await tenant.call('GET /tokens', {})).items.every((token) => token.tenant === 'acme')).toBe(true);
  });
});

/** A browser: keeps the cookie, and what a page of ours knows. */
class Browser {
  cookie = '';
  csrf = '';
  readonly headers: Record<string, string> = {};

  readonly client = new AdminClient({
    origin: '',
    headers: () => ({ Cookie: this.cookie, 'X-Godwit-CSRF': this.csrf, ...this.headers }),
    fetch: async (address, init) => {
      const answer = await fetch(`${stage.url}${address as string}`, init);
      for (const line of answer.headers.getSetCookie()) this.cookie = line.split(';')[0] ?? '';
      return answer;
    },
  });

  async signIn(body: { token: string } | { user: string; password: string }): Promise<void> {
    this.csrf = (await this.client.call('POST /session', { body })).csrf;
  }
}

describe('a session', () => {
  it('is kept in a cookie no script and no other site gets hold of', async () => {
    const answer = await fetch(`${stage.url}${API_BASE}/session`, {
      method: 'POST',
      headers: { 'X-Forwarded-Proto': 'https' },
      body: JSON.stringify({ token: stage.token }),
    });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/; Path=\/admin; Max-Age=28800; HttpOnly; SameSite=Strict; Secure$/);
    expect(cookie).not.toContain(stage.token);
  });

  it('changes something only for a page that knows its CSRF token and is our own', async () => {
    const browser = new Browser();
    await browser.signIn({ token: stage.token });
    const change = () =>
      browser.client.call('POST /tokens', { body: { name: 'by hand', role: 'read-only' } });
    await change();
    for (const headers of [
      { 'X-Godwit-CSRF': '' },
      { 'X-Godwit-CSRF': 'wrong' },
      { Origin: 'https://evil.example' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
    ]) {
      Object.assign(browser.headers, headers);
      await expect(change()).rejects.toMatchObject({ status: 403, problem: { code: 'csrf' } });
      for (const name of Object.keys(headers)) delete browser.headers[name];
    }
    Object.assign(browser.headers, { Origin: stage.url, 'Sec-Fetch-Site': 'same-origin' });
    await change();
  });

  it('cannot be begun by another site', async () => {
    const browser = new Browser();
    browser.headers.Origin = 'https://evil.example';
    await expect(browser.signIn({ token: stage.token })).rejects.toMatchObject({ status: 403 });
  });

  it('ends with its token', async () => {
    const made = await stage.first.call('POST /tokens', { body: { name: 'short', role: 'read-only' } });
    const browser = new Browser();
    await browser.signIn({ token: made.token });
    expect(await browser.client.call('GET /session', {})).toMatchObject({
      name: 'token short',
      csrf: browser.csrf,
    });
    await stage.first.call('DELETE /tokens/{token}', { params: { token: made.id }, body: {} });
    await expect(browser.client.call('GET /session', {})).rejects.toMatchObject({ status: 401 });
  });

  it('ends when one signs out, also for a copy of its cookie', async () => {
    const browser = new Browser();
    await browser.signIn({ token: stage.token });
    const copy = new Browser();
    copy.cookie = browser.cookie;
    await copy.client.call('GET /session', {});
    await browser.client.call('DELETE /session', {});
    expect(browser.cookie).toBe('godwit_session=');
    await expect(copy.client.call('GET /session', {})).rejects.toMatchObject({ status: 401 });
  });

  it('of a mailbox is for its own devices only', async () => {
    const browser = new Browser();
    const user = userOf('ada', 'acme');
    await browser.signIn({ user, password: PASSWORD });
    expect(await browser.client.call('GET /session', {})).toMatchObject({ role: 'me', tenant: 'acme', user });
    await expect(browser.client.call('GET /devices', {})).rejects.toMatchObject({ status: 403 });
    await expect(new Browser().signIn({ user, password: 'wrong' })).rejects.toMatchObject({ status: 401 });
  });
});

describe('the audit log', () => {
  it('tells who changed what, from where and why, and what was refused', async () => {
    const helper = await stage.as({ role: 'helpdesk' });
    await expect(helper.call('GET /tokens', {})).rejects.toMatchObject({ status: 403 });
    const body = { name: 'audited', role: 'read-only', tenant: 'acme', reason: 'for the report' } as const;
    await stage.first.call('POST /tokens', { body });
    const [made] = (await stage.first.call('GET /audit', { query: { action: 'token', limit: 1 } })).items;
    expect(made).toMatchObject({
      ...{ actor: 'first administrator', role: 'provider', action: 'token.make', tenant: 'acme' },
      ...{
        target: 'audited',
        reason: 'for the report',
        address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/) as string,
      },
    });
    const refused = await stage.first.call('GET /audit', { query: { action: 'refused' } });
    expect(refused.items.map(({ target }) => target)).toContain('GET /tokens');
    const failed = await stage.first.call('GET /audit', { query: { action: 'session.refused' } });
    expect(failed.items[0]).toMatchObject({
      actor: 'nobody',
      role: 'nobody',
      details: { why: expect.any(String) as string },
    });
  });

  it('has pages without gaps, newest first, and shows a tenant its own only', async () => {
    const all = await stage.first.call('GET /audit', { query: { limit: 1000 } });
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await stage.first.call('GET /audit', { query: { limit: 3, cursor } });
      seen.push(...page.items.map(({ id }) => id));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(seen).toEqual(all.items.map(({ id }) => id));
    const own = await (await stage.as({ role: 'read-only' })).call('GET /audit', {});
    expect(new Set(own.items.map(({ tenant }) => tenant))).toEqual(new Set(['acme']));
    await expect(stage.first.call('GET /audit', { query: { cursor: 'x' } })).rejects.toMatchObject({
      status: 422,
    });
  });

  it('as a table runs no formula for whoever opens it', async () => {
    await stage.first.call('POST /tokens', { body: { name: '=HYPERLINK("x")', role: 'read-only' } });
    const table = await (
      await stage.first.open('GET /audit.csv', { query: { action: 'token.make' } })
    ).text();
    expect(table).toContain(`"'=HYPERLINK(""x"")"`);
  });
});
