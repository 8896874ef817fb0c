import type { BackendFolder, MailHit } from '#backend';
import { conversationFields, conversationOf, HeaderFields } from '#formats';
import { folderPaths, inEach, withMail } from './each-folder.js';
import { itemId } from './item-id.js';
import { searchUids } from './listing.js';
import type { Pool } from './pool.js';
import type { Selected, Session } from './session.js';

/** An objectid (RFC 8474 4), which is what THREADID gives. */
const objectId = /^[A-Za-z0-9_-]{1,255}$/;
/** Octets of a ConversationId that was made of header fields. */
const hashSize = 16;
/** Of a folder with more mails the newest are looked through: a conversation goes back further hardly ever. */
const mostLookedThrough = 100_000;

const headerFields = `BODY.PEEK[HEADER.FIELDS (${conversationFields.join(' ').toUpperCase()})]`;

/**
 * ConversationFinder. With OBJECTID the ConversationId is the THREADID, by which the server searches. Without, it is a hash
 * of header fields: nothing can be searched by it, and the fields of all mails are looked at, which servers keep at hand.
 */
export async function conversation(
  pool: Pool,
  allFolders: () => Promise<readonly BackendFolder[]>,
  id: Uint8Array,
): Promise<readonly MailHit[] | null> {
  const uidsIn = finderOf(id, await pool.use(null, 'reads', async (session) => session.has('OBJECTID')));
  if (uidsIn === null) return null;
  const folders = await withMail(pool, await folderPaths(allFolders));
  const found = await inEach(pool, folders, async (session, mailbox) => ({
    uidValidity: mailbox.uidValidity,
    uids: await uidsIn(session, mailbox),
  }));
  return [...found].flatMap(([folder, { uidValidity, uids }]) =>
    uids.map((uid) => ({ folder, id: itemId(uidValidity, uid) })),
  );
}

type UidFinder = (session: Session, mailbox: Selected) => Promise<readonly number[]>;

/** Null: mails of this server have no such ConversationId. */
function finderOf(id: Uint8Array, hasThreads: boolean): UidFinder | null {
  if (!hasThreads)
    return id.length === hashSize ? (session, mailbox) => byHeader(session, mailbox, id) : null;
  const threadId = Buffer.from(id).toString('latin1');
  return objectId.test(threadId) ? (session) => searchUids(session, `THREADID ${threadId}`) : null;
}

async function byHeader(session: Session, mailbox: Selected, id: Uint8Array): Promise<number[]> {
  const uids: number[] = [];
  if (mailbox.exists === 0) return uids;
  const first = Math.max(1, mailbox.exists - mostLookedThrough + 1);
  await session.fetch(
    'FETCH',
    `${first}:* (UID ${headerFields})`,
    ({ sections }) => sections.size > 0,
    ({ uid, sections }) => {
      const [header] = sections.values();
      if (uid !== null && header && Buffer.compare(conversationOf(HeaderFields.parse(header)), id) === 0) {
        uids.push(uid);
      }
    },
  );
  return uids;
}
