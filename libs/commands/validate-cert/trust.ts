import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { Certificate } from './certificate.js';
import { RevocationLists, type FetchRevocationList } from './revocation.js';

/** What S/MIME certificates are held against. */
export interface CertificateTrust {
  readonly roots: readonly Certificate[];
  readonly revocations: RevocationLists;
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * `pem` holds the roots' certificates; null takes those Node.js trusts. `fetch` null: revocation lists are not fetched.
 * Throws when the PEM holds none, or a broken one.
 */
export function openCertificateTrust(
  pem: string | null,
  fetch: FetchRevocationList | null,
): CertificateTrust {
  const blocks = pem === null ? rootCertificates : (pem.match(PEM) ?? []);
  if (blocks.length === 0) throw new Error('there is no certificate among the trusted roots');
  let roots: Certificate[] | undefined;
  const read = (): Certificate[] =>
    (roots ??= blocks.map((block) => Certificate.of(new X509Certificate(block))));
  // One's own are few and may be wrong, which the start is to tell; Node's are many, and seldom asked for.
  if (pem !== null) read();
  return {
    get roots() {
      return read();
    },
    revocations: new RevocationLists(fetch),
  };
}
