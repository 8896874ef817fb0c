import { BackendError } from '#backend';
import { noteHeader } from '#formats';
import { mailboxStates } from '../mailbox-states.js';
import type { FetchRow } from '../fetch-row.js';
import type { Pool } from '../pool.js';
import type { Session } from '../session.js';

/** A mail that is a note's present form. */
export interface NoteMail {
  readonly uid: number;
  /** Bytes of the mail. */
  readonly size: number;
  /** When it was put there, milliseconds since 1970. */
  readonly at: number;
  /** UIDs of all mails of the note, this one's last: an edit that broke off leaves the one before standing. */
  readonly all: readonly number[];
}

/** The notes of a folder by their UUID. */
export interface NotesIndex {
  /** What STATUS said before it was listed: while it says so again nothing happened. */
  readonly state: string;
  readonly uidValidity: number;
  readonly notes: ReadonlyMap<string, NoteMail>;
}

/** The state of a folder that is not there yet. */
export const noFolder = 'none';

const uuidField = `BODY.PEEK[HEADER.FIELDS (${noteHeader.uuid.toUpperCase()})]`;
const listed = `(UID FLAGS INTERNALDATE RFC822.SIZE ${uuidField})`;

/** Keeps the index of each folder for as long as its STATUS stays the same: most looks cost one round trip. */
export class NotesIndexes {
  private readonly known = new Map<string, NotesIndex>();

  constructor(private readonly pool: Pool) {}

  state(folder: string): Promise<string> {
    return this.pool.use(folder, 'reads', (session) => stateOf(session, folder));
  }

  current(folder: string): Promise<NotesIndex> {
    return this.pool.use(folder, 'reads', async (session) => {
      const state = await stateOf(session, folder);
      const known = this.known.get(folder);
      if (known?.state === state) return known;
      const index = state === noFolder ? empty : await list(session, folder, state);
      this.known.set(folder, index);
      return index;
    });
  }
}

const empty: NotesIndex = { state: noFolder, uidValidity: 0, notes: new Map() };

/** What is open is brought up to now first: Dovecot tells a STATUS of it as this connection has last seen it. */
async function stateOf(session: Session, folder: string): Promise<string> {
  if (session.selected?.path === folder) {
    const isThere = await session.refresh(folder).then(
      () => true,
      (error: unknown) => {
        if (error instanceof BackendError && error.kind === 'gone') return false;
        throw error;
      },
    );
    if (!isThere) return noFolder;
  }
  return (await mailboxStates(session, [folder], 'alone')).get(folder) ?? noFolder;
}

async function list(session: Session, folder: string, state: string): Promise<NotesIndex> {
  const mailbox = await session.refresh(folder);
  const { uidValidity } = mailbox;
  const rows: FetchRow[] = [];
  if (mailbox.exists > 0) {
    const isAsked = (row: FetchRow): boolean => row.date !== null && row.sections.size > 0;
    await session.fetch('UID FETCH', `1:* ${listed}`, isAsked, (row) => rows.push(row));
  }
  const notes = new Map<string, NoteMail>();
  for (const row of rows.sort((one, other) => (one.uid ?? 0) - (other.uid ?? 0))) {
    const uid = row.uid ?? 0;
    // What a mail program marks it has deleted, whenever it clears up.
    if (row.flags?.some((flag) => flag.toLowerCase() === '\\deleted') === true) continue;
    const uuid = uuidOf(row) ?? `mail-${uidValidity}-${uid}`;
    const all = [...(notes.get(uuid)?.all ?? []), uid];
    notes.set(uuid, { uid, size: row.size ?? 0, at: row.date ?? 0, all });
  }
  return { state, uidValidity, notes };
}

/** Null where there is none, or none that could be an object's name. */
function uuidOf(row: FetchRow): string | null {
  const header = Buffer.from([...row.sections.values()][0] ?? []).toString('latin1');
  const value = /^[^:]*:\s*([^\s]+)\s*$/.exec(header.trim())?.[1];
  return value !== undefined && /^[\w.@:+{}-]{1,100}$/.test(value) ? value : null;
}
