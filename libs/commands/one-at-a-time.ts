import { BackendError } from '#backend';
import { Claim } from './claim.js';
import type { CommandContext } from './context.js';

/** Seconds a claim is kept at most. */
const REMEMBERED = 120;
/** Milliseconds after its last sign of life for which work is taken for under way: its gateway may have died. */
const ALIVE = 4_000;
/** Milliseconds for which a server may carry out yet what it was given before it fell silent. */
const IN_DOUBT = 90_000;

/** Until when the work is under way, in epoch milliseconds. */
type UnderWay = Readonly<Record<'until', number>>;

/** A server that was silent for too long may carry the command out yet. */
const isInDoubt = (error: unknown): boolean => error instanceof BackendError && error.reason === 'timeout';

const underWay = (milliseconds: number): BackendError =>
  new BackendError('unavailable', 'the same is under way', {
    reason: 'under-way',
    retryAfter: Math.min(Math.ceil(milliseconds / 1000), ALIVE / 1000),
  });

/**
 * Lets a device's work begin unless the same (`key`) is under way on whatever node: a phone asks again after a while, and a
 * server that is given both when it wakes up does both. Throws BackendError `unavailable` while that is so.
 */
export async function oneAtATime<T>(
  context: Pick<CommandContext, 'devices' | 'asker'>,
  key: string,
  work: () => Promise<T>,
): Promise<T> {
  const claim = new Claim<UnderWay>(context, key, REMEMBERED);
  const until = (milliseconds: number): UnderWay => ({ until: Date.now() + milliseconds });

  const recorded = await claim.take(until(ALIVE));
  if (recorded) {
    const left = (recorded.result?.until ?? 0) - Date.now();
    if (left > 0) throw underWay(left);
    if (await claim.take(until(ALIVE), recorded.result)) throw underWay(ALIVE);
  }
  claim.live(ALIVE / 4, () => until(ALIVE));
  // An end that cannot be noted changes nothing: the claim ends by itself.
  try {
    const done = await work();
    await claim.end().catch(() => undefined);
    return done;
  } catch (error) {
    await claim.end(isInDoubt(error) ? until(IN_DOUBT) : undefined).catch(() => undefined);
    throw error;
  }
}
