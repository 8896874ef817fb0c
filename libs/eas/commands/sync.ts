import { AirSync, AirSyncBase, RightsManagement } from '../pages/index.js';
import { BodyPartPreference, BodyPreference } from '../classes/body.js';
import { Send } from '../classes/email.js';
import { itemGroups } from '../classes/item-groups.js';
import { asairs, ascmd, asrm, command } from '../schema/sections.js';
import {
  boolean,
  container,
  flag,
  integer,
  optional,
  repeated,
  required,
  sequence,
  tagList,
  text,
  type Each,
  type Encodable,
  type Infer,
} from '../schema/schema.js';

const Class = text(AirSync.Class, ascmd('27.6'));
const SyncKey = text(AirSync.SyncKey, ascmd('181.4'), { maxLength: 64 });
const CollectionId = text(AirSync.CollectionId, ascmd('30.6'), { maxLength: 64 });
const ServerId = text(AirSync.ServerId, ascmd('166.8'));
const ClientId = text(AirSync.ClientId, ascmd('28.2'));
const InstanceId = text(AirSyncBase.InstanceId, asairs('25'));
const Status = integer(AirSync.Status, ascmd('177.17'));
/** 0 and more than 512 mean 512 (trap 43). */
const WindowSize = integer(AirSync.WindowSize, ascmd('199'));

const ApplicationData = container(AirSync.ApplicationData, ascmd('11'), itemGroups);

/** What of an item and how; one block a class. Leaving it out keeps the stored ones (trap 47). */
export const SyncOptions = container(AirSync.Options, ascmd('125.6'), [
  optional(integer(AirSync.FilterType, ascmd('68.2'))),
  optional(Class),
  repeated(BodyPreference),
  repeated(BodyPartPreference),
  optional(integer(AirSync.Conflict, ascmd('34'))),
  optional(integer(AirSync.MIMESupport, ascmd('110.3'))),
  optional(integer(AirSync.MIMETruncation, ascmd('111'))),
  optional(integer(AirSync.MaxItems, ascmd('103.2'))),
  optional(boolean(RightsManagement.RightsManagementSupport, asrm('15'))),
]);
export type SyncOptions = Infer<typeof SyncOptions>;

/** What the phone did, in its order. An item that cannot be decoded is left out and listed in `Decoded.faults`. */
const ClientCommands = sequence(
  AirSync.Commands,
  ascmd('32'),
  [
    container(AirSync.Add, ascmd('7.2'), [
      optional(Class),
      required(ClientId),
      optional(Send),
      optional(ApplicationData, { isolated: true }),
    ]),
    container(AirSync.Change, ascmd('24'), [
      optional(Class),
      required(ServerId),
      optional(InstanceId),
      optional(Send),
      optional(ApplicationData, { isolated: true }),
    ]),
    container(AirSync.Delete, ascmd('42.2'), [optional(Class), required(ServerId), optional(InstanceId)]),
    container(AirSync.Fetch, ascmd('67.2'), [required(ServerId)]),
  ],
  { omitEmpty: true },
);

/** A folder as the phone asks for it; the order of the elements is part of the protocol (trap 17). */
const RequestCollection = container(AirSync.Collection, ascmd('29.2'), [
  optional(Class, { to: 121 }),
  required(SyncKey),
  required(CollectionId),
  // Absent, empty and filled differ (trap 53).
  optional(tagList(AirSync.Supported, ascmd('179'))),
  optional(boolean(AirSync.DeletesAsMoves, ascmd('43'), { empty: true })),
  optional(boolean(AirSync.GetChanges, ascmd('84'), { empty: true })),
  optional(WindowSize),
  optional(boolean(AirSync.ConversationMode, ascmd('36.2'), { empty: true })),
  repeated(SyncOptions),
  optional(ClientCommands),
]);

export const SyncRequest = container(AirSync.Sync, command('21'), [
  optional(container(AirSync.Collections, ascmd('31.2'), [repeated(RequestCollection)])),
  // Out of range both are answered by Status 14 (trap 34).
  optional(integer(AirSync.Wait, ascmd('198'))),
  optional(integer(AirSync.HeartbeatInterval, ascmd('88.2'))),
  optional(WindowSize),
  optional(flag(AirSync.Partial, ascmd('131'))),
]);
export type SyncRequest = Infer<typeof SyncRequest>;
export type SyncRequestCollection = Infer<typeof RequestCollection>;
/** `{ Add }`, `{ Change }`, `{ Delete }` or `{ Fetch }`. */
export type SyncClientCommand = Infer<typeof ClientCommands>[number];

const ServerCommands = sequence(
  AirSync.Commands,
  ascmd('32'),
  [
    container(AirSync.Add, ascmd('7.2'), [optional(Class), required(ServerId), required(ApplicationData)]),
    container(AirSync.Change, ascmd('24'), [optional(Class), required(ServerId), required(ApplicationData)]),
    container(AirSync.Delete, ascmd('42.2'), [optional(Class), required(ServerId)]),
    container(AirSync.SoftDelete, ascmd('172'), [required(ServerId)]),
  ],
  { omitEmpty: true },
);

const Responses = sequence(
  AirSync.Responses,
  ascmd('154'),
  [
    container(AirSync.Add, ascmd('7.2'), [
      optional(Class),
      required(ClientId),
      optional(ServerId),
      required(Status),
      optional(ApplicationData, { from: 160 }),
    ]),
    container(AirSync.Change, ascmd('24'), [
      optional(Class),
      required(ServerId),
      optional(InstanceId),
      required(Status),
      optional(ApplicationData, { from: 160 }),
    ]),
    container(AirSync.Delete, ascmd('42.2'), [
      optional(Class),
      required(ServerId),
      optional(InstanceId),
      required(Status),
    ]),
    container(AirSync.Fetch, ascmd('67.2'), [
      required(ServerId),
      required(Status),
      optional(ApplicationData),
    ]),
  ],
  { omitEmpty: true },
);

/** MoreAvailable stands before Commands, whose items are not yet known when it is written (trap 44). */
const ResponseCollection = container(AirSync.Collection, ascmd('29.2'), [
  optional(Class, { to: 121 }),
  optional(SyncKey),
  optional(CollectionId),
  optional(Status),
  optional(flag(AirSync.MoreAvailable, ascmd('116'))),
  optional(Responses),
  optional(ServerCommands),
]);

export const SyncResponse = container(AirSync.Sync, command('21'), [
  optional(Status),
  optional(integer(AirSync.Limit, ascmd('97'))),
  optional(container(AirSync.Collections, ascmd('31.2'), [repeated(ResponseCollection)])),
]);
/** An answer to encode: Collections and Commands may stream. */
export type SyncResponse = Encodable<typeof SyncResponse>;
export type SyncResponseCollection = Encodable<typeof ResponseCollection>;
/** `{ Add }`, `{ Change }`, `{ Delete }` or `{ SoftDelete }`. */
export type SyncServerCommand = Each<Encodable<typeof ServerCommands>>;
/** An answer to one client command: `{ Add }`, `{ Change }`, `{ Delete }` or `{ Fetch }`. */
export type SyncCommandResponse = Each<Encodable<typeof Responses>>;
