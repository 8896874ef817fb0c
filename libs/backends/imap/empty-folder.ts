import { inFolder } from './account.js';
import { searchUids } from './listing.js';
import type { Pool } from './pool.js';
import { expunge } from './write.js';

/** Deletes all mails the folder has at this moment; those that arrive meanwhile stay. Throws `gone`. */
export function emptyFolder(pool: Pool, path: string): Promise<void> {
  return inFolder(pool, { folder: path, ids: [] }, 'writes', async (session) => {
    await session.refresh(path);
    await expunge(session, await searchUids(session, 'ALL'));
  });
}
