import { policyKeys, type PolicySettings } from '#ops';
import type { DeviceIdentity, PolicyRows, StoredPolicy } from '#store';
import type { ProvisioningRule } from '../state.js';

/** A policy that administrators made, ready to be given to devices. */
export interface AssignedPolicy {
  readonly id: string;
  readonly name: string;
  /** Null: as the tenant is configured. */
  readonly rule: ProvisioningRule | null;
  readonly settings: PolicySettings;
}

const rules: ReadonlySet<string> = new Set<ProvisioningRule>(['required', 'optional', 'off']);
const isRule = (rule: string | null): rule is ProvisioningRule => rule !== null && rules.has(rule);

const userKey = ({ tenant, user }: { tenant: string; user: string }): string => `${tenant}\0${user}`;

/**
 * The settings of a stored policy, completed by the specification's defaults. A setting this version does not know, which
 * a newer node wrote, is left out. Throws where a value is none: better the policy of before than a weaker one.
 */
function settingsOf({ settings }: StoredPolicy): PolicySettings {
  const known = Object.entries(settings).filter(([name]) => name in policyKeys.unwrap().shape);
  return policyKeys.parse(Object.fromEntries(known));
}

const assigned = (policy: StoredPolicy): AssignedPolicy => ({
  id: policy.id,
  name: policy.name,
  rule: isRule(policy.rule) ? policy.rule : null,
  settings: settingsOf(policy),
});

/** Who has which policy, as of one moment. The narrowest assignment counts: user, group, tenant, everybody. */
export class PolicySnapshot {
  private readonly ofUsers = new Map<string, AssignedPolicy>();
  /** By user: of the groups he is in, the first in the order of the assignments. */
  private readonly ofMembers = new Map<string, AssignedPolicy>();
  private readonly ofTenants = new Map<string, AssignedPolicy>();
  private ofEverybody: AssignedPolicy | null = null;

  /** Throws if a policy's settings cannot be read. */
  constructor({ policies, assignments, members }: PolicyRows) {
    const byId = new Map(policies.map((policy) => [policy.id, assigned(policy)]));
    const byGroup = membersByGroup(members);
    for (const { policyId, tenant, groupId, user } of assignments) {
      const policy = byId.get(policyId);
      if (!policy) continue;
      if (groupId !== null) this.addGroup(byGroup.get(groupId) ?? [], policy);
      else if (tenant === null) this.ofEverybody = policy;
      else if (user === null) this.ofTenants.set(tenant, policy);
      else this.ofUsers.set(userKey({ tenant, user }), policy);
    }
  }

  /** Null: nothing is assigned, the configuration's policy counts. */
  resolve(identity: DeviceIdentity): AssignedPolicy | null {
    const user = userKey(identity);
    return (
      this.ofUsers.get(user) ??
      this.ofMembers.get(user) ??
      this.ofTenants.get(identity.tenant) ??
      this.ofEverybody
    );
  }

  private addGroup(members: PolicyRows['members'], policy: AssignedPolicy): void {
    for (const member of members) {
      const key = userKey(member);
      if (!this.ofMembers.has(key)) this.ofMembers.set(key, policy);
    }
  }
}

function membersByGroup(members: PolicyRows['members']): Map<string, PolicyRows['members'][number][]> {
  const groups = new Map<string, PolicyRows['members'][number][]>();
  for (const member of members) {
    const group = groups.get(member.groupId);
    if (group) group.push(member);
    else groups.set(member.groupId, [member]);
  }
  return groups;
}

/** Nothing is assigned to anybody. */
export const nothingAssigned = new PolicySnapshot({ policies: [], assignments: [], members: [] });
