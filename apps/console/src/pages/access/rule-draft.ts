import type { AccessConditions, AccessRule, DeviceSummary, Standing } from '../../api/types.js';

/** A rule while it is written: every condition is a text, an empty one is none. */
export interface RuleDraft {
  readonly tenant: string | null;
  readonly name: string;
  readonly conditions: Readonly<Record<ConditionName, string>>;
  readonly action: Standing;
  readonly exempt: boolean;
  readonly enabled: boolean;
}
export type ConditionName = keyof AccessConditions;

/** What a rule can ask for, in the order in which people think of it. */
export const conditionLabels: Readonly<Record<ConditionName, string>> = {
  deviceType: 'Device type',
  model: 'Model',
  os: 'System',
  userAgent: 'User agent',
  user: 'User',
  deviceId: 'Device id',
  versionBelow: 'Protocol older than',
};
export const conditionNames = Object.keys(conditionLabels) as readonly ConditionName[];

const none: RuleDraft['conditions'] = {
  deviceType: '',
  model: '',
  os: '',
  userAgent: '',
  user: '',
  deviceId: '',
  versionBelow: '',
};

export const emptyDraft = (tenant: string | null): RuleDraft => ({
  tenant,
  name: '',
  conditions: none,
  action: 'allowed',
  exempt: false,
  enabled: true,
});

export const draftOf = ({ tenant, name, conditions, action, exempt, enabled }: AccessRule): RuleDraft => ({
  ...{ tenant, name, action, exempt, enabled },
  conditions: { ...none, ...conditions },
});

/** A rule that fits a device and those like it: by type and model where the phone told them, by its user agent otherwise. */
export function draftForDevice(device: DeviceSummary, action: Standing): RuleDraft {
  const { tenant, deviceType, model, userAgent, deviceId } = device;
  const told = model !== null && model !== '';
  return {
    ...emptyDraft(tenant),
    name: told ? model : deviceType || userAgent || deviceId,
    action,
    conditions: { ...none, deviceType, ...(told ? { model } : { userAgent }) },
  };
}

/** Only what is asked for. */
export function conditionsOf(draft: RuleDraft): AccessConditions {
  const given = conditionNames
    .map((name): [ConditionName, string] => [name, draft.conditions[name].trim()])
    .filter(([, value]) => value !== '');
  return Object.fromEntries(given);
}

/** Rules of one scope stand together, in their order; those of the provider come last, as they are tried. */
export function scopesOf(
  rules: readonly AccessRule[],
): readonly { readonly tenant: string | null; readonly rules: readonly AccessRule[] }[] {
  const scopes = new Map<string | null, AccessRule[]>();
  for (const rule of rules) scopes.set(rule.tenant, [...(scopes.get(rule.tenant) ?? []), rule]);
  return [...scopes]
    .map(([tenant, members]) => ({ tenant, rules: members.toSorted((a, b) => a.position - b.position) }))
    .sort(({ tenant: a }, { tenant: b }) => {
      if (a === null || b === null) return a === null ? 1 : -1;
      return a.localeCompare(b);
    });
}
