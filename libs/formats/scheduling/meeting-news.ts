import type ICAL from 'ical.js';
import type { Owner } from '../pim/codec.js';
import { wordOf } from '../calendar-values.js';
import { momentOf, timesOf } from '../calendar-time.js';
import { cancelMessage, requestMessage, type OutgoingScheduling } from './build-message.js';
import { MeetingCalendar } from './meeting-calendar.js';
import { attendeesOf, calendarAddress, comparableAddress, isOrganizer } from './people.js';
import { sameForOthers, sameTimes, sameWords } from './significance.js';

/** Occurrences of which others hear one by one; beyond that the series is sent anew rather than a mail for each. */
const MOST_OCCURRENCES = 10;

/** What those who are invited must be told of a change. */
export interface MeetingNews {
  readonly messages: readonly OutgoingScheduling[];
  /** Everybody is asked anew: the SEQUENCE must be higher than before (RFC 5546 2.1.4). */
  readonly asksAnew: boolean;
}

const nothing: MeetingNews = { messages: [], asksAnew: false };

/** A meeting with the text it stands in. */
interface Side {
  readonly text: string;
  readonly calendar: MeetingCalendar;
}

/** What others must hear of a change as a whole. */
interface Change {
  readonly before: Side;
  readonly after: Side;
  readonly owner: Owner;
  readonly at: Date;
  /** Who is new to the meeting as a whole, and has just heard of all of it; and who is in it no more. */
  readonly joined: readonly string[];
  readonly left: readonly string[];
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
  const before = own(texts.before, owner);
  const after = own(texts.after, owner);
  const isOn = after !== null && !isCancelled(after.calendar);
  if (before && !isOn) return ended(before, owner, at);
  if (!isOn) return nothing;
  // A meeting that was called off and is held after all is a new one to everybody.
  if (before && !isCancelled(before.calendar)) return changed({ before, after, owner, at });
  const to = peopleOf(after.calendar.events, owner);
  return { asksAnew: before !== null, messages: asking(after, to, at) };
}

function ended(before: Side, owner: Owner, at: Date): MeetingNews {
  const to = peopleOf(before.calendar.events, owner);
  if (to.length === 0 || isCancelled(before.calendar)) return nothing;
  return { asksAnew: false, messages: [cancelMessage(before.text, to, { instance: null, at, all: true })] };
}

function changed({ before, after, owner, at }: Omit<Change, 'joined' | 'left'>): MeetingNews {
  const was = peopleOf([mainOf(before.calendar)], owner);
  const is = peopleOf([mainOf(after.calendar)], owner);
  const [joined, left] = [without(is, was), without(was, is)];
  const cancels =
    left.length > 0 ? [cancelMessage(before.text, left, { instance: null, at, all: false })] : [];
  const occurrences = occurrenceNews({ before, after, owner, at, joined, left });
  if (occurrences) {
    return { asksAnew: false, messages: [...cancels, ...asking(after, joined, at), ...occurrences] };
  }
  const everybody = peopleOf(after.calendar.events, owner);
  return { asksAnew: true, messages: [...cancels, ...asking(after, everybody, at)] };
}

/**
 * What is new of single occurrences, each told by itself to those who knew the meeting. Null if the meeting as a whole is
 * another one, or too much of it.
 */
function occurrenceNews(change: Change): OutgoingScheduling[] | null {
  const { before, after } = change;
  const [was, is] = [before.calendar.master, after.calendar.master];
  if (!was || !is) return sameEvents(before.calendar, after.calendar) ? [] : null;
  if (!sameForOthers(was, is, ['exdate'])) return null;
  const [old, now] = [exclusions(before.calendar, was), exclusions(after.calendar, is)];
  const gone = [...now].filter((instance) => !old.has(instance)).map((instance) => new Date(instance));
  const isBack = [...old].some((instance) => !now.has(instance));
  const undone = before.calendar.overrides.some(
    (event) => !after.calendar.counterpart(event, before.calendar) && !isOneOf(gone, before.calendar, event),
  );
  if (isBack || undone) return null;
  const others = after.calendar.overrides.map((event) => aboutOccurrence(change, event));
  if (gone.length + others.filter((messages) => messages.length > 0).length > MOST_OCCURRENCES) return null;
  return [...others.flat(), ...gone.flatMap((instance) => aboutLost(change, instance))];
}

const isOneOf = (instances: readonly Date[], calendar: MeetingCalendar, event: ICAL.Component): boolean =>
  instances.some((instance) => calendar.override(instance) === event);

/** Of an occurrence that differs from the series: who hears of it anew, and who is no longer in it. */
function aboutOccurrence(
  { before, after, owner, at, joined, left }: Change,
  event: ICAL.Component,
): OutgoingScheduling[] {
  const original = after.calendar.time(event, 'recurrence-id');
  if (!original) return [];
  const instance = momentOf(original);
  const earlier = before.calendar.counterpart(event, after.calendar);
  const model = earlier ?? before.calendar.master!;
  const was = peopleOf([model], owner);
  const is = peopleOf([event], owner);
  const lost = without(without(was, is), left);
  const isSame = earlier
    ? sameForOthers(earlier, event)
    : sameWords(model, event) && isWhereItWas(before, after, event);
  const asked = without(isSame ? without(is, was) : is, joined);
  return [
    ...(lost.length > 0 ? [cancelMessage(before.text, lost, { instance, at, all: false })] : []),
    ...(asked.length > 0 ? [requestMessage(after.text, asked, at, instance)] : []),
  ];
}

function aboutLost({ before, owner, at, left }: Change, instance: Date): OutgoingScheduling[] {
  const event = before.calendar.override(instance) ?? before.calendar.master!;
  const to = without(peopleOf([event], owner), left);
  return to.length > 0 ? [cancelMessage(before.text, to, { instance, at, all: true })] : [];
}

/** Whether an occurrence takes place when the series says, for as long. */
function isWhereItWas(before: Side, after: Side, event: ICAL.Component): boolean {
  const original = after.calendar.time(event, 'recurrence-id');
  // What an occurrence was is worked out in a copy: it becomes one of the calendar's events.
  const usual = original && MeetingCalendar.parse(before.text).occurrence(momentOf(original));
  return usual !== null && sameTimes(usual, event);
}

/** Null if there is no meeting that the owner organizes. */
function own(text: string | null, owner: Owner): Side | null {
  if (text === null) return null;
  const calendar = MeetingCalendar.parse(text);
  const main = mainOf(calendar);
  return main.hasProperty('organizer') && isOrganizer(main, owner) ? { text, calendar } : null;
}

const mainOf = (calendar: MeetingCalendar): ICAL.Component => calendar.master ?? calendar.events[0]!;

const isCancelled = (calendar: MeetingCalendar): boolean =>
  wordOf(mainOf(calendar), 'status') === 'CANCELLED';

const asking = (side: Side, to: readonly string[], at: Date): OutgoingScheduling[] =>
  to.length > 0 ? [requestMessage(side.text, to, at)] : [];

/** Addresses of those who are invited to one of these events, each once, without the owner. */
function peopleOf(events: readonly ICAL.Component[], { identities }: Owner): string[] {
  const found = new Map<string, string>();
  const own = new Set(identities.map(({ address }) => comparableAddress(address)));
  for (const attendee of events.flatMap(attendeesOf)) {
    const address = calendarAddress(attendee);
    const key = comparableAddress(address);
    if (address !== '' && !own.has(key) && !found.has(key)) found.set(key, address);
  }
  return [...found.values()];
}

const isIn = (address: string, others: readonly string[]): boolean =>
  others.some((one) => comparableAddress(one) === comparableAddress(address));

const without = (addresses: readonly string[], others: readonly string[]): string[] =>
  addresses.filter((address) => !isIn(address, others));

/** Whether two calendars of single occurrences say the same to others. */
const sameEvents = (before: MeetingCalendar, after: MeetingCalendar): boolean =>
  before.events.length === after.events.length &&
  after.events.every((event) => {
    const earlier = before.counterpart(event, after);
    return earlier !== null && sameForOthers(earlier, event);
  });

const exclusions = (calendar: MeetingCalendar, master: ICAL.Component): ReadonlySet<number> =>
  new Set(
    master
      .getAllProperties('exdate')
      .flatMap((property) => timesOf(property, calendar.zones).map((time) => momentOf(time).getTime())),
  );
