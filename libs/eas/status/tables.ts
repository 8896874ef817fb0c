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
  Settings: SettingsStatus,
  Provision: ProvisionStatus,
};

/** The command's own values by name; empty for commands that only know the common ones. */
export const statusTable = (command: string): Readonly<Record<string, number>> => tables[command] ?? {};
