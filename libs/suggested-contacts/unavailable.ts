import { BackendError } from '#backend';

/** The database is away: so is this folder, and nothing else. */
export const asBackendError = (cause: unknown): BackendError =>
  new BackendError('unavailable', 'the database cannot be reached', { reason: 'database', cause });
