import { roles, type Role } from '#admin-api';
import type { TokenRow } from '#store';
import {
  invalid,
  maySee,
  Refused,
  requireTenant,
  tenantFor,
  unknown,
  type Call,
  type HandlersOf,
  type Principal,
} from '../call.js';
import type { AdminParts } from '../parts.js';
import { digestOf, makeToken } from './make-token.js';

const told = ({ createdAt, expiresAt, lastUsedAt, role, ...row }: TokenRow) => ({
  ...row,
  role: role as Role,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
});

/** Nobody gives away more than he has: `roles` is ordered by what they may do, and a tenant's stays within the tenant. */
function requireWithin(principal: Principal, role: Role, tenant: string | null): void {
  if (roles.indexOf(role) < roles.indexOf(principal.role))
    throw new Refused(403, 'forbidden', `The role ${principal.role} makes no tokens of role ${role}.`);
  if (tenant !== null) requireTenant(principal, tenant);
  else if (principal.tenant !== null)
    throw new Refused(403, 'forbidden', `This sign-in is for the tenant ${principal.tenant} only.`);
}

function requireSense(
  parts: AdminParts,
  { role, tenant, user, expiresAt }: Call<'POST /tokens'>['body'],
): void {
  if (role === 'provider' && tenant !== null) throw invalid('tenant', 'a provider has all tenants');
  if ((role === 'tenant' || role === 'me') && tenant === null)
    throw invalid('tenant', `is needed for ${role}`);
  if ((role === 'me') !== (user !== null)) throw invalid('user', 'is needed for me, and for me only');
  if (tenant !== null && !parts.core.accounts.tenants.named(tenant))
    throw invalid('tenant', `${tenant} is not configured`);
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now())
    throw invalid('expiresAt', 'has passed already');
}

type Routes = 'GET /tokens' | 'POST /tokens' | 'DELETE /tokens/{token}';

/** Tokens of the API: made, listed, taken back. A token is told once, when it is made. */
export function tokenHandlers(parts: AdminParts): HandlersOf<Routes> {
  const { tokens } = parts.stores;
  return {
    'GET /tokens': async ({ query, principal }) => ({
      items: (await tokens.list(tenantFor(principal, query.tenant))).map(told),
    }),
    'POST /tokens': async (call) => {
      const { body, principal } = call;
      const { name, role, tenant, expiresAt, reason } = body;
      const user = body.user?.toLowerCase() ?? null;
      requireWithin(principal, role, tenant);
      requireSense(parts, body);
      const token = makeToken();
      const made = await tokens.add({
        ...{ name, role, tenant, user },
        digest: digestOf(token),
        createdBy: principal.name,
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
      });
      const details = { id: made.id, role, expiresAt: expiresAt ?? null };
      await call.audit({ action: 'token.make', tenant, user, target: name, reason, details });
      return { ...told(made), token };
    },
    'DELETE /tokens/{token}': async (call) => {
      const row = await tokens.get(call.params.token);
      // A token for all tenants belongs to nobody within one.
      const isOwn =
        row && (row.tenant === null ? call.principal.tenant === null : maySee(call.principal, row.tenant));
      if (!row || !isOwn || !(await tokens.remove(row.id))) throw unknown('token');
      const { tenant, user, name, id, role } = row;
      await call.audit({
        ...{ action: 'token.remove', tenant, user, target: name },
        reason: call.body.reason,
        details: { id, role },
      });
      // Whoever reads a stream by it hears no more; at other processes as soon as they look.
      void parts.streams.look();
    },
  };
}
