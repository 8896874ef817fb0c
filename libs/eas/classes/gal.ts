import { GAL } from '../pages/index.js';
import { ascmd } from '../schema/sections.js';
import {
  base64,
  container,
  group,
  integer,
  optional,
  required,
  text,
  type Encodable,
} from '../schema/schema.js';

/** Data is base64 in text, not opaque (trap 15). Status 1, 173 (none), 174 (too large) or 175 (enough of them). */
const Picture = container(GAL.Picture, ascmd('135.3'), [
  required(integer(GAL.Status, ascmd('177.13'))),
  optional(base64(GAL.Data, ascmd('39.4'), { redact: true })),
]);

/** An entry of the directory, as Search and Find answer it. */
export const GalEntry = group('Gal', [
  optional(text(GAL.DisplayName, ascmd('49.7'), { redact: true })),
  optional(text(GAL.Phone, ascmd('133.2'), { redact: true })),
  optional(text(GAL.Office, ascmd('121'), { redact: true })),
  optional(text(GAL.Title, ascmd('182.2'), { redact: true })),
  optional(text(GAL.Company, ascmd('33.2'), { redact: true })),
  optional(text(GAL.Alias, ascmd('9.2'), { redact: true })),
  optional(text(GAL.FirstName, ascmd('70.2'), { redact: true })),
  optional(text(GAL.LastName, ascmd('95'), { redact: true })),
  optional(text(GAL.HomePhone, ascmd('89.2'), { redact: true })),
  optional(text(GAL.MobilePhone, ascmd('114.2'), { redact: true })),
  optional(text(GAL.EmailAddress, ascmd('55.3'), { redact: true })),
  optional(Picture),
]);
export type GalEntry = Encodable<typeof GalEntry>;
