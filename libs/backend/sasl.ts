import { BackendError } from './errors.js';
import type { TokenCredentials } from './sign-in.js';

/** One way to show a server a token. */
export interface TokenMechanism {
  readonly name: 'XOAUTH2' | 'OAUTHBEARER';
  /** What is sent first, in base64. */
  readonly initial: string;
  /** What ends the exchange when the server answers with the reason of its refusal, in base64. */
  readonly breaker: string;
}

/** Fields are framed by control characters: one in a value would begin a field of its own. */
const CONTROL = /\p{Cc}/u;
const encoded = (fields: readonly string[]): string =>
  Buffer.from([...fields, '', ''].join('\u0001')).toString('base64');

/** XOAUTH2, as Google and Microsoft describe it. Throws BackendError `auth` for what cannot be framed. */
export function xoauth2({ user, accessToken }: TokenCredentials): TokenMechanism {
  requireFramable(user, accessToken);
  return {
    name: 'XOAUTH2',
    initial: encoded([`user=${user}`, `auth=Bearer ${accessToken}`]),
    breaker: '',
  };
}

/** OAUTHBEARER (RFC 7628 3.1). Throws BackendError `auth` for what cannot be framed. */
export function oauthBearer(
  { user, accessToken }: TokenCredentials,
  { host, port }: { readonly host: string; readonly port: number },
): TokenMechanism {
  requireFramable(user, accessToken);
  const saslName = user.replaceAll('=', '=3D').replaceAll(',', '=2C');
  const fields = [`n,a=${saslName},`, `host=${host}`, `port=${port}`, `auth=Bearer ${accessToken}`];
  return { name: 'OAUTHBEARER', initial: encoded(fields), breaker: 'AQ==' };
}

function requireFramable(...values: readonly string[]): void {
  if (values.some((value) => CONTROL.test(value)))
    throw new BackendError('auth', 'a login or token with control characters is none');
}
