import type { PolicyStatus } from './check.js';
import type { PolicyDocument } from './document.js';
import type { PolicyState, ProvisioningRule } from './state.js';

/**
 * The only policy type there is from 12.0 on; MS-WAP-Provisioning-XML is for 2.5, which is not spoken here (MS-ASPROV
 * 2.2.2.43).
 */
const WBXML_POLICY = 'MS-EAS-Provisioning-WBXML';

/** How far the phone applied the policy (MS-ASPROV 2.2.2.54.1). Trap 105: in part is no refusal. */
const APPLIED = 1;
const APPLIED_IN_PART = 2;

/** With this a phone says that somebody else's management keeps it from the policy (MS-ASPROV 2.2.2.54.1). */
const MANAGED_ELSEWHERE = 4;

/** What a Policy element of a Provision request holds; each null where it is absent. */
export type ProvisionRequest = {
  readonly policyType: string | null;
  readonly policyKey: string | null;
  /** 1 applied, 2 applied in part, 3 not applied, 4 somebody else manages the phone (MS-ASPROV 2.2.2.54.1). */
  readonly status: number | null;
};

/** What the Provision answer holds beside DeviceInformation. */
export type ProvisionAnswer = {
  /**
   * 1 success, 2 protocol error, 141 the phone does not apply what it must, 145 somebody else manages it (MS-ASPROV
   * 3.1.5.2, MS-ASCMD 2.2.2).
   */
  readonly status: 1 | 2 | Extract<PolicyStatus, 141> | 145;
  readonly policy: {
    readonly type: string;
    /** 1 success, 2 no policy, 3 unknown type, 5 wrong key. */
    readonly status: 1 | 2 | 3 | 5;
    readonly key?: string;
    readonly document?: PolicyDocument;
  } | null;
};

export interface ProvisionContext {
  readonly rule: ProvisioningRule;
  /** Name and document of the policy in force. */
  readonly policy: string;
  readonly document: PolicyDocument;
  /** Makes a policy key: 32 bits, not 0, as decimal digits. Some phones take a key of 0 for none. */
  readonly newKey: () => string;
}

interface Step {
  readonly answer: ProvisionAnswer;
  readonly state: PolicyState;
}

/**
 * One phase of Provision (MS-ASPROV 3.2.5.1). Without a policy in the request (`null`) the phone only tells of itself or
 * asks for a wipe, and there is none. Repeating a phase whose answer got lost gives the same answer.
 */
export function provision(
  context: ProvisionContext,
  request: ProvisionRequest | null,
  state: PolicyState,
): Step {
  if (request === null) return { answer: { status: 1, policy: null }, state };
  const type = request.policyType;
  if (type === null) return { answer: { status: 2, policy: null }, state };
  if (type !== WBXML_POLICY) return { answer: { status: 1, policy: { type, status: 3 } }, state };
  if (context.rule === 'off') return { answer: { status: 1, policy: { type, status: 2 } }, state };
  if (request.status === null) return issueTemporary(context, state);
  return acknowledge(context, request.policyKey, request.status, state);
}

/** First phase: the document and a key that is good only for acknowledging it. The key in use stays good meanwhile. */
function issueTemporary({ policy, document, newKey }: ProvisionContext, state: PolicyState): Step {
  const key = newKey();
  return {
    answer: { status: 1, policy: { type: WBXML_POLICY, status: 1, key, document } },
    state: { ...state, policy, temporary: key, told: 0 },
  };
}

/** Second phase: the phone tells how far it applied the document, and gets the key for its commands. */
function acknowledge(
  context: ProvisionContext,
  key: string | null,
  status: number,
  state: PolicyState,
): Step {
  const { policy, rule, newKey } = context;
  const answered = { type: WBXML_POLICY, status: 1 } as const;
  const repeated = isRepeated(policy, key, state);
  if (!repeated && (key === null || key !== state.temporary || state.policy !== policy)) {
    return { answer: { status: 1, policy: { type: WBXML_POLICY, status: 5 } }, state };
  }
  const applied = status === APPLIED || status === APPLIED_IN_PART;
  if (!applied && rule === 'required') return refused(status, policy, state);
  // Who provisions again keeps its key, but what it says this time counts.
  const final = repeated && state.final !== null ? state.final : newKey();
  return {
    answer: { status: 1, policy: { ...answered, key: final } },
    state: {
      ...state,
      final,
      acknowledged: policy,
      exempt: !applied,
      partial: status === APPLIED_IN_PART,
      refused: applied ? null : policy,
    },
  };
}

/**
 * The answer to the acknowledgement got lost, and the phone asks with the temporary key again or already has the final one;
 * or it provisions again.
 */
const isRepeated = (policy: string, key: string | null, state: PolicyState): boolean =>
  state.final !== null &&
  state.acknowledged === policy &&
  state.policy === policy &&
  key !== null &&
  (key === state.final || key === state.temporary);

/** The phone does not apply what it must: the whole command fails (MS-ASPROV 3.1.5.2). */
function refused(status: number, policy: string, state: PolicyState): Step {
  const refusal = status === MANAGED_ELSEWHERE ? 145 : 141;
  // It may have applied it before; its key is good no longer.
  const acknowledged = state.acknowledged === policy ? null : state.acknowledged;
  return { answer: { status: refusal, policy: null }, state: { ...state, acknowledged, refused: policy } };
}
