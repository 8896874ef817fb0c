import { randomInt } from 'node:crypto';
import type { PolicySettings } from '#ops';
import type { DeviceIdentity, Json } from '#store';
import { checkPolicyKey, type PolicyStatus } from './check.js';
import { policyDocument, policyName, type PolicyDocument } from './document.js';
import { provision, type ProvisionAnswer, type ProvisionRequest } from './provision.js';
import { readPolicyState, type PolicyState, type ProvisioningRule } from './state.js';

/** 32 random bits that are not 0, as decimal digits (MS-ASPROV 2.2.2.42). */
const newPolicyKey = (): string => String(randomInt(1, 2 ** 32));

export interface ProvisioningOptions {
  readonly settings: PolicySettings;
  /** The rule of a tenant, by its name. */
  readonly ruleOf: (tenant: string) => ProvisioningRule;
  readonly newKey?: () => string;
}

/** The policy in force for all devices, and what it means for one of them. The device's state is kept by the caller. */
export class Provisioning {
  private readonly document: PolicyDocument;
  private readonly policy: string;
  private readonly newKey: () => string;

  constructor(private readonly options: ProvisioningOptions) {
    this.document = policyDocument(options.settings);
    this.policy = policyName(options.settings);
    this.newKey = options.newKey ?? newPolicyKey;
  }

  /**
   * Null: the command may go on. Else the Status that sends the phone to Provision. `policyKey` is undefined for a command
   * that never carries one. `state` is what is to be kept from now on; the same object if nothing changed.
   */
  check(
    identity: DeviceIdentity,
    policyKey: string | null | undefined,
    state: Json,
  ): { status: PolicyStatus | null; state: Json } {
    const rule = this.options.ruleOf(identity.tenant);
    const known = readPolicyState(state);
    const status = checkPolicyKey(rule, this.policy, known, policyKey);
    const isReminded = status === 142 && rule === 'optional';
    return { status, state: isReminded ? { ...known, told: known.told + 1 } : state };
  }

  /** One phase of Provision; `request` as `ProvisionRequest`, null if the phone sent no Policy. */
  provision(
    identity: DeviceIdentity,
    request: Json,
    state: Json,
  ): { answer: ProvisionAnswer; state: PolicyState } {
    const rule = this.options.ruleOf(identity.tenant);
    const { document, policy, newKey } = this;
    return provision({ rule, policy, document, newKey }, readRequest(request), readPolicyState(state));
  }
}

/** A request that has travelled as JSON. */
function readRequest(request: Json): ProvisionRequest | null {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) return null;
  const { policyType, policyKey, status } = request as { readonly [key: string]: Json };
  return {
    policyType: typeof policyType === 'string' ? policyType : null,
    policyKey: typeof policyKey === 'string' ? policyKey : null,
    status: typeof status === 'number' ? status : null,
  };
}
