import type { PolicyState, ProvisioningRule } from './state.js';

/**
 * Common Status values that send a phone to Provision (MS-ASCMD 2.2.2): 141 it can't provision and must, 142 it has not,
 * 143 the policy is another one now, 144 the key is not one of ours.
 */
export type PolicyStatus = 141 | 142 | 143 | 144;

/** So often a phone that may stay without policy is told to provision before it is believed that it can't. */
const REMINDERS = 3;

/**
 * Whether a request with this policy key may go on; null if so. The key is that of X-MS-PolicyKey or of the query, null
 * if the request has none. Undefined: the command never carries one, see `checkWithoutKey`.
 *
 * A phone that can provision shows a key, 0 before it has one (MS-ASPROV 3.1.5.1.1). One that shows none knows nothing of
 * provisioning: the rule `optional` lets it in at once. One that goes on showing 0 however often it is told can't
 * provision either.
 */
export function checkPolicyKey(
  rule: ProvisioningRule,
  current: string,
  state: PolicyState,
  key: string | null | undefined,
): PolicyStatus | null {
  if (rule === 'off') return null;
  // It said that it does not apply the policy: the key it got for that is good only as long as it may say so.
  if (state.exempt && rule === 'required') return 142;
  if (state.exempt && state.policy === current) return null;
  if (key === undefined) return checkWithoutKey(rule, current, state);
  if (key === null || key === '' || key === '0') return checkNoKey(rule, state, key === '0');
  if (key !== state.final) return state.final === null ? 142 : 144;
  return state.acknowledged === current ? null : 143;
}

/** A phone that shows no key, or key 0. */
function checkNoKey(rule: ProvisioningRule, { told }: PolicyState, isZero: boolean): 142 | null {
  const isLetIn = rule === 'optional' && (!isZero || told >= REMINDERS);
  return isLetIn ? null : 142;
}

/** Ping carries no key (MS-ASPROV 3.1.5.1): what the device has acknowledged decides. */
function checkWithoutKey(
  rule: ProvisioningRule,
  current: string,
  { final, acknowledged }: PolicyState,
): PolicyStatus | null {
  if (final === null) return rule === 'optional' ? null : 142;
  return acknowledged === current ? null : 143;
}

/** The device is to be wiped, and has to ask Provision how (MS-ASCMD 2.2.2). */
export const WIPE_REQUESTED = 140;

/** How a PolicyStatus is told: by HTTP 449 up to 12.1, as a Status inside a 200 from 14.0 on (trap 9). */
export function tellPolicyStatus(
  status: PolicyStatus | typeof WIPE_REQUESTED,
  protocolVersion: number,
): { readonly http: 449 } | { readonly http: 200; readonly status: PolicyStatus | typeof WIPE_REQUESTED } {
  return protocolVersion < 140 ? { http: 449 } : { http: 200, status };
}
