import type { AdminToken } from '../generated/client.js';
import { guarded } from '../errors.js';
import type { Statement } from '../statements.js';
import type { OpenConnection } from './open-connection.js';

/** Who a token speaks for. */
export interface TokenScope {
  readonly role: string;
  /** Null: all tenants. */
  readonly tenant: string | null;
  readonly user: string | null;
}

/** A token as the database has it; the token itself is nowhere. */
export interface TokenRow extends TokenScope {
  readonly id: string;
  readonly name: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

export interface NewTokenRow extends TokenScope {
  readonly name: string;
  /** SHA-256 of the token: 256 random bits need no slower hash. */
  readonly digest: string;
  readonly createdBy: string;
  readonly expiresAt: Date | null;
}

const columns = `id::text, name, role, tenant, user_name AS user, created_by AS "createdBy", created_at AS "createdAt",
  expires_at AS "expiresAt", last_used_at AS "lastUsedAt"`;
const valid = '(expires_at IS NULL OR expires_at > CURRENT_TIMESTAMP)';

const byDigest: Statement = {
  name: 'admin_token_by_digest',
  text: `SELECT ${columns} FROM admin_tokens WHERE digest = $1 AND ${valid}`,
};
const byId: Statement = {
  name: 'admin_token_by_id',
  text: `SELECT ${columns} FROM admin_tokens WHERE id = $1 AND ${valid}`,
};
/** Once a minute is enough to see which tokens nobody uses, and spares a write for every request. */
const used: Statement = {
  name: 'admin_token_used',
  text: `UPDATE admin_tokens SET last_used_at = CURRENT_TIMESTAMP
   WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < CURRENT_TIMESTAMP - interval '1 minute')`,
};

const told = ({ id, digest: _, ...row }: AdminToken): TokenRow => ({ ...row, id: String(id) });

/** Tokens of the administrators' API. */
export class TokenStore {
  constructor(private readonly open: OpenConnection) {}

  /** The token with this digest, unless it has expired. */
  async find(digest: string): Promise<TokenRow | null> {
    const [row] = await (await this.open()).query<TokenRow>(byDigest, [digest]);
    return row ?? null;
  }

  /** The token of this number, unless it has expired or was taken back: what a session of it is held against. */
  async current(id: string): Promise<TokenRow | null> {
    const [row] = await (await this.open()).query<TokenRow>(byId, [id]);
    return row ?? null;
  }

  /** Notes that it was used just now; at most once a minute. */
  async markUsed(id: string): Promise<void> {
    await (await this.open()).query(used, [id]);
  }

  /** All, or those of a tenant; newest first, expired ones too. */
  async list(tenant?: string): Promise<TokenRow[]> {
    const { prisma } = await this.open();
    const where = tenant === undefined ? {} : { tenant };
    const rows = await guarded(() => prisma.adminToken.findMany({ where, orderBy: { id: 'desc' } }));
    return rows.map(told);
  }

  async get(id: string): Promise<TokenRow | null> {
    const { prisma } = await this.open();
    const row = await guarded(() => prisma.adminToken.findUnique({ where: { id: BigInt(id) } }));
    return row && told(row);
  }

  async add(token: NewTokenRow): Promise<TokenRow> {
    const { prisma } = await this.open();
    return told(await guarded(() => prisma.adminToken.create({ data: token })));
  }

  /** False if it was gone already. */
  async remove(id: string): Promise<boolean> {
    const { prisma } = await this.open();
    const { count } = await guarded(() => prisma.adminToken.deleteMany({ where: { id: BigInt(id) } }));
    return count > 0;
  }
}
