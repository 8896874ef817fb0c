import { BackendError } from '#backend';

/** MS-ASCMD 2.2.3.177.8, as far as it concerns EmptyFolderContents and Move. */
export const BulkStatus = {
  success: 1,
  serverError: 3,
  notFound: 6,
  accessDenied: 16,
  partial: 17,
  moveAlwaysRequired: 155,
  notSupported: 156,
} as const;

/** The Status of one operation that its source did not do; the others go on (trap 71). */
export function bulkStatus(error: unknown): number {
  if (!(error instanceof BackendError) || error.kind === 'auth') throw error;
  switch (error.kind) {
    case 'gone':
      return BulkStatus.notFound;
    case 'invalid':
      return error.reason === 'read-only' ? BulkStatus.accessDenied : BulkStatus.serverError;
    case 'unsupported':
      return BulkStatus.notSupported;
    case 'conflict':
    case 'unavailable':
    case 'throttled':
      return BulkStatus.serverError;
  }
}
