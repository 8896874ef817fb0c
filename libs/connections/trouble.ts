import { BackendError } from '#backend';

/**
 * What a failure tells of.
 * - `host`: nobody got as far as to say who he is: refused, timed out, bad TLS, sent away at the greeting.
 * - `account`: it failed with an account's name or data in play, and may be the account's own trouble.
 * - `none`: the server answered, and is well: a wrong password, a folder that is gone.
 */
export type Trouble = 'host' | 'account' | 'none';

/** The trouble of a failure that came after the host was reached; `connecting` has what came before. */
export function troubleOf(error: unknown, phase: 'connecting' | 'connected'): Trouble {
  if (!(error instanceof BackendError) || error.kind !== 'unavailable') return 'none';
  return phase === 'connecting' ? 'host' : 'account';
}

/** Seconds after which whoever found no free connection may try again; not all at the same moment. */
const retryAfter = (random: () => number): number => 5 + Math.floor(random() * 10);

export const noTurn = (host: string, random: () => number): BackendError =>
  new BackendError('throttled', `no connection to ${host} was free in time`, {
    reason: 'no-free-connection',
    retryAfter: retryAfter(random),
  });

export const tooManyWaiting = (host: string, random: () => number): BackendError =>
  new BackendError('throttled', `too many wait for a connection to ${host}`, {
    reason: 'too-many-waiting',
    retryAfter: retryAfter(random),
  });

export const noRoomToWatch = (host: string): BackendError =>
  new BackendError('throttled', `connections to ${host} are too few to watch this account as well`, {
    reason: 'no-room-to-watch',
    retryAfter: 60,
  });

/** `left`: milliseconds until the host is tried again. */
export const circuitOpen = (host: string, left: number, random: () => number): BackendError =>
  new BackendError('unavailable', `${host} is down, and left alone for a moment`, {
    reason: 'circuit-open',
    retryAfter: Math.ceil(left / 1000) + 1 + Math.floor(random() * 5),
  });

/** Whether it was not tried because its host is left alone. */
export const isCircuitOpen = (error: unknown): boolean =>
  error instanceof BackendError && error.reason === 'circuit-open';

export const accountRests = (host: string, left: number): BackendError =>
  new BackendError('unavailable', `connections of this account to ${host} keep failing`, {
    reason: 'account-resting',
    retryAfter: Math.ceil(left / 1000) + 1,
  });

export const givenUp = (host: string): BackendError =>
  new BackendError('unavailable', `nobody waits for a connection to ${host} any more`, { reason: 'closed' });
