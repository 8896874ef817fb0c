import { timingSafeEqual } from 'node:crypto';
import type { Role } from '#admin-api';
import type { TokenRow, TokenStore } from '#store';
import type { Principal } from '../call.js';
import { digestOf } from '../tokens/make-token.js';

/** What a sign-in rests on: it ends when that is no longer valid. */
export type Ground =
  /** The token of the configuration, by its digest. */
  | { readonly kind: 'first'; readonly digest: string }
  | { readonly kind: 'token'; readonly id: string }
  /** Somebody else vouched for the person, once. */
  | { readonly kind: 'mailbox' | 'oidc' };

export interface Holder {
  readonly principal: Principal;
  readonly ground: Ground;
}

const firstAdministrator: Principal = {
  name: 'first administrator',
  role: 'provider',
  tenant: null,
  user: null,
};

const principalOf = ({ name, role, tenant, user }: TokenRow): Principal => ({
  name: `token ${name}`,
  role: role as Role,
  tenant,
  user,
});

/** Knows the holders of tokens. A token that was taken back is unknown with the next request. */
export class TokenJudge {
  private readonly first: string | null;

  /** `firstToken`: that of the configuration, which may do everything. */
  constructor(
    firstToken: string | null,
    private readonly tokens: TokenStore,
  ) {
    this.first = firstToken === null ? null : digestOf(firstToken);
  }

  async holder(token: string): Promise<Holder | null> {
    const digest = digestOf(token);
    if (this.isFirst(digest)) return { principal: firstAdministrator, ground: { kind: 'first', digest } };
    const row = await this.tokens.find(digest);
    if (!row) return null;
    await this.tokens.markUsed(row.id);
    return { principal: principalOf(row), ground: { kind: 'token', id: row.id } };
  }

  /** Who that is by now; null if the ground has gone. `then` is who it was at the sign-in. */
  async still(ground: Ground, then: Principal): Promise<Principal | null> {
    if (ground.kind === 'first') return this.isFirst(ground.digest) ? firstAdministrator : null;
    if (ground.kind !== 'token') return then;
    const row = await this.tokens.current(ground.id);
    if (row) await this.tokens.markUsed(row.id);
    return row && principalOf(row);
  }

  private isFirst(digest: string): boolean {
    return this.first !== null && timingSafeEqual(Buffer.from(this.first), Buffer.from(digest));
  }
}
