import type { BusyPeriod, CalendarStore, FreeBusy } from '#backend';
import { busyPeriods, comparableAddress, MalformedText, readFreeBusy, type Owner } from '#formats';

/** Objects that are looked through for one answer; who has more current events than this is told nothing rather than half. */
const MOST_OBJECTS = 5_000;
const PAGE = 500;
const DAY = 86_400_000;

export interface FreeBusyParts {
  /** The account's own calendars. */
  readonly calendars: () => Promise<CalendarStore | null>;
  readonly owner: () => Promise<Owner>;
  /** Asks a server that knows others (RFC 6638 5): iCalendar text, null if it knows nothing. Null where there is none. */
  readonly ask: ((address: string, start: Date, end: Date) => Promise<string | null>) | null;
}

/** When people are free: the account's user by the calendars themselves, everybody else by what a server tells. */
export class CalendarFreeBusy implements FreeBusy {
  constructor(private readonly parts: FreeBusyParts) {}

  async freeBusy(address: string, start: Date, end: Date): Promise<readonly BusyPeriod[] | null> {
    const { calendars, owner, ask } = this.parts;
    const own = await owner();
    const wanted = comparableAddress(address);
    const isOwn = own.identities.some((identity) => comparableAddress(identity.address) === wanted);
    const store = isOwn ? await calendars() : null;
    const known = store && (await ownPeriods(store, own, start, end));
    if (known) return known;
    const told = await ask?.(address, start, end);
    return told ? readFreeBusy(told) : null;
  }

  async close(): Promise<void> {
    // What it asks belongs to others.
  }
}

/** Null if there is more than anybody looks through. */
async function ownPeriods(
  store: CalendarStore,
  owner: Owner,
  start: Date,
  end: Date,
): Promise<readonly BusyPeriod[] | null> {
  const sinceDay = Math.floor(start.getTime() / DAY) - 1;
  const folders = (await store.folders()).filter(
    ({ itemClass, selectable }) => itemClass === 'Calendar' && selectable,
  );
  const found: BusyPeriod[] = [];
  let left = MOST_OBJECTS;
  for (const { path } of folders) {
    const seen = new Set<string>();
    for await (const id of idsIn(store, path, sinceDay)) {
      if (--left < 0) return null;
      const object = await store.calendarObject(path, id);
      // A series that is told occurrence by occurrence is one object.
      if (!object || seen.has(object.id)) continue;
      seen.add(object.id);
      found.push(...periodsOf(object.text, owner, start, end));
    }
  }
  return found;
}

async function* idsIn(store: CalendarStore, folder: string, sinceDay: number): AsyncGenerator<string> {
  let cursor: string | null = null;
  for (let more = true; more;) {
    const page = await store.changes({ folder, cursor, scope: { sinceDay }, limit: PAGE });
    for (const { id, day } of page.changed) if (day === null || day >= sinceDay) yield id;
    ({ cursor, more } = page);
  }
}

/** An event that nobody can read takes no time. */
function periodsOf(text: string, owner: Owner, start: Date, end: Date): readonly BusyPeriod[] {
  try {
    return busyPeriods(
      text,
      start,
      end,
      owner.identities.map(({ address }) => address),
    );
  } catch (error) {
    if (error instanceof MalformedText) return [];
    throw error;
  }
}
