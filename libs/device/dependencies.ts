import type { Backend, ItemClass, QuarantineNotice } from '#backend';
import type { DeviceFacts, DeviceIdentity, DeviceStore, Json, Judgement, PolicyMark, WipeKind } from '#store';

/** The source of an item class for the time of one message. */
export interface BackendLease {
  backend(itemClass: ItemClass): Promise<Backend>;
  /** The classes this account has a source for. */
  readonly itemClasses: readonly ItemClass[];
  release(): void;
}

/** Opens sealed credentials and lends the account's backends. */
export interface BackendLender {
  lease(identity: DeviceIdentity, sealedCredentials: string): Promise<BackendLease>;
  /** What a quarantined device is shown in place of the Inbox; only its feed is asked here. */
  quarantine(notice: QuarantineNotice): Backend;
}

/** Rules and settings as they are at a moment; they do not change. */
export interface AccessRulings {
  /** Names them: what older ones came to is not written. */
  readonly revision: string;
  judge(suspect: { readonly identity: DeviceIdentity; readonly facts: DeviceFacts }): Judgement;
  settings(tenant: string): { readonly maxDevices: number | null; readonly quarantineText: string | null };
}

/** Who is let in, as the device actor needs it; libs/policy behind it. */
export interface AccessGate {
  /** The same object for as long as the rules are the same. Throws StoreUnavailable while none are known. */
  rulings(): Promise<AccessRulings>;
  /** Others may be in force by now: looks soon. */
  refresh(): void;
}

/** Provisioning as the device actor needs it; libs/policy behind it. Its state is a JSON value in the device's row. */
export interface PolicyGate {
  /**
   * Status null: go on. Else the common status 141 to 144 (MS-ASCMD 2.2.2) that tells the phone to provision. `policyKey`
   * is null if the request has none, undefined if it is one that never has. The state is another object only if it is to
   * be kept. `exempt`: a rule lets the device in although it cannot provision.
   */
  check(
    identity: DeviceIdentity,
    policyKey: string | null | undefined,
    state: Json,
    exempt: boolean,
  ): { status: 141 | 142 | 143 | 144 | null; state: Json };
  /** One phase of Provision: the answer in the gate's own terms, and the next state. */
  provision(
    identity: DeviceIdentity,
    request: Json,
    state: Json,
    exempt: boolean,
  ): { answer: Json; state: Json };
  /** How far the device is with the policy in force, for people. */
  mark(identity: DeviceIdentity, state: Json): PolicyMark;
  /** Whether the policy lets phones leave the password that unlocks them. */
  keepsRecoveryPassword(identity: DeviceIdentity): boolean;
  /** Whether this key was given to nobody but the device. */
  isFinalKey(policyKey: string | null, state: Json): boolean;
}

/** What happens in the actor and is worth an administrator's eye. */
export interface DeviceEvents {
  deviceCreated(identity: DeviceIdentity, deviceType: string): void;
  staleState(identity: DeviceIdentity): void;
  collectionReset(identity: DeviceIdentity, folder: string, why: string): void;
  itemSetAside(identity: DeviceIdentity, folder: string, item: string, reason: string): void;
  /** What became of a wipe; `doubted`: confirmed by somebody who may not be the device. */
  wipe(identity: DeviceIdentity, what: 'sent' | 'confirmed' | 'failed' | 'doubted', kind: WipeKind): void;
  /** A source beside the mail does not answer; told once until it does again. */
  sourceFailed(identity: DeviceIdentity, itemClass: ItemClass, error: Error): void;
  sourceRestored(identity: DeviceIdentity, itemClass: ItemClass): void;
}

export interface DeviceDependencies {
  readonly store: DeviceStore;
  readonly backends: BackendLender;
  readonly policy: PolicyGate;
  readonly access: AccessGate;
  readonly events: DeviceEvents;
  /** WindowSize of a request that names none, and the largest honoured (trap 43: 100 and 512). */
  readonly window: { readonly default: number; readonly max: number };
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A new epoch: 10 random characters of [0-9a-z]. */
  readonly epoch: () => string;
  /** See ActorRuntime.scope: `local` lets the actor trust what it remembers between messages. */
  readonly scope: 'local' | 'shared';
}

/** The device must provision first; 140: it is to be wiped, and Provision tells it so. */
export class ProvisionRequired extends Error {
  override readonly name = 'ProvisionRequired';
  constructor(readonly status: 140 | 141 | 142 | 143 | 144) {
    super(`provisioning required: ${status}`);
  }
}

/**
 * The device is not served: its user is switched off (126), it is blocked (129), this is nothing for a device in quarantine
 * (130), or its user has as many devices as he may (177). MS-ASCMD 2.2.2.
 */
export class DeviceRefused extends Error {
  override readonly name = 'DeviceRefused';
  constructor(readonly status: 126 | 129 | 130 | 177) {
    super(`the device is refused: ${status}`);
  }
}
