import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { isTrustedPeer } from '../client-address.js';

const first = (header: string | string[] | undefined): string | undefined =>
  String(header ?? '')
    .split(',')[0]
    ?.trim() || undefined;

/** A host as it may stand in a Host header; anything else would be a way to write into the answer. */
const HOST = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Where this server is from outside, without a path: as configured, else as the request came, for which a trusted proxy's
 * X-Forwarded-Proto and X-Forwarded-Host count. Null if the request does not tell.
 */
export function publicOrigin(
  request: IncomingMessage,
  listen: { readonly publicUrl?: string | undefined; readonly trustedProxies: readonly string[] },
): string | null {
  if (listen.publicUrl !== undefined) return new URL(listen.publicUrl).origin;
  const host = isTrustedPeer(request, listen.trustedProxies)
    ? (first(request.headers['x-forwarded-host']) ?? request.headers.host)
    : request.headers.host;
  return host !== undefined && HOST.test(host)
    ? `${schemeOf(request, listen.trustedProxies)}://${host}`
    : null;
}

/** How the client reached us: over TLS or not. */
export function schemeOf(request: IncomingMessage, trustedProxies: readonly string[]): 'http' | 'https' {
  const told = isTrustedPeer(request, trustedProxies)
    ? first(request.headers['x-forwarded-proto'])
    : undefined;
  const isTls = told === undefined ? (request.socket as TLSSocket).encrypted === true : told === 'https';
  return isTls ? 'https' : 'http';
}
