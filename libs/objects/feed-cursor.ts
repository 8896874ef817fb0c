import { createHash } from 'node:crypto';
import { CursorInvalid } from '#backend';

/** What every cursor has: the horizon its pages were told by. */
interface Told {
  /** See horizon.ts. */
  readonly month: number;
  /** Some series was told by its occurrences: with the next month the folder must be told anew. */
  readonly expanded: boolean;
}

/** Everything is told; `token` is where the source's changes go on. */
export interface SettledCursor extends Told {
  readonly kind: 'settled';
  readonly token: string;
}

/** In the middle of a listing: ids from `next` on are still to be told, then changes since `token`. */
export interface ListingCursor extends Told {
  readonly kind: 'listing';
  readonly next: string;
  readonly token: string;
}

/** In the middle of the changes since `token`: ids from `next` on are to be told of the answer with this mark. */
export interface DeltaCursor extends Told {
  readonly kind: 'delta';
  readonly next: string;
  readonly token: string;
  readonly mark: string;
}

export type FeedCursor = SettledCursor | ListingCursor | DeltaCursor;

/** Tells one answer of a source from another in a cursor, which has no room for two tokens. */
export const markOf = (token: string): string =>
  createHash('sha256').update(token).digest('base64url').slice(0, 12);

export function formatCursor(cursor: FeedCursor): string {
  const told = [cursor.month, cursor.expanded ? 1 : 0];
  switch (cursor.kind) {
    case 'settled':
      return JSON.stringify(['s', ...told, cursor.token]);
    case 'listing':
      return JSON.stringify(['l', ...told, cursor.token, cursor.next]);
    case 'delta':
      return JSON.stringify(['d', ...told, cursor.token, cursor.next, cursor.mark]);
  }
}

/** Throws CursorInvalid for what formatCursor did not make. */
export function parseCursor(text: string): FeedCursor {
  const [kind, month, expanded, token, next, mark] = partsOf(text);
  if (typeof month === 'number' && typeof token === 'string') {
    const told = { month, expanded: expanded === 1, token };
    if (kind === 's') return { kind: 'settled', ...told };
    if (kind === 'l' && typeof next === 'string') return { kind: 'listing', ...told, next };
    if (kind === 'd' && typeof next === 'string' && typeof mark === 'string') {
      return { kind: 'delta', ...told, next, mark };
    }
  }
  throw new CursorInvalid('the cursor is none of this feed');
}

function partsOf(text: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
