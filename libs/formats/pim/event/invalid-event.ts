import { BackendError } from '#backend';

/** A change that MS-ASCAL forbids: the phone gets Status 6 for it and the server's version of the event. */
export const invalidEvent = (message: string, reason = 'invalid'): BackendError =>
  new BackendError('invalid', message, { reason });
