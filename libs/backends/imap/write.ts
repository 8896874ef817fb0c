import type { Readable } from 'node:stream';
import { BackendError } from '#backend';
import type { MailState } from '#backend';
import { mailFlags, mailVersion } from '#formats';
import { gone, inFolder, uidIn } from './account.js';
import { itemId } from './item-id.js';
import { flagChanges, isKeyworded, keepable } from './mail-flags.js';
import { number, responseCode, text } from './nodes.js';
import type { Pool } from './pool.js';
import { quote } from './quoting.js';
import type { Session } from './session.js';
import { searchUids } from './listing.js';
import { compactSets } from './sets.js';

/** Changes flags of one mail. Returns its version afterwards. Throws `gone`. */
export async function updateState(
  pool: Pool,
  folder: string,
  id: string,
  state: MailState,
): Promise<{ version: string }> {
  return inFolder(pool, { folder, ids: [id] }, 'writes', async (session, mailbox) => {
    const uid = uidIn(mailbox, id);
    if (uid === null) throw gone('the mail');
    const before = state.keywords === undefined ? [] : await flagsOf(session, uid);
    const { remove, add } = flagChanges(state, before);
    await storeFlags(session, uid, '-', keepable(mailbox, remove));
    await storeFlags(session, uid, '+', keepable(mailbox, add));
    session.noteChange([uid]);
    return { version: mailVersion(mailFlags(await flagsOf(session, uid))) };
  });
}

/**
 * Keywords go by themselves: a server that has no more room for them, or finds one too long (Dovecot: 50 characters),
 * refuses all that stands in the command, and what it cannot keep is no reason to fail.
 */
async function storeFlags(
  session: Session,
  uid: number,
  how: '+' | '-',
  flags: readonly string[],
): Promise<void> {
  const store = async (some: readonly string[]): Promise<void> => {
    if (some.length > 0) await session.run('UID STORE', `${uid} ${how}FLAGS (${some.join(' ')})`);
  };
  await store(flags.filter((flag) => !isKeyworded([flag])));
  const keywords = flags.filter((flag) => isKeyworded([flag]));
  try {
    await store(keywords);
  } catch (error) {
    if (!isUnkeepable(error)) throw error;
    for (const keyword of keywords) {
      await store([keyword]).catch((refused: unknown) => {
        if (!isUnkeepable(refused)) throw refused;
      });
    }
  }
}

const unkeepable: ReadonlySet<string> = new Set(['cannot', 'limit']);
const isUnkeepable = (error: unknown): boolean =>
  error instanceof BackendError && unkeepable.has(error.reason);

/** The flags of a message now: the answers to STORE leave them out where nothing changed. Throws `gone`. */
async function flagsOf(session: Session, uid: number): Promise<readonly string[]> {
  let flags: readonly string[] | null = null;
  await session.fetch(
    'UID FETCH',
    `${uid} (UID FLAGS INTERNALDATE)`,
    (row) => row.uid === uid && row.date !== null,
    (row) => {
      flags = row.flags;
    },
  );
  if (flags === null) throw gone('the mail');
  return flags;
}

/** Deletes mails for good; those that are not there count as deleted. */
export async function deleteItems(
  pool: Pool,
  folder: string,
  ids: readonly string[],
): Promise<{ failed: readonly string[] }> {
  return inFolder(pool, { folder, ids }, 'writes', async (session, mailbox) => {
    const uids = ids.flatMap((id) => uidIn(mailbox, id) ?? []);
    if (uids.length > 0 && mailbox.readOnly) return { failed: ids };
    await expunge(session, uids);
    return { failed: [] };
  });
}

/** Expunges these and no others, on servers without UIDPLUS, too. */
export async function expunge(session: Session, uids: readonly number[]): Promise<void> {
  if (uids.length === 0) return;
  const sets = compactSets(uids);
  session.noteChange(uids);
  if (session.has('UIDPLUS')) {
    for (const set of sets) {
      await session.run('UID STORE', `${set} +FLAGS.SILENT (\\Deleted)`);
      await session.run('UID EXPUNGE', set);
    }
    return;
  }
  // EXPUNGE takes all that is marked: marks that others set are taken off for that moment, and put back.
  const ours = new Set(uids);
  const others = compactSets((await searchUids(session, 'DELETED')).filter((uid) => !ours.has(uid)));
  for (const set of others) await session.run('UID STORE', `${set} -FLAGS.SILENT (\\Deleted)`);
  try {
    for (const set of sets) await session.run('UID STORE', `${set} +FLAGS.SILENT (\\Deleted)`);
    await session.run('EXPUNGE', '');
  } finally {
    if (!session.wire.closed) {
      for (const set of others) await session.run('UID STORE', `${set} +FLAGS.SILENT (\\Deleted)`);
    }
  }
}

/** Appends a message at the pace of its stream. Throws `invalid` (over-quota, too-big), `gone` for no such folder. */
export async function append(
  pool: Pool,
  folder: string,
  message: Readable,
  size: number,
  state: MailState,
): Promise<{ id: string | null }> {
  const { add } = flagChanges(state, []);
  const attempt = (): Promise<{ id: string | null }> =>
    pool.use(folder, 'writes', async (session) => {
      const kept = isKeyworded(add) ? keepable((await session.select(folder)).mailbox, add) : add;
      const flags = kept.length === 0 ? '' : ` (${kept.join(' ')})`;
      const done = await session.wire.runWithLiteral('APPEND', `${quote(folder)}${flags}`, size, message);
      const [code, uidValidity, uid] = responseCode(done);
      if (text(code)?.toUpperCase() !== 'APPENDUID') return { id: null };
      const [validity, appended] = [number(uidValidity), number(uid)];
      return { id: validity === null || appended === null ? null : itemId(validity, appended) };
    });
  try {
    return await attempt().catch((error: unknown) => {
      // A connection that rested and was dropped without a word: the server cannot have stored what nobody began to read.
      const isLost = error instanceof BackendError && error.reason === 'connection-lost';
      if (!isLost || message.readableDidRead || message.destroyed) throw error;
      return attempt();
    });
  } finally {
    message.destroy();
  }
}
