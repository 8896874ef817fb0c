import type { Json } from '#store';

/** Whether phones must accept the policy; `optional` lets in those that can't. */
export type ProvisioningRule = 'required' | 'optional' | 'off';

/** What is known of a device's provisioning. Part of the device's state. */
export type PolicyState = {
  /** Name of the policy the keys stand for. */
  readonly policy: string;
  /** Given with the document; good for nothing but acknowledging it (MS-ASPROV 3.2.5.1.1). */
  readonly temporary: string | null;
  /** Given for the acknowledgement; to be sent with every later command. */
  readonly final: string | null;
  /** Name of the policy `final` was given for: a new document may be under way while the old key still serves. */
  readonly acknowledged: string | null;
  /** The device said that it does not apply the policy, and the rule lets it in. */
  readonly exempt: boolean;
  /** `acknowledged` was applied in part only. */
  readonly partial: boolean;
  /** Name of the policy the device last said it does not apply. */
  readonly refused: string | null;
  /** How often the device was told to provision since it last asked for the document. */
  readonly told: number;
};

/** Nothing known. */
export const unprovisioned: PolicyState = {
  policy: '',
  temporary: null,
  final: null,
  acknowledged: null,
  exempt: false,
  partial: false,
  refused: null,
  told: 0,
};

const text = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);

/** Reads a stored state; what cannot be read is a device that has to provision again. */
export function readPolicyState(state: Json): PolicyState {
  if (typeof state !== 'object' || state === null || Array.isArray(state)) return unprovisioned;
  const fields = state as { readonly [key: string]: Json };
  return {
    policy: text(fields.policy) ?? '',
    temporary: text(fields.temporary),
    final: text(fields.final),
    acknowledged: text(fields.acknowledged),
    exempt: fields.exempt === true,
    partial: fields.partial === true,
    refused: text(fields.refused),
    told: typeof fields.told === 'number' ? fields.told : 0,
  };
}
