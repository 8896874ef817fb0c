import { BodyPartPreference, BodyPreference } from '../classes/body.js';
import { itemGroups } from '../classes/item-groups.js';
import {
  AirSync,
  AirSyncBase,
  DocumentLibrary,
  ItemOperations,
  RightsManagement,
  Search,
} from '../pages/index.js';
import { asairs, ascmd, asrm, command } from '../schema/sections.js';
import {
  boolean,
  bytes,
  container,
  dateTime,
  flag,
  integer,
  optional,
  repeated,
  required,
  sequence,
  stream,
  tagList,
  text,
  type Each,
  type Encodable,
  type Infer,
} from '../schema/schema.js';

const CollectionId = text(AirSync.CollectionId, ascmd('30.3'));
const ServerId = text(AirSync.ServerId, ascmd('166.7'));
const LongId = text(Search.LongId, ascmd('98.1'));
const LinkId = text(DocumentLibrary.LinkId, ascmd('50'));
const FileReference = text(AirSyncBase.FileReference, asairs('24.3'));
const ConversationId = bytes(ItemOperations.ConversationId, ascmd('35.1'));
const Status = integer(ItemOperations.Status, ascmd('177.8'));
/** `first-last` in bytes, both inclusive. */
const Range = text(ItemOperations.Range, ascmd('143.2'));

const FetchOptions = container(ItemOperations.Options, ascmd('125.3'), [
  optional(tagList(ItemOperations.Schema, ascmd('158'))),
  optional(Range),
  optional(text(ItemOperations.UserName, ascmd('193.1'), { redact: true })),
  optional(text(ItemOperations.Password, ascmd('132.1'), { redact: true })),
  optional(integer(AirSync.MIMESupport, ascmd('110.1'))),
  repeated(BodyPreference),
  repeated(BodyPartPreference),
  optional(boolean(RightsManagement.RightsManagementSupport, asrm('15'))),
]);

const FetchRequest = container(ItemOperations.Fetch, ascmd('67.1'), [
  optional(text(ItemOperations.Store, ascmd('178.2'))),
  optional(CollectionId),
  optional(ServerId),
  optional(LongId),
  optional(LinkId),
  optional(FileReference),
  optional(FetchOptions),
  optional(flag(RightsManagement.RemoveRightsManagementProtection, asrm('11'))),
]);

/** Operations in the phone's order; each gets its own Status (trap 71). */
export const ItemOperationsRequest = sequence(ItemOperations.ItemOperations, command('10'), [
  container(ItemOperations.EmptyFolderContents, ascmd('58'), [
    required(CollectionId),
    optional(
      container(ItemOperations.Options, ascmd('125.3'), [
        optional(flag(ItemOperations.DeleteSubFolders, ascmd('44'))),
      ]),
    ),
  ]),
  FetchRequest,
  container(ItemOperations.Move, ascmd('117.1'), [
    required(ConversationId),
    required(text(ItemOperations.DstFldId, ascmd('51.1'))),
    optional(
      container(ItemOperations.Options, ascmd('125.3'), [
        optional(flag(ItemOperations.MoveAlways, ascmd('118'))),
      ]),
    ),
  ]),
]);
export type ItemOperationsRequest = Infer<typeof ItemOperationsRequest>;
/** `{ EmptyFolderContents }`, `{ Fetch }` or `{ Move }`. */
export type ItemOperation = ItemOperationsRequest[number];

/** An attachment (`Data` in base64, or `Part` in a multipart answer), or an item under its class. */
const Properties = container(ItemOperations.Properties, ascmd('139.2'), [
  optional(Range),
  optional(integer(ItemOperations.Total, ascmd('184.2'))),
  optional(text(AirSyncBase.ContentType, asairs('18.2'))),
  optional(stream(ItemOperations.Data, ascmd('39.2'), { redact: true })),
  optional(integer(ItemOperations.Part, ascmd('130'))),
  optional(dateTime(ItemOperations.Version, ascmd('197'))),
  ...itemGroups,
]);

const Response = sequence(ItemOperations.Response, ascmd('153.4'), [
  container(ItemOperations.Move, ascmd('117.1'), [required(Status), optional(ConversationId)]),
  container(ItemOperations.EmptyFolderContents, ascmd('58'), [required(Status), optional(CollectionId)]),
  container(ItemOperations.Fetch, ascmd('67.1'), [
    required(Status),
    optional(CollectionId),
    optional(ServerId),
    optional(LongId),
    optional(text(AirSync.Class, ascmd('27.3'))),
    optional(LinkId),
    optional(FileReference),
    optional(Properties),
  ]),
]);

export const ItemOperationsResponse = container(ItemOperations.ItemOperations, command('10'), [
  required(Status),
  optional(Response),
]);
export type ItemOperationsResponse = Encodable<typeof ItemOperationsResponse>;
/** The answer to one operation. */
export type ItemOperationsResult = Each<Encodable<typeof Response>>;
