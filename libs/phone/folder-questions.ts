import type { Caller, RequestOf } from './caller.js';
import type { Collection } from './collection.js';
import type { CallOptions } from './link.js';
import { UnexpectedAnswer } from './outcome.js';

export interface Estimate {
  /** MS-ASCMD 2.2.3.177.7: 1 success, 2 no such folder, 3 not primed, 4 bad key. */
  readonly status: number;
  readonly estimate: number | undefined;
}

export interface Move {
  readonly serverId: string;
  readonly from: Collection;
  readonly to: Collection;
}

export interface Moved {
  readonly serverId: string;
  /** MS-ASCMD 2.2.3.177.10: 3 is success. */
  readonly status: number;
  readonly newServerId: string | undefined;
}

const MOVED = 3;

/** How many changes wait in a folder. Throws UnexpectedAnswer. */
export async function getItemEstimate(
  caller: Caller,
  collection: Collection,
  filter: number | undefined,
  call: CallOptions,
): Promise<Estimate> {
  const outcome = await caller.command('GetItemEstimate', estimateRequest(caller, collection, filter), call);
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('GetItemEstimate', outcome);
  const [response] = outcome.value.Response ?? [];
  return {
    status: response?.Status ?? outcome.value.Status ?? 1,
    estimate: response?.Collection?.Estimate,
  };
}

function estimateRequest(
  caller: Caller,
  { id, key, itemClass }: Collection,
  filter: number | undefined,
): RequestOf<'GetItemEstimate'> {
  const isOld = caller.versionNumber <= 121;
  return {
    Collections: {
      Collection: [
        {
          ...(isOld && { Class: itemClass }),
          SyncKey: key,
          CollectionId: id,
          ...(isOld && { FilterType: filter ?? 0 }),
          ...(!isOld && filter !== undefined && { Options: [{ FilterType: filter }] }),
        },
      ],
    },
  };
}

/** Moves items; the phone's folders follow what succeeded. Throws UnexpectedAnswer. */
export async function moveItems(caller: Caller, moves: readonly Move[], call: CallOptions): Promise<Moved[]> {
  const outcome = await caller.command(
    'MoveItems',
    {
      Move: moves.map(({ serverId, from, to }) => ({
        SrcMsgId: serverId,
        SrcFldId: from.id,
        DstFldId: to.id,
      })),
    },
    call,
  );
  if (outcome.kind === 'lost') return [];
  if (outcome.kind !== 'document') throw new UnexpectedAnswer('MoveItems', outcome);
  return (outcome.value.Response ?? []).map(({ SrcMsgId, Status, DstMsgId }) => {
    const move = moves.find(({ serverId }) => serverId === SrcMsgId);
    if (Status === MOVED && move) {
      move.to.mailbox.arrive(DstMsgId ?? SrcMsgId, move.from.mailbox.depart(SrcMsgId));
    }
    return { serverId: SrcMsgId, status: Status, newServerId: DstMsgId };
  });
}
