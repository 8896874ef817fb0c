import type { IncomingMessage } from 'node:http';
import type { Account, RefusalReason } from '#accounts';
import type { Core } from '../assembly/core.js';
import { addressOf } from './client-address.js';
import { clientCertificate } from './client-certificate.js';

/** Nobody is signed in, and how that is answered. */
export interface Refused {
  readonly kind: 'refused';
  readonly reason: RefusalReason | 'no-certificate';
  readonly status: 401 | 403 | 503;
  /** WWW-Authenticate, with status 401. */
  readonly challenges: readonly string[];
  /** Seconds, with status 503. */
  readonly retryAfter: number | undefined;
}

export type SignedIn = { readonly kind: 'accepted'; readonly account: Account } | Refused;

/** What a request tells of itself. */
export interface Told {
  readonly deviceId?: string | null | undefined;
  readonly user?: string | null | undefined;
}

/** Signs in whoever sent a request: by its certificate where one is asked for, and by its Authorization header. */
export class PhoneSignIn {
  constructor(private readonly core: Pick<Core, 'accounts' | 'configuration' | 'log'>) {}

  /** Throws BackendError and StoreUnavailable if nobody can be asked: HTTP 503. */
  async authenticate(request: IncomingMessage, told: Told = {}): Promise<SignedIn> {
    const { accounts, configuration, log } = this.core;
    const address = addressOf(request, configuration.listen);
    const certificate = clientCertificate(request, configuration.listen);
    if (certificate.kind === 'refused') {
      log.event('auth.certificate-refused', { address, reason: certificate.reason });
      return forbidden('no-certificate');
    }
    const result = await accounts.authenticate(request.headers.authorization, address, {
      ...told,
      certificateNames: certificate.kind === 'told' ? certificate.names : null,
    });
    if (result.kind === 'accepted') return result;
    const { reason, retryAfter } = result;
    if (reason === 'other-certificate') return forbidden(reason);
    if (retryAfter !== undefined) return { kind: 'refused', reason, status: 503, challenges: [], retryAfter };
    const challenges = await this.challenges(told);
    return { kind: 'refused', reason, status: 401, challenges, retryAfter: undefined };
  }

  /** What a 401 asks for. */
  challenges({ user }: Told): Promise<string[]> {
    return this.core.accounts.challenges(user ?? null);
  }
}

const forbidden = (reason: Refused['reason']): Refused => ({
  kind: 'refused',
  reason,
  status: 403,
  challenges: [],
  retryAfter: undefined,
});
