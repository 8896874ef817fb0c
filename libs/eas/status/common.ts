/**
 * Status codes that any command may answer (MS-ASCMD 2.2.2), under the names of the specification. Up to 12.1 an HTTP
 * status says the same (`httpStatusOf`).
 */
export const CommonStatus = {
  InvalidContent: 101,
  InvalidWBXML: 102,
  InvalidXML: 103,
  InvalidDateTime: 104,
  InvalidCombinationOfIDs: 105,
  InvalidIDs: 106,
  InvalidMIME: 107,
  DeviceIdMissingOrInvalid: 108,
  DeviceTypeMissingOrInvalid: 109,
  /** The phone should not try again. */
  ServerError: 110,
  ServerErrorRetryLater: 111,
  ActiveDirectoryAccessDenied: 112,
  MailboxQuotaExceeded: 113,
  MailboxServerOffline: 114,
  SendQuotaExceeded: 115,
  MessageRecipientUnresolved: 116,
  MessageReplyNotAllowed: 117,
  /** The ClientId was used before: the mail is not sent again. */
  MessagePreviouslySent: 118,
  MessageHasNoRecipient: 119,
  MailSubmissionFailed: 120,
  MessageReplyFailed: 121,
  AttachmentIsTooLarge: 122,
  UserHasNoMailbox: 123,
  UserCannotBeAnonymous: 124,
  UserPrincipalCouldNotBeFound: 125,
  UserDisabledForSync: 126,
  UserOnNewMailboxCannotSync: 127,
  UserOnLegacyMailboxCannotSync: 128,
  DeviceIsBlockedForThisUser: 129,
  AccessDenied: 130,
  AccountDisabled: 131,
  SyncStateNotFound: 132,
  SyncStateLocked: 133,
  SyncStateCorrupt: 134,
  SyncStateAlreadyExists: 135,
  SyncStateVersionInvalid: 136,
  CommandNotSupported: 137,
  VersionNotSupported: 138,
  DeviceNotFullyProvisionable: 139,
  RemoteWipeRequested: 140,
  LegacyDeviceOnStrictPolicy: 141,
  DeviceNotProvisioned: 142,
  PolicyRefresh: 143,
  InvalidPolicyKey: 144,
  ExternallyManagedDevicesNotAllowed: 145,
  NoRecurrenceInCalendar: 146,
  UnexpectedItemClass: 147,
  RemoteServerHasNoSSL: 148,
  InvalidStoredRequest: 149,
  ItemNotFound: 150,
  TooManyFolders: 151,
  NoFoldersFound: 152,
  ItemsLostAfterMove: 153,
  FailureInMoveOperation: 154,
  MoveCommandDisallowedForNonPersistentMoveAction: 155,
  MoveCommandInvalidDestinationFolder: 156,
  AvailabilityTooManyRecipients: 160,
  AvailabilityDLLimitReached: 161,
  AvailabilityTransientFailure: 162,
  AvailabilityFailure: 163,
  BodyPartPreferenceTypeNotSupported: 164,
  DeviceInformationRequired: 165,
  InvalidAccountId: 166,
  AccountSendDisabled: 167,
  IRM_FeatureDisabled: 168,
  IRM_TransientError: 169,
  IRM_PermanentError: 170,
  IRM_InvalidTemplateID: 171,
  IRM_OperationNotPermitted: 172,
  NoPicture: 173,
  PictureTooLarge: 174,
  PictureLimitReached: 175,
  BodyPart_ConversationTooLarge: 176,
  MaximumDevicesReached: 177,
  InvalidMimeBodyCombination: 178,
  InvalidSmartForwardParameters: 179,
  /** A draft without recipients, or with one that is no SMTP address (16.0 and later; trap 79). */
  InvalidRecipients: 183,
  OneOrMoreExceptionsFailed: 184,
} as const;
export type CommonStatus = (typeof CommonStatus)[keyof typeof CommonStatus];

const httpStatuses = new Map<number, number>([
  [CommonStatus.ServerError, 500],
  [CommonStatus.ServerErrorRetryLater, 503],
  [CommonStatus.ActiveDirectoryAccessDenied, 403],
  [CommonStatus.MailboxQuotaExceeded, 507],
  [CommonStatus.MailboxServerOffline, 503],
  [CommonStatus.SendQuotaExceeded, 500],
  [CommonStatus.UserCannotBeAnonymous, 401],
  [CommonStatus.SyncStateLocked, 503],
  [CommonStatus.CommandNotSupported, 501],
  [CommonStatus.UnexpectedItemClass, 501],
  [CommonStatus.MaximumDevicesReached, 403],
]);

const FIRST_ACCESS = CommonStatus.UserHasNoMailbox;
const LAST_ACCESS = CommonStatus.SyncStateNotFound;
const FIRST_PROVISION = CommonStatus.DeviceNotFullyProvisionable;
const LAST_PROVISION = CommonStatus.InvalidPolicyKey;

/**
 * What a phone of 12.1 or older is answered in place of a common status code. The specification tells it for some codes;
 * the others follow their neighbours: 400 for what the phone got wrong, 403 for what it may not, 449 for "provision first".
 */
export function httpStatusOf(status: CommonStatus): number {
  const known = httpStatuses.get(status);
  if (known !== undefined) return known;
  if (status >= FIRST_ACCESS && status <= LAST_ACCESS) return 403;
  if (status >= FIRST_PROVISION && status <= LAST_PROVISION) return 449;
  return 400;
}
