import { parseRange, type Range } from '../range.js';

/** Results of one answer, and without a Range (MS-ASCMD 2.2.3.143.3, for mailbox and GAL alike). */
const MOST_ROWS = 100;
/** Behind this nothing is retrieved: the source would have to put everything in order first. */
const LAST_ROW = 9_999;

/** Which results are asked for. */
export interface Rows extends Range {
  /** More were asked for than one answer can have: Status 12 of Search. */
  readonly isTooWide: boolean;
}

/** Null for what is no range. */
export function rowsAsked(text: string | undefined): Rows | null {
  if (text === undefined) return { first: 0, last: MOST_ROWS - 1, isTooWide: false };
  const range = parseRange(text);
  if (!range) return null;
  const first = Math.min(range.first, LAST_ROW + 1);
  const last = Math.min(range.last, first + MOST_ROWS - 1, LAST_ROW);
  return { first, last, isTooWide: last < range.last };
}

/** The Range of an answer with so many results; without any there is none. */
export const rowsGiven = ({ first }: Range, count: number): string | undefined =>
  count === 0 ? undefined : `${first}-${first + count - 1}`;
