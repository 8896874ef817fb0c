import { BackendError } from '#backend';
import type { Slot } from '#connections';
import type { ImapSettings } from './config.js';
import { fetchRow, type FetchRow } from './fetch-row.js';
import type { ImapLogin } from './login.js';
import { bigNumber, list, number, responseCode, text, texts, type Untagged } from './nodes.js';
import { quote } from './quoting.js';
import { countSet, expandSet } from './sets.js';
import { Wire, type Arguments, type Tap, type UntaggedName } from './wire.js';

/** The mailbox a connection has open, kept up to date by what the server says. */
export interface Selected {
  readonly path: string;
  readonly uidValidity: number;
  readonly readOnly: boolean;
  /** What PERMANENTFLAGS told, in lower case; null where nothing was told. */
  permanentFlags: ReadonlySet<string> | null;
  /** Keeps modification sequences of this mailbox (no NOMODSEQ). */
  readonly hasModseq: boolean;
  /** Unique in this process; with `epoch` it names a state of the mailbox this connection has seen. */
  readonly tag: string;
  /** Messages, by what was told so far. */
  exists: number;
  /** The next UID, or one that is higher than all that were seen. */
  uidNext: number;
  /** Everything up to this modification sequence is in this connection's view; what came after counts as news. */
  modseq: bigint;
  /** Rises with everything the server tells about the mailbox that nobody asked for. */
  epoch: number;
  /** The value of `epoch` for which `modseq` holds. */
  modseqEpoch: number;
  /** What was told since then. */
  journal: Journal;
}

/** The messages that events named, so that the others need not be looked at. */
export interface Journal {
  readonly changed: Set<number>;
  readonly vanished: Set<number>;
  /** False once an event did not say which message it is about, or named too many. */
  complete: boolean;
}

const mostInJournal = 2_000;
/** So long, in milliseconds, a mailbox that is open is taken for the one of its path, unless the server says otherwise. */
const trusted = 5_000;
const emptyJournal = (): Journal => ({ changed: new Set(), vanished: new Set(), complete: true });

/** From here on `modseq` is what the view has, and the journal begins anew. */
export function settle(mailbox: Selected): void {
  mailbox.modseqEpoch = mailbox.epoch;
  mailbox.journal = emptyJournal();
}

let tags = 0;
/** Tells selections of this process from those that a cursor remembers from an earlier one. */
const processTag = Date.now().toString(36);

/** A connection and the mailbox it has open. Used by one caller at a time. */
export class Session {
  readonly wire: Wire;
  #selected: Selected | null = null;
  /** What is open is not what its path names any more. */
  #stale = false;
  /** When the path last named what is open, in milliseconds. */
  #verified = 0;
  /** When it was last given back, in milliseconds; for the pool. */
  lastUsed = Date.now();

  /** Its right to be open; null before `belongsTo`. */
  #slot: Slot | null = null;

  static async open(settings: ImapSettings, login: ImapLogin): Promise<Session> {
    const wire = await Wire.connect(settings, login);
    try {
      if (wire.has('ENABLE') && (wire.has('QRESYNC') || wire.has('CONDSTORE'))) {
        await wire.run('ENABLE', wire.has('QRESYNC') ? 'QRESYNC' : 'CONDSTORE');
      }
    } catch (error) {
      wire.destroy();
      throw error;
    }
    return new Session(wire);
  }

  private constructor(wire: Wire) {
    this.wire = wire;
    wire.onNews = (name, untagged) => this.#hear(name, untagged);
  }

  /** The slot is given back when the connection has ended. */
  belongsTo(slot: Slot): void {
    this.#slot = slot;
    this.wire.afterwards(() => slot.release());
  }

  get slot(): Slot | null {
    return this.#slot;
  }

  get selected(): Selected | null {
    return this.#selected;
  }

  /** Expunges are told as VANISHED, and history can be asked for. */
  get quickResync(): boolean {
    return this.wire.has('QRESYNC') && this.wire.has('ENABLE');
  }

  has(capability: string): boolean {
    return this.wire.has(capability);
  }

  /** The mailbox that is open, if it is one of these, is opened again before it is used again. */
  reopen(paths: readonly string[]): void {
    if (this.#selected !== null && paths.includes(this.#selected.path)) this.#stale = true;
  }

  /** Opens the mailbox unless it is open. Returns whether the view is as new as this call. Throws `gone`. */
  async select(path: string, again = false): Promise<{ mailbox: Selected; fresh: boolean }> {
    const current = this.#selected;
    if (current !== null && current.path === path && !again && !this.#stale)
      return { mailbox: current, fresh: false };
    this.#selected = null;
    this.#stale = false;
    const answers = new SelectAnswers();
    const condstore = this.has('CONDSTORE') && !this.has('ENABLE') ? ' (CONDSTORE)' : '';
    let done: Untagged;
    try {
      done = await this.wire.run('SELECT', quote(path) + condstore, (name, untagged) =>
        answers.take(name, untagged),
      );
    } catch (error) {
      // Whatever the words: a mailbox that cannot be opened is not there for us.
      const refused =
        error instanceof BackendError && error.kind === 'invalid' && error.reason !== 'no-permission';
      throw refused
        ? new BackendError('gone', error.message, { reason: 'no-such-folder', cause: error })
        : error;
    }
    const mailbox: Selected = {
      path,
      uidValidity: answers.uidValidity,
      readOnly: text(responseCode(done)[0])?.toUpperCase() === 'READ-ONLY',
      permanentFlags: answers.permanentFlags,
      hasModseq: this.has('CONDSTORE') && answers.modseq !== null,
      tag: `${processTag}${(++tags).toString(36)}`,
      exists: answers.exists,
      uidNext: answers.uidNext,
      modseq: answers.modseq ?? 0n,
      epoch: 0,
      modseqEpoch: 0,
      journal: emptyJournal(),
    };
    this.#selected = mailbox;
    this.#verified = Date.now();
    return { mailbox, fresh: true };
  }

  /** Opens the mailbox if need be and brings the view up to now. One round trip. */
  async refresh(path: string): Promise<Selected> {
    const { mailbox, fresh } = await this.select(path);
    if (fresh) return mailbox;
    await this.#noop(mailbox);
    return this.#stale ? (await this.select(path)).mailbox : mailbox;
  }

  /**
   * Lets go of a mailbox that is not what its path names any more. To Dovecot a path that is open means what is open, in
   * every answer: it must not be asked of a path that somebody gave to another mailbox. One round trip if any is open.
   */
  async doubt(): Promise<void> {
    if (this.#selected === null) return;
    await this.#noop(this.#selected);
    if (this.#stale) await this.select('INBOX', true);
  }

  /** Runs a command; what the server says beside it is noted. */
  async run(command: string, args: Arguments, tap?: Tap): Promise<Untagged> {
    return this.wire.run(command, args, tap);
  }

  /**
   * UID FETCH. Rows without a UID, and rows that lack one of the asked items, were not asked for: they tell of changes.
   * `onVanishedEarlier` gets the UID set of VANISHED (EARLIER), the answer to CHANGEDSINCE ... VANISHED.
   */
  async fetch(
    command: 'FETCH' | 'UID FETCH',
    args: string,
    isAsked: (row: FetchRow) => boolean,
    onRow: (row: FetchRow) => void,
    onVanishedEarlier: (set: string) => void = () => undefined,
  ): Promise<Untagged> {
    return this.wire.run(command, args, (name, untagged) => {
      if (name === 'VANISHED' && untagged.attributes?.length === 2) {
        onVanishedEarlier(text(untagged.attributes[1]) ?? '');
        return true;
      }
      if (name !== 'FETCH') return false;
      const row = fetchRow(untagged);
      if (row.uid === null || !isAsked(row)) return false;
      onRow(row);
      return true;
    });
  }

  /** Own changes are news to the feed, too, and the server does not always tell them to who made them. */
  noteChange(uids: Iterable<number>): void {
    const mailbox = this.#selected;
    if (mailbox === null) return;
    mailbox.epoch += 1;
    for (const uid of uids) note(mailbox.journal, 'changed', uid);
  }

  /** Cyrus, which has OBJECTID and no NOTIFY, does not. */
  get #tellsDeletion(): boolean {
    return this.has('NOTIFY') || !this.has('OBJECTID');
  }

  /**
   * NOOP; now and then with a look at whether the path still names what is open. Somebody else may have deleted or renamed
   * it, and Cyrus goes on as if nothing had happened: it tells only who asks for the path itself.
   */
  async #noop(mailbox: Selected): Promise<void> {
    const before = mailbox.epoch;
    if (Date.now() - this.#verified < (this.#tellsDeletion ? trusted : 0)) {
      return this.#noteNoop(mailbox, before, await this.wire.run('NOOP'));
    }
    let uidValidity: number | null = null;
    const done = await this.wire.runAll([`STATUS ${quote(mailbox.path)} (UIDVALIDITY)`], (name, untagged) => {
      if (name !== 'STATUS') return false;
      uidValidity = number(list(untagged.attributes?.[1])[1]);
      return true;
    });
    this.#verified = Date.now();
    if (uidValidity !== mailbox.uidValidity) this.#stale = true;
    if (done !== null) this.#noteNoop(mailbox, before, done);
  }

  #noteNoop(mailbox: Selected, before: number, done: Untagged): void {
    const [code, value] = responseCode(done);
    const modseq = text(code)?.toUpperCase() === 'HIGHESTMODSEQ' ? bigNumber(value) : null;
    // With nothing else told, a higher value covers changes nobody can see any more.
    if (
      modseq !== null &&
      before === mailbox.epoch &&
      mailbox.modseqEpoch === mailbox.epoch &&
      modseq > mailbox.modseq
    ) {
      mailbox.modseq = modseq;
    }
  }

  #hear(name: UntaggedName, untagged: Untagged): void {
    const mailbox = this.#selected;
    // A warning: Dovecot says "internal error" and OK of a mailbox that somebody deleted.
    if (name === 'NO') this.#stale = true;
    if (mailbox !== null) hearing[name]?.(mailbox, untagged);
  }
}

/** What each event does to what is known of the mailbox. */
const hearing: Partial<Record<UntaggedName, (mailbox: Selected, untagged: Untagged) => void>> = {
  OK: (mailbox, untagged) => {
    mailbox.permanentFlags = permanentFlags(untagged) ?? mailbox.permanentFlags;
  },
  EXISTS: (mailbox, untagged) => {
    if (Number(untagged.command) !== mailbox.exists) mailbox.epoch += 1;
    mailbox.exists = Number(untagged.command);
  },
  EXPUNGE: (mailbox) => {
    mailbox.exists = Math.max(0, mailbox.exists - 1);
    mailbox.epoch += 1;
    mailbox.journal.complete = false;
  },
  VANISHED: (mailbox, untagged) => {
    const earlier = untagged.attributes?.length === 2;
    const set = text(untagged.attributes?.at(-1)) ?? '';
    // VANISHED (EARLIER) is history: the count of messages did not change just now.
    if (!earlier) mailbox.exists = Math.max(0, mailbox.exists - countSet(set));
    mailbox.epoch += 1;
    for (const uid of expandSet(set, mostInJournal + 1)) note(mailbox.journal, 'vanished', uid);
  },
  FETCH: (mailbox, untagged) => {
    const { uid } = fetchRow(untagged);
    mailbox.epoch += 1;
    if (uid === null) mailbox.journal.complete = false;
    else note(mailbox.journal, 'changed', uid);
  },
};

/** The flags of `OK [PERMANENTFLAGS (...)]` in lower case; null of other answers. */
function permanentFlags(untagged: Untagged): ReadonlySet<string> | null {
  const [code, flags] = responseCode(untagged);
  if (text(code)?.toUpperCase() !== 'PERMANENTFLAGS') return null;
  return new Set(texts(flags).map((flag) => flag.toLowerCase()));
}

function note(journal: Journal, what: 'changed' | 'vanished', uid: number): void {
  if (journal[what].size >= mostInJournal) journal.complete = false;
  else journal[what].add(uid);
}

/** What SELECT tells of a mailbox before its tagged answer. */
class SelectAnswers {
  exists = 0;
  uidValidity = 0;
  uidNext = 0;
  modseq: bigint | null = null;
  permanentFlags: ReadonlySet<string> | null = null;

  take(name: UntaggedName, untagged: Untagged): boolean {
    if (name === 'EXISTS') this.exists = Number(untagged.command);
    if (name === 'OK') {
      const [code, value] = responseCode(untagged);
      switch (text(code)?.toUpperCase()) {
        case 'UIDVALIDITY':
          this.uidValidity = number(value) ?? 0;
          break;
        case 'UIDNEXT':
          this.uidNext = number(value) ?? 0;
          break;
        case 'HIGHESTMODSEQ':
          this.modseq = bigNumber(value);
          break;
        case 'PERMANENTFLAGS':
          this.permanentFlags = permanentFlags(untagged);
          break;
        case 'NOMODSEQ':
          this.modseq = null;
          break;
        default:
          break;
      }
    }
    return true;
  }
}
