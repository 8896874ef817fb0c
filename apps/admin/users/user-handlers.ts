import type { UserView } from '#store';
import { requireTenant, tenantFor, unknown, type HandlersOf } from '../call.js';
import { listed } from '../devices/device-handlers.js';
import type { AdminParts } from '../parts.js';

const shown = ({ lastSeenAt, createdAt, ...user }: UserView) => ({
  ...user,
  lastSeenAt: lastSeenAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
});

/** Who has synced, or was imported. */
export function userHandlers({
  stores,
}: AdminParts): HandlersOf<'GET /users' | 'GET /users/{tenant}/{user}'> {
  return {
    'GET /users': async ({ query: { q, cursor, limit, tenant: asked }, principal }) => {
      const tenant = tenantFor(principal, asked);
      const { items, next } = await listed(stores.users.page({ tenant, q }, { cursor, limit }));
      return { items: items.map(shown), next };
    },
    'GET /users/{tenant}/{user}': async ({ params, principal }) => {
      requireTenant(principal, params.tenant);
      const user = await stores.users.find(params.tenant, params.user);
      if (!user) throw unknown('user');
      return shown(user);
    },
  };
}
