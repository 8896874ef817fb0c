import {
  defaultTenantSettings,
  type AccessConditions,
  type AccessRule,
  type AccessRules,
  type DeviceFacts,
  type DeviceIdentity,
  type Judgement,
  type TenantSettings,
} from '#store';
import { fits } from './pattern.js';

/** A device that is judged. */
export interface Suspect {
  readonly identity: DeviceIdentity;
  readonly facts: DeviceFacts;
}

/** What the rules come to, and by which of them; null: by the tenant's default. */
export interface Verdict {
  readonly judgement: Judgement;
  readonly rule: AccessRule | null;
}

/** `14.1` as the number 141. */
const versionNumber = (text: string): number => Math.round(Number(text) * 10);

/** A device that has not told its version yet counts as new. */
const isBelow = (version: number | null, bound: string): boolean =>
  version !== null && version < versionNumber(bound);

/** Whether all conditions hold; a rule without any is for every device. */
export function holds(conditions: AccessConditions, { identity, facts }: Suspect): boolean {
  const { versionBelow, ...patterns } = conditions;
  if (versionBelow !== undefined && !isBelow(facts.protocolVersion, versionBelow)) return false;
  const told = { user: identity.user, deviceId: identity.deviceId, ...facts };
  return Object.entries(patterns).every(
    ([name, pattern]) => pattern === undefined || fits(pattern, told[name as keyof typeof patterns]),
  );
}

export const settingsOf = ({ settings }: AccessRules, tenant: string): TenantSettings =>
  settings.get(tenant) ?? defaultTenantSettings;

/** The rules for a tenant in the order they are tried: its own, then the provider's. */
export const rulesFor = ({ rules }: AccessRules, tenant: string): AccessRule[] => [
  ...rules.filter((rule) => rule.tenant === tenant),
  ...rules.filter((rule) => rule.tenant === null),
];

/** The first rule that fits decides; where none does, the tenant's default. */
export function judge(access: AccessRules, suspect: Suspect): Verdict {
  const { tenant } = suspect.identity;
  const rule = rulesFor(access, tenant).find(
    ({ enabled, conditions }) => enabled && holds(conditions, suspect),
  );
  if (rule) {
    const { id, action: standing, exempt } = rule;
    return { judgement: { standing, standingReason: `rule:${id}`, exempt }, rule };
  }
  const { defaultAccess: standing } = settingsOf(access, tenant);
  return { judgement: { standing, standingReason: 'default', exempt: false }, rule: null };
}

export const sameJudgement = (a: Judgement, b: Judgement): boolean =>
  a.standing === b.standing && a.standingReason === b.standingReason && a.exempt === b.exempt;
