import { FolderHierarchy } from '../pages/index.js';
import { ascmd, command } from '../schema/sections.js';
import {
  container,
  integer,
  optional,
  repeated,
  required,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';

const Status = integer(FolderHierarchy.Status, ascmd('177.5'));
const SyncKey = text(FolderHierarchy.SyncKey, ascmd('181.2'), { maxLength: 64 });
const ServerId = text(FolderHierarchy.ServerId, ascmd('166.4'));

/** `Type` of a folder (MS-ASCMD 2.2.3.186.3). */
export const FolderType = {
  userGeneric: 1,
  inbox: 2,
  drafts: 3,
  deletedItems: 4,
  sentItems: 5,
  outbox: 6,
  tasks: 7,
  calendar: 8,
  contacts: 9,
  notes: 10,
  journal: 11,
  userMail: 12,
  userCalendar: 13,
  userContacts: 14,
  userTasks: 15,
  userJournal: 16,
  userNotes: 17,
  unknown: 18,
  recipientCache: 19,
} as const;
export type FolderType = (typeof FolderType)[keyof typeof FolderType];

const folder = [
  required(ServerId),
  required(text(FolderHierarchy.ParentId, ascmd('129.2'))),
  required(text(FolderHierarchy.DisplayName, ascmd('49.4'), { redact: true })),
  required(integer(FolderHierarchy.Type, ascmd('186.3'))),
] as const;

export const FolderSyncRequest = container(FolderHierarchy.FolderSync, command('5'), [required(SyncKey)]);
export type FolderSyncRequest = Infer<typeof FolderSyncRequest>;

export const FolderSyncResponse = container(FolderHierarchy.FolderSync, command('5'), [
  required(Status),
  optional(SyncKey),
  optional(
    container(FolderHierarchy.Changes, ascmd('25'), [
      optional(integer(FolderHierarchy.Count, ascmd('37'))),
      repeated(container(FolderHierarchy.Update, ascmd('187'), folder)),
      repeated(container(FolderHierarchy.Delete, ascmd('42.1'), [required(ServerId)])),
      repeated(container(FolderHierarchy.Add, ascmd('7.1'), folder)),
    ]),
  ),
]);
export type FolderSyncResponse = Encodable<typeof FolderSyncResponse>;
