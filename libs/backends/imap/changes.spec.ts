import { changes } from './changes.js';
import { formatCursor } from './cursor.js';
import { itemId } from './item-id.js';
import type { Selected, Session } from './session.js';

const VALIDITY = 7;

/** A connection with INBOX open, to a server with QRESYNC that does what is planned for its next commands. */
class PlannedSession {
  readonly quickResync = true;
  readonly plan: Record<'STATUS' | 'NOOP' | 'FETCH', (() => void)[]> = { STATUS: [], NOOP: [], FETCH: [] };
  readonly selected: Selected = {
    path: 'INBOX',
    uidValidity: VALIDITY,
    readOnly: false,
    permanentFlags: null,
    hasModseq: true,
    tag: 't',
    exists: 9,
    uidNext: 10,
    modseq: 10n,
    epoch: 0,
    modseqEpoch: 0,
    journal: { changed: new Set(), vanished: new Set(), complete: true },
  };

  /** The mails that went, and when. */
  readonly history = new Map<number, bigint>();
  /** What HIGHESTMODSEQ is at the server. */
  highest = 10n;

  hearsGoing(uid: number): void {
    this.highest += 1n;
    this.selected.epoch += 1;
    this.selected.exists -= 1;
    this.selected.journal.vanished.add(uid);
    this.history.set(uid, this.highest);
  }

  hearsChange(uid: number): void {
    this.highest += 1n;
    this.selected.epoch += 1;
    this.selected.journal.changed.add(uid);
  }

  async refresh(): Promise<Selected> {
    this.plan.NOOP.shift()?.();
    return this.selected;
  }

  async run(_command: 'STATUS', _args: string, tap: (name: string, untagged: object) => boolean) {
    const atom = (value: string) => ({ type: 'ATOM', value });
    const items = [
      atom('UIDVALIDITY'),
      atom(String(VALIDITY)),
      atom('HIGHESTMODSEQ'),
      atom(String(this.highest)),
    ];
    tap('STATUS', { attributes: [atom('INBOX'), items] });
    this.plan.STATUS.shift()?.();
  }

  /** New mails, by UID. */
  readonly arrived: number[] = [];

  /** `n:*` and single UIDs. */
  async fetch(
    _command: string,
    args: string,
    _isAsked: unknown,
    onRow: (row: object) => void,
    onVanished?: (set: string) => void,
  ): Promise<void> {
    const [set = ''] = args.split(' ');
    const since = BigInt(/CHANGEDSINCE (\d+)/.exec(args)?.[1] ?? 0);
    const isNamed = (uid: number): boolean =>
      set.endsWith(':*') ? uid >= Number(/^\d+/.exec(set)?.[0]) : set.split(',').includes(String(uid));
    for (const uid of this.arrived.filter(isNamed)) onRow({ uid, modseq: this.highest, flags: [] });
    if (args.includes('VANISHED'))
      for (const [uid, modseq] of this.history) if (modseq > since) onVanished?.(String(uid));
    this.plan.FETCH.shift()?.();
  }
}

let session: PlannedSession;
beforeEach(() => (session = new PlannedSession()));

const at = (modseq: bigint): string =>
  formatCursor({
    phase: 'even',
    mark: { uidValidity: VALIDITY, mode: 'quick', modseq, count: 9, uidNext: 10, tag: '', epoch: 0 },
  });

const ask = (cursor: string) =>
  changes(session as unknown as Session, { folder: 'INBOX', cursor, scope: { sinceDay: null }, limit: 50 });

it.each(['STATUS', 'NOOP', 'FETCH'] as const)(
  'a mail that goes after the number was asked, by %s, is told to who has that number from another connection',
  async (command) => {
    session.hearsChange(3);
    // Nothing at the first NOOP: it goes with the answer to STATUS, or after it.
    if (command === 'NOOP') session.plan.NOOP.push(() => undefined);
    session.plan[command].push(() => session.hearsGoing(5));
    await ask(at(10n));
    expect((await ask(at(11n))).removed).toEqual([itemId(VALIDITY, 5)]);
  },
);

it('a mail that came is told to who knows as little from another connection, though there was no quiet moment', async () => {
  session.hearsChange(3);
  session.plan.FETCH.push(() => session.hearsGoing(5));
  session.arrived.push(10);
  expect((await ask(at(10n))).changed).toHaveLength(1);
  expect((await ask(at(11n))).changed).toHaveLength(1);
});

it('a mail that came and went unseen by this connection is told to who saw it by another one', async () => {
  session.hearsChange(3);
  // Another connection told of mail 9 at 12; it went at 13, and here nobody heard of either.
  session.highest = 13n;
  session.history.set(9, 13n);
  expect((await ask(at(12n))).removed).toEqual([itemId(VALIDITY, 9)]);
});

it('what was told in a quiet moment is not told again', async () => {
  session.hearsGoing(5);
  const { removed, cursor } = await ask(at(10n));
  expect(removed).toEqual([itemId(VALIDITY, 5)]);
  const run = jest.spyOn(session, 'run');
  expect(await ask(cursor)).toEqual({ changed: [], removed: [], cursor, more: false });
  expect(run).not.toHaveBeenCalled();
});
