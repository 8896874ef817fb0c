import type ICAL from 'ical.js';
import type { Owner } from '../pim/codec.js';
import { wordOf } from '../calendar-values.js';
import { timesOf, momentOf } from '../calendar-time.js';
import { cancelMessage, requestMessage, type OutgoingScheduling } from './build-message.js';
import { MeetingCalendar } from './meeting-calendar.js';
import { attendeesOf, calendarAddress, comparableAddress, isOrganizer } from './people.js';
import { sameForOthers, sameTimes } from './significance.js';

/** Occurrences taken out at once beyond which the series is sent anew rather than one mail for each. */
const MOST_CANCELLED = 10;

/** What those who are invited must be told of a change. */
export interface MeetingNews {
  readonly messages: readonly OutgoingScheduling[];
  /** Everybody is asked anew: the SEQUENCE must be higher than before (RFC 5546 2.1.4). */
  readonly asksAnew: boolean;
}

const nothing: MeetingNews = { messages: [], asksAnew: false };

interface Sides {
  readonly before: MeetingCalendar | null;
  readonly after: MeetingCalendar | null;
}

/**
 * Works out who must hear what of the owner's change of a meeting, from the texts before and after it; null is no meeting.
 * Nothing, if the owner does not organize it or nobody else is invited.
 */
export function meetingNews(
  texts: { readonly before: string | null; readonly after: string | null },
  owner: Owner,
  at: Date,
): MeetingNews {
  const sides: Sides = { before: own(texts.before, owner), after: own(texts.after, owner) };
  const was = invitees(sides.before, owner);
  const is = invitees(sides.after, owner);
  if (texts.before !== null && sides.before && (!sides.after || isCancelled(sides.after))) {
    const ends = was.length > 0 && !isCancelled(sides.before);
    const message = ends && cancelMessage(texts.before, was, { instance: null, at, all: true });
    return message ? { messages: [message], asksAnew: false } : nothing;
  }
  if (texts.after === null || !sides.after || isCancelled(sides.after)) return nothing;
  const known = new Set(was.map(comparableAddress));
  const left = was.filter(
    (address) => !is.some((one) => comparableAddress(one) === comparableAddress(address)),
  );
  const gone = cancelledOccurrences(sides);
  const asksAnew = sides.before !== null && gone === null && !sameMeeting(sides.before, sides.after);
  const asked =
    sides.before === null || asksAnew ? is : is.filter((one) => !known.has(comparableAddress(one)));
  const stays = is.filter((one) => known.has(comparableAddress(one)));
  return {
    asksAnew,
    messages: [
      ...(texts.before !== null && left.length > 0
        ? [cancelMessage(texts.before, left, { instance: null, at, all: false })]
        : []),
      ...(asked.length > 0 ? [requestMessage(texts.after, asked, at)] : []),
      ...(texts.before !== null && stays.length > 0
        ? (gone ?? []).map((instance) => cancelMessage(texts.before!, stays, { instance, at, all: true }))
        : []),
    ],
  };
}

/** Null if there is no meeting that the owner organizes. */
function own(text: string | null, owner: Owner): MeetingCalendar | null {
  if (text === null) return null;
  const calendar = MeetingCalendar.parse(text);
  const main = mainOf(calendar);
  return main.hasProperty('organizer') && isOrganizer(main, owner) ? calendar : null;
}

const mainOf = (calendar: MeetingCalendar): ICAL.Component => calendar.master ?? calendar.events[0]!;

const isCancelled = (calendar: MeetingCalendar): boolean =>
  wordOf(mainOf(calendar), 'status') === 'CANCELLED';

/** Addresses of those who are invited to the whole or to an occurrence, each once, without the owner and rooms' servers. */
function invitees(calendar: MeetingCalendar | null, { identities }: Owner): string[] {
  const found = new Map<string, string>();
  const own = new Set(identities.map(({ address }) => comparableAddress(address)));
  for (const attendee of (calendar?.events ?? []).flatMap(attendeesOf)) {
    const address = calendarAddress(attendee);
    const key = comparableAddress(address);
    if (address !== '' && !own.has(key) && !found.has(key)) found.set(key, address);
  }
  return [...found.values()];
}

/** Whether the two say the same to others, occurrence by occurrence. */
function sameMeeting(before: MeetingCalendar, after: MeetingCalendar): boolean {
  if (before.events.length !== after.events.length) return false;
  return after.events.every((event) => {
    const earlier = before.counterpart(event, after);
    return earlier !== null && sameForOthers(earlier, event);
  });
}

/** The occurrences that were taken out, if that is all that was done; null if more or something else was. */
function cancelledOccurrences({ before, after }: Sides): readonly Date[] | null {
  const [was, is] = [before?.master, after?.master];
  if (!before || !after || !was || !is) return null;
  const [old, now] = [exclusions(before, was), exclusions(after, is)];
  const gone = [...now].filter((instance) => !old.has(instance));
  const kept = [...old].every((instance) => now.has(instance));
  if (gone.length === 0 || gone.length > MOST_CANCELLED || !kept || !sameTimes(was, is, ['exdate']))
    return null;
  const instances = gone.map((instance) => new Date(instance));
  const remaining = before.overrides.filter(
    (event) => !instances.some((one) => before.override(one) === event),
  );
  const same =
    sameForOthers(was, is, ['exdate']) &&
    remaining.length === after.overrides.length &&
    remaining.every((event) => {
      const later = after.counterpart(event, before);
      return later !== null && sameForOthers(event, later);
    });
  return same ? instances : null;
}

const exclusions = (calendar: MeetingCalendar, master: ICAL.Component): ReadonlySet<number> =>
  new Set(
    master
      .getAllProperties('exdate')
      .flatMap((property) => timesOf(property, calendar.zones).map((time) => momentOf(time).getTime())),
  );
