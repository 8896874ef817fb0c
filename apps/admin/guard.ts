import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refused, type Principal } from './call.js';
import type { Guard } from './register-routes.js';
import type { SignInParts } from './sign-in/sign-in-parts.js';
import { digestOf } from './tokens/make-token.js';

/** Tokens that are known again; more than anybody has. */
const RECOGNIZED = 10_000;

/** Finds out who calls: by a bearer token, or by the session of a browser. */
export class ApiGuard implements Guard {
  /** Digests of tokens that were right: others who guess from the same address do not delay who brings one. */
  private readonly recognized = new Set<string>();

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
    const digest = digestOf(token ?? '');
    if (!this.recognized.has(digest)) await this.parts.limits.mayGuess(address);
    const holder = token === undefined ? null : await this.parts.tokens.holder(token);
    if (holder) {
      this.recognize(digest);
      return holder.principal;
    }
    this.recognized.delete(digest);
    await this.parts.limits.failure(address);
    await this.parts.auditor.refused(null, address, 'sign-in', 'unknown token');
    throw new Refused(401, 'unauthorized', 'This token is not known, or no longer.');
  }

  private recognize(digest: string): void {
    if (this.recognized.size >= RECOGNIZED) this.recognized.clear();
    this.recognized.add(digest);
  }
}
