import { BackendError, NewestHits, type MailHit, type MailQuery, type MailSearcher } from '#backend';
import { matchesMail } from '#formats';
import { errorCode } from './deliver.js';
import { type MaildirFolder } from './maildir-folder.js';
import { type MaildirStore } from './maildir-store.js';
import { openMail } from './open-mail.js';

/** MailSearcher: opens one mail after the other, newest numbers first, and reads of it what the query needs. */
export async function searchMail(
  store: MaildirStore,
  { folders, query, limit }: Parameters<MailSearcher['searchMail']>[0],
): Promise<{ total: number; hits: readonly MailHit[] }> {
  const all = await store.folders();
  const existing = all.filter(({ path, selectable }) => selectable && (folders?.includes(path) ?? true));
  if (folders !== null && folders.length > 0 && existing.length === 0) {
    throw new BackendError('gone', 'none of the folders is there', { reason: 'no-such-folder' });
  }
  const hits = new NewestHits(limit);
  for (const { path } of existing) {
    for (const id of await idsOf(store.folder(path))) {
      const time = await fittingTime(store.folder(path), id, query);
      if (time !== null) hits.add({ folder: path, id }, time);
    }
  }
  return hits.result;
}

/** Of a folder that vanished since it was listed, none. */
async function idsOf(folder: MaildirFolder): Promise<readonly string[]> {
  try {
    const log = await folder.current();
    return [...log.live].map(log.idOf).sort().reverse();
  } catch (error) {
    if (error instanceof BackendError && error.kind === 'gone') return [];
    throw error;
  }
}

/** INTERNALDATE of a mail that fits, in milliseconds; null of one that does not, or that cannot be read. */
async function fittingTime(folder: MaildirFolder, id: string, query: MailQuery): Promise<number | null> {
  const opened = await openMail(folder, id);
  if (!('file' in opened)) return null;
  const { file, flags } = opened;
  try {
    return (await matchesMail(file.stored(flags), query)) ? file.receivedAt.getTime() : null;
  } catch (error) {
    if (errorCode(error) === '') throw error;
    return null;
  } finally {
    await file.close();
  }
}
