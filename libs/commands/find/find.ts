import { CommonStatus, EasStatusError, FindRequest, FindResponse, FindStatus } from '#eas';
import { BackendError } from '#backend';
import type { CommandContext } from '../context.js';
import { readDocument } from '../read-document.js';
import { document, type Reply } from '../reply.js';
import { FindRefused } from './find-refused.js';
import { findGal } from './find-gal.js';
import { findMailbox } from './find-mailbox.js';

/** MS-ASCMD 2.2.1.2 Find (16.1): mails and people, with no more of each than a list of hits shows. */
export async function find(context: CommandContext): Promise<Reply> {
  const { value } = await readDocument(context, FindRequest);
  const { MailBoxSearchCriterion: mailbox, GalSearchCriterion: gal } = value.ExecuteSearch;
  if (value.SearchId.trim() === '' || (mailbox === undefined) === (gal === undefined)) {
    return document(FindResponse, { Status: FindStatus.invalidRequest });
  }
  try {
    if (mailbox) return await findMailbox(context, value.SearchId, mailbox);
    return await findGal(context, value.SearchId, gal!);
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Reply {
  if (error instanceof FindRefused) {
    const { store, status } = error;
    return document(FindResponse, {
      Status: FindStatus.success,
      Response: { Store: store, Status: status },
    });
  }
  if (!(error instanceof BackendError) || error.kind === 'auth') throw error;
  switch (error.kind) {
    case 'gone':
      return document(FindResponse, { Status: FindStatus.folderSyncRequired });
    case 'invalid':
      return document(FindResponse, { Status: FindStatus.invalidRequest });
    case 'unavailable':
    case 'throttled':
      throw new EasStatusError('Find', CommonStatus.ServerErrorRetryLater, error.message, { cause: error });
    case 'conflict':
    case 'unsupported':
      throw new EasStatusError('Find', CommonStatus.ServerError, error.message, { cause: error });
  }
}
