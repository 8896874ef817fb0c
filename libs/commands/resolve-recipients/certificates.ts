import { X509Certificate } from 'node:crypto';
import { ResolveRecipientsStatus, type ResolvedRecipient } from '#eas';

type Certificates = NonNullable<ResolvedRecipient['Certificates']>;

/** Who has one alone is one recipient; lists are not known here. */
const RECIPIENTS = 1;

/** Hands out the certificates of one answer: of each recipient all or none (MS-ASCMD 2.2.3.101). */
export class CertificateQuota {
  #left: number;

  constructor(
    most: number,
    private readonly kind: 'full' | 'mini',
    private readonly now: number,
  ) {
    this.#left = most;
  }

  next(stored: readonly Uint8Array[] | undefined): Certificates {
    const valid = (stored ?? []).filter((certificate) => isValid(certificate, this.now));
    const counts = { CertificateCount: valid.length, RecipientCount: RECIPIENTS };
    const [first] = valid;
    if (!first) return { Status: ResolveRecipientsStatus.noCertificate, ...counts };
    if (valid.length > this.#left) {
      return { Status: ResolveRecipientsStatus.certificateLimitReached, ...counts };
    }
    this.#left -= valid.length;
    const told = { Status: ResolveRecipientsStatus.success, ...counts };
    // Nothing public says how a mini certificate looks: it is the first one as it is, which holds all of a smaller one.
    return this.kind === 'full' ? { ...told, Certificate: valid } : { ...told, MiniCertificate: first };
  }
}

/** Whether it can be read, and its time has come and has not passed. */
function isValid(der: Uint8Array, now: number): boolean {
  try {
    const { validFrom, validTo } = new X509Certificate(der);
    return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
  } catch {
    return false;
  }
}
