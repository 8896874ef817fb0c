import {
  BackendError,
  keepsCalendars,
  type CalendarObject,
  type CalendarStore,
  type WrittenItem,
} from '#backend';

/** How often a lost race is run again: somebody who wins five times in a row is no person. */
const ATTEMPTS = 5;

/** The folder new events go to: the default calendar, else the first that can be written. Throws `invalid`, reason `read-only`. */
export async function defaultCalendar(calendars: CalendarStore): Promise<string> {
  const folders = (await calendars.folders()).filter(
    ({ itemClass, readOnly, selectable }) => itemClass === 'Calendar' && selectable && !readOnly,
  );
  const found = folders.find(({ role }) => role === 'default') ?? folders[0];
  if (!found) throw new BackendError('invalid', 'no calendar can be written', { reason: 'read-only' });
  return found.path;
}

/** What a piece of work makes of an object: another text, nothing to be changed, or no object any more. */
export type Reworked = { readonly text: string } | 'unchanged' | 'removed';

export type Rework = (current: CalendarObject | null) => Reworked;

export interface Outcome {
  /** The object as it was when the work was done on it; null for a new one. */
  readonly before: CalendarObject | null;
  readonly did: Reworked;
  readonly folder: string;
  /** Null if there is no object now. */
  readonly id: string | null;
}

/**
 * Works on the object `find` gives, or on a new one, and writes what came of it; if somebody else writes meanwhile, the work
 * is done again on what they wrote. Throws BackendError.
 */
export async function rework(
  calendars: CalendarStore,
  find: () => Promise<CalendarObject | null>,
  name: string,
  work: Rework,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    const before = await find();
    const did = work(before);
    try {
      return await written(calendars, before, did, name);
    } catch (error) {
      const isLost = error instanceof BackendError && error.kind === 'conflict';
      if (!isLost || attempt === ATTEMPTS) throw error;
    }
  }
}

async function written(
  calendars: CalendarStore,
  before: CalendarObject | null,
  did: Reworked,
  name: string,
): Promise<Outcome> {
  const folder = before?.folder ?? (await defaultCalendar(calendars));
  if (did === 'unchanged') return { before, did, folder, id: before?.id ?? null };
  if (did === 'removed') {
    if (before) await calendars.deleteCalendarObject(before);
    return { before, did, folder, id: null };
  }
  const how = before ? { over: before } : { name };
  const item: WrittenItem = await calendars.putCalendarObject(folder, did.text, how);
  return { before, did, folder, id: item.id };
}

/** The account's object of a meeting; of several the one in the default calendar. */
export const objectOf = async (calendars: CalendarStore, uid: string): Promise<CalendarObject | null> =>
  (await calendars.findByUid(uid))[0] ?? null;

export const asCalendars = (backend: object | null): CalendarStore | null =>
  backend && keepsCalendars(backend as CalendarStore) ? (backend as CalendarStore) : null;
