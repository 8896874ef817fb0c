import type {
  Admission,
  DeviceControl,
  DeviceFacts,
  Judgement,
  PolicyMark,
  SharedFolderRow,
} from './device-control.js';
import type { WipeStep } from './wipe-steps.js';

/** JSON as the state columns hold it. The shapes belong to their owners (libs/device); the store only keeps them. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Who a device is: DeviceId is only unique within its user, a user within the tenant. */
export interface DeviceIdentity {
  readonly tenant: string;
  /** The account name the backends know, lower-cased. */
  readonly user: string;
  /** Folded to lower case: phones change its case between requests. */
  readonly deviceId: string;
}

export interface DeviceRow {
  /** Surrogate key, a decimal string. */
  readonly id: string;
  readonly accountId: string;
  readonly identity: DeviceIdentity;
  /** Raised by one with every save; what a write is checked against. */
  readonly version: number;
  readonly state: Json;
  readonly control: DeviceControl;
  readonly policy: PolicyMark;
  /** Those of the whole account: a folder one device is shown must not seem gone to the others. */
  readonly shares: readonly SharedFolderRow[];
  /** As they were when the device was last written of: see `touch`. */
  readonly facts: DeviceFacts;
  readonly noted: DeviceNoted;
}

/** When `touch` last wrote of the device. */
export interface DeviceNoted {
  readonly seen: Date;
  readonly synced: Date | null;
}

/** The rows a message begins with. */
export interface LoadedDevice {
  readonly device: DeviceRow;
  readonly collections: CollectionRow[];
  /** Those of the account, also gone ones; null unless they were asked for. */
  readonly folders: FolderRow[] | null;
}

export interface CollectionRow {
  /** The folder id on the wire, e.g. `m12`. */
  readonly folderId: string;
  readonly version: number;
  readonly state: Json;
}

/** A slice of the known set: the items from `first` on, up to the next segment's first. */
export interface Segment {
  readonly first: string;
  readonly data: Uint8Array;
}

/** A folder of an account as every device of the account knows it. `number` never changes and is never used again. */
export interface FolderRow {
  readonly number: number;
  readonly itemClass: string;
  /** Path in the backend. */
  readonly path: string;
  /** Identity that survives a rename, where the source has one. */
  readonly identity: string | null;
  /** True once the source no longer shows it. A folder created again under the name gets a new number. */
  readonly gone: boolean;
}

export interface CollectionSave {
  readonly folderId: string;
  /** The version the state was computed from; null to create. */
  readonly expected: number | null;
  readonly state: Json;
  /** Segments to write (insert or replace by `first`) and to drop. */
  readonly put?: readonly Segment[];
  readonly drop?: readonly string[];
  /** Forget every segment first: the collection starts from key 0. */
  readonly dropAll?: boolean;
}

export interface DeviceSave {
  readonly deviceRowId: string;
  readonly device?: { readonly expected: number; readonly state: Json };
  readonly collections?: readonly CollectionSave[];
}

/** Another actor host wrote a newer state in the meantime: this host's copy is worthless and must be loaded again. */
export class StaleState extends Error {
  override readonly name = 'StaleState';
}

/** An item a device could not be given, for the administrator. */
export interface SetAsideItem {
  readonly folderId: string;
  readonly itemId: string;
  readonly version: string;
  readonly reason: string;
  readonly failures: number;
}

/** When and with what a device was last seen. */
export interface DeviceSeen {
  readonly at: Date;
  readonly userAgent?: string;
  readonly protocolVersion?: number;
  readonly information?: Json;
  /** It synced, and nothing was wrong with that. An error of before is forgotten after ERROR_STANDS. */
  readonly synced?: boolean;
}

/** Milliseconds without an error after which Syncs count as going well again. */
export const ERROR_STANDS = 900_000;

export interface ClaimTerms {
  /** Recorded together with the claim, so that nobody finds it without; null unless given. */
  readonly result?: Json | undefined;
  /** Takes over a claim of which just this is recorded: whoever made it is believed dead. */
  readonly replacing?: Json | undefined;
}

/** What the device actor needs of the database. Every method is one round trip, except where it says otherwise. */
export interface DeviceStore {
  /** The device and the named collections (those that exist), in one query with its folders; null if the device is unknown. */
  load(
    identity: DeviceIdentity,
    folderIds: readonly string[],
    withFolders?: boolean,
  ): Promise<LoadedDevice | null>;
  /**
   * Finds or creates account and device. `attributes`: DeviceType, UserAgent as first seen. Throws TooManyDevices if the
   * admission has no room for one more; two new devices at once do not both get the last place.
   */
  create(
    identity: DeviceIdentity,
    attributes: { deviceType: string; userAgent: string },
    state: Json,
    admission?: Admission,
  ): Promise<DeviceRow>;
  /** All or nothing; throws StaleState if any `expected` no longer holds. Returns nothing: versions rise by one. */
  save(change: DeviceSave): Promise<void>;
  /** The named segments of a collection, in order of `first`. */
  segments(deviceRowId: string, folderId: string, firsts: readonly string[]): Promise<Segment[]>;
  /** All folders ever seen of the account, `gone` ones included. */
  folders(accountId: string): Promise<FolderRow[]>;
  /**
   * Gives numbers to new folders, follows renames by `identity`, marks those absent as gone. Safe when two devices of an
   * account do it at once. Returns the rows that are not gone. May take several round trips.
   */
  registerFolders(
    accountId: string,
    seen: readonly { itemClass: string; path: string; identity: string | null }[],
  ): Promise<FolderRow[]>;
  /**
   * Says where folders are now that were renamed or moved through this gateway: sources without identities cannot tell a
   * renamed folder from a new one. A folder that another device's look took for gone in the meantime is back, and the
   * row that look made for its new path is gone. Safe beside `registerFolders`.
   */
  relocateFolders(accountId: string, moves: readonly { number: number; path: string }[]): Promise<void>;
  /**
   * Claims a key once (a SendMail ClientId, a MoveItems SrcMsgId): null if it was free and is now ours, else what was
   * recorded with it. Keys are forgotten after `ttl` seconds. Of several who try at once one gets it.
   */
  claim(deviceRowId: string, key: string, ttl: number, terms?: ClaimTerms): Promise<{ result: Json } | null>;
  /** Records the outcome of a claimed key, or frees it again with `undefined`. */
  settle(deviceRowId: string, key: string, result: Json | undefined): Promise<void>;
  putSetAside(deviceRowId: string, item: SetAsideItem): Promise<void>;
  /**
   * Records what the rules of this revision came to, and an event if the device is served otherwise than before. False, and
   * nothing is recorded: an administrator has decided meanwhile, or changed the rules.
   */
  judge(deviceRowId: string, judgement: Judgement, revision: string): Promise<boolean>;
  /**
   * Makes a step of a wipe, in the history and with the device. False if it cannot be made from where the wipe stands now:
   * somebody else was faster. A confirmed wipe leaves the device blocked. `verified`: whether it surely was the device.
   */
  stepWipe(wipeId: string, step: WipeStep, verified?: boolean): Promise<boolean>;
  /** Records that somebody confirmed a wipe who may not be the device, which stays to be wiped. False if that is known. */
  doubtWipe(wipeId: string): Promise<boolean>;
  /** Records how far the device is with its policy, for lists. */
  markPolicy(deviceRowId: string, mark: PolicyMark): Promise<void>;
  /** Keeps the sealed password that unlocks the device; null forgets it. */
  keepRecoveryPassword(deviceRowId: string, sealed: string | null): Promise<void>;
  /** Adds to the device's timeline; nothing happens if it was removed meanwhile. */
  addEvent(deviceRowId: string, kind: string, details: Json): Promise<void>;
  /** These items of a folder were delivered, or are no more: they are set aside no longer. Null: all of the folder. */
  dropSetAside(deviceRowId: string, folderId: string, itemIds: readonly string[] | null): Promise<void>;
  /** Attributes for the administrator, written at most every few minutes. */
  touch(deviceRowId: string, seen: DeviceSeen): Promise<void>;
  /** What could not be done for a device; it stands until Syncs go well again for a while. */
  noteError(deviceRowId: string, error: string, at: Date): Promise<void>;
}
