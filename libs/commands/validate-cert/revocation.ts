import { CertificateRevocationList } from 'pkijs';
import type { Certificate } from './certificate.js';

/** Gets a revocation list in DER. Rejects when whoever has it cannot be reached. */
export type FetchRevocationList = (url: string) => Promise<Uint8Array>;

export type Revocation = 'good' | 'revoked' | 'unknown' | 'offline';

const SECONDS = 1000;
const TIMEOUT = 5 * SECONDS;
const LARGEST = 16 * 1024 * 1024;
const CACHED = 32;
/** Milliseconds for which a list is not fetched again, whatever it says of itself. */
const FRESH = 600 * SECONDS;
const ISSUING_DISTRIBUTION_POINT = '2.5.29.28';

/**
 * Fetches over HTTP, without following redirects and with limits to time and size: the URL stands in a certificate that a
 * stranger sent, though one that a trusted authority has signed.
 */
export async function fetchRevocationList(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > LARGEST) throw new Error(`${url} answered more than ${LARGEST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Milliseconds for which nobody waits again for a server that could not be reached: a request has up to 100 certificates. */
const REST = 60 * SECONDS;

interface Kept {
  /** Undefined: what is there is no list. Null: nothing could be got. */
  readonly list: CertificateRevocationList | undefined | null;
  readonly until: number;
}

/** Tells what authorities have revoked, by the lists they publish (RFC 5280 5). */
export class RevocationLists {
  readonly #fetch: FetchRevocationList | null;
  readonly #kept = new Map<string, Kept>();

  /** Null: nothing is fetched, so nothing is known. */
  constructor(fetch: FetchRevocationList | null) {
    this.#fetch = fetch;
  }

  async check(certificate: Certificate, issuer: Certificate, now: Date): Promise<Revocation> {
    if (!this.#fetch) return 'unknown';
    let answer: Revocation = 'unknown';
    for (const url of certificate.revocationLists) {
      const list = await this.#listAt(url, now);
      if (list === null) answer = 'offline';
      else if (list && (await isGood(list, issuer, now)))
        return list.isCertificateRevoked(certificate.fields) ? 'revoked' : 'good';
    }
    return answer;
  }

  async #listAt(url: string, now: Date): Promise<Kept['list']> {
    const known = this.#kept.get(url);
    if (known && known.until > now.getTime()) return known.list;
    const bytes = await this.#fetch?.(url).catch(() => null);
    const list = bytes ? parsed(bytes) : null;
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= CACHED && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(url, { list, until: now.getTime() + (list === null ? REST : FRESH) });
    return list;
  }
}

function parsed(bytes: Uint8Array): CertificateRevocationList | undefined {
  try {
    return CertificateRevocationList.fromBER(bytes);
  } catch {
    return undefined;
  }
}

/** Signed by the certificate's own issuer, of today, and without demands that are not understood here. */
async function isGood(list: CertificateRevocationList, issuer: Certificate, now: Date): Promise<boolean> {
  const extensions = list.crlExtensions?.extensions ?? [];
  if (extensions.some(({ critical, extnID }) => critical && extnID !== ISSUING_DISTRIBUTION_POINT))
    return false;
  if (list.thisUpdate.value > now || (list.nextUpdate && list.nextUpdate.value < now)) return false;
  return list.verify({ issuerCertificate: issuer.fields }).catch(() => false);
}
