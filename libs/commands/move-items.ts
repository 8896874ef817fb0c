import { createHash } from 'node:crypto';
import { BackendError, canMove } from '#backend';
import type { MovedMessage, ResolvedFolder } from '#device';
import { EasStatusError, MoveItemsRequest, MoveItemsResponse } from '#eas';
import type { AccountLease, CommandContext } from './context.js';
import { oneAtATime } from './one-at-a-time.js';
import { readDocument } from './read-document.js';
import { document, type Reply } from './reply.js';
import { parseServerId, serverId } from './server-id.js';

type Move = NonNullable<MoveItemsRequest['Move']>[number];
type Moved = MovedMessage['items'][number];

/** MS-ASCMD 2.2.3.177.10: 3 is success (trap 29). */
const MoveStatus = { badSource: 1, badDestination: 2, success: 3, same: 4, failed: 5, locked: 7 } as const;

const MAX_MOVES = 1_000;
const TOO_MANY = 103;

interface Outcome {
  readonly status: number;
  readonly newId?: string;
}

/** Moves of one request between the same two folders: one command to the source. */
interface Batch {
  readonly from: string;
  readonly to: string;
  /** By item; a phone may name one twice. */
  readonly items: Map<string, Move[]>;
}

class MoveRun {
  private readonly outcomes = new Map<Move, Outcome>();
  private readonly moved: Moved[] = [];

  constructor(
    private readonly context: CommandContext,
    private readonly lease: AccountLease,
    private readonly folders: Readonly<Record<string, ResolvedFolder>>,
  ) {}

  async run(moves: readonly Move[]): Promise<Map<Move, Outcome>> {
    try {
      for (const batch of this.batches(moves)) await this.move(batch);
    } finally {
      // Also when a later move fails: what is done must not come back as a new mail.
      if (this.moved.length > 0) {
        await this.context.devices.ask(this.context.asker, { type: 'Moved', items: this.moved });
      }
    }
    return this.outcomes;
  }

  private *batches(moves: readonly Move[]): Iterable<Batch> {
    const batches = new Map<string, Batch>();
    for (const move of moves) {
      const refused = this.refusal(move);
      if (refused !== null) {
        this.outcomes.set(move, { status: refused });
        continue;
      }
      const key = `${move.SrcFldId} ${move.DstFldId}`;
      const batch = batches.get(key) ?? {
        from: move.SrcFldId,
        to: move.DstFldId,
        items: new Map<string, Move[]>(),
      };
      const { item } = parseServerId(move.SrcMsgId)!;
      batch.items.set(item, [...(batch.items.get(item) ?? []), move]);
      batches.set(key, batch);
    }
    yield* batches.values();
  }

  /** The Status of a move that cannot be; null of one that may. */
  refusal({ SrcMsgId, SrcFldId, DstFldId }: Move): number | null {
    if (parseServerId(SrcMsgId)?.folder !== SrcFldId || !this.folders[SrcFldId]) return MoveStatus.badSource;
    if (SrcFldId === DstFldId) return MoveStatus.same;
    const target = this.folders[DstFldId];
    if (target?.itemClass !== this.folders[SrcFldId].itemClass) return MoveStatus.badDestination;
    return null;
  }

  private async move(batch: Batch): Promise<void> {
    const ids = [...batch.items.keys()];
    try {
      const results = await this.moveIn(batch, ids);
      for (const [id, same] of batch.items) {
        const result = results.get(id);
        const outcome = result ? this.succeeded(batch, id, result) : await this.earlier(batch, id);
        for (const move of same) this.outcomes.set(move, outcome);
      }
    } catch (error) {
      if (!(error instanceof BackendError) || error.kind === 'auth' || error.retryable) throw error;
      const status = error.kind === 'gone' ? MoveStatus.badDestination : MoveStatus.failed;
      for (const move of [...batch.items.values()].flat()) this.outcomes.set(move, { status });
    }
  }

  private async moveIn({ from, to }: Batch, ids: readonly string[]) {
    const source = this.folders[from]!;
    const backend = await this.lease.backend(source.itemClass);
    if (!canMove(backend)) throw new BackendError('unsupported', 'the source cannot move items');
    return backend.moveItems(source.path, ids, this.folders[to]!.path);
  }

  private succeeded({ from, to }: Batch, id: string, result: { id: string; version: string }): Outcome {
    this.moved.push({ from, id, to, newId: result.id, version: result.version });
    return { status: MoveStatus.success, newId: result.id };
  }

  /** An item that is not there may have been moved by the same request, whose answer was lost. */
  private async earlier({ from, to }: Batch, id: string): Promise<Outcome> {
    const { newId } = await this.context.devices.ask(this.context.asker, {
      type: 'MovedBefore',
      from,
      id,
      to,
    });
    return newId === null ? { status: MoveStatus.badSource } : { status: MoveStatus.success, newId };
  }
}

/** A server that sleeps would be given the moves of both requests, and copy the mail twice before it removes it. */
const nameOf = (moves: readonly Move[]): string =>
  `moving ${createHash('sha256').update(JSON.stringify(moves)).digest('base64url')}`;

/** MS-ASCMD 2.2.1.12 MoveItems. */
export async function moveItems(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, MoveItemsRequest);
  const moves = value.Move ?? [];
  if (moves.length > MAX_MOVES) throw new EasStatusError('MoveItems', TOO_MANY, `${moves.length} moves`);
  const named = [...new Set(moves.flatMap((move) => [move.SrcFldId, move.DstFldId]))];
  const { folders } = await context.devices.ask(context.asker, { type: 'Resolve', folders: named });
  const lease = context.account.lease();
  try {
    const run = new MoveRun(context, lease, folders);
    // Where nothing can be moved, nothing need be claimed: a device in quarantine is told so for each item.
    const outcomes = moves.some((move) => run.refusal(move) === null)
      ? await oneAtATime(context, nameOf(moves), () => run.run(moves))
      : await run.run(moves);
    return document(MoveItemsResponse, {
      Response: moves.map((move) => {
        const { status, newId } = outcomes.get(move) ?? { status: MoveStatus.failed };
        const moved = newId === undefined ? {} : { DstMsgId: serverId(move.DstFldId, newId) };
        return { SrcMsgId: move.SrcMsgId, Status: status, ...moved };
      }),
    });
  } finally {
    lease.release();
  }
}
