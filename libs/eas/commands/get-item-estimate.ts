import { AirSync, GetItemEstimate } from '../pages/index.js';
import { ascmd, command } from '../schema/sections.js';
import {
  boolean,
  container,
  integer,
  optional,
  repeated,
  required,
  text,
  type Encodable,
  type Infer,
} from '../schema/schema.js';

const CollectionId = text(GetItemEstimate.CollectionId, ascmd('30.2'));
const Status = integer(GetItemEstimate.Status, ascmd('177.7'));
const FilterType = integer(AirSync.FilterType, ascmd('68.1'));

const Options = container(AirSync.Options, ascmd('125.2'), [
  optional(FilterType),
  optional(text(AirSync.Class, ascmd('27.2'))),
  optional(integer(AirSync.MaxItems, ascmd('103.1'))),
]);

/** Up to 12.1 Class and FilterType stand in the Collection itself, later in Options. */
const RequestCollection = container(GetItemEstimate.Collection, ascmd('29.1'), [
  optional(text(GetItemEstimate.Class, ascmd('27.2'))),
  optional(text(AirSync.SyncKey, ascmd('181.3'))),
  required(CollectionId),
  optional(FilterType, { to: 121 }),
  optional(boolean(AirSync.ConversationMode, ascmd('36.1'), { empty: true })),
  repeated(Options, { from: 140 }),
]);

export const GetItemEstimateRequest = container(GetItemEstimate.GetItemEstimate, command('9'), [
  required(container(GetItemEstimate.Collections, ascmd('31.1'), [repeated(RequestCollection)])),
]);
export type GetItemEstimateRequest = Infer<typeof GetItemEstimateRequest>;

export const GetItemEstimateResponse = container(GetItemEstimate.GetItemEstimate, command('9'), [
  optional(Status),
  repeated(
    container(GetItemEstimate.Response, ascmd('153.3'), [
      required(Status),
      optional(
        container(GetItemEstimate.Collection, ascmd('29.1'), [
          required(CollectionId),
          optional(integer(GetItemEstimate.Estimate, ascmd('65'))),
        ]),
      ),
    ]),
  ),
]);
export type GetItemEstimateResponse = Encodable<typeof GetItemEstimateResponse>;
