import { BackendError } from '#backend';
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

/** Lends a connection that has the folder open. */
export function inFolder<T>(
  pool: Pool,
  folder: string,
  kind: 'reads' | 'writes',
  work: (session: Session, mailbox: Selected) => Promise<T>,
): Promise<T> {
  return pool.use(folder, kind, async (session) => work(session, (await session.select(folder)).mailbox));
}
