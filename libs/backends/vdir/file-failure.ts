import { BackendError } from '#backend';

/** Code of a file system's error: `ENOENT`; empty for any other. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';

const refused = new Set(['EACCES', 'EPERM', 'EROFS']);
const full = new Set(['ENOSPC', 'EDQUOT']);
const missing = new Set(['ENOENT', 'ENOTDIR']);

/** A failure of the file system in the gateway's terms. */
export function fileFailure(error: unknown): BackendError {
  if (error instanceof BackendError) return error;
  const code = codeOf(error);
  const cause = { cause: error };
  if (missing.has(code))
    return new BackendError('gone', 'the folder is not there', { reason: 'no-such-folder', ...cause });
  if (refused.has(code))
    return new BackendError('invalid', 'the file cannot be written', { reason: 'read-only', ...cause });
  if (full.has(code))
    return new BackendError('invalid', 'no space is left', { reason: 'over-quota', ...cause });
  return new BackendError('unavailable', 'the folder cannot be used', {
    reason: code || 'file-system',
    ...cause,
  });
}
