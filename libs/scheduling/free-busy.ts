import type { BusyPeriod, CalendarStore, FreeBusy } from '#backend';
import { busyPeriods, comparableAddress, MalformedText, readFreeBusy, type Owner } from '#formats';

/** Objects that are looked through for one answer; of who has more events than this in a span nothing is told rather than half. */
const MOST_OBJECTS = 20_000;

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
}

/** Null if there is more than anybody looks through. */
async function ownPeriods(
  store: CalendarStore,
  owner: Owner,
  start: Date,
  end: Date,
): Promise<readonly BusyPeriod[] | null> {
  const folders = (await store.folders()).filter(
    ({ itemClass, selectable }) => itemClass === 'Calendar' && selectable,
  );
  const found: BusyPeriod[] = [];
  let left = MOST_OBJECTS;
  for (const { path } of folders) {
    for await (const text of store.textsDuring(path, start, end)) {
      if (--left < 0) return null;
      found.push(...periodsOf(text, owner, start, end));
    }
  }
  return found;
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
