import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refused, type Principal } from './call.js';
import type { Guard } from './register-routes.js';

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Knows callers by their bearer tokens. */
export class TokenGuard implements Guard {
  private readonly first: Buffer | null;

  /** `firstToken`: that of the configuration, which may do everything. */
  constructor(firstToken: string | null) {
    this.first = firstToken === null ? null : digestOf(firstToken);
  }

  async identify(request: IncomingMessage): Promise<Principal> {
    const [, given] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (given !== undefined && this.first && timingSafeEqual(this.first, digestOf(given)))
      return { name: 'first administrator', role: 'provider', tenant: null, user: null };
    throw new Refused(401, 'unauthorized', 'A bearer token is needed.');
  }
}
