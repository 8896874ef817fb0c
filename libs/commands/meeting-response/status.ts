import { BackendError } from '#backend';
import { CommonStatus, EasStatusError } from '#eas';

/** MS-ASCMD 2.2.3.177.9. */
export const MeetingStatus = {
  success: 1,
  /** Malformed, no meeting request, one's own meeting, or no such occurrence: not to be sent again. */
  invalidRequest: 2,
  /** To be sent again. */
  mailboxError: 3,
  serverError: 4,
} as const;

/** The answer to one request that failed; the others are carried out. */
export class MeetingRefused extends Error {
  override readonly name = 'MeetingRefused';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Throws what is none of the request's: a password that was changed, a bug. */
export function statusOf(error: unknown): number {
  if (error instanceof MeetingRefused) return error.status;
  if (error instanceof EasStatusError) return MeetingStatus.serverError;
  if (!(error instanceof BackendError) || error.kind === 'auth') throw error;
  switch (error.kind) {
    case 'gone':
      return MeetingStatus.invalidRequest;
    case 'invalid':
      if (error.reason === 'not-recurring') return CommonStatus.NoRecurrenceInCalendar;
      return error.reason === 'read-only' ? CommonStatus.AccessDenied : MeetingStatus.invalidRequest;
    case 'unsupported':
    case 'conflict':
    case 'unavailable':
    case 'throttled':
      return MeetingStatus.mailboxError;
  }
}
