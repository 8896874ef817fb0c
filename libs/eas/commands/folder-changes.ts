import { FolderHierarchy } from '../pages/index.js';
import { ascmd, command } from '../schema/sections.js';
import {
  container,
  integer,
  optional,
  required,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';

const SyncKey = text(FolderHierarchy.SyncKey, ascmd('181.1'), { maxLength: 64 });
const DisplayName = text(FolderHierarchy.DisplayName, ascmd('49.3'), { redact: true });

export const FolderCreateRequest = container(FolderHierarchy.FolderCreate, command('3'), [
  required(SyncKey),
  required(text(FolderHierarchy.ParentId, ascmd('129.1'))),
  required(DisplayName),
  required(integer(FolderHierarchy.Type, ascmd('186.2'))),
]);
export type FolderCreateRequest = Infer<typeof FolderCreateRequest>;

export const FolderCreateResponse = container(FolderHierarchy.FolderCreate, command('3'), [
  required(integer(FolderHierarchy.Status, ascmd('177.3'))),
  optional(SyncKey),
  optional(text(FolderHierarchy.ServerId, ascmd('166.2'))),
]);
export type FolderCreateResponse = Encodable<typeof FolderCreateResponse>;

export const FolderUpdateRequest = container(FolderHierarchy.FolderUpdate, command('6'), [
  required(SyncKey),
  required(text(FolderHierarchy.ServerId, ascmd('166.5'))),
  required(text(FolderHierarchy.ParentId, ascmd('129.3'))),
  required(DisplayName),
]);
export type FolderUpdateRequest = Infer<typeof FolderUpdateRequest>;

export const FolderUpdateResponse = container(FolderHierarchy.FolderUpdate, command('6'), [
  required(integer(FolderHierarchy.Status, ascmd('177.6'))),
  optional(SyncKey),
]);
export type FolderUpdateResponse = Encodable<typeof FolderUpdateResponse>;

export const FolderDeleteRequest = container(FolderHierarchy.FolderDelete, command('4'), [
  required(SyncKey),
  required(text(FolderHierarchy.ServerId, ascmd('166.3'))),
]);
export type FolderDeleteRequest = Infer<typeof FolderDeleteRequest>;

export const FolderDeleteResponse = container(FolderHierarchy.FolderDelete, command('4'), [
  required(integer(FolderHierarchy.Status, ascmd('177.4'))),
  optional(SyncKey),
]);
export type FolderDeleteResponse = Encodable<typeof FolderDeleteResponse>;
