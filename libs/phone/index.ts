/**
 * A phone: an ActiveSync client that does what real ones do, and remembers what they remember (policy key, folder
 * hierarchy, a key and the content of each folder). Tests, the load generator and `godwit doctor` drive it. It works
 * against any server: what the server says is never an exception on the way in, but an `Outcome` (a document, nothing, an
 * HTTP refusal, something that is no ActiveSync, an answer lost on its way); what a server must not do is listed in a
 * folder's `anomalies`. `Phone` is where to begin; `Link` below it knows the wire and no state.
 */
export type {
  BodyPreference,
  ClientCommand,
  Collection,
  CollectionOptions,
  CollectionResult,
  CollectionSyncOptions,
} from './collection.js';
export type { FetchAttachmentOptions, FetchedAttachment, FetchedItem, FetchItemOptions } from './fetch.js';
export type { Estimate, Move, Moved } from './folder-questions.js';
export { classOf, typesOf, type Folder, type Hierarchy, type ItemClass } from './hierarchy.js';
export { fileContent, ItemFolder, type Added, type Done, type EditOptions } from './item-folder.js';
export { ENDPOINT, endpointOf, type AnswerDocument, type CallOptions } from './link.js';
export type { Anomaly, ItemData, Mailbox } from './mailbox.js';
export type { MeetingAnswer, MeetingAnswered } from './meeting-response.js';
export { UnexpectedAnswer, type Outcome } from './outcome.js';
export { Phone, type PhoneOptions, type ServerAbilities } from './phone.js';
export type { PingOptions, PingResult } from './ping.js';
export type { ProvisionResult } from './provision.js';
export type { Resolved, ResolveOptions } from './resolve-recipients.js';
export type { FindHits, FindOptions, GalOptions, SearchHits, SearchOptions } from './search.js';
export type { SendMailOptions, SendMailResult } from './send-mail.js';
export type { SmartOptions, SmartSource } from './smart.js';
export type { SyncOptions, SyncResult } from './sync.js';
export type { Timing } from './timing.js';
export { LostAnswer, TimedOut } from './transport.js';
export type { UserInformation } from './user-information.js';
