/** A cursor that was not given out by the list it is shown to. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

/** A place in a sorted list: the last row's values of the columns it is sorted by. */
export type Place = readonly (string | null)[];

/**
 * A cursor: the name of the list's order and the place in it. It points between two rows, so what is added or removed
 * elsewhere in the meantime neither repeats nor hides a row, as counting rows would.
 */
export const writeCursor = (order: string, place: Place): string =>
  Buffer.from(JSON.stringify([order, ...place])).toString('base64url');

/** The place in a list that is sorted by `order`, `length` values. Throws InvalidCursor. */
export function readCursor(cursor: string, order: string, length: number): Place {
  const [named, ...place] = parsed(cursor);
  const isPlace = place.every((value): value is string | null => value === null || typeof value === 'string');
  if (named !== order || place.length !== length || !isPlace)
    throw new InvalidCursor('cursor of another list');
  return place;
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(value)) return value;
  } catch {
    // Told below.
  }
  throw new InvalidCursor('no cursor of this server');
}

/** A cursor by a row's number alone. Throws InvalidCursor. */
export function readIdCursor(cursor: string | undefined, order: string): string | null {
  if (cursor === undefined) return null;
  const [id] = readCursor(cursor, order, 1);
  if (typeof id !== 'string' || !/^\d{1,19}$/.test(id)) throw new InvalidCursor('no row');
  return id;
}

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next one begins; null at the end. */
  readonly next: string | null;
}

/** A page out of one row more than was wanted: the surplus one says that there is another page. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
