import { connectTenant, examine, parseLogin, type Tenant } from '#accounts';
import { requireTenant, unknown, type HandlersOf, type Principal } from '../call.js';
import type { AdminParts } from '../parts.js';
import { sourcesOf } from '../tenants/tenant-sources.js';

/** Whether logins and sources work, tried now. */
export function testHandlers({
  core,
}: AdminParts): HandlersOf<'POST /users/{tenant}/{user}/test' | 'GET /tenants/{tenant}/health'> {
  const connect = (tenant: Tenant) => connectTenant(tenant, core.configuration.watch);
  const tenantOf = (principal: Principal, name: string): Tenant => {
    requireTenant(principal, name);
    const tenant = core.accounts.tenants.named(name);
    if (!tenant) throw unknown('tenant');
    return tenant;
  };
  return {
    'POST /users/{tenant}/{user}/test': async ({ params, body, principal, audit }) => {
      const tenant = tenantOf(principal, params.tenant);
      const login = parseLogin(params.user);
      if (!login) throw unknown('user');
      const steps = await examine({ tenant, login, password: body.password, connect });
      const ok = steps.every((one) => one.ok);
      await audit({ action: 'user.test', tenant: tenant.name, user: login.user, details: { ok } });
      return { ok, steps: [...steps] };
    },
    'GET /tenants/{tenant}/health': async ({ params, principal }) => {
      const tenant = tenantOf(principal, params.tenant);
      const steps = await examine({ tenant, login: null, connect });
      const items = sourcesOf(tenant.settings).map((source) => {
        const own = steps.filter((one) => one.source === source.source);
        const failed = own.find(({ ok }) => !ok);
        const ms = own.length === 0 ? null : own.reduce((sum, one) => sum + one.ms, 0);
        const detail =
          failed?.detail ?? (own.length === 0 ? 'There is nothing to connect to.' : 'It can be reached.');
        return { ...source, ok: failed === undefined, ms, detail };
      });
      return { items };
    },
  };
}
