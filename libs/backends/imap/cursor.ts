import { CursorInvalid } from '#backend';

/** How a mailbox tells of changes: by modification sequence with or without history of removals, or not at all. */
export type FeedMode = 'quick' | 'modseq' | 'plain';

/** A state of a mailbox. Everything up to it is told once the pages of the cursor that holds it are through. */
export interface Mark {
  readonly uidValidity: number;
  readonly mode: FeedMode;
  readonly modseq: bigint;
  /** `modseq`: messages and next UID at that state, from which removals are found. */
  readonly count: number;
  readonly uidNext: number;
  /** `plain`: the selection and its epoch that saw the state; only that one can say that nothing happened since. */
  readonly tag: string;
  readonly epoch: number;
}

/** Where a feed stands. */
export type Cursor =
  /** All is told up to the mark. */
  | { readonly phase: 'even'; readonly mark: Mark }
  /** A listing is on the way down: UIDs below `below`, which had that position in the mailbox, are still to come. */
  | { readonly phase: 'listing'; readonly mark: Mark; readonly below: number; readonly position: number }
  /** Changes since `since` are told up to the UID `after`; the later ones are still to come. */
  | { readonly phase: 'paging'; readonly mark: Mark; readonly since: bigint; readonly after: number };

const modes: Readonly<Record<string, FeedMode>> = { q: 'quick', m: 'modseq', p: 'plain' };
const version = '1';

export function formatCursor(cursor: Cursor): string {
  const { mark } = cursor;
  const head = [
    version + mark.mode.charAt(0),
    base36(mark.uidValidity),
    base36(mark.modseq),
    base36(mark.count),
  ];
  const state = [...head, base36(mark.uidNext), mark.tag, base36(mark.epoch)];
  if (cursor.phase === 'listing')
    return [...state, 'l', base36(cursor.below), base36(cursor.position)].join('.');
  if (cursor.phase === 'paging') return [...state, 'd', base36(cursor.since), base36(cursor.after)].join('.');
  return state.join('.');
}

/** Throws CursorInvalid for anything this release did not write. */
export function parseCursor(text: string): Cursor {
  const [head = '', uidValidity, modseq, count, uidNext, tag = '', epoch, phase, first, second] =
    text.split('.');
  const mode = modes[head.slice(1)];
  if (head.charAt(0) !== version || mode === undefined)
    throw new CursorInvalid('a cursor of another release');
  const mark: Mark = {
    mode,
    uidValidity: integer(uidValidity),
    modseq: big(modseq),
    count: integer(count),
    uidNext: integer(uidNext),
    tag,
    epoch: integer(epoch),
  };
  if (phase === undefined) return { phase: 'even', mark };
  if (phase === 'l') return { phase: 'listing', mark, below: integer(first), position: integer(second) };
  if (phase === 'd') return { phase: 'paging', mark, since: big(first), after: integer(second) };
  throw new CursorInvalid('not a cursor');
}

const base36 = (value: number | bigint): string => value.toString(36);

function integer(text: string | undefined): number {
  const value = big(text);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new CursorInvalid('not a cursor');
  return Number(value);
}

function big(text: string | undefined): bigint {
  if (text === undefined || !/^[0-9a-z]{1,14}$/.test(text)) throw new CursorInvalid('not a cursor');
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(parseInt(digit, 36));
  return value;
}
