import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose';
import { loadConfiguration, silentLog } from '#ops';
import { Tenants } from '../tenants.js';
import { TokenJudge } from './token-judge.js';

/** An issuer of tokens: discovery, keys and introspection over HTTP. */
class FakeIssuer {
  key!: CryptoKey;
  private server!: Server;
  private readonly keys: Record<string, unknown>[] = [];
  readonly asked: string[] = [];
  /** What introspection says of a token. */
  readonly opaque = new Map<string, Record<string, unknown>>();
  isDown = false;
  /** Unless null: where it says that its keys are. */
  keysAt: string | null = null;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      this.asked.push(request.url ?? '');
      if (this.isDown) return void response.writeHead(500).end();
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const form = new URLSearchParams(Buffer.concat(pieces).toString());
        response.end(JSON.stringify(this.answer(request.url ?? '', form)));
      });
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.key = await this.addKey('first');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async addKey(kid: string): Promise<CryptoKey> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    this.keys.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' });
    return privateKey;
  }

  sign(claims: JWTPayload = {}, key = this.key, kid = 'first'): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: this.url, aud: 'godwit', exp: now + 600, email: 'Ada@a.example', ...claims };
    return new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid }).sign(key);
  }

  stop(): Promise<unknown> {
    return new Promise((resolve) => this.server.close(resolve));
  }

  private answer(url: string, form: URLSearchParams): unknown {
    if (url === '/keys') return { keys: this.keys };
    if (url === '/introspect') return this.opaque.get(form.get('token') ?? '') ?? { active: false };
    return {
      issuer: this.url,
      jwks_uri: this.keysAt ?? `${this.url}/keys`,
      authorization_endpoint: `${this.url}/sign-in`,
    };
  }
}

describe('an access token', () => {
  let issuer: FakeIssuer;
  beforeEach(async () => {
    issuer = new FakeIssuer();
    await issuer.start();
  });
  afterEach(() => issuer.stop());

  function judgeOf(more = ''): TokenJudge {
    const oauth = `oauth: { issuer: '${issuer.url}', audience: godwit, leewaySeconds: 0 ${more} }`;
    const mail = 'mail: { kind: imap, host: h }';
    const { configuration } = loadConfiguration({
      env: {
        GODWIT_TENANTS: `[{ domains: [a.example], ${mail}, ${oauth} }, { domains: [b.example], ${mail} }]`,
      },
    });
    const judge = TokenJudge.of(new Tenants(configuration.tenants), { trust: 60_000, log: silentLog });
    if (!judge) throw new Error('no tenant takes tokens');
    return judge;
  }

  it('signs in whom its claim names, for as long as it lives', async () => {
    const exp = Math.floor(Date.now() / 1000) + 300;
    expect(await judgeOf().judge(await issuer.sign({ exp }), null)).toMatchObject({
      kind: 'accepted',
      tenant: { name: 'a.example' },
      login: { user: 'ada@a.example' },
      expiresAt: exp * 1000,
    });
  });

  it('is refused unless its issuer signed it for this service, now, and for somebody of its own', async () => {
    const judge = judgeOf(', scopes: [eas]');
    const eas = { scope: 'openid eas' };
    const other = (await generateKeyPair('ES256')).privateKey;
    const now = Math.floor(Date.now() / 1000);
    const symmetric = new SignJWT({
      iss: issuer.url,
      aud: 'godwit',
      exp: now + 60,
      email: 'ada@a.example',
      ...eas,
    })
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .sign(new TextEncoder().encode(JSON.stringify('the public key, which everybody knows')));
    const hostile = {
      none: new UnsecuredJWT({ email: 'ada@a.example', ...eas })
        .setIssuer(issuer.url)
        .setAudience('godwit')
        .setExpirationTime('1h')
        .encode(),
      symmetric: await symmetric,
      'other key': await issuer.sign(eas, other),
      'other audience': await issuer.sign({ ...eas, aud: 'calendar' }),
      'other issuer': await issuer.sign({ ...eas, iss: 'https://evil.example' }),
      'not yet': await issuer.sign({ ...eas, nbf: now + 300 }),
      'without end': await issuer.sign({ ...eas, exp: undefined }),
      'without scope': await issuer.sign({ scope: 'openid' }),
      unverified: await issuer.sign({ ...eas, email_verified: false }),
      'no login': await issuer.sign({ ...eas, email: '' }),
      'claim of another kind': await issuer.sign({ ...eas, email: ['ada@a.example'] as never }),
      garbage: 'a.b.c',
    };
    const outcomes = await Promise.all(
      Object.entries(hostile).map(async ([name, token]) => [name, (await judge.judge(token, null)).kind]),
    );
    expect(outcomes).toEqual(Object.keys(hostile).map((name) => [name, 'refused']));
    expect(await judge.judge(await issuer.sign({ ...eas, exp: now - 1 }), null)).toMatchObject({
      reason: 'token-expired',
    });
    // The issuer of one tenant speaks for nobody of another.
    expect(await judge.judge(await issuer.sign({ ...eas, email: 'bob@b.example' }), null)).toMatchObject({
      reason: 'no-tenant',
    });
    expect((await judge.judge(await issuer.sign(eas), null)).kind).toBe('accepted');
  });

  it('of an unknown key makes the keys be looked at once, however many come: a flood stays here', async () => {
    const judge = judgeOf();
    await judge.judge(await issuer.sign(), null);
    const flood = await Promise.all(
      Array.from({ length: 50 }, (_, i) => issuer.sign({}, issuer.key, `no${i}`)),
    );
    for (const token of flood) expect((await judge.judge(token, null)).kind).toBe('refused');
    expect(issuer.asked.filter((url) => url === '/keys').length).toBeLessThanOrEqual(2);
  });

  it('is not refused because its issuer is away: the phone would ask its user for a password', async () => {
    issuer.isDown = true;
    await expect(judgeOf().judge(await issuer.sign(), null)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('is not judged by keys from a place that is not even on the web', async () => {
    for (const place of ['file:///etc/passwd', 'data:application/json,{"keys":[]}', 'ftp://h/keys']) {
      issuer.keysAt = place;
      await expect(judgeOf().judge(await issuer.sign(), null)).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringContaining('tells of no keys') as string,
      });
    }
  });

  it('stays good while its issuer is away, once the keys are known', async () => {
    const judge = judgeOf();
    await judge.judge(await issuer.sign(), null);
    issuer.isDown = true;
    expect((await judge.judge(await issuer.sign({ jti: 'another' }), null)).kind).toBe('accepted');
  });

  it('that is opaque is asked about once, and shown to nobody but the issuer of the login it came with', async () => {
    const judge = judgeOf(
      `, introspection: { url: '${issuer.url}/introspect', clientId: g, clientSecret: s }`,
    );
    const exp = Math.floor(Date.now() / 1000) + 300;
    issuer.opaque.set('opaque', { active: true, aud: 'godwit', exp, email: 'ada@a.example' });
    issuer.opaque.set('elsewhere', { active: true, aud: 'calendar', exp, email: 'ada@a.example' });
    expect((await judge.judge('opaque', 'bob@b.example')).kind).toBe('refused');
    expect(issuer.asked).toEqual([]);
    for (let i = 0; i < 3; i++) expect((await judge.judge('opaque', 'ada@a.example')).kind).toBe('accepted');
    expect(issuer.asked).toEqual(['/introspect']);
    expect((await judge.judge('elsewhere', null)).kind).toBe('refused');
    expect((await judge.judge('unknown', null)).kind).toBe('refused');
  });
});
