import type { TenantSettings } from '#ops';

export type OAuthSettings = NonNullable<TenantSettings['oauth']>;

/** What a token says, whoever told it: its own signature or the issuer's answer. */
export type Claims = Readonly<Record<string, unknown>>;

/** What is made of a good token. */
export interface Grant {
  /** The login, as the claim has it. */
  readonly login: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const words = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value.map(String) : [];
};

/** Scopes as RFC 9068 and RFC 7662 write them (`scope`), and as others do (`scp`). */
const scopesOf = ({ scope, scp }: Claims): ReadonlySet<string> => new Set([...words(scope), ...words(scp)]);

/** What the claims grant; null if they lack the user, a scope or an end. Their signature, issuer and times are judged before. */
export function grantOf(claims: Claims, { userClaim, scopes }: OAuthSettings): Grant | null {
  const { exp } = claims;
  const login = claims[userClaim];
  if (typeof exp !== 'number' || !Number.isFinite(exp) || typeof login !== 'string' || login === '')
    return null;
  // Whoever may type in an address of his choice at the issuer is not its owner for that.
  if (
    userClaim === 'email' &&
    ![undefined, true, 'true'].includes(claims.email_verified as boolean | string | undefined)
  )
    return null;
  const has = scopesOf(claims);
  if (!scopes.every((scope) => has.has(scope))) return null;
  return { login, expiresAt: exp * 1000 };
}
