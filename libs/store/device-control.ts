/** Whether a device is served: all of it, nothing, or one mail that explains why there is nothing. */
export type Standing = 'allowed' | 'blocked' | 'quarantined';

/** Erase what came from here (16.1 and later), or the whole device. */
export type WipeKind = 'account' | 'device';

/**
 * The wipe of a device. `waiting` for a second administrator, `requested`, `sent` to the device at least once, `confirmed`
 * by it, or `failed` as it says. A cancelled wipe is none.
 */
export interface DeviceWipe {
  /** Its row in the history. */
  readonly id: string;
  readonly kind: WipeKind;
  readonly state: 'waiting' | 'requested' | 'sent' | 'confirmed' | 'failed';
}

/** What administrators and rules decided of a device. Loaded with it, written by whoever decides. */
export interface DeviceControl {
  /** An administrator's word for this device; null leaves it to the rules. */
  readonly decision: Standing | null;
  /** What decision and rules come to. */
  readonly standing: Standing;
  /** `default`, `administrator`, `limit`, `wiped`, or `rule:` and the rule's id. */
  readonly standingReason: string;
  /** A rule lets it in although it cannot provision. */
  readonly exempt: boolean;
  readonly wipe: DeviceWipe | null;
  /** False: phones of this user may not sync at all. */
  readonly accountEnabled: boolean;
}

/** A device nobody has decided anything about. */
export const undecided: DeviceControl = {
  decision: null,
  standing: 'allowed',
  standingReason: 'default',
  exempt: false,
  wipe: null,
  accountEnabled: true,
};

/** What the rules came to for a device. */
export type Judgement = Pick<DeviceControl, 'standing' | 'standingReason' | 'exempt'>;
