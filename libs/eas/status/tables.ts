/*
 * Every command has its own table of Status values; the same number means different things in different ones (traps 28,
 * 29). Names are ours where the specification has only sentences.
 */

/** MS-ASCMD 2.2.3.177.17. Global ones stand in Sync or Collection, those of an item in its answer. */
export const SyncStatus = {
  success: 1,
  /** Resets this one collection: the phone starts again from key 0. */
  invalidSyncKey: 3,
  /** The request breaks the protocol. Never for a fault of the server or a stale folder. */
  protocolError: 4,
  /** Transient: the phone tries again. */
  serverError: 5,
  /** This item is malformed; the phone stops sending it. */
  conversionError: 6,
  /** The server's copy won. */
  conflict: 7,
  /** The item is not there (any more). */
  objectNotFound: 8,
  /** Most likely no space is left. */
  cannotComplete: 9,
  /** The folder is not there: the phone does a FolderSync. */
  folderHierarchyChanged: 12,
  /** An empty or partial request, but nothing is cached: the phone sends the whole one. */
  requestIncomplete: 13,
  /** Wait or HeartbeatInterval out of range; goes with Limit. */
  invalidWait: 14,
  /** Goes with Limit. */
  tooManyCollections: 15,
  /** The phone sends the same request again. */
  retry: 16,
} as const;

/** MS-ASCMD 2.2.3.177.5. */
export const FolderSyncStatus = {
  success: 1,
  serverError: 6,
  invalidSyncKey: 9,
  badRequest: 10,
  unknownError: 11,
  codeUnknown: 12,
} as const;

/** MS-ASCMD 2.2.3.177.3. */
export const FolderCreateStatus = {
  success: 1,
  nameExists: 2,
  /** The parent is the recipient information cache. */
  systemFolder: 3,
  parentNotFound: 5,
  serverError: 6,
  invalidSyncKey: 9,
  badRequest: 10,
  unknownError: 11,
  codeUnknown: 12,
} as const;

/** MS-ASCMD 2.2.3.177.6. */
export const FolderUpdateStatus = {
  success: 1,
  /** Or it is a special folder. */
  nameExists: 2,
  recipientCache: 3,
  notFound: 4,
  parentNotFound: 5,
  serverError: 6,
  invalidSyncKey: 9,
  badRequest: 10,
  unknownError: 11,
} as const;

/** MS-ASCMD 2.2.3.177.4. */
export const FolderDeleteStatus = {
  success: 1,
  systemFolder: 3,
  notFound: 4,
  serverError: 6,
  invalidSyncKey: 9,
  badRequest: 10,
  unknownError: 11,
} as const;

/** MS-ASCMD 2.2.3.177.7. */
export const GetItemEstimateStatus = {
  success: 1,
  invalidCollection: 2,
  /** The collection was never synced. */
  notPrimed: 3,
  invalidSyncKey: 4,
} as const;

/** MS-ASCMD 2.2.3.177.10: 3 is success. */
export const MoveItemsStatus = {
  invalidSource: 1,
  invalidDestination: 2,
  success: 3,
  sameFolder: 4,
  /** The item cannot be moved there, or to more than one place. */
  failed: 5,
  locked: 7,
} as const;

/** MS-ASCMD 2.2.3.177.11. */
export const PingStatus = {
  /** The interval ended without changes. */
  noChanges: 1,
  /** Goes with Folders. */
  changes: 2,
  /** Interval or folders are missing and none are remembered. */
  missingParameters: 3,
  syntaxError: 4,
  /** Goes with HeartbeatInterval, the nearest that is allowed. */
  invalidHeartbeat: 5,
  /** Goes with MaxFolders. */
  tooManyFolders: 6,
  folderSyncRequired: 7,
  serverError: 8,
} as const;

/** MS-ASCMD 2.2.3.177.8. */
export const ItemOperationsStatus = {
  success: 1,
  protocolError: 2,
  serverError: 3,
  badUri: 4,
  documentAccessDenied: 5,
  notFound: 6,
  connectFailed: 7,
  /** The byte range is invalid or too large. */
  invalidRange: 8,
  unknownStore: 9,
  emptyFile: 10,
  tooLarge: 11,
  ioFailure: 12,
  conversionFailed: 14,
  /** The attachment or its FileReference is invalid. */
  invalidAttachment: 15,
  accessDenied: 16,
  partialSuccess: 17,
  credentialsRequired: 18,
  /** A Move without Options or MoveAlways. */
  moveAlwaysRequired: 155,
  /** The destination is no mail folder. */
  invalidDestination: 156,
} as const;

/** MS-ASCMD 2.2.3.177.9. */
export const MeetingResponseStatus = {
  success: 1,
  /** Malformed, no meeting request, the user's own meeting, or no such occurrence: the phone stops sending it. */
  invalidRequest: 2,
  /** Transient, like the next. */
  mailboxError: 3,
  serverError: 4,
} as const;

/** MS-ASCMD 2.2.3.177.13. In Search itself only 1 and 3; the others stand in Store. */
export const SearchStatus = {
  success: 1,
  invalidRequest: 2,
  serverError: 3,
  badLink: 4,
  accessDenied: 5,
  notFound: 6,
  connectionFailed: 7,
  tooComplex: 8,
  timedOut: 10,
  folderSyncRequired: 11,
  /** There is more than can be fetched, and the range lies beyond that. */
  endOfRange: 12,
  accessBlocked: 13,
  credentialsRequired: 14,
} as const;

/** MS-ASCMD 2.2.3.177.2. */
export const FindStatus = {
  success: 1,
  invalidRequest: 2,
  /** In Find only. */
  folderSyncRequired: 3,
  /** In Response only. */
  startWithRangeZero: 4,
} as const;

/** MS-ASCMD 2.2.3.177.12: in ResolveRecipients 1, 5, 6; in Response 1 to 4; in Certificates 1, 7, 8. */
export const ResolveRecipientsStatus = {
  success: 1,
  /** All that it could be are told. */
  ambiguous: 2,
  /** Some of what it could be are told. */
  partlyAmbiguous: 3,
  unresolved: 4,
  protocolError: 5,
  /** The phone tries again. */
  serverError: 6,
  noCertificate: 7,
  certificateLimitReached: 8,
} as const;

/** MS-ASCMD 2.2.3.177.18. In ValidateCert itself only 1, 2 and 17. */
export const ValidateCertStatus = {
  success: 1,
  protocolError: 2,
  /** The certificate's signature does not fit. */
  badSignature: 3,
  /** No root that is trusted. */
  untrusted: 4,
  /** The chain is malformed or has a gap. */
  badChain: 5,
  /** Not for signing mail. */
  notForEmail: 6,
  /** Expired or not valid yet. */
  outOfDate: 7,
  /** The same of a certificate in the chain. */
  chainOutOfDate: 8,
  /** A certificate in the chain is not for what it is used for. */
  usedIncorrectly: 9,
  /** Not a certificate, or not a whole one. */
  malformed: 10,
  /** An end entity in a CA's place, or the other way round. */
  wrongRole: 11,
  addressMismatch: 12,
  revoked: 13,
  /** Nobody who knows of revocations can be reached. */
  revocationServerOffline: 14,
  chainRevoked: 15,
  revocationUnknown: 16,
  serverError: 17,
} as const;

/** MS-ASCMD 2.2.3.177.15. */
export const SettingsStatus = {
  success: 1,
  protocolError: 2,
  accessDenied: 3,
  serverUnavailable: 4,
  invalidArguments: 5,
  conflictingArguments: 6,
  deniedByPolicy: 7,
} as const;

/** MS-ASPROV 2.2.2.54.2. */
export const ProvisionStatus = { success: 1, protocolError: 2, serverError: 3 } as const;

/** Status of a Policy in an answer, MS-ASPROV 2.2.2.54.1. */
export const PolicyStatus = {
  success: 1,
  noPolicy: 2,
  unknownPolicyType: 3,
  corrupt: 4,
  wrongPolicyKey: 5,
} as const;

/** What a phone made of a Policy, MS-ASPROV 2.2.2.54.1. */
export const PolicyAcknowledgement = { success: 1, partialSuccess: 2, notApplied: 3, thirdParty: 4 } as const;

/** What a phone made of a wipe, MS-ASPROV 2.2.2.54.3. */
export const RemoteWipeStatus = { success: 1, failed: 2 } as const;

const tables: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Sync: SyncStatus,
  FolderSync: FolderSyncStatus,
  FolderCreate: FolderCreateStatus,
  FolderUpdate: FolderUpdateStatus,
  FolderDelete: FolderDeleteStatus,
  GetItemEstimate: GetItemEstimateStatus,
  MoveItems: MoveItemsStatus,
  Ping: PingStatus,
  ItemOperations: ItemOperationsStatus,
  MeetingResponse: MeetingResponseStatus,
  Search: SearchStatus,
  Find: FindStatus,
  ResolveRecipients: ResolveRecipientsStatus,
  ValidateCert: ValidateCertStatus,
  Settings: SettingsStatus,
  Provision: ProvisionStatus,
};

/** The command's own values by name; empty for commands that only know the common ones. */
export const statusTable = (command: string): Readonly<Record<string, number>> => tables[command] ?? {};
