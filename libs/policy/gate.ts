import { randomInt } from 'node:crypto';
import type { PolicySettings } from '#ops';
import type { DeviceIdentity, Json, PolicyMark, PolicyStanding } from '#store';
import type { AssignedPolicy } from './assigned/snapshot.js';
import { checkPolicyKey, type PolicyStatus } from './check.js';
import { policyDocument, policyName, type PolicyDocument } from './document.js';
import { provision, type ProvisionAnswer, type ProvisionRequest } from './provision.js';
import { readPolicyState, type PolicyState, type ProvisioningRule } from './state.js';

/** 32 random bits that are not 0, as decimal digits (MS-ASPROV 2.2.2.42). */
const newPolicyKey = (): string => String(randomInt(1, 2 ** 32));

export interface ProvisioningOptions {
  /** The policy of whoever has none assigned. */
  readonly settings: PolicySettings;
  /** The rule of a tenant, by its name. */
  readonly ruleOf: (tenant: string) => ProvisioningRule;
  /** What administrators assigned to the device's user; null or absent: nothing. */
  readonly assigned?: (identity: DeviceIdentity) => AssignedPolicy | null;
  readonly newKey?: () => string;
}

/** The policy in force for a device. */
interface Effective {
  /** Null: that of the configuration. */
  readonly id: string | null;
  readonly rule: ProvisioningRule;
  readonly settings: PolicySettings;
  /** Names its content. */
  readonly policy: string;
  readonly document: PolicyDocument;
}

/**
 * Which policy is in force for a device, and what it means for it. The device's state is kept by the caller. `exempt`: a
 * rule lets the device in although it cannot provision; what it can it still has to.
 */
export class Provisioning {
  private readonly newKey: () => string;
  /** The same settings are the same object until they change. */
  private readonly named = new WeakMap<PolicySettings, Pick<Effective, 'policy' | 'document'>>();

  constructor(private readonly options: ProvisioningOptions) {
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
    exempt = false,
  ): { status: PolicyStatus | null; state: Json } {
    const { rule, policy } = this.effective(identity, exempt);
    const known = readPolicyState(state);
    const status = checkPolicyKey(rule, policy, known, policyKey);
    const isReminded = status === 142 && rule === 'optional';
    return { status, state: isReminded ? { ...known, told: known.told + 1 } : state };
  }

  /** One phase of Provision; `request` as `ProvisionRequest`, null if the phone sent no Policy. */
  provision(
    identity: DeviceIdentity,
    request: Json,
    state: Json,
    exempt = false,
  ): { answer: ProvisionAnswer; state: PolicyState } {
    const { rule, policy, document } = this.effective(identity, exempt);
    const context = { rule, policy, document, newKey: this.newKey };
    return provision(context, readRequest(request), readPolicyState(state));
  }

  /** How far the device is with the policy in force, for people. */
  mark(identity: DeviceIdentity, state: Json): PolicyMark {
    const { id, rule, policy } = this.effective(identity, false);
    return { policyId: id, policyState: standingOf(rule, policy, readPolicyState(state)) };
  }

  /** Whether phones may leave the password that unlocks them with the server (MS-ASPROV 2.2.2.39). */
  keepsRecoveryPassword(identity: DeviceIdentity): boolean {
    const { rule, settings } = this.effective(identity, false);
    return rule !== 'off' && settings.PasswordRecoveryEnabled;
  }

  /** Whether it was this key that the device got for its acknowledgement: nobody else knows it. */
  isFinalKey(policyKey: string | null, state: Json): boolean {
    const { final } = readPolicyState(state);
    return final !== null && policyKey === final;
  }

  private effective(identity: DeviceIdentity, exempt: boolean): Effective {
    const assigned = this.options.assigned?.(identity) ?? null;
    const settings = assigned?.settings ?? this.options.settings;
    const rule = assigned?.rule ?? this.options.ruleOf(identity.tenant);
    const lenient = exempt && rule === 'required' ? 'optional' : rule;
    return { id: assigned?.id ?? null, rule: lenient, settings, ...this.nameOf(settings) };
  }

  private nameOf(settings: PolicySettings): Pick<Effective, 'policy' | 'document'> {
    const known = this.named.get(settings);
    if (known) return known;
    const named = { policy: policyName(settings), document: policyDocument(settings) };
    this.named.set(settings, named);
    return named;
  }
}

function standingOf(rule: ProvisioningRule, policy: string, state: PolicyState): PolicyStanding {
  if (rule === 'off') return 'none';
  if (state.refused === policy) return 'refused';
  if (state.acknowledged !== policy) return 'pending';
  return state.partial ? 'partial' : 'applied';
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
