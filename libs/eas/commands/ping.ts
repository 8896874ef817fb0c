import { Ping } from '../pages/index.js';
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

/** Seconds. Out of range it is answered by Status 5 with the nearest allowed value. */
const HeartbeatInterval = integer(Ping.HeartbeatInterval, ascmd('88.1'));

const RequestFolder = container(Ping.Folder, ascmd('71.2'), [
  required(text(Ping.Id, ascmd('90'))),
  optional(text(Ping.Class, ascmd('27.4'))),
]);

/** Both children may be left out after the first Ping (trap 37); Folders may come empty. */
export const PingRequest = container(Ping.Ping, command('13'), [
  optional(HeartbeatInterval),
  optional(container(Ping.Folders, ascmd('75.2'), [repeated(RequestFolder)])),
]);
export type PingRequest = Infer<typeof PingRequest>;

export const PingResponse = container(Ping.Ping, command('13'), [
  required(integer(Ping.Status, ascmd('177.11'))),
  // In an answer a Folder is plain text (trap 37).
  optional(container(Ping.Folders, ascmd('75.2'), [repeated(text(Ping.Folder, ascmd('71.2')))])),
  optional(integer(Ping.MaxFolders, ascmd('102'))),
  optional(HeartbeatInterval),
]);
export type PingResponse = Encodable<typeof PingResponse>;
