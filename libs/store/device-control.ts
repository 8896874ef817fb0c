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

/** What rules go by. Empty where a device did not tell it. */
export interface DeviceFacts {
  readonly deviceType: string;
  readonly userAgent: string;
  readonly model: string;
  readonly os: string;
  /** Times ten; null until a command has told it. */
  readonly protocolVersion: number | null;
}

/** What the rules came to for a device. */
export type Judgement = Pick<DeviceControl, 'standing' | 'standingReason' | 'exempt'>;

/** On what terms a device is made that is not known yet. */
export interface Admission {
  readonly judgement: Judgement;
  /** Devices its user may have, those that are blocked not counted; null is no limit. */
  readonly maxDevices: number | null;
}

/** The user has as many devices as he may: this one was not made. */
export class TooManyDevices extends Error {
  override readonly name = 'TooManyDevices';
}

/** What of DeviceInformation (MS-ASCMD 2.2.3.45) is kept where lists are sorted and rules look; null where it was not told. */
export function shownInformation(
  information: unknown,
): Record<'model' | 'os' | 'friendlyName', string | null> {
  const told = (typeof information === 'object' && information !== null ? information : {}) as Record<
    string,
    unknown
  >;
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  return { model: text(told.Model), os: text(told.OS), friendlyName: text(told.FriendlyName) };
}

/** How far a device is with its policy: none asked of it, not given it yet, applied, applied in part, or refused. */
export type PolicyStanding = 'none' | 'pending' | 'applied' | 'partial' | 'refused';

/** What lists show of a device's policy. */
export interface PolicyMark {
  /** Null: that of the configuration. */
  readonly policyId: string | null;
  readonly policyState: PolicyStanding;
}

/** A device nobody has asked for anything. */
export const unmarked: PolicyMark = { policyId: null, policyState: 'none' };

/** A folder of somebody else that an administrator shows to the devices of an account, or to one of them. */
export interface SharedFolderRow {
  readonly itemClass: string;
  /** Where it is at the source, as people say it. */
  readonly path: string;
  /** Null: what its owner calls it. */
  readonly name: string | null;
  /** Whether it is for this device; else it is for another one of the account. */
  readonly isShown: boolean;
}

/** Shared folders that an account may have, those of all its devices together: each is asked for at every look. */
export const MOST_SHARES = 100;
