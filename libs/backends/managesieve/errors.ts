import { BackendError, type BackendErrorKind } from '#backend';
import { troubleOf, type Trouble } from '#connections';
import type { Answer } from './answer.js';

/** Seconds after which asking a server again makes sense that could not be reached. */
export const RETRY_AFTER = 10;

/** The server is down, slow, or not speaking RFC 5804. */
export const unavailable = (message: string, reason: string, cause?: unknown): BackendError =>
  new BackendError('unavailable', `managesieve: ${message}`, { reason, retryAfter: RETRY_AFTER, cause });

/** A failure before the server has greeted. */
class Unreached extends BackendError {}

/** Marks what came before the server has greeted: that is nobody's but the server's own. */
export const unreached = (error: unknown): unknown =>
  error instanceof BackendError && error.kind === 'unavailable'
    ? new Unreached(error.kind, error.message, {
        reason: error.reason,
        retryAfter: RETRY_AFTER,
        cause: error,
      })
    : error;

/** What a connection that could not be opened tells of its host (see #connections). */
export const troubleOfOpening = (error: unknown): Trouble =>
  troubleOf(error, error instanceof Unreached ? 'connecting' : 'connected');

/** Response codes of RFC 5804 1.3, by their first part. */
const byCode: Readonly<Record<string, readonly [BackendErrorKind, string]>> = {
  QUOTA: ['invalid', 'over-quota'],
  NONEXISTENT: ['gone', 'no-such-script'],
  ACTIVE: ['conflict', 'active-script'],
  ALREADYEXISTS: ['conflict', 'script-exists'],
  TRYLATER: ['unavailable', 'try-later'],
  'AUTH-TOO-WEAK': ['unavailable', 'no-mechanism'],
  'ENCRYPT-NEEDED': ['unavailable', 'encryption-needed'],
};

/** What a NO or BYE to a command means. */
export function refusal(command: string, { status, code, text }: Answer): BackendError {
  const message = `${command}: ${status} ${code ?? ''} ${text}`.trim();
  if (status === 'BYE') return unavailable(message, 'said-goodbye');
  const known = byCode[code?.split('/')[0] ?? ''];
  if (known?.[0] === 'unavailable') return unavailable(message, known[1]);
  if (known) return new BackendError(known[0], `managesieve: ${message}`, { reason: known[1] });
  if (command === 'AUTHENTICATE') return new BackendError('auth', `managesieve: ${message}`);
  return new BackendError('invalid', `managesieve: ${message}`, { reason: 'refused' });
}
