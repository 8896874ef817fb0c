/**
 * Provisioning (MS-ASPROV): a phone fetches the policy with a temporary key, says how far it applied it, and gets the key
 * it shows with every command from then on. All rules are pure functions over a small state, which the device actor
 * keeps; a changed policy has another name, so that every key given for the old one runs out by itself.
 */
export { PolicyBook, type PolicyBookOptions } from './assigned/policy-book.js';
export { nothingAssigned, PolicySnapshot, type AssignedPolicy } from './assigned/snapshot.js';
export { checkPolicyKey, tellPolicyStatus, WIPE_REQUESTED, type PolicyStatus } from './check.js';
export { policyDocument, policyName, type PolicyDocument } from './document.js';
export { Provisioning, type ProvisioningOptions } from './gate.js';
export {
  provision,
  type ProvisionAnswer,
  type ProvisionContext,
  type ProvisionRequest,
} from './provision.js';
export { whyNotApprove, whyNotCancel, whyNotWipe, type WipeRefusal } from './wipe/may-wipe.js';
export { PendingWipes, type PendingWipesOptions } from './wipe/pending-wipes.js';
export { readPolicyState, unprovisioned, type PolicyState, type ProvisioningRule } from './state.js';
export { judge, rulesFor, sameJudgement, settingsOf, type Suspect, type Verdict } from './access/judge.js';
export { RuleSnapshot, type RuleSnapshotOptions } from './access/rule-snapshot.js';
export { Rulings } from './access/rulings.js';
