import { Move } from '../pages/index.js';
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

const SrcMsgId = text(Move.SrcMsgId, ascmd('175'));
const Status = integer(Move.Status, ascmd('177.10'));

export const MoveItemsRequest = container(Move.MoveItems, command('12'), [
  repeated(
    container(Move.Move, ascmd('117.2'), [
      required(SrcMsgId),
      required(text(Move.SrcFldId, ascmd('174'))),
      required(text(Move.DstFldId, ascmd('51.2'))),
    ]),
  ),
]);
export type MoveItemsRequest = Infer<typeof MoveItemsRequest>;

export const MoveItemsResponse = container(Move.MoveItems, command('12'), [
  optional(Status),
  repeated(
    container(Move.Response, ascmd('153.5'), [
      required(SrcMsgId),
      required(Status),
      optional(text(Move.DstMsgId, ascmd('52'))),
    ]),
  ),
]);
export type MoveItemsResponse = Encodable<typeof MoveItemsResponse>;
