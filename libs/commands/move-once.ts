import { createHash } from 'node:crypto';
import { BackendError } from '#backend';
import type { MoveItemsRequest } from '#eas';
import type { CommandContext } from './context.js';

/** Seconds in which a move is taken for under way whose end nobody told: longer than a source may be silent. */
const UNDER_WAY = 90;
/** Seconds after which a phone may ask again for a move that is under way. */
const AGAIN = 3;

/** A server that was silent for too long may carry the command out yet. */
const isInDoubt = (error: unknown): boolean => error instanceof BackendError && error.reason === 'timeout';

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
  const { recorded } = await devices.ask(asker, { type: 'Claim', key, ttl: UNDER_WAY });
  if (recorded)
    throw new BackendError('unavailable', 'the same move is under way', {
      reason: 'under-way',
      retryAfter: AGAIN,
    });
  let mayFollow = true;
  try {
    return await run();
  } catch (error) {
    mayFollow = !isInDoubt(error);
    throw error;
  } finally {
    if (mayFollow) await devices.ask(asker, { type: 'Outcome', key });
  }
}
