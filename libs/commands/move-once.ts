import { createHash } from 'node:crypto';
import { BackendError } from '#backend';
import type { MoveItemsRequest } from '#eas';
import type { Json } from '#store';
import type { CommandContext } from './context.js';

/** Seconds a claim is kept at most. */
const REMEMBERED = 120;
/** Milliseconds after its last sign of life for which a move is taken for under way: its gateway may have died. */
const ALIVE = 4_000;
/** Milliseconds for which a server may carry out yet what it was given before it fell silent. */
const IN_DOUBT = 90_000;

/** What is known of a move that began: until when it is under way, in epoch milliseconds. */
interface Claimed {
  readonly until: number;
}

/** A server that was silent for too long may carry the command out yet. */
const isInDoubt = (error: unknown): boolean => error instanceof BackendError && error.reason === 'timeout';

const underWay = (milliseconds: number): BackendError =>
  new BackendError('unavailable', 'the same move is under way', {
    reason: 'under-way',
    retryAfter: Math.min(Math.ceil(milliseconds / 1000), ALIVE / 1000),
  });

/**
 * Lets a move begin unless the same one is under way: a phone asks again after a while, and a server that is given both when
 * it wakes up copies the mail twice before it removes it. Throws BackendError `unavailable` while that is so.
 */
export async function moveOnce<T>(
  { devices, asker }: CommandContext,
  moves: NonNullable<MoveItemsRequest['Move']>,
  run: () => Promise<T>,
): Promise<T> {
  const digest = createHash('sha256').update(JSON.stringify(moves)).digest('base64url');
  const key = `moving ${digest}`;
  const until = (milliseconds: number) => ({ until: Date.now() + milliseconds });
  const say = (result?: { until: number }) =>
    devices.ask(asker, { type: 'Outcome', key, ...(result && { result }) });

  const claim = (replacing?: Json) =>
    devices.ask(asker, {
      ...{ type: 'Claim', key, ttl: REMEMBERED, result: until(ALIVE) },
      ...(replacing !== undefined && { replacing }),
    });

  const { recorded } = await claim();
  if (recorded) {
    const left = ((recorded.result as Claimed | null)?.until ?? 0) - Date.now();
    // Of several that find it dead at once, one goes on.
    if (left > 0 || (await claim(recorded.result)).recorded) throw underWay(left > 0 ? left : ALIVE);
  }
  let sign: Promise<unknown> = Promise.resolve();
  const signs = setInterval(() => {
    sign = say(until(ALIVE)).catch(() => undefined);
  }, ALIVE / 4).unref();
  const end = async (): Promise<void> => {
    clearInterval(signs);
    // It must not overwrite what is said now.
    await sign;
  };
  // An end that cannot be noted changes nothing: the claim ends by itself.
  try {
    const moved = await run();
    await end();
    await say().catch(() => undefined);
    return moved;
  } catch (error) {
    await end();
    await say(isInDoubt(error) ? until(IN_DOUBT) : undefined).catch(() => undefined);
    throw error;
  }
}
