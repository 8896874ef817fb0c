import type { AnswerOf, Routes } from '#admin-api';
import type { Tenant } from '#accounts';
import type { TenantSettings } from '#store';
import type { Rejudging } from '../access/rejudging.js';
import { maySee, Refused, requireTenant, unknown, type HandlersOf, type Principal } from '../call.js';
import type { AdminParts } from '../parts.js';
import { sourcesOf } from './tenant-sources.js';

type Tenants =
  'GET /tenants' | 'GET /tenants/{tenant}' | 'PATCH /tenants/{tenant}' | 'PUT /users/{tenant}/{user}';

type Shown = AnswerOf<Routes['GET /tenants/{tenant}']>;

/** A tenant the caller names: 403 if it is not for him, 404 if there is none. */
function tenantOf({ core }: AdminParts, principal: Principal, name: string): Tenant {
  requireTenant(principal, name);
  const tenant = core.accounts.tenants.named(name);
  if (!tenant) throw unknown('tenant');
  return tenant;
}

async function shown(
  { stores }: AdminParts,
  { name, settings }: Tenant,
  set: TenantSettings,
): Promise<Shown> {
  const counts = await stores.people.counts(name);
  const { domains, provisioning } = settings;
  return {
    name,
    domains: [...domains],
    provisioning,
    sources: sourcesOf(settings),
    settings: set,
    ...counts,
  };
}

/** Tenants with what is set of them, and whether a user's phones may sync. */
export function tenantHandlers(parts: AdminParts, rejudging: Rejudging): HandlersOf<Tenants> {
  const { access, people } = parts.stores;
  const { tenants } = parts.core.accounts;
  return {
    'GET /tenants': async ({ principal }) => {
      const visible = tenants.all.filter(({ name }) => maySee(principal, name));
      return {
        items: await Promise.all(
          visible.map(async (one) => shown(parts, one, await access.settings(one.name))),
        ),
      };
    },
    'GET /tenants/{tenant}': async ({ principal, params }) => {
      const tenant = tenantOf(parts, principal, params.tenant);
      return shown(parts, tenant, await access.settings(tenant.name));
    },
    'PATCH /tenants/{tenant}': async ({ principal, params, body, audit }) => {
      const tenant = tenantOf(parts, principal, params.tenant);
      const { reason, ...given } = body;
      const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
      const before = await access.settings(tenant.name);
      const settings = await access.changeSettings(tenant.name, change);
      await audit({
        action: 'tenant.change',
        tenant: tenant.name,
        reason,
        details: { before, after: settings },
      });
      await rejudging.soon(tenant.name);
      return shown(parts, tenant, settings);
    },
    'PUT /users/{tenant}/{user}': async ({ principal, params, body, audit }) => {
      const tenant = tenantOf(parts, principal, params.tenant);
      const user = params.user.toLowerCase();
      if (user === '' || user.length > 320) throw new Refused(404, 'unknown-user', 'There is no such user.');
      const row = await people.switchUser(tenant.name, user, body.enabled);
      const { enabled, reason } = body;
      await audit({ action: 'user.switch', tenant: tenant.name, user, reason, details: { enabled } });
      parts.bus.publish('account-changed', { tenant: tenant.name, user });
      for (const device of await people.deviceIds(tenant.name, user))
        parts.bus.publish('device-changed', { tenant: tenant.name, user, device });
      return {
        ...row,
        lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
        createdAt: row.createdAt.toISOString(),
      };
    },
  };
}
