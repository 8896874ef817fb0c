import type { ItemClass } from '#backend';

/** FilterType (MS-ASCMD 2.2.3.68.2) to days back; 0 is everything. Trap 46: each class has its own allowed values. */
const DAYS_BACK: Readonly<Record<number, number>> = { 1: 1, 2: 3, 3: 7, 4: 14, 5: 31, 6: 92, 7: 183 };
const INCOMPLETE_TASKS = 8;
/** A task that is done has day 0, one to do has none. */
const DAY_AFTER_DONE = 1;

const ALLOWED: Readonly<Record<ItemClass, readonly number[]>> = {
  Email: [0, 1, 2, 3, 4, 5],
  Calendar: [0, 4, 5, 6, 7],
  Tasks: [0, INCOMPLETE_TASKS],
  Contacts: [0],
  Notes: [0],
};

/** Contacts and notes have no filter and ignore whatever is sent. */
const IGNORES_FILTER: ReadonlySet<ItemClass> = new Set(['Contacts', 'Notes']);

const MILLISECONDS_A_DAY = 86_400_000;

/** Days since 1970-01-01 UTC. */
export const dayOf = (time: Date | number): number => Math.floor(Number(time) / MILLISECONDS_A_DAY);

export const isFilterAllowed = (itemClass: ItemClass, filterType: number): boolean =>
  IGNORES_FILTER.has(itemClass) || ALLOWED[itemClass].includes(filterType);

/**
 * The first day inside of the window, null for everything. The window moves once a day, at midnight UTC: within a day
 * nothing falls out of it, so that a Sync without change stays one.
 */
export function sinceDay(itemClass: ItemClass, filterType: number, today: number): number | null {
  if (IGNORES_FILTER.has(itemClass)) return null;
  if (filterType === INCOMPLETE_TASKS) return DAY_AFTER_DONE;
  const days = DAYS_BACK[filterType];
  return days === undefined ? null : today - days;
}

/** Whether an item of `day` is inside of a window that starts at `since`. */
export const isInside = (day: number | null, since: number | null): boolean =>
  day === null || since === null || day >= since;

/** Whether moving the window from one start to another lets items in that the phone has not been told of. */
export const widens = (before: number | null, after: number | null): boolean =>
  before !== null && (after === null || after < before);

/** Whether moving the window may push known items out of it. */
export const narrows = (before: number | null, after: number | null): boolean =>
  after !== null && (before === null || after > before);
