import type { ItemClass, QuarantineNotice } from '#backend';
import type { TraceContext } from '#ops';
import type { DeviceIdentity, Json, WipeKind } from '#store';
import type { KnownItem, Ref } from '#sync';
import type { CollectionOptions, DeltaEntry } from './collection-state.js';

/** What every message to a device actor carries: who asks, and with what right. */
export interface Envelope<Body extends DeviceMessage = DeviceMessage> {
  readonly identity: DeviceIdentity;
  readonly deviceType: string;
  readonly userAgent: string;
  /** Times ten: 120 ... 161. */
  readonly protocolVersion: number;
  /** As the phone sent it; null if it sent none. */
  readonly policyKey: string | null;
  /** Let in whatever the policy says: a client that cannot provision, by the operator's will. */
  readonly exempt?: boolean;
  /**
   * The password was refused, and nobody knows who asks: only for a device that is to be wiped, which may no longer have a
   * valid one (trap 10).
   */
  readonly unproven?: boolean;
  /** Sealed; empty if unproven. */
  readonly credentials: string;
  /** The trace that asks, where somebody collects traces. */
  readonly trace?: TraceContext;
  readonly body: Body;
}

/** One command's question, one type a message; DeviceAnswers says what comes back. */
export type DeviceMessage =
  | AdmitMessage
  | SyncMessage
  | FolderSyncMessage
  | FolderChangeMessage
  | PingMessage
  | NewsMessage
  | EstimateMessage
  | ResolveMessage
  | FoldersMessage
  | SettleMessage
  | UndeliveredMessage
  | MovedMessage
  | MovedBeforeMessage
  | ProvisionMessage
  | RecoveryPasswordMessage
  | InformationMessage
  | ClaimMessage
  | OutcomeMessage
  | ReloadMessage;

export interface DeviceAnswers {
  Admit: null;
  Sync: SyncAnswer;
  FolderSync: FolderSyncAnswer;
  FolderChange: FolderChangeAnswer;
  Ping: PingAnswer;
  News: { changed: readonly string[] };
  Estimate: { collections: readonly EstimateAnswer[] };
  Resolve: { folders: Readonly<Record<string, ResolvedFolder>> };
  Folders: { folders: Readonly<Record<string, ResolvedFolder>> };
  Settle: null;
  Undelivered: null;
  Moved: null;
  MovedBefore: { newId: string | null };
  /** `wipe`: what the phone is told to wipe. */
  Provision: { answer: Json; wipe?: WipeKind };
  RecoveryPassword: { kept: boolean };
  Information: null;
  Claim: { recorded: { result: Json } | null };
  Outcome: null;
  Reload: null;
}

/** Whether the device is served at all: asked where a command would else use the account without a word of the actor. */
export interface AdmitMessage {
  readonly type: 'Admit';
}

/** What a device in quarantine is answered: as others, and with what it is shown in place of its Inbox. */
export interface QuarantinedAnswer {
  readonly quarantine: QuarantineNotice;
  readonly answer: DeviceAnswers[DeviceMessage['type']];
}

/**
 * `open` checks keys and tells what a retry was answered before; `collect` takes what the node did for the phone's
 * commands and gives the server's changes; `both` is the read-only Sync, in one ask.
 */
export interface SyncMessage {
  readonly type: 'Sync';
  readonly phase: 'open' | 'collect' | 'both';
  /** Null for a request without body: the last one again. */
  readonly collections: readonly CollectionAsk[] | null;
  readonly partial: boolean;
  readonly windowSize: number | null;
  /** Seconds; null if the request has neither Wait nor HeartbeatInterval. */
  readonly wait: number | null;
}

export interface CollectionAsk {
  readonly id: string;
  /** Null in a collection taken over from the last request: the key the phone presented last. */
  readonly key: string | null;
  /** Null: absent (trap 21). */
  readonly getChanges: boolean | null;
  readonly windowSize: number | null;
  /** Null: keep what is stored (trap 47). */
  readonly options: CollectionOptions | null;
  /** Qualified names of the elements in Supported, with key 0 (trap 53); null or absent: it was not sent. */
  readonly supported?: readonly string[] | null;
  /** Items the phone's commands are about, for `open`: which versions it knows of them is answered. */
  readonly touched?: readonly string[];
  /**
   * What `open` said of it, for `collect`: where another request was answered meanwhile, the phone went on with that one, and
   * this one comes too late. Absent in an ask of an older node.
   */
  readonly answers?: number;
  /** What the phone's commands did, for `collect`. */
  readonly imports?: readonly DeltaEntry[];
  /**
   * By item, what of a mail's version the phone's change named (`differBeside`): what else differs from what the phone has,
   * somebody else has changed meanwhile. For `collect`.
   */
  readonly named?: Readonly<Record<string, string>>;
  /** Items the phone wrote as they stand now, with the days they have now; for `collect`. */
  readonly written?: readonly DeltaEntry[];
  /** Items that the source keeps as they are whatever the phone did with them: it is sent them again; for `collect`. */
  readonly restore?: readonly RestoreAsk[];
  /** Answers to the phone's commands, for a retry; for `collect`. */
  readonly journal?: Json;
}

export interface RestoreAsk {
  readonly id: string;
  /** The phone deleted it; else it changed it. */
  readonly isDeleted: boolean;
  /**
   * How the item stands since the phone wrote it: its source made something else of it than the phone said. Absent: it stands
   * as the phone was told before.
   */
  readonly item?: KnownItem;
}

export interface SyncAnswer {
  /** 1, or the Status of the whole request: 13 (no request to repeat). */
  readonly status: 1 | 13;
  readonly collections: readonly CollectionAnswer[];
  /** As asked or as remembered. */
  readonly wait: number | null;
}

export interface CollectionAnswer {
  readonly id: string;
  /** Sync Status of this collection (MS-ASCMD 2.2.3.177.17): 1, 3, 4, 5, 12. */
  readonly status: 1 | 3 | 4 | 5 | 12;
  readonly itemClass: ItemClass;
  /** Backend path; empty when the status is not 1. */
  readonly path: string;
  /** The key the phone presented (`collect` of an empty request needs it). */
  readonly presented: string;
  /** The key to go on with; the presented one if nothing happened. */
  readonly key: string;
  readonly refs: readonly Ref[];
  readonly more: boolean;
  readonly options: CollectionOptions;
  /** As asked, or as remembered for a collection the request does not name. */
  readonly getChanges: boolean | null;
  readonly windowSize: number | null;
  /** What the same request was answered before; null if this is not a retry. */
  readonly journal: Json;
  /** What Supported named when the collection was begun; null: it was not sent. */
  readonly supported: readonly string[] | null;
  /** The versions the phone knows of the items in `touched`; without those it does not have. */
  readonly known: Readonly<Record<string, string>>;
  /** How many answers the collection has had that brought a key. Absent in an answer of an older node. */
  readonly answers?: number;
}

export interface FolderSyncMessage {
  readonly type: 'FolderSync';
  readonly key: string;
}

export interface FolderSyncAnswer {
  /** 1, or 9 for a key that is not ours. */
  readonly status: 1 | 9;
  readonly key: string;
  readonly add: readonly WireFolder[];
  readonly update: readonly WireFolder[];
  readonly remove: readonly string[];
}

export interface WireFolder {
  readonly id: string;
  readonly parent: string;
  readonly name: string;
  /** MS-ASCMD 2.2.3.186.3 Type. */
  readonly type: number;
}

/** FolderCreate, FolderUpdate and FolderDelete. */
export interface FolderChangeMessage {
  readonly type: 'FolderChange';
  /** The hierarchy's key. */
  readonly key: string;
  readonly change: FolderChange;
}

/** What the phone asks for; ids as on the wire, `parent` is `0` at the top. A JSON value, so types. */
export type FolderChange =
  | {
      readonly kind: 'create';
      readonly parent: string;
      readonly name: string;
      /** MS-ASCMD 2.2.3.186.2 Type. */
      readonly folderType: number;
    }
  | { readonly kind: 'update'; readonly id: string; readonly parent: string; readonly name: string }
  | { readonly kind: 'delete'; readonly id: string };

export interface FolderChangeAnswer {
  /** MS-ASCMD 2.2.3.177.3, .4 or .6; 1 is success. */
  readonly status: number;
  /** The hierarchy's new key; null without success. */
  readonly key: string | null;
  /** The folder; null without success. */
  readonly id: string | null;
}

export interface PingMessage {
  readonly type: 'Ping';
  readonly interval: number | null;
  readonly folders: readonly string[] | null;
}

export interface PingAnswer {
  /** 1, or 3: interval or folders were never sent. */
  readonly status: 1 | 3;
  readonly interval: number;
  /** The folders that can be watched, with their paths. */
  readonly folders: readonly { readonly id: string; readonly path: string }[];
  /** Those that have news already. */
  readonly changed: readonly string[];
  /** The folder list itself has changed: Status 7. */
  readonly hierarchyChanged: boolean;
}

/** Whether an event is news for this device. */
export interface NewsMessage {
  readonly type: 'News';
  readonly folders: readonly string[];
}

export interface EstimateMessage {
  readonly type: 'Estimate';
  readonly collections: readonly {
    readonly id: string;
    readonly key: string;
    readonly filterType: number | null;
  }[];
}

export interface EstimateAnswer {
  readonly id: string;
  /** MS-ASCMD 2.2.3.177.7: 1, 2 unknown collection, 3 not primed, 4 bad key. */
  readonly status: 1 | 2 | 3 | 4;
  readonly estimate: number;
}

export interface ResolveMessage {
  readonly type: 'Resolve';
  readonly folders: readonly string[];
}

/** All folders of the account by their ids, whether this device has heard of them or not: for what a search finds. */
export interface FoldersMessage {
  readonly type: 'Folders';
  /** Asks the sources anew; else as they were last seen, or asked if nobody looked yet. */
  readonly refresh: boolean;
}

export interface ResolvedFolder {
  readonly path: string;
  readonly itemClass: ItemClass;
  /** The device knows it as the recipient information cache, which only Sync may touch (MS-ASCMD 2.2.1.10). */
  readonly isRecipientCache?: true;
}

/** Reports items of an answer that the phone did not get after all, before the answer ends. */
export interface SettleMessage {
  readonly type: 'Settle';
  readonly folder: string;
  readonly key: string;
  readonly items: readonly {
    readonly id: string;
    readonly failure: 'gone' | 'unreadable' | 'unsent';
    readonly reason: string;
  }[];
}

/** The connection broke before the answer with these keys was out. */
export interface UndeliveredMessage {
  readonly type: 'Undelivered';
  readonly keys: readonly { readonly folder: string; readonly key: string }[];
}

/** The phone moved items and knows their new ids: neither folder's next Sync may tell it. */
export interface MovedMessage {
  readonly type: 'Moved';
  readonly items: readonly {
    readonly from: string;
    readonly id: string;
    readonly to: string;
    readonly newId: string;
    readonly version: string;
  }[];
}

/** Whether this move was done for an earlier request, whose answer the phone may not have got. */
export interface MovedBeforeMessage {
  readonly type: 'MovedBefore';
  readonly from: string;
  readonly id: string;
  readonly to: string;
}

/** Provision's request in the terms of the policy gate. */
export interface ProvisionMessage {
  readonly type: 'Provision';
  readonly request: Json;
  /** What the phone says has become of a wipe; status 1 is success (MS-ASPROV 2.2.2.54.3). */
  readonly wiped?: { readonly kind: WipeKind; readonly status: number };
}

/** The password that unlocks the phone, as it leaves it with the server. */
export interface RecoveryPasswordMessage {
  readonly type: 'RecoveryPassword';
  /** Null: to be forgotten. */
  readonly sealed: string | null;
}

export interface InformationMessage {
  readonly type: 'Information';
  readonly information: Json;
}

/** Claims a command that must not happen twice: a SendMail ClientId. */
export interface ClaimMessage {
  readonly type: 'Claim';
  readonly key: string;
  /** Seconds the claim is remembered. */
  readonly ttl: number;
  /** Recorded together with a new claim, so that nobody finds it without; null unless given. */
  readonly result?: Json;
  /** Takes over a claim of which just this is recorded: whoever made it is believed dead. Of several who try one gets it. */
  readonly replacing?: Json;
}

/** How the claimed command ended; `result` absent frees the claim. */
export interface OutcomeMessage {
  readonly type: 'Outcome';
  readonly key: string;
  readonly result?: Json;
}

/**
 * Whether a message ends what an earlier one of the same request began, and costs little: refusing it would spoil work that
 * was done already, in the source or in the phone.
 */
export const isFinishing = (message: DeviceMessage): boolean =>
  message.type === 'Settle' ||
  message.type === 'Undelivered' ||
  message.type === 'Moved' ||
  message.type === 'Outcome' ||
  (message.type === 'Sync' && message.phase === 'collect');

/** Somebody else wrote the device's row: what the actor remembers is old. Asked by the process that hosts it, for nobody's phone. */
export interface ReloadMessage {
  readonly type: 'Reload';
}
