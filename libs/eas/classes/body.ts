import { AirSyncBase, ItemOperations } from '../pages/index.js';
import { asairs } from '../schema/sections.js';
import {
  boolean,
  container,
  enumeration,
  integer,
  optional,
  required,
  stream,
  text,
} from '../schema/schema.js';

const bodyTypes = [1, 2, 3, 4] as const;

/** MS-ASAIRS 2.2.2.41: plain text, HTML, RTF, MIME. */
export const BodyType = { plain: 1, html: 2, rtf: 3, mime: 4 } as const;

/** A body as it is sent or stored. `Data` streams; `Part` takes its place in a multipart answer (trap 70). */
export const Body = container(AirSyncBase.Body, asairs('9'), [
  required(integer(AirSyncBase.Type, asairs('41.1'))),
  optional(integer(AirSyncBase.EstimatedDataSize, asairs('23.2'))),
  optional(boolean(AirSyncBase.Truncated, asairs('39.1'))),
  optional(stream(AirSyncBase.Data, asairs('20.1'), { redact: true })),
  optional(text(AirSyncBase.Preview, asairs('35.1'), { redact: true })),
  optional(integer(ItemOperations.Part, asairs('33'))),
]);

/** The unique part of a mail in a conversation. Status 1 or 176 (too big). */
export const BodyPart = container(AirSyncBase.BodyPart, asairs('10'), [
  required(integer(AirSyncBase.Status, asairs('37'))),
  required(integer(AirSyncBase.Type, asairs('41.2'))),
  required(integer(AirSyncBase.EstimatedDataSize, asairs('23.3'))),
  optional(boolean(AirSyncBase.Truncated, asairs('39.2'))),
  optional(stream(AirSyncBase.Data, asairs('20.2'), { redact: true })),
  optional(text(AirSyncBase.Preview, asairs('35.2'), { redact: true })),
]);

/** What bodies the phone wants, in the order of its taste. */
export const BodyPreference = container(AirSyncBase.BodyPreference, asairs('12'), [
  required(enumeration(AirSyncBase.Type, asairs('41.4'), bodyTypes)),
  optional(integer(AirSyncBase.TruncationSize, asairs('40.2'), { min: 0 })),
  optional(boolean(AirSyncBase.AllOrNone, asairs('3.2'), { empty: true })),
  optional(integer(AirSyncBase.Preview, asairs('35.4'), { min: 0 })),
]);

export const BodyPartPreference = container(AirSyncBase.BodyPartPreference, asairs('11'), [
  required(enumeration(AirSyncBase.Type, asairs('41.3'), bodyTypes)),
  optional(integer(AirSyncBase.TruncationSize, asairs('40.1'), { min: 0 })),
  optional(boolean(AirSyncBase.AllOrNone, asairs('3.1'), { empty: true })),
  optional(integer(AirSyncBase.Preview, asairs('35.3'), { min: 0 })),
]);
