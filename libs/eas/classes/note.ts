import { Notes } from '../pages/index.js';
import { asnote } from '../schema/sections.js';
import {
  compactDateTime,
  container,
  group,
  optional,
  repeated,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';
import { Body } from './body.js';

/** `{}` is the empty element, which takes all categories away. */
const Categories = container(Notes.Categories, asnote('2'), [
  repeated(text(Notes.Category, asnote('3'), { redact: true }), { max: 300 }),
]);

/** A note's properties (14.0 and later). */
export const NotesItem = group('Notes', [
  optional(text(Notes.Subject, asnote('6'), { redact: true })),
  optional(text(Notes.MessageClass, asnote('5'))),
  optional(compactDateTime(Notes.LastModifiedDate, asnote('4'))),
  optional(Categories),
  optional(Body),
]);

/** A note to be sent to a phone. */
export type NotesItem = Encodable<typeof NotesItem>;
/** A note, or what a phone says of one. */
export type NotesData = Infer<typeof NotesItem>;
