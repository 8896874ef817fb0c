import type { IncomingMessage } from 'node:http';
import type { Configuration } from '#ops';
import { isTrustedPeer } from '../../gateway/client-address.js';

type Settings = Pick<Configuration, 'admin' | 'listen'>;

const first = (header: string | string[] | undefined): string | undefined =>
  String(header ?? '')
    .split(',')[0]
    ?.trim() || undefined;

/** Whether the browser came by https: a trusted proxy says so, or the configuration. */
export function isSecure(request: IncomingMessage, { admin, listen }: Settings): boolean {
  if (isTrustedPeer(request, listen.trustedProxies)) {
    const told = first(request.headers['x-forwarded-proto']);
    if (told !== undefined) return told === 'https';
  }
  return admin.publicUrl?.startsWith('https:') ?? false;
}

/** The host that a browser's Origin must name; the origin of `publicUrl` will do, too. */
function isOwn(origin: string, request: IncomingMessage, { admin, listen }: Settings): boolean {
  const forwarded = isTrustedPeer(request, listen.trustedProxies)
    ? first(request.headers['x-forwarded-host'])
    : undefined;
  try {
    const { host, origin: plain } = new URL(origin);
    if (admin.publicUrl !== undefined && plain === new URL(admin.publicUrl).origin) return true;
    return host === request.headers.host || host === forwarded;
  } catch {
    return false;
  }
}

/**
 * Whether a request that carries a cookie was made by a page of our own. Browsers tell by Sec-Fetch-Site, and by Origin
 * with everything that is no GET; a program that sends neither keeps no cookies of others.
 */
export function isOwnPage(request: IncomingMessage, settings: Settings): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return origin === undefined || isOwn(origin, request, settings);
}
