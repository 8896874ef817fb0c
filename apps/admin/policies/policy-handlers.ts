import type { AnswerOf, BodyOf, Routes } from '#admin-api';
import type { PolicyContent, PolicyRecord } from '#store';
import {
  maySee,
  Refused,
  requireTenant,
  tenantFor,
  unknown,
  type Change,
  type HandlersOf,
  type Principal,
} from '../call.js';
import type { AdminParts } from '../parts.js';
import { policiesChanged } from './policies-changed.js';
import { checkedSettings } from './policy-settings.js';
import { settingInfos } from './setting-info.js';

type PolicyRoutes =
  | 'GET /policy-settings'
  | 'GET /policies'
  | 'POST /policies'
  | 'GET /policies/{policy}'
  | 'PUT /policies/{policy}'
  | 'DELETE /policies/{policy}';

type Shown = AnswerOf<Routes['GET /policies/{policy}']>;

const shown = ({ createdAt, updatedAt, ...policy }: PolicyRecord): Shown => ({
  ...policy,
  rule: policy.rule as Shown['rule'],
  settings: { ...policy.settings } as Shown['settings'],
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});

const contentOf = (body: BodyOf<Routes['POST /policies']>): PolicyContent => {
  const { reason: _reason, settings, ...content } = body;
  return { ...content, settings: checkedSettings(settings) };
};

const about = (policy: PolicyRecord | (PolicyContent & { id: string })): Omit<Change, 'action'> => ({
  tenant: policy.tenant,
  target: policy.name,
  details: { policy: policy.id, rule: policy.rule, settings: policy.settings },
});

/** What is for all tenants is the provider's to change. */
export function requireOwner({ core }: AdminParts, principal: Principal, tenant: string | null): void {
  if (tenant === null) {
    if (principal.tenant === null) return;
    throw new Refused(403, 'forbidden', 'Policies for all tenants are changed by the provider.');
  }
  requireTenant(principal, tenant);
  if (!core.accounts.tenants.named(tenant)) throw unknown('tenant');
}

/** The policy of a number, if the caller may use it: his tenant's own, or the provider's. */
export async function usablePolicy(
  { stores }: AdminParts,
  principal: Principal,
  id: string,
): Promise<PolicyRecord> {
  const policy = await stores.policies.find(id);
  if (!policy || (policy.tenant !== null && !maySee(principal, policy.tenant))) throw unknown('policy');
  return policy;
}

/** Policies: what phones have to enforce (MS-ASPROV 2.2.2.28). */
export function policyHandlers(parts: AdminParts): HandlersOf<PolicyRoutes> {
  const { policies } = parts.stores;
  const owned = async (principal: Principal, id: string): Promise<PolicyRecord> => {
    const policy = await usablePolicy(parts, principal, id);
    requireOwner(parts, principal, policy.tenant);
    return policy;
  };
  return {
    'GET /policy-settings': async () => ({ items: [...settingInfos] }),
    'GET /policies': async ({ principal, query }) => ({
      items: (await policies.list(tenantFor(principal, query.tenant))).map(shown),
    }),
    'GET /policies/{policy}': async ({ principal, params }) =>
      shown(await usablePolicy(parts, principal, String(params.policy))),
    'POST /policies': async ({ principal, body, audit }) => {
      requireOwner(parts, principal, body.tenant);
      const policy = await policies.make(contentOf(body));
      await audit({ ...about(policy), action: 'policy.make', reason: body.reason });
      return shown(policy);
    },
    'PUT /policies/{policy}': async ({ principal, params, body, audit }) => {
      const before = await owned(principal, String(params.policy));
      requireOwner(parts, principal, body.tenant);
      const content = contentOf(body);
      if (!(await policies.change(before.id, content))) throw unknown('policy');
      await policiesChanged(parts, before.tenant, before.id);
      const change = about({ ...content, id: before.id });
      const details = { ...change.details, before: before.settings };
      await audit({ ...change, action: 'policy.change', reason: body.reason, details });
      return shown(await usablePolicy(parts, principal, before.id));
    },
    'DELETE /policies/{policy}': async ({ principal, params, body, audit }) => {
      const policy = await owned(principal, String(params.policy));
      if (!(await policies.remove(policy.id))) throw unknown('policy');
      await policiesChanged(parts, policy.tenant);
      await audit({ ...about(policy), action: 'policy.remove', reason: body.reason });
    },
  };
}
