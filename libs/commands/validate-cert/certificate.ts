import { X509Certificate } from 'node:crypto';
import { BitString } from 'asn1js';
import {
  BasicConstraints,
  Certificate as Fields,
  CRLDistributionPoints,
  ExtKeyUsage,
  type Extension,
} from 'pkijs';

const OID = {
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  revocationLists: '2.5.29.31',
  purposes: '2.5.29.37',
} as const;

/** Critical extensions that are looked at, or say nothing about validity. RFC 5280 4.2: of others a chain is refused. */
const understood: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.basicConstraints,
  OID.purposes,
  OID.revocationLists,
  '2.5.29.14', // subject key identifier
  '2.5.29.17', // subject alternative name
  '2.5.29.32', // certificate policies
  '2.5.29.35', // authority key identifier
]);

/** MD2 and MD5 with RSA: anybody can make a second certificate that such a signature fits. */
const forgeable: ReadonlySet<string> = new Set(['1.2.840.113549.1.1.2', '1.2.840.113549.1.1.4']);

/** Bits of KeyUsage (RFC 5280 4.2.1.3). */
export const KeyUsage = {
  digitalSignature: 0x80,
  nonRepudiation: 0x40,
  keyEncipherment: 0x20,
  keyAgreement: 0x08,
  keyCertSign: 0x04,
} as const;

const URI = 6;
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/** An X.509 certificate: OpenSSL judges its signature, its extensions are read here. */
export class Certificate {
  readonly #extensions: ReadonlyMap<string, Extension>;

  private constructor(
    readonly x509: X509Certificate,
    readonly fields: Fields,
  ) {
    this.#extensions = new Map(fields.extensions?.map((extension) => [extension.extnID, extension]));
  }

  static of(x509: X509Certificate): Certificate {
    return new Certificate(x509, Fields.fromBER(x509.raw));
  }

  /** Undefined: this is no certificate. */
  static fromBase64(text: string): Certificate | undefined {
    if (!BASE64.test(text)) return undefined;
    try {
      return Certificate.of(new X509Certificate(Buffer.from(text, 'base64')));
    } catch {
      return undefined;
    }
  }

  /** The same certificate has the same one. */
  get id(): string {
    return this.x509.fingerprint256;
  }

  get isSelfIssued(): boolean {
    return this.x509.subject === this.x509.issuer;
  }

  get isAuthority(): boolean {
    return this.#constraints?.cA === true;
  }

  /** How many authorities may stand below this one. */
  get pathLength(): number {
    const limit = this.#constraints?.pathLenConstraint;
    return typeof limit === 'number' ? limit : (limit?.valueBlock.valueDec ?? Infinity);
  }

  /** The key may be used for one of these; without the extension for anything. */
  mayBeUsedFor(...usages: readonly number[]): boolean {
    const value: unknown = this.#extensions.get(OID.keyUsage)?.parsedValue;
    if (!(value instanceof BitString)) return true;
    const bits = value.valueBlock.valueHexView[0] ?? 0;
    return usages.some((usage) => (bits & usage) !== 0);
  }

  /** The extended key usage allows one of these; without the extension anything is allowed. */
  isMeantFor(purposes: ReadonlySet<string>): boolean {
    const value: unknown = this.#extensions.get(OID.purposes)?.parsedValue;
    return !(value instanceof ExtKeyUsage) || value.keyPurposes.some((purpose) => purposes.has(purpose));
  }

  get hasUnknownDemands(): boolean {
    return [...this.#extensions.values()].some(({ critical, extnID }) => critical && !understood.has(extnID));
  }

  isValidAt(time: Date): boolean {
    return this.fields.notBefore.value <= time && time <= this.fields.notAfter.value;
  }

  /** Where its authority tells what it revoked: http URLs only. */
  get revocationLists(): string[] {
    const value: unknown = this.#extensions.get(OID.revocationLists)?.parsedValue;
    if (!(value instanceof CRLDistributionPoints)) return [];
    return value.distributionPoints
      .flatMap(({ distributionPoint: names }) => (Array.isArray(names) ? names : []))
      .filter(({ type }) => type === URI)
      .map((name) => String(name.value))
      .filter((url) => /^https?:\/\//i.test(url));
  }

  /** By name and key identifier: whether `issuer` could have signed this. */
  names(issuer: Certificate): boolean {
    return this.x509.checkIssued(issuer.x509);
  }

  isSignedBy(issuer: Certificate): boolean {
    if (forgeable.has(this.fields.signatureAlgorithm.algorithmId)) return false;
    try {
      return this.x509.verify(issuer.x509.publicKey);
    } catch {
      return false;
    }
  }

  get #constraints(): BasicConstraints | undefined {
    const value: unknown = this.#extensions.get(OID.basicConstraints)?.parsedValue;
    return value instanceof BasicConstraints ? value : undefined;
  }
}
