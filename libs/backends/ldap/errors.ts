import { BackendError } from '#backend';
import {
  AdminLimitExceededError,
  BusyError,
  ConfidentialityRequiredError,
  InappropriateAuthError,
  InsufficientAccessError,
  InvalidCredentialsError,
  NoSuchObjectError,
  ResultCodeError,
  SizeLimitExceededError,
  StrongAuthRequiredError,
  TimeLimitExceededError,
  UnavailableError,
} from 'ldapts';

const RETRY_AFTER = 10;

/**
 * All that fails with a directory is `unavailable`: who may look into it is between the administrator and the server. A
 * refused bind says nothing of the phone's password, which the mail source has judged.
 */
export function toBackendError(error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new BackendError('unavailable', `directory: ${message.trim()}`, {
    reason: reasonOf(error, message),
    retryAfter: RETRY_AFTER,
    cause: error,
  });
}

const reasons: readonly (readonly [new (message?: string) => ResultCodeError, string])[] = [
  [InvalidCredentialsError, 'bind-refused'],
  [InappropriateAuthError, 'bind-refused'],
  [StrongAuthRequiredError, 'bind-refused'],
  [ConfidentialityRequiredError, 'encryption-needed'],
  [InsufficientAccessError, 'no-access'],
  [NoSuchObjectError, 'no-such-base'],
  [AdminLimitExceededError, 'limit-exceeded'],
  [SizeLimitExceededError, 'limit-exceeded'],
  [TimeLimitExceededError, 'timeout'],
  [BusyError, 'busy'],
  [UnavailableError, 'unavailable'],
];

function reasonOf(error: unknown, message: string): string {
  const known = reasons.find(([type]) => error instanceof type);
  if (known) return known[1];
  if (error instanceof ResultCodeError) return 'refused';
  return /timed? ?out/i.test(message) ? 'timeout' : 'connection-lost';
}

/** Whether the server itself answered, so that asking it again at once would bring the same. */
export const isAnswer = (error: unknown): boolean => error instanceof ResultCodeError;
