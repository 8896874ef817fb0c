import { errors, jwtVerify, type JSONWebKeySet } from 'jose';
import { BackendError } from '#backend';
import { grantOf, type Claims, type Grant, type OAuthSettings } from './claims.js';
import { fetchJson } from './fetch-json.js';
import { KeySet } from './key-set.js';

export type TokenVerdict =
  | { readonly kind: 'good'; readonly grant: Grant }
  | { readonly kind: 'bad'; readonly reason: 'token-expired' | 'token-invalid' };

/** Signatures by a private key only: with `none` and HS256 anybody could make tokens (RFC 8725 3.1). */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

const invalid: TokenVerdict = { kind: 'bad', reason: 'token-invalid' };
const expired: TokenVerdict = { kind: 'bad', reason: 'token-expired' };

/** How often an issuer's discovery document is asked for that could not be had, in milliseconds. */
const DISCOVERY_PAUSE = 30_000;

/** Judges the tokens of one issuer, by its keys or by asking it. */
export class Issuer {
  private readonly keys: KeySet;
  private discovered: { readonly at: number; readonly document: Promise<Claims> } | null = null;

  constructor(readonly settings: OAuthSettings) {
    this.keys = new KeySet(() => this.fetchKeys());
  }

  /** Throws BackendError `unavailable` if the issuer cannot be asked. */
  judge(token: string): Promise<TokenVerdict> {
    return this.settings.introspection
      ? this.introspect(token, this.settings.introspection)
      : this.verify(token);
  }

  /** Where people sign in, as the issuer tells; null if it does not, or cannot be asked now. */
  async authorizationEndpoint(): Promise<string | null> {
    try {
      const { authorization_endpoint: endpoint } = await this.discover();
      return typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint).href : null;
    } catch {
      return null;
    }
  }

  private async verify(token: string): Promise<TokenVerdict> {
    const { issuer, audience, userClaim, leewaySeconds } = this.settings;
    try {
      const { payload } = await jwtVerify(token, this.keys.keyOf, {
        ...{ issuer, audience, algorithms: ALGORITHMS, clockTolerance: leewaySeconds },
        requiredClaims: ['exp', userClaim],
      });
      return this.granted(payload);
    } catch (error) {
      if (error instanceof errors.JWTExpired) return expired;
      if (error instanceof BackendError || !(error instanceof errors.JOSEError)) throw error;
      return invalid;
    }
  }

  /** RFC 7662. The issuer judges signature and times; what it was made for is looked at here where it is told. */
  private async introspect(
    token: string,
    { url, clientId, clientSecret }: NonNullable<OAuthSettings['introspection']>,
  ): Promise<TokenVerdict> {
    const login = [clientId, clientSecret].map(encodeURIComponent).join(':');
    const claims = await fetchJson(url, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(login).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
    });
    if (claims.active !== true) return invalid;
    const { issuer, audience } = this.settings;
    const isElsewhere = claims.iss !== undefined && claims.iss !== issuer;
    if (isElsewhere || !listOf(claims.aud).includes(audience)) return invalid;
    return this.granted(claims);
  }

  private granted(claims: Claims): TokenVerdict {
    const grant = grantOf(claims, this.settings);
    if (!grant) return invalid;
    return grant.expiresAt + this.settings.leewaySeconds * 1000 <= Date.now()
      ? expired
      : { kind: 'good', grant };
  }

  private async fetchKeys(): Promise<JSONWebKeySet> {
    const { jwks_uri: told } = this.settings.jwks === undefined ? await this.discover() : {};
    const url = this.settings.jwks ?? told;
    if (typeof url !== 'string' || !isAsSafe(url, this.settings.issuer))
      throw new BackendError('unavailable', `${this.settings.issuer} tells of no keys`, { reason: 'issuer' });
    const { keys } = await fetchJson(url);
    if (!Array.isArray(keys))
      throw new BackendError('unavailable', `no keys at ${url}`, { reason: 'issuer' });
    return { keys: keys as JSONWebKeySet['keys'] };
  }

  /** OpenID Connect Discovery 4. Kept once it was had. */
  private discover(): Promise<Claims> {
    const now = performance.now();
    if (this.discovered && now - this.discovered.at < DISCOVERY_PAUSE) return this.discovered.document;
    const { issuer } = this.settings;
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const document = fetchJson(url).then((told) => {
      // 4.3: a document of another issuer would lead to another's keys.
      if (told.issuer !== issuer) throw new BackendError('unavailable', `${url} is of another issuer`);
      return told;
    });
    document.then(
      () => (this.discovered = { at: Infinity, document }),
      () => undefined,
    );
    this.discovered = { at: now, document };
    return document;
  }
}

/** Keys that crossed a network in clear may be anybody's; `issuer` is https, or on this machine. */
const isAsSafe = (url: string, issuer: string): boolean =>
  URL.canParse(url) && ['https:', new URL(issuer).protocol].includes(new URL(url).protocol);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
