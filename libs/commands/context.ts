import type {
  Backend,
  Directory,
  FreeBusy,
  Identity,
  ItemClass,
  OutOfOffice,
  QuarantineNotice,
  Submitter,
} from '#backend';
import type { Asker, DeviceClient } from '#device';
import type { ClientProfile } from '#clients';
import type { DecodeLimits, Query, Skipped } from '#eas';
import type { PushSettings } from '#ops';
import type { SchedulingJobs, SchedulingSetting } from '#scheduling';
import type { WatchHub } from '#watch';
import type { CertificateTrust } from './validate-cert/trust.js';

/** What is open for the signed-in account on this node, for the time of one request. */
export interface AccountLease {
  backend(itemClass: ItemClass): Promise<Backend>;
  /** Throws BackendError `unsupported` where the tenant cannot send. */
  submitter(): Promise<Submitter>;
  /** Null where the tenant has no directory. */
  directory(): Promise<Directory | null>;
  /** Null where the tenant has nowhere to set automatic replies. */
  outOfOffice(): Promise<OutOfOffice | null>;
  /** Null where nothing can tell when others are free. */
  freeBusy(): Promise<FreeBusy | null>;
  /** The addresses this account may send from, the main one first; never empty. */
  identities(): Promise<readonly Identity[]>;
  /** Who sends scheduling mail, as the tenant is configured. */
  readonly scheduling: SchedulingSetting;
  release(): void;
}

/** How the servers of an account tell what changed. */
export interface AccountPush {
  readonly tenant: string;
  /** The account as its mail server names it, in lower case; and as its other servers do. */
  readonly logins: readonly [string, ...string[]];
  readonly settings: PushSettings;
}

/** The signed-in account. */
export interface AccountAccess {
  /** Names the account within the installation; what watches are shared by. */
  readonly key: string;
  /** The address its mail is from. */
  readonly address: string;
  lease(): AccountLease;
  /** What stands in for the Inbox of a device in quarantine. */
  quarantine(notice: QuarantineNotice): Backend;
  /** The account whatever the device: for what is shared by all of them. Absent where this is it. */
  readonly unguarded?: AccountAccess;
  /** Absent where nobody tells: its sources are watched. */
  readonly push?: AccountPush;
  /** Takes note of whom a mail went to, for the people that are suggested; `own` are the account's addresses. Never fails. */
  wroteTo(
    recipients: readonly { readonly address: string; readonly name: string | null }[],
    own: ReadonlySet<string>,
  ): Promise<void>;
}

/** Limits of what one request may ask for, from configuration. */
export interface CommandLimits {
  readonly collections: number;
  /** Commands of a Sync, over all its collections. */
  readonly commands: number;
  readonly pingFolders: number;
  /** Seconds. */
  readonly minHeartbeat: number;
  readonly maxHeartbeat: number;
  /** Seconds before the interval's end at which a waiting phone is answered (trap 41). */
  readonly heartbeatMargin: number;
  /** Bytes of a mail as a phone hands it in. */
  readonly messageBytes: number;
  /** Bytes of a mail that leaves: with the original of a reply or a forwarded mail. */
  readonly mailBytes: number;
  readonly document: Partial<DecodeLimits>;
}

/** Tells of things worth a log line or a number. */
export interface CommandEvents {
  held(command: string, seconds: number, folders: number): void;
  released(command: string, reason: string, waitedSeconds: number): void;
  itemsSent(itemClass: string, kind: string, count: number): void;
  mailSent(outcome: string): void;
  /** A collection of a Sync is answered with a Status other than 1. */
  collectionRefused(status: number): void;
  readFailed(folder: string, id: string, reason: string): void;
  /** A mail was sent, but could not be kept in the sent items. */
  sentCopyFailed(reason: string): void;
  /** A reply or a forwarded mail was sent, but its original could not be marked so. */
  notMarked(reason: string): void;
  /** What a mail says of a meeting could not be worked into the calendar, or a message about one not be sent. */
  meetingFailed(what: 'mail' | 'send', reason: string): void;
  /** The invitation was answered, but its mail could not be removed. */
  requestNotRemoved(reason: string): void;
  /** A source beside the mail did not do its part; the phone was told so in a Status. */
  serviceFailed(service: 'directory' | 'outOfOffice' | 'contacts', reason: string): void;
  skipped(elements: Skipped): void;
}

/** One request, signed in and with its head read. */
export interface CommandContext {
  readonly query: Query;
  /** Times ten. */
  readonly version: number;
  readonly contentType: string | null;
  /** The body as it comes; empty if there is none. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly hasBody: boolean;
  /** MS-ASAcceptMultiPart, or the option in a base64 query. */
  readonly acceptMultiPart: boolean;
  readonly acceptLanguage: string | null;
  readonly account: AccountAccess;
  /** What this kind of client needs otherwise than others. */
  readonly client: ClientProfile;
  readonly asker: Asker;
  readonly devices: DeviceClient;
  readonly watch: WatchHub<AccountAccess>;
  readonly limits: CommandLimits;
  /** What ValidateCert holds certificates against. */
  readonly certificates: CertificateTrust;
  /** Work about meetings that outlives the request. */
  readonly jobs: SchedulingJobs;
  readonly events: CommandEvents;
  /** Hides the password that unlocks this device: only administrators can open it again. */
  sealRecoveryPassword(password: string): string;
  /** Ends waits of the same device that are still held, on whichever node (trap 40). */
  endOlderWait(): void;
  /** A newer request of the device came meanwhile: this one must not begin to wait. */
  isSuperseded(): boolean;
  /** Has a wait of the same device that is held already ask anew, on whichever node. */
  lookAnew(): void;
  /** Whether a failure will pass by itself: a source that is down, an actor that is busy. */
  readonly isPassing: (error: Error) => boolean;
  /** Calls back when the phone hangs up; at once if it has. */
  onDisconnect(callback: () => void): void;
}
