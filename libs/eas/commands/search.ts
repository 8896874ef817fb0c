import { BodyPartPreference, BodyPreference } from '../classes/body.js';
import { GalEntry } from '../classes/gal.js';
import { itemGroups } from '../classes/item-groups.js';
import { AirSync, DocumentLibrary, Email, RightsManagement, Search } from '../pages/index.js';
import { ascmd, asrm, command } from '../schema/sections.js';
import {
  boolean,
  bytes,
  container,
  dateTime,
  flag,
  integer,
  mixed,
  optional,
  repeated,
  required,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';

const Class = text(AirSync.Class, ascmd('27.5'));
const CollectionId = text(AirSync.CollectionId, ascmd('30.5'));
const Status = integer(Search.Status, ascmd('177.13'));
/** `first-last`, zero-based, both inclusive. */
const Range = text(Search.Range, ascmd('143.3'));

/** DateReceived names the property; without a Value that is a date, the limit means nothing. */
const dateLimit = [
  optional(flag(Email.DateReceived, ascmd('54'))),
  optional(dateTime(Search.Value, ascmd('196'))),
] as const;

/**
 * What a mail has to meet. Phones put these in any order, below And or straight into Query; all are lists, since whoever
 * sends one twice is to be told so, or meant several.
 */
const criteria = [
  repeated(Class),
  repeated(CollectionId),
  repeated(text(Search.FreeText, ascmd('80.2'), { redact: true })),
  repeated(bytes(Search.ConversationId, ascmd('35.2'))),
  repeated(container(Search.GreaterThan, ascmd('86'), dateLimit)),
  repeated(container(Search.LessThan, ascmd('96'), dateLimit)),
] as const;

/** Deeper nesting is only noticed: And in And is Status 8 for Exchange, too (MS-ASCMD 2.2.3.10). */
const deeper = [optional(flag(Search.And, ascmd('10'))), optional(flag(Search.Or, ascmd('126')))] as const;

const nested = [
  repeated(container(Search.And, ascmd('10'), [...criteria, ...deeper])),
  repeated(container(Search.Or, ascmd('126'), [...criteria, ...deeper])),
] as const;

/** In the GAL only text; in a mailbox elements; in a document library EqualTo. */
const Query = mixed(
  Search.Query,
  ascmd('142.2'),
  [
    ...criteria,
    repeated(container(Search.And, ascmd('10'), [...criteria, ...nested])),
    repeated(container(Search.Or, ascmd('126'), [...criteria, ...nested])),
    optional(
      container(Search.EqualTo, ascmd('62'), [
        optional(flag(DocumentLibrary.LinkId, ascmd('50'))),
        optional(text(Search.Value, ascmd('196'), { redact: true })),
      ]),
    ),
  ],
  { redact: true },
);
export type SearchQuery = Infer<typeof Query>;
/** What stands in And and Or, and may stand in Query itself. */
export type SearchCriteria = Pick<
  SearchQuery,
  'Class' | 'CollectionId' | 'FreeText' | 'ConversationId' | 'GreaterThan' | 'LessThan'
>;

/** `{}` is the empty element: photos without limits. */
const Picture = container(Search.Picture, ascmd('135.3'), [
  optional(integer(Search.MaxSize, ascmd('105.3'))),
  optional(integer(Search.MaxPictures, ascmd('104.3'))),
]);

const Options = container(Search.Options, ascmd('125.5'), [
  optional(integer(AirSync.MIMESupport, ascmd('110.2'))),
  repeated(BodyPreference),
  repeated(BodyPartPreference),
  optional(boolean(RightsManagement.RightsManagementSupport, asrm('15'))),
  optional(Range),
  optional(text(Search.UserName, ascmd('193.2'), { redact: true })),
  optional(text(Search.Password, ascmd('132.2'), { redact: true })),
  optional(flag(Search.DeepTraversal, ascmd('41.2'))),
  optional(flag(Search.RebuildResults, ascmd('144'))),
  optional(Picture),
]);
export type SearchOptions = Infer<typeof Options>;

export const SearchRequest = container(Search.Search, command('16'), [
  required(
    container(Search.Store, ascmd('178.3'), [
      /** GAL, Mailbox or DocumentLibrary; anything else has a Status. */
      required(text(Search.Name, ascmd('120.2'))),
      required(Query),
      optional(Options),
    ]),
  ),
]);
export type SearchRequest = Infer<typeof SearchRequest>;

/** `{}` is the empty Result that tells of no hits (trap 101). Properties hold an item under its class, or `Gal`. */
const Result = container(Search.Result, ascmd('155.3'), [
  optional(Class),
  optional(text(Search.LongId, ascmd('98.3'))),
  optional(CollectionId),
  optional(container(Search.Properties, ascmd('139.3'), [...itemGroups, GalEntry])),
]);
export type SearchResult = Encodable<typeof Result>;

export const SearchResponse = container(Search.Search, command('16'), [
  required(Status),
  optional(
    container(Search.Response, ascmd('153.7'), [
      required(
        container(Search.Store, ascmd('178.3'), [
          required(Status),
          repeated(Result),
          optional(Range),
          optional(integer(Search.Total, ascmd('184.3'))),
        ]),
      ),
    ]),
  ),
]);
export type SearchResponse = Encodable<typeof SearchResponse>;
