import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refused, type Principal } from './call.js';
import type { Guard } from './register-routes.js';
import type { SignInParts } from './sign-in/sign-in-parts.js';

/** Finds out who calls: by a bearer token, or by the session of a browser. */
export class ApiGuard implements Guard {
  constructor(private readonly parts: SignInParts) {}

  async identify(request: IncomingMessage, response: ServerResponse, address: string): Promise<Principal> {
    const { authorization } = request.headers;
    // Whoever brings a token is no browser that was talked into something: no further proof is asked for.
    const principal =
      authorization === undefined
        ? await this.parts.sessions.acting(request, response)
        : await this.holder(authorization, address);
    if (!principal) throw new Refused(401, 'unauthorized', 'Bring a bearer token, or sign in.');
    await this.parts.limits.caller(principal.name);
    return principal;
  }

  private async holder(authorization: string, address: string): Promise<Principal> {
    const [, token] = /^Bearer +(\S+) *$/i.exec(authorization) ?? [];
    const holder = token === undefined ? null : await this.parts.tokens.holder(token);
    if (holder) return holder.principal;
    await this.parts.limits.failure(address);
    await this.parts.auditor.refused(null, address, 'sign-in', 'unknown token');
    throw new Refused(401, 'unauthorized', 'This token is not known, or no longer.');
  }
}
