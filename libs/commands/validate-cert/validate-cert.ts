import { setImmediate as breathe } from 'node:timers/promises';
import { ValidateCertRequest, ValidateCertResponse, ValidateCertStatus } from '#eas';
import type { CommandContext } from '../context.js';
import { readDocument } from '../read-document.js';
import { document, type Reply } from '../reply.js';
import { Certificate } from './certificate.js';
import { ChainBuilder, chainFault, type Chain } from './chain.js';
import type { CertificateTrust } from './trust.js';

/** More certificates than this in one request are refused as Exchange does. */
const MAX_CERTIFICATES = 100;

const refused = (): Reply => document(ValidateCertResponse, { Status: ValidateCertStatus.protocolError });

/** MS-ASCMD 2.2.1.22 ValidateCert: whether certificates of signed mails, or of recipients, are to be trusted. */
export async function validateCert(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, ValidateCertRequest);
  const asked = value.Certificates?.Certificate ?? [];
  const helpers = value.CertificateChain?.Certificate ?? [];
  if (asked.length === 0 || asked.length > MAX_CERTIFICATES || helpers.length > MAX_CERTIFICATES)
    return refused();
  const validator = new Validator(context.certificates, helpers, value.CheckCRL ?? false);
  const answers: { Status: number }[] = [];
  for (const certificate of asked) {
    answers.push({ Status: await validator.statusOf(certificate) });
    // A hundred signatures are work; others wait.
    await breathe();
  }
  return document(ValidateCertResponse, { Status: ValidateCertStatus.success, Certificate: answers });
}

class Validator {
  readonly #trust: CertificateTrust;
  readonly #chains: ChainBuilder;
  readonly #mustKnowRevocation: boolean;
  readonly #now = new Date();

  constructor(trust: CertificateTrust, helpers: readonly string[], mustKnowRevocation: boolean) {
    const readable = helpers
      .map((helper) => Certificate.fromBase64(helper))
      .filter((one) => one !== undefined);
    this.#trust = trust;
    this.#chains = new ChainBuilder(trust.roots, readable);
    this.#mustKnowRevocation = mustKnowRevocation;
  }

  async statusOf(text: string): Promise<number> {
    const certificate = Certificate.fromBase64(text);
    if (!certificate) return ValidateCertStatus.malformed;
    const chains = this.#chains.build(certificate);
    if (typeof chains === 'number') return chains;
    let first: number | undefined;
    for (const chain of chains) {
      const status = chainFault(chain, this.#now) ?? (await this.#revocation(chain));
      if (status === ValidateCertStatus.success) return status;
      first ??= status;
    }
    return first ?? ValidateCertStatus.badChain;
  }

  /** From the root down: a revoked authority may no longer say what else is revoked. */
  async #revocation(chain: Chain): Promise<number> {
    let status: number = ValidateCertStatus.success;
    for (let index = chain.length - 2; index >= 0; index--) {
      const [certificate, issuer] = chain.slice(index);
      if (!certificate || !issuer) break;
      const answer = await this.#trust.revocations.check(certificate, issuer, this.#now);
      if (answer === 'revoked')
        return index === 0 ? ValidateCertStatus.revoked : ValidateCertStatus.chainRevoked;
      if (answer === 'good' || !this.#mustKnowRevocation) continue;
      status =
        answer === 'offline'
          ? ValidateCertStatus.revocationServerOffline
          : ValidateCertStatus.revocationUnknown;
    }
    return status;
  }
}
