import type { IncomingMessage, ServerResponse } from 'node:http';

export interface CookieKind {
  readonly name: string;
  readonly path: string;
  /** `Lax` where somebody comes back from another site with it. */
  readonly sameSite: 'Strict' | 'Lax';
}

/** The value of a cookie (RFC 6265 5.4); undefined without it. */
export function cookieOf({ headers }: IncomingMessage, { name }: CookieKind): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}

/** Sets a cookie no script can read, for so many seconds; 0 removes it. */
export function setCookie(
  response: ServerResponse,
  { name, path, sameSite }: CookieKind,
  value: string,
  { seconds, secure }: { readonly seconds: number; readonly secure: boolean },
): void {
  response.appendHeader(
    'Set-Cookie',
    `${name}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=${sameSite}${secure ? '; Secure' : ''}`,
  );
}
