import { ValidateCertStatus } from '#eas';
import { KeyUsage, type Certificate } from './certificate.js';

/** From the certificate in question to a root. */
export type Chain = readonly Certificate[];

type Verdict = (typeof ValidateCertStatus)[keyof typeof ValidateCertStatus];

const LONGEST_CHAIN = 10;
/** What one request may cost: authorities that all signed each other make for a search without end. */
const SIGNATURES = 300;
const STEPS = 2000;

/** emailProtection, and any purpose (RFC 5280 4.2.1.12). */
const EMAIL: ReadonlySet<string> = new Set(['1.3.6.1.5.5.7.3.4', '2.5.29.37.0']);

/** Finds chains to trusted roots, for the certificates of one request. */
export class ChainBuilder {
  readonly #roots: ReadonlySet<string>;
  readonly #issuers = new Map<string, Certificate[]>();
  readonly #signed = new Map<string, boolean>();
  #steps = 0;

  /** `helpers` are trusted for nothing; they fill the gap between a certificate and its root. */
  constructor(roots: readonly Certificate[], helpers: readonly Certificate[]) {
    this.#roots = new Set(roots.map(({ id }) => id));
    for (const issuer of [...roots, ...helpers]) {
      const namesakes = this.#issuers.get(issuer.x509.subject) ?? [];
      if (!namesakes.some(({ id }) => id === issuer.id)) namesakes.push(issuer);
      this.#issuers.set(issuer.x509.subject, namesakes);
    }
  }

  /** All chains to a root, or why there is none. */
  build(certificate: Certificate): readonly Chain[] | Verdict {
    const search: Search = { found: [], hasBadSignature: false, hasForeignRoot: false };
    this.#extend([certificate], search);
    if (search.found.length > 0) return search.found;
    if (search.hasBadSignature) return ValidateCertStatus.badSignature;
    return search.hasForeignRoot ? ValidateCertStatus.untrusted : ValidateCertStatus.badChain;
  }

  #extend(chain: Chain, search: Search): void {
    const last = chain.at(-1);
    if (!last) return;
    if (this.#roots.has(last.id)) {
      search.found.push(chain);
      return;
    }
    // One that only names itself may have been signed with the key it replaced.
    if (last.isSelfIssued && last.names(last) && this.#isSigned(last, last)) {
      search.hasForeignRoot = true;
      return;
    }
    if (chain.length === LONGEST_CHAIN || this.#steps++ > STEPS) return;
    for (const issuer of this.#issuers.get(last.x509.issuer) ?? []) {
      if (chain.some(({ id }) => id === issuer.id) || !last.names(issuer)) continue;
      if (this.#isSigned(last, issuer)) this.#extend([...chain, issuer], search);
      else search.hasBadSignature = true;
    }
  }

  #isSigned(certificate: Certificate, issuer: Certificate): boolean {
    const pair = `${certificate.id} ${issuer.id}`;
    let signed = this.#signed.get(pair);
    if (signed === undefined) {
      signed = this.#signed.size < SIGNATURES && certificate.isSignedBy(issuer);
      this.#signed.set(pair, signed);
    }
    return signed;
  }
}

interface Search {
  readonly found: Chain[];
  hasBadSignature: boolean;
  hasForeignRoot: boolean;
}

/** What is wrong with a chain whose signatures are right (RFC 5280 6.1, RFC 8550 4.4). Revocation aside. */
export function chainFault(chain: Chain, now: Date): Verdict | undefined {
  const [certificate, ...authorities] = chain;
  if (!certificate?.isValidAt(now)) return ValidateCertStatus.outOfDate;
  if (authorities.some((authority) => !authority.isValidAt(now))) return ValidateCertStatus.chainOutOfDate;
  for (const [below, authority] of authorities.entries()) {
    // An X.509 v1 root has no extensions to say what it is; that it is trusted says it.
    const isOldRoot = below === authorities.length - 1 && authority.fields.version === 0;
    if (!authority.isAuthority && !isOldRoot) return ValidateCertStatus.wrongRole;
    if (below > authority.pathLength) return ValidateCertStatus.wrongRole;
    if (!authority.mayBeUsedFor(KeyUsage.keyCertSign) || !authority.isMeantFor(EMAIL))
      return ValidateCertStatus.usedIncorrectly;
  }
  if (chain.some(({ hasUnknownDemands }) => hasUnknownDemands)) return ValidateCertStatus.usedIncorrectly;
  return isForEmail(certificate) ? undefined : ValidateCertStatus.notForEmail;
}

/** To sign mail, or to encrypt it: phones ask about the certificates of recipients, too. */
const isForEmail = (certificate: Certificate): boolean =>
  certificate.isMeantFor(EMAIL) &&
  certificate.mayBeUsedFor(
    KeyUsage.digitalSignature,
    KeyUsage.nonRepudiation,
    KeyUsage.keyEncipherment,
    KeyUsage.keyAgreement,
  );
