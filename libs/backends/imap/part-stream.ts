import { BackendError } from '#backend';
import { gone, inFolder, uidIn } from './account.js';
import type { Pool } from './pool.js';

/** One section of one message. */
export interface Section {
  readonly folder: string;
  readonly id: string;
  /** As in BODY[...]: `1.2`, or '' for the whole message. */
  readonly section: string;
}

/** Octets asked for at once. Large enough that the round trips do not count, small enough to hold two of them. */
export const chunkSize = 1024 * 1024;

/** Up to `length` octets of a section from `offset`, as stored. Throws `gone`. */
export async function readOctets(
  pool: Pool,
  section: Section,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  return inFolder(pool, { folder: section.folder, ids: [section.id] }, 'reads', async (session, mailbox) => {
    const uid = uidIn(mailbox, section.id);
    if (uid === null) throw gone('the mail');
    let found: Uint8Array | null | undefined;
    const name = section.section.toUpperCase();
    await session.fetch(
      'UID FETCH',
      `${uid} (UID BODY.PEEK[${section.section}]<${offset}.${length}>)`,
      (row) => row.uid === uid && row.sections.has(name),
      (row) => (found = row.sections.get(name)),
    );
    if (found === undefined) throw gone('the mail');
    return found ?? new Uint8Array(0);
  });
}

/**
 * Octets `[from, to)` of a section in chunks, the next one being read while the last one is used. Holds no connection
 * between chunks, so a slow reader costs none. Ends early where the section does.
 */
export async function* streamOctets(
  pool: Pool,
  section: Section,
  from: number,
  to: number,
  size = chunkSize,
): AsyncGenerator<Uint8Array, void, undefined> {
  const ask = (offset: number): Promise<Uint8Array> | null =>
    offset < to ? readOctets(pool, section, offset, Math.min(size, to - offset)) : null;
  let pending = ask(from);
  for (let offset = from; pending !== null; offset += size) {
    const chunk: Uint8Array = await pending;
    const complete = chunk.length === Math.min(size, to - offset);
    pending = complete ? ask(offset + size) : null;
    // Whoever stops here never looks at the chunk read ahead, nor at its failure.
    pending?.catch(() => undefined);
    if (chunk.length > 0) yield chunk;
  }
}

export const irregular = (): BackendError =>
  new BackendError('unavailable', 'the encoding is not as regular as it looked', {
    reason: 'irregular-encoding',
    retryAfter: 1,
  });
