import type { AccessRule } from '../../api/types.js';

const reasons: Readonly<Record<string, string>> = {
  default: 'no rule fits it',
  wiped: 'it was wiped',
};

/** Why a device stands as it does, in words: a rule by its name, as long as it is there. */
export function sayWhy(standingReason: string, rules: readonly AccessRule[]): string {
  const [kind, id] = standingReason.split(':', 2);
  if (kind !== 'rule') return reasons[standingReason] ?? standingReason;
  const rule = rules.find((one) => one.id === id);
  return rule ? `rule ${rule.name}` : 'a rule that is gone';
}
