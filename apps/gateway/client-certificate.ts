import { X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Configuration } from '#ops';
import { isTrustedPeer } from './client-address.js';

type Settings = NonNullable<Configuration['listen']['clientCertificate']>;

/** What is known of the phone's certificate. */
export type ClientCertificate =
  /** `names`: whose it is, in the configured kind; empty if it has none of that kind. */
  | { readonly kind: 'told'; readonly names: readonly string[] }
  | { readonly kind: 'none' }
  /** The request must not be served: HTTP 403. */
  | { readonly kind: 'refused'; readonly reason: string };

/** More than a certificate of any phone needs. */
const MAX_LENGTH = 32_768;
/** How Node writes a user principal name. */
const UPN = 'UPN:';
const refused = (reason: string): ClientCertificate => ({ kind: 'refused', reason });

/**
 * The certificate a phone proved itself with, as the proxy that ended TLS tells it. Only a trusted proxy is believed: the
 * same header from anybody else is an attempt to be somebody else.
 */
export function clientCertificate(
  request: IncomingMessage,
  { clientCertificate: settings, trustedProxies }: Configuration['listen'],
): ClientCertificate {
  if (!settings) return { kind: 'none' };
  const values = request.headersDistinct[settings.header.toLowerCase()] ?? [];
  const [value = ''] = values.map((text) => text.trim());
  if (value === '') return settings.mode === 'required' ? refused('missing') : { kind: 'none' };
  if (!isTrustedPeer(request, trustedProxies)) return refused('untrusted-peer');
  // Two of them: one is the phone's own invention, and nobody knows which.
  if (values.length > 1) return refused('more-than-one');
  const certificate = readCertificate(value);
  if (!certificate) return refused('unreadable');
  return { kind: 'told', names: namesOf(certificate, settings.userFrom) };
}

/**
 * As proxies write it: PEM with line ends escaped (nginx, HAProxy), its middle only (Traefik), DER in base64 between colons
 * (RFC 9440), or one of several fields (Envoy's X-Forwarded-Client-Cert).
 */
function readCertificate(value: string): X509Certificate | null {
  if (value.length > MAX_LENGTH) return null;
  try {
    const text = decodeURIComponent(fieldOfEnvoy(value) ?? value);
    const [, middle = text] =
      /^-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----\s*$/.exec(text) ?? [];
    const base64 = middle.replace(/^:|:$/g, '').replace(/\s/g, '');
    return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? new X509Certificate(Buffer.from(base64, 'base64')) : null;
  } catch {
    return null;
  }
}

/** The Cert of the only element; null if it is no such header. */
function fieldOfEnvoy(value: string): string | null {
  const [, quoted] = /(?:^|;)Cert="([^",;]*)"(?:;|$)/i.exec(value) ?? [];
  return quoted ?? null;
}

function namesOf(certificate: X509Certificate, userFrom: Settings['userFrom']): readonly string[] {
  if (userFrom === 'cn') return [commonName(certificate)].flat().filter((name) => name !== '');
  return alternativeNames(certificate.subjectAltName ?? '').flatMap(({ kind, value }) => {
    if (userFrom === 'email') return kind === 'email' ? [value] : [];
    return kind === 'othername' && value.startsWith(UPN) ? [value.slice(UPN.length)] : [];
  });
}

function commonName(certificate: X509Certificate): string | string[] {
  const { subject } = certificate.toLegacyObject();
  const name: unknown = (subject as { CN?: unknown } | undefined)?.CN;
  return typeof name === 'string' || Array.isArray(name) ? (name as string | string[]) : '';
}

/** Node quotes values that have what would part them: a comma in a name begins no other name. */
function alternativeNames(text: string): { readonly kind: string; readonly value: string }[] {
  const names = text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return names.map((name) => {
    const colon = name.indexOf(':');
    return { kind: name.slice(0, colon).trim(), value: unquoted(name.slice(colon + 1).trim()) };
  });
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  const read: unknown = JSON.parse(value);
  return typeof read === 'string' ? read : '';
}
