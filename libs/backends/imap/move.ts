import { mailFlags, mailVersion } from '#formats';
import { inFolder, uidIn } from './account.js';
import { itemId } from './item-id.js';
import { searchUids } from './listing.js';
import { list, number, responseCode, text, type Untagged } from './nodes.js';
import type { Pool } from './pool.js';
import { quote } from './quoting.js';
import type { Session } from './session.js';
import { compactSets, expandSet } from './sets.js';
import { expunge } from './write.js';

/** Old id to new id and version, as ItemMover wants it. */
export type Moved = ReadonlyMap<string, { id: string; version: string }>;

interface Moving {
  readonly id: string;
  readonly version: string;
  readonly messageId: string;
}

/** Where copies went: UIDVALIDITY of the target, and old to new UID. */
interface Copies {
  uidValidity: number;
  readonly uids: Map<number, number>;
}

/** Moves mails: MOVE where the server has it, else COPY and EXPUNGE. Throws `gone` if there is no such target. */
export async function moveItems(
  pool: Pool,
  folder: string,
  ids: readonly string[],
  target: string,
): Promise<Moved> {
  const { moving, copies } = await inFolder(pool, { folder, ids }, 'writes', async (session, mailbox) => {
    const wanted = new Map(
      ids.flatMap((id) => {
        const uid = uidIn(mailbox, id);
        return uid === null ? [] : [[uid, id] as const];
      }),
    );
    const present = await describe(session, wanted);
    const before = session.has('UIDPLUS') ? null : await targetState(session, target);
    const found: Copies = { uidValidity: before?.uidValidity ?? 0, uids: new Map() };
    for (const set of compactSets(present.keys())) await transfer(session, set, target, found);
    if (!session.has('MOVE')) await expunge(session, [...present.keys()]);
    session.noteChange(present.keys());
    if (before !== null) await findCopies(session, target, before, present, found);
    return { moving: present, copies: found };
  });
  const moved = new Map<string, { id: string; version: string }>();
  for (const [uid, { id, version }] of moving) {
    const copy = copies.uids.get(uid);
    if (copy !== undefined) moved.set(id, { id: itemId(copies.uidValidity, copy), version });
  }
  return moved;
}

const messageIdField = 'BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]';

async function describe(session: Session, wanted: ReadonlyMap<number, string>): Promise<Map<number, Moving>> {
  const present = new Map<number, Moving>();
  for (const set of compactSets(wanted.keys())) {
    await session.fetch(
      'UID FETCH',
      `${set} (UID FLAGS INTERNALDATE ${messageIdField})`,
      (row) => row.date !== null,
      (row) => {
        const id = wanted.get(row.uid ?? 0);
        if (id === undefined) return;
        const header = Buffer.from(row.sections.get('HEADER.FIELDS') ?? [])
          .toString('latin1')
          .trim();
        present.set(row.uid ?? 0, {
          id,
          version: mailVersion(mailFlags(row.flags ?? [])),
          messageId: header,
        });
      },
    );
  }
  return present;
}

/** COPYUID comes untagged with MOVE and tagged with COPY (RFC 6851 4.3). */
async function transfer(session: Session, set: string, target: string, copies: Copies): Promise<void> {
  const done = await session.run(
    session.has('MOVE') ? 'UID MOVE' : 'UID COPY',
    `${set} ${quote(target)}`,
    (name, untagged) => name === 'OK' && takeCopyUid(untagged, copies),
  );
  takeCopyUid(done, copies);
}

function takeCopyUid(answer: Untagged, copies: Copies): boolean {
  const [code, uidValidity, from, to] = responseCode(answer);
  if (text(code)?.toUpperCase() !== 'COPYUID') return false;
  copies.uidValidity = number(uidValidity) ?? 0;
  const [old, copied] = [expandSet(text(from) ?? ''), expandSet(text(to) ?? '')];
  if (old.length === copied.length) old.forEach((uid, index) => copies.uids.set(uid, copied[index] ?? 0));
  return true;
}

interface TargetState {
  readonly uidValidity: number;
  readonly uidNext: number;
}

async function targetState(session: Session, target: string): Promise<TargetState> {
  const values = new Map<string, number>();
  await session.run('STATUS', `${quote(target)} (UIDVALIDITY UIDNEXT)`, (name, untagged) => {
    if (name !== 'STATUS') return false;
    const items = list(untagged.attributes?.[1]);
    for (let index = 0; index + 1 < items.length; index += 2) {
      values.set(text(items[index])?.toUpperCase() ?? '', number(items[index + 1]) ?? 0);
    }
    return true;
  });
  return { uidValidity: values.get('UIDVALIDITY') ?? 0, uidNext: values.get('UIDNEXT') ?? 1 };
}

/** Without UIDPLUS the copies are looked for among what is new in the target, by Message-ID. */
async function findCopies(
  session: Session,
  target: string,
  before: TargetState,
  moving: ReadonlyMap<number, Moving>,
  copies: Copies,
): Promise<void> {
  const { mailbox } = await session.select(target, true);
  if (mailbox.uidValidity !== before.uidValidity) return;
  const fresh = (await searchUids(session, `UID ${before.uidNext}:*`)).filter((uid) => uid >= before.uidNext);
  const byMessageId = new Map<string, number[]>();
  for (const [uid, { messageId }] of await describe(session, new Map(fresh.map((uid) => [uid, ''])))) {
    byMessageId.set(messageId, [...(byMessageId.get(messageId) ?? []), uid]);
  }
  for (const [uid, { messageId }] of [...moving].sort(([a], [b]) => a - b)) {
    const copy = byMessageId.get(messageId)?.shift();
    if (copy !== undefined) copies.uids.set(uid, copy);
  }
}
