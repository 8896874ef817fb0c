import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Role } from '#admin-api';
import type { TokenRow, TokenStore } from '#store';
import { Refused, type Principal } from './call.js';
import type { Guard } from './register-routes.js';
import { digestOf } from './tokens/make-token.js';

/** Who a token speaks for, as the audit log names him. */
export const holderOf = ({ name, role, tenant, user }: TokenRow): Principal => ({
  name: `token ${name}`,
  role: role as Role,
  tenant,
  user,
});

/** Knows callers by their bearer tokens. */
export class TokenGuard implements Guard {
  private readonly first: Buffer | null;

  /** `firstToken`: that of the configuration, which may do everything. */
  constructor(
    firstToken: string | null,
    private readonly tokens: TokenStore,
  ) {
    this.first = firstToken === null ? null : Buffer.from(digestOf(firstToken));
  }

  async identify(request: IncomingMessage): Promise<Principal> {
    const [, given] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const holder = given === undefined ? null : await this.holder(given);
    if (!holder) throw new Refused(401, 'unauthorized', 'A bearer token is needed.');
    return holder;
  }

  private async holder(token: string): Promise<Principal | null> {
    const digest = digestOf(token);
    if (this.first && timingSafeEqual(this.first, Buffer.from(digest)))
      return { name: 'first administrator', role: 'provider', tenant: null, user: null };
    const row = await this.tokens.find(digest);
    if (!row) return null;
    await this.tokens.markUsed(row.id);
    return holderOf(row);
  }
}
