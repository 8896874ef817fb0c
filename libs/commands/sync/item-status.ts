import { BackendError } from '#backend';

/** Status of one command (MS-ASCMD 2.2.3.177.17). */
export const ItemStatus = {
  success: 1,
  serverError: 5,
  malformed: 6,
  serverWon: 7,
  notFound: 8,
  quota: 9,
} as const;

/** The source lets nobody change this folder, or this item. */
export const isReadOnly = (error: unknown): boolean =>
  error instanceof BackendError && error.kind === 'invalid' && error.reason === 'read-only';

export const readOnly = (): BackendError =>
  new BackendError('invalid', 'nobody may write here', { reason: 'read-only' });

/** Which Status tells the phone of this failure; failures of the whole source are no answer to one item. */
export function itemStatusOf(error: unknown): number {
  if (!(error instanceof BackendError)) throw error;
  switch (error.kind) {
    case 'gone':
      return ItemStatus.notFound;
    case 'invalid':
      return error.reason === 'over-quota' ? ItemStatus.quota : ItemStatus.malformed;
    case 'conflict':
    case 'unsupported':
      return ItemStatus.malformed;
    case 'unavailable':
    case 'throttled':
      return ItemStatus.serverError;
    case 'auth':
      throw error;
  }
}
