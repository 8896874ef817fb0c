import type { Configuration as Client } from 'openid-client';
import * as openid from 'openid-client';
import { API_BASE } from '#admin-api';
import type { Configuration } from '#ops';
import type { Principal } from '../call.js';

type Settings = NonNullable<Configuration['admin']['oidc']>;
type Claims = Readonly<Record<string, unknown>>;

/** What a browser keeps on its way to the provider and back. */
export interface Journey {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who the claims say somebody is: the first configured value that his claim has decides; null if it has none. */
export function principalOf({ roleClaim, roles }: Settings, claims: Claims): Principal | null {
  const claim = claims[roleClaim];
  const values = new Set<unknown>(Array.isArray(claim) ? claim : [claim]);
  const found = Object.entries(roles).find(([value]) => values.has(value));
  if (!found) return null;
  const [, { role, tenant = null }] = found;
  return { name: `oidc ${nameOf(claims)}`, role, tenant, user: null };
}

/** An address only if the provider vouches for it: the audit log is told this name. */
const nameOf = ({ email, email_verified: isVerified, preferred_username: name, sub }: Claims): string =>
  String((isVerified === true && email) || name || sub);

/** The identity provider people sign in with: authorization code with PKCE, state and nonce. */
export class OidcProvider {
  private client: Promise<Client> | null = null;
  private readonly redirectUri: string;

  constructor(
    private readonly settings: Settings,
    publicUrl: string,
  ) {
    this.redirectUri = `${publicUrl.replace(/\/$/, '')}${API_BASE}/session/oidc/callback`;
  }

  /** Where to send the browser, and what it needs when it is back. Throws if the provider does not answer. */
  async begin(): Promise<{ readonly url: URL; readonly journey: Journey }> {
    const client = await this.discovered();
    const journey = {
      state: openid.randomState(),
      nonce: openid.randomNonce(),
      verifier: openid.randomPKCECodeVerifier(),
    };
    const url = openid.buildAuthorizationUrl(client, {
      redirect_uri: this.redirectUri,
      scope: this.settings.scopes.join(' '),
      state: journey.state,
      nonce: journey.nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(journey.verifier),
      code_challenge_method: 'S256',
    });
    return { url, journey };
  }

  /**
   * Who came back, with this query; null if he has no role here. Throws if the provider, or whoever pretends to be it, says
   * no or says something that does not fit.
   */
  async complete(search: string, { state, nonce, verifier }: Journey): Promise<Principal | null> {
    const client = await this.discovered();
    const tokens = await openid.authorizationCodeGrant(client, new URL(this.redirectUri + search), {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims: Claims | undefined = tokens.claims();
    if (!claims) return null;
    const isTold =
      claims[this.settings.roleClaim] !== undefined || !client.serverMetadata().userinfo_endpoint;
    const more = isTold ? {} : await openid.fetchUserInfo(client, tokens.access_token, String(claims.sub));
    return principalOf(this.settings, { ...more, ...claims });
  }

  /** Asked for once; again if it failed. */
  private discovered(): Promise<Client> {
    const { issuer, clientId, clientSecret } = this.settings;
    const plain = issuer.startsWith('http:') ? { execute: [openid.allowInsecureRequests] } : {};
    this.client ??= openid.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: 10,
      ...plain,
    });
    this.client.catch(() => (this.client = null));
    return this.client;
  }
}
