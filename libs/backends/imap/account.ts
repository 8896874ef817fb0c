import { BackendError } from '#backend';
import { expectAccess, readOnly, type FolderChange } from './folder-access.js';
import type { Pool } from './pool.js';
import type { Selected, Session } from './session.js';
import { parseItemId } from './item-id.js';

export const gone = (what: string): BackendError =>
  new BackendError('gone', `${what} is not there`, { reason: 'gone' });

/** The UID of an id in this mailbox, or null if it never was one of it. */
export function uidIn(mailbox: Selected, id: string): number | null {
  const parsed = parseItemId(id);
  return parsed !== null && parsed.uidValidity === mailbox.uidValidity ? parsed.uid : null;
}

/**
 * Lends a connection that has the folder open. For writing the folder has to be one that can be written to: throws
 * `invalid` with reason `read-only` before anything is sent that would change it. `ids` are the mails this is about: one that
 * another connection has put there since is not in this one's view yet, where STORE and FETCH pass it over in silence.
 */
export function inFolder<T>(
  pool: Pool,
  { folder, ids }: { readonly folder: string; readonly ids: readonly string[] },
  kind: 'reads' | 'writes',
  work: (session: Session, mailbox: Selected) => Promise<T>,
): Promise<T> {
  return pool.use(folder, kind, async (session) => {
    const { mailbox } = await session.select(folder);
    if (kind === 'writes' && mailbox.readOnly) throw readOnly();
    // A mail that is gone can be written to for as long as this connection's view still has it: that would be told as done.
    const isOld = kind === 'writes' || ids.some((id) => (uidIn(mailbox, id) ?? 0) >= mailbox.uidNext);
    return work(session, isOld ? await session.refresh(folder) : mailbox);
  });
}

/** Changes a folder of somebody else only as far as its owner lets this user; a refusal is `read-only`, too. */
export async function changing<T>(
  pool: Pool,
  folder: string,
  change: FolderChange,
  work: () => Promise<T>,
): Promise<T> {
  pool.access.expect(folder, change);
  if (pool.mayBeForeign(folder)) {
    await pool.use(folder, 'reads', (session) => expectAccess(session, pool.access, folder, change));
  }
  try {
    return await work();
  } catch (error) {
    throw error instanceof BackendError && error.reason === 'no-permission' ? readOnly(error) : error;
  }
}
