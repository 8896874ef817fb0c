import type { AnswerOf, BodyOf, Routes } from '#admin-api';
import type { AssignmentRecord, GroupRecord } from '#store';
import {
  invalid,
  maySee,
  Refused,
  requireTenant,
  tenantFor,
  unknown,
  type HandlersOf,
  type Principal,
} from '../call.js';
import type { AdminParts } from '../parts.js';
import { policiesChanged } from './policies-changed.js';
import { requireOwner, usablePolicy } from './policy-handlers.js';

type AssignmentRoutes =
  | 'GET /policy-assignments'
  | 'POST /policy-assignments'
  | 'DELETE /policy-assignments/{assignment}'
  | 'GET /groups'
  | 'POST /groups'
  | 'PUT /groups/{group}'
  | 'DELETE /groups/{group}';

type Shown = AnswerOf<Routes['POST /policy-assignments']>;

const shown = ({ id, policyId, tenant, groupId, user }: AssignmentRecord): Shown => ({
  id,
  policy: policyId,
  tenant,
  group: groupId,
  user,
});

/** Whose it is: null for everybody's. */
const tenantOf = (assignment: { tenant: string | null; groupTenant: string | null }): string | null =>
  assignment.tenant ?? assignment.groupTenant;

const shownGroup = ({ users, ...group }: GroupRecord) => ({ ...group, users: [...users] });

const taken = (name: string): Refused =>
  new Refused(409, 'name-taken', `The tenant has a group named ${name} already.`);

const members = (users: readonly string[]): string[] => [
  ...new Set(users.map((user) => user.trim().toLowerCase())),
];

/** A group of the caller's tenants. */
async function groupFor({ stores }: AdminParts, principal: Principal, id: string): Promise<GroupRecord> {
  const group = await stores.policies.group(id);
  if (!group || !maySee(principal, group.tenant)) throw unknown('group');
  return group;
}

/** To whom a policy is assigned: everybody, a tenant, a group or a user, one of them. */
async function targetOf(
  parts: AdminParts,
  principal: Principal,
  { tenant, group, user }: BodyOf<Routes['POST /policy-assignments']>,
) {
  if (group !== null && user !== null) throw invalid('user', 'is not to be named together with a group');
  if (user !== null && tenant === null) throw invalid('tenant', 'is needed for a user');
  if (group === null) {
    requireOwner(parts, principal, tenant);
    return { owner: tenant, target: { tenant, groupId: null, user: user?.toLowerCase() ?? null } };
  }
  const { id, tenant: owner } = await groupFor(parts, principal, group);
  if (tenant !== null && tenant !== owner) throw invalid('tenant', `is not that of the group (${owner})`);
  return { owner, target: { tenant: null, groupId: id, user: null } };
}

/** Which policy is for whom, and the groups of users that policies are assigned to. */
export function assignmentHandlers(parts: AdminParts): HandlersOf<AssignmentRoutes> {
  const { policies } = parts.stores;
  return {
    'GET /policy-assignments': async ({ principal, query }) => {
      const tenant = tenantFor(principal, query.tenant);
      const all = await policies.assignments();
      // What is for everybody concerns every tenant.
      const mine = all.filter((one) => tenant === undefined || [null, tenant].includes(tenantOf(one)));
      return { items: mine.map(shown) };
    },
    'POST /policy-assignments': async ({ principal, body, audit }) => {
      const policy = await usablePolicy(parts, principal, body.policy);
      const { owner, target } = await targetOf(parts, principal, body);
      if (policy.tenant !== null && policy.tenant !== owner)
        throw invalid('policy', `is the tenant ${policy.tenant}'s own`);
      const assignment = await policies.assign(policy.id, target);
      await policiesChanged(parts, owner);
      const { user } = target;
      const details = { policy: policy.id, group: target.groupId };
      await audit({
        action: 'policy.assign',
        tenant: owner,
        user,
        target: policy.name,
        reason: body.reason,
        details,
      });
      return shown(assignment);
    },
    'DELETE /policy-assignments/{assignment}': async ({ principal, params, body, audit }) => {
      const all = await policies.assignments();
      const found = all.find(({ id }) => id === params.assignment);
      const owner = found ? tenantOf(found) : null;
      if (!found || (owner !== null && !maySee(principal, owner))) throw unknown('assignment');
      requireOwner(parts, principal, owner);
      if (!(await policies.unassign(found.id))) throw unknown('assignment');
      await policiesChanged(parts, owner);
      const { policyId: policy, groupId: group, user } = found;
      const details = { policy, group };
      await audit({ action: 'policy.unassign', tenant: owner, user, reason: body.reason, details });
    },
    'GET /groups': async ({ principal, query }) => ({
      items: (await policies.groups(tenantFor(principal, query.tenant))).map(shownGroup),
    }),
    'POST /groups': async ({ principal, body, audit }) => {
      const { tenant, name, reason } = body;
      requireTenant(principal, tenant);
      if (!parts.core.accounts.tenants.named(tenant)) throw unknown('tenant');
      const group = await policies.makeGroup({ tenant, name, users: members(body.users) });
      if (!group) throw taken(name);
      await audit({ action: 'group.make', tenant, target: name, reason, details: { users: group.users } });
      return shownGroup(group);
    },
    'PUT /groups/{group}': async ({ principal, params, body, audit }) => {
      const { id, tenant, users: before } = await groupFor(parts, principal, String(params.group));
      if (body.tenant !== tenant) throw invalid('tenant', 'a group stays with its tenant');
      const group = await policies.changeGroup({ id, name: body.name, users: members(body.users) });
      if (!group) throw taken(body.name);
      await policiesChanged(parts, tenant);
      const details = { before, users: group.users };
      await audit({ action: 'group.change', tenant, target: group.name, reason: body.reason, details });
      return shownGroup(group);
    },
    'DELETE /groups/{group}': async ({ principal, params, body, audit }) => {
      const { id, tenant, name } = await groupFor(parts, principal, String(params.group));
      if (!(await policies.removeGroup(id))) throw unknown('group');
      await policiesChanged(parts, tenant);
      await audit({ action: 'group.remove', tenant, target: name, reason: body.reason });
    },
  };
}
