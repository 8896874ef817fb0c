import { GalEntry } from '../classes/gal.js';
import { AirSync, Email, Email2, Find, ItemOperations } from '../pages/index.js';
import { ascmd, asemail, command } from '../schema/sections.js';
import {
  boolean,
  container,
  dateTime,
  flag,
  group,
  integer,
  optional,
  repeated,
  required,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';

const Class = text(AirSync.Class, ascmd('27.1'));
const CollectionId = text(AirSync.CollectionId, ascmd('30.1'));
const Status = integer(Find.Status, ascmd('177.2'));
/** `first-last`, zero-based, both inclusive. */
const Range = text(Find.Range, ascmd('143.1'));

/** `{}` is the empty element: photos without limits. */
const Picture = container(Find.Picture, ascmd('135.1'), [
  optional(integer(Find.MaxSize, ascmd('105'))),
  optional(integer(Find.MaxPictures, ascmd('104.1'))),
]);

const Options = container(Find.Options, ascmd('125.1'), [
  optional(Range),
  optional(flag(Find.DeepTraversal, ascmd('41.1'))),
  optional(Picture),
]);

/** FreeText is KQL: words, phrases and `from:`, `subject:`, ... (MS-ASCMD 2.2.1.2). */
const MailBoxSearchCriterion = container(Find.MailBoxSearchCriterion, ascmd('99'), [
  required(
    container(Find.Query, ascmd('142.1'), [
      optional(text(Find.FreeText, ascmd('80.1'), { redact: true })),
      optional(Class),
      optional(CollectionId),
    ]),
  ),
  optional(Options),
]);

const GalSearchCriterion = container(Find.GalSearchCriterion, ascmd('82'), [
  required(text(Find.Query, ascmd('142.1'), { redact: true })),
  optional(Options),
]);

/** One of the two criteria; 16.1 only. */
export const FindRequest = container(Find.Find, command('2'), [
  required(text(Find.SearchId, ascmd('160'))),
  required(
    container(Find.ExecuteSearch, ascmd('66'), [
      optional(MailBoxSearchCriterion),
      optional(GalSearchCriterion),
    ]),
  ),
]);
export type FindRequest = Infer<typeof FindRequest>;

/** What a hit shows of a mail: less than an item of Sync. */
const FoundMail = group('Email', [
  optional(text(Email.Subject, asemail('75.1'), { redact: true })),
  optional(dateTime(Email.DateReceived, asemail('24'))),
  optional(text(Email.DisplayTo, asemail('29'), { redact: true })),
  optional(text(Find.DisplayCc, ascmd('48'), { redact: true })),
  optional(text(Find.DisplayBcc, ascmd('47'), { redact: true })),
  optional(integer(Email.Importance, asemail('38'))),
  optional(boolean(Email.Read, asemail('58'))),
  optional(boolean(Email2.IsDraft, asemail('42'))),
  optional(text(Find.Preview, ascmd('137'), { redact: true })),
  optional(boolean(Find.HasAttachments, ascmd('87'))),
  optional(text(Email.From, asemail('36'), { redact: true })),
]);
export type FoundMail = Encodable<typeof FoundMail>;

const Result = container(Find.Result, ascmd('155.1'), [
  optional(Class),
  optional(text(AirSync.ServerId, ascmd('166.1'))),
  optional(CollectionId),
  required(container(Find.Properties, ascmd('139.1'), [FoundMail, GalEntry])),
]);
export type FindResult = Encodable<typeof Result>;

export const FindResponse = container(Find.Find, command('2'), [
  required(Status),
  optional(
    container(Find.Response, ascmd('153'), [
      /** Mailbox or GAL. */
      optional(text(ItemOperations.Store, ascmd('178.1'))),
      required(Status),
      repeated(Result),
      optional(Range),
      optional(integer(Find.Total, ascmd('184.1'))),
    ]),
  ),
]);
export type FindResponse = Encodable<typeof FindResponse>;
