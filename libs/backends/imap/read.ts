import type { ReadResult, View } from '#backend';
import {
  buildEmail,
  mailFlags,
  neededHeaderFields,
  planMail,
  stateElements,
  type MailPlan,
  type MimePart,
  type PartNeed,
} from '#formats';
import { uidIn } from './account.js';
import { readBodyStructure, unknownStructure } from './body-structure.js';
import type { FetchRow } from './fetch-row.js';
import { streamOctets } from './part-stream.js';
import type { Pool } from './pool.js';
import type { Session } from './session.js';
import { compactSets } from './sets.js';

/** The first batch is small, so that the phone's answer begins early. */
const batchSizes = [8, 32, 96] as const;
/** Larger contents are streamed on their own. */
const largestGathered = 256 * 1024;
/** Octets of content one batch holds; two batches exist at a time. */
const batchBudget = 1024 * 1024;
/** A state is a few bytes: so many mails are asked for at once. */
const stateBatch = 500;

const headerFields = `BODY.PEEK[HEADER.FIELDS (${neededHeaderFields.join(' ').toUpperCase()})]`;
const mailItems = `UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE ${headerFields}`;

/** What is asked of each mail before its content. */
function itemsFor(session: Session, view: View): string {
  if (view.detail === 'state') return '(UID FLAGS INTERNALDATE)';
  const items = [mailItems];
  if (session.has('OBJECTID')) items.push('THREADID');
  if (session.has('PREVIEW') && wantsMimePreview(view)) items.push('PREVIEW (LAZY)');
  return `(${items.join(' ')})`;
}

/** Beside MIME the preview is all that the text would be read for. */
const wantsMimePreview = ({ mimeSupport, bodyPreferences }: View): boolean =>
  mimeSupport > 0 && bodyPreferences.some(({ type, preview = 0 }) => type === 4 && preview > 0);

/** A mail of a batch with what was fetched of its content so far. */
interface Fetched {
  readonly row: FetchRow;
  readonly structure: MimePart;
  readonly plan: MailPlan;
  readonly contents: Map<string, Uint8Array>;
}

/** Reads mails in the order of `ids`; the next batch is on its way while the last one is used. */
export async function* readMails(
  pool: Pool,
  folder: string,
  ids: readonly string[],
  view: View,
): AsyncGenerator<ReadResult, void, undefined> {
  const batches = view.detail === 'state' ? cut(ids, [stateBatch]) : cut(ids, batchSizes);
  const load = (index: number): Promise<Map<string, Fetched>> | null => {
    const batch = batches[index];
    if (batch === undefined) return null;
    const loading = pool.use(folder, 'reads', async (session) => {
      // Each batch may get another connection, whose view may be older than what the feed told of: a new mail would not be
      // there for it, and a flag be the one of before, and nobody would tell of either again.
      const mailbox = await session.refresh(folder);
      const uids = new Map<number, string>();
      for (const id of batch) {
        const uid = uidIn(mailbox, id);
        if (uid !== null) uids.set(uid, id);
      }
      return fetchBatch(session, uids, view);
    });
    // A batch that nobody comes to use may fail in silence.
    loading.catch(() => undefined);
    return loading;
  };
  let next = load(0);
  for (const [index, batch] of batches.entries()) {
    const mails = await next;
    next = load(index + 1);
    for (const id of batch) yield await toResult(pool, folder, id, mails?.get(id), view);
    mails?.clear();
  }
}

function cut(ids: readonly string[], sizes: readonly number[]): (readonly string[])[] {
  const batches: (readonly string[])[] = [];
  for (let start = 0; start < ids.length;) {
    const size = sizes[Math.min(batches.length, sizes.length - 1)] ?? 1;
    batches.push(ids.slice(start, start + size));
    start += size;
  }
  return batches;
}

async function fetchBatch(
  session: Session,
  uids: ReadonlyMap<number, string>,
  view: View,
): Promise<Map<string, Fetched>> {
  const mails = new Map<string, Fetched>();
  if (uids.size === 0) return mails;
  const items = itemsFor(session, view);
  const isAsked = (row: FetchRow): boolean => row.date !== null && uids.has(row.uid ?? 0);
  for (const set of compactSets(uids.keys())) {
    await session.fetch('UID FETCH', `${set} ${items}`, isAsked, (row) => {
      // Not asked for: the server put it in to tell that the flags are new.
      if (row.modseq !== null) session.noteChange([row.uid ?? 0]);
      mails.set(uids.get(row.uid ?? 0) ?? '', describe(row, view));
    });
  }
  if (view.detail === 'full') await gatherContents(session, mails.values());
  return mails;
}

function describe(row: FetchRow, view: View): Fetched {
  const structure =
    row.bodyStructure === null ? unknownStructure(row.size ?? 0) : readBodyStructure(row.bodyStructure);
  return { row, structure, plan: planMail(structure, view), contents: new Map() };
}

const sectionOf = (need: PartNeed): string => need.part?.part ?? '';

/** Octets a need is about. */
function lengthOf(need: PartNeed, row: FetchRow): number {
  const size = need.part === null ? (row.size ?? 0) : need.part.size;
  return need.bytes === null ? size : Math.min(size, need.bytes);
}

/** Fetches the small contents; mails that need the same sections share a round trip. */
async function gatherContents(session: Session, mails: Iterable<Fetched>): Promise<void> {
  const groups = new Map<string, Map<number, Fetched>>();
  let left = batchBudget;
  for (const mail of mails) {
    const items: string[] = [];
    for (const need of mail.plan.needs) {
      if (need === mail.plan.previewNeed && mail.row.preview !== null) continue;
      const length = lengthOf(need, mail.row);
      if (length > largestGathered || length > left) continue;
      left -= length;
      items.push(`BODY.PEEK[${sectionOf(need)}]${need.bytes === null ? '' : `<0.${need.bytes}>`}`);
    }
    if (items.length === 0) continue;
    const key = items.join(' ');
    const group = groups.get(key) ?? new Map<number, Fetched>();
    groups.set(key, group.set(mail.row.uid ?? 0, mail));
  }
  for (const [items, group] of groups) {
    for (const set of compactSets(group.keys())) {
      const isAsked = (row: FetchRow): boolean => row.sections.size > 0;
      await session.fetch('UID FETCH', `${set} (UID ${items})`, isAsked, ({ uid, sections }) => {
        const contents = group.get(uid ?? 0)?.contents;
        for (const [section, content] of sections) contents?.set(section, content ?? new Uint8Array(0));
      });
    }
  }
}

async function toResult(
  pool: Pool,
  folder: string,
  id: string,
  mail: Fetched | undefined,
  view: View,
): Promise<ReadResult> {
  if (mail === undefined) return { id, failure: 'gone', reason: 'the mail is not in its folder any more' };
  const { row, structure, plan, contents } = mail;
  const flags = mailFlags(row.flags ?? []);
  if (view.detail === 'state') return { id, item: stateElements(flags, view) };
  const item = await buildEmail(
    {
      header: row.sections.get('HEADER.FIELDS') ?? new Uint8Array(0),
      flags,
      receivedAt: new Date(row.date ?? 0),
      threadId: row.threadId,
      preview: row.preview,
      structure,
      size: row.size ?? 0,
      fileReference: (part) => part.part,
      open: (need) => {
        const section = sectionOf(need);
        const gathered = contents.get(section.toUpperCase());
        return gathered !== undefined
          ? once(gathered)
          : streamOctets(pool, { folder, id, section }, 0, lengthOf(need, row));
      },
    },
    plan,
    view,
  );
  return { id, item };
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield content;
}
