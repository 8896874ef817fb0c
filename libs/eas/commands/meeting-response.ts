import { Body } from '../classes/body.js';
import { MeetingResponse, Search } from '../pages/index.js';
import { ascmd, command } from '../schema/sections.js';
import {
  compactDateTime,
  container,
  integer,
  optional,
  repeated,
  required,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';

const RequestId = text(MeetingResponse.RequestId, ascmd('151'));
/** The start of the occurrence, kept as text: one that is no date has a Status (104). */
const InstanceId = text(MeetingResponse.InstanceId, ascmd('92.1'));

/** `UserResponse` (MS-ASCMD 2.2.3.194). */
export const UserResponse = { accept: 1, tentative: 2, decline: 3 } as const;

/** `{}` is the empty element: a mail without a text. Absent: no mail goes to the organizer (16.0 and later; trap 89). */
const SendResponse = container(MeetingResponse.SendResponse, ascmd('163'), [
  optional(Body),
  optional(compactDateTime(MeetingResponse.ProposedStartTime, ascmd('141'))),
  optional(compactDateTime(MeetingResponse.ProposedEndTime, ascmd('140'))),
]);

/** The meeting is named by CollectionId and RequestId, or by LongId alone. */
const Request = container(MeetingResponse.Request, ascmd('150.2'), [
  required(integer(MeetingResponse.UserResponse, ascmd('194'))),
  optional(text(MeetingResponse.CollectionId, ascmd('30.4'))),
  optional(RequestId),
  optional(text(Search.LongId, ascmd('98.2'))),
  optional(InstanceId),
  optional(SendResponse),
]);

export const MeetingResponseRequest = container(MeetingResponse.MeetingResponse, command('11'), [
  repeated(Request),
]);
export type MeetingResponseRequest = Infer<typeof MeetingResponseRequest>;

export const MeetingResponseResponse = container(MeetingResponse.MeetingResponse, command('11'), [
  // Only where all of it failed, with a common status code.
  optional(integer(MeetingResponse.Status, ascmd('177.9'))),
  repeated(
    container(MeetingResponse.Result, ascmd('155.2'), [
      optional(RequestId),
      required(integer(MeetingResponse.Status, ascmd('177.9'))),
      optional(text(MeetingResponse.CalendarId, ascmd('18'))),
      optional(InstanceId),
    ]),
  ),
]);
export type MeetingResponseResponse = Encodable<typeof MeetingResponseResponse>;
