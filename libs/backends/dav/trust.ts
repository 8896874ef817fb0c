import { isIP } from 'node:net';

/**
 * Whether an account's password may go to an address that the server of `configured` named, by a redirect or as the place
 * of a home. Its own origin may have it; so may the same host once it asks for TLS. Another host only by https on both
 * sides, and if it belongs to the same people as far as names can tell: `p42-caldav.icloud.com` for `caldav.icloud.com`,
 * `dav.example.org` for `example.org`.
 */
export function mayHaveCredentials(configured: URL, target: URL): boolean {
  if (target.origin === configured.origin) return true;
  if (target.protocol !== 'https:') return false;
  const [own, other] = [configured.hostname, target.hostname];
  if (own === other) return true;
  if (configured.protocol !== 'https:' || isAddress(own) || isAddress(other)) return false;
  if (other.endsWith(`.${own}`)) return true;
  const family = own.slice(own.indexOf('.') + 1);
  return isSomebodys(family) && (other === family || other.endsWith(`.${family}`));
}

const isAddress = (host: string): boolean => isIP(host.replace(/^\[|\]$/g, '')) !== 0;

/** A name that one owner has: not `com`, and not `co.uk` or `com.au`, under which anybody may have one. */
function isSomebodys(name: string): boolean {
  const labels = name.split('.');
  const [second = '', top = ''] = labels.slice(-2);
  return labels.length > 2 || (labels.length === 2 && !(top.length === 2 && second.length <= 3));
}
