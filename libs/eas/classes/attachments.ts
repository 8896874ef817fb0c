import { AirSyncBase, Email2 } from '../pages/index.js';
import { asairs, asemail } from '../schema/sections.js';
import { blob, boolean, container, integer, optional, repeated, required, text } from '../schema/schema.js';

const Attachment = container(AirSyncBase.Attachment, asairs('7'), [
  optional(text(AirSyncBase.DisplayName, asairs('22.2'), { redact: true })),
  required(text(AirSyncBase.FileReference, asairs('24.1'))),
  optional(text(AirSyncBase.ClientId, asairs('14'))),
  optional(integer(AirSyncBase.Method, asairs('31.2'))),
  optional(integer(AirSyncBase.EstimatedDataSize, asairs('23.1'))),
  optional(text(AirSyncBase.ContentId, asairs('16.2'))),
  optional(text(AirSyncBase.ContentLocation, asairs('17.2'), { redact: true })),
  optional(boolean(AirSyncBase.IsInline, asairs('26.2'), { empty: true })),
  optional(integer(Email2.UmAttDuration, asemail('81'))),
  optional(integer(Email2.UmAttOrder, asemail('82'))),
]);

/** An attachment the phone adds (16.0 and later). */
const Add = container(AirSyncBase.Add, asairs('2'), [
  required(text(AirSyncBase.ClientId, asairs('14'))),
  optional(integer(AirSyncBase.Method, asairs('31.1'))),
  optional(text(AirSyncBase.ContentType, asairs('18.1'))),
  // iOS sends added attachments without content when the calendar is switched meanwhile (quirks 4.1).
  optional(blob(AirSyncBase.Content, asairs('15'), { redact: true })),
  optional(text(AirSyncBase.DisplayName, asairs('22.1'), { redact: true })),
  optional(text(AirSyncBase.ContentId, asairs('16.1'))),
  optional(text(AirSyncBase.ContentLocation, asairs('17.1'), { redact: true })),
  optional(boolean(AirSyncBase.IsInline, asairs('26.1'), { empty: true })),
]);

const Delete = container(AirSyncBase.Delete, asairs('21'), [
  required(text(AirSyncBase.FileReference, asairs('24.2'))),
]);

/** `Attachment` is what the server tells of; `Add` and `Delete` are what the phone asks for. */
export const Attachments = container(AirSyncBase.Attachments, asairs('8'), [
  repeated(Attachment),
  repeated(Add),
  repeated(Delete),
]);
