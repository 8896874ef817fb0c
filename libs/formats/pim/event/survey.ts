import { ruleStarts } from '../../calendar-rule-starts.js';
import { timeOf, wallTimeOf } from '../../calendar-time.js';
import { momentIn } from '../../calendar-zone.js';
import { wallClock } from '../../time-zone-clock.js';
import type { Horizon, Survey } from '../codec.js';
import { parseEventObject, type EventObject } from './calendar-object.js';
import { spanOf } from './event-frame.js';
import { occurrencesIn } from './expand.js';
import { isSeries, latest, recurrenceOf, rulesOf } from './recurrence-read.js';

const day = 24 * 60 * 60_000;

/** What the feed must know of an event. Throws MalformedText; never for odd dates. */
export function surveyEvent(text: string, horizon: Horizon): Survey {
  const object = parseEventObject(text);
  return { day: lastDay(object), occurrences: isExpanded(object) ? originals(object, horizon) : null };
}

/** Whether an event is told occurrence by occurrence (trap 92). */
export const isExpanded = (object: EventObject): boolean => isSeries(object) && recurrenceOf(object) === null;

/** Minutes are all that an item's id has room for. */
function originals(object: EventObject, { from, to }: Horizon): Date[] {
  const minutes = occurrencesIn(object, from.getTime(), to.getTime()).map(({ original }) =>
    Math.floor(original / 60_000),
  );
  return [...new Set(minutes)].sort((one, other) => one - other).map((minute) => new Date(minute * 60_000));
}

/** The day of the last moment of the last occurrence; null for a series without end, and for what has no time. */
function lastDay(object: EventObject): number | null {
  const ends = [masterEnd(object), ...object.overrides.map(({ event }) => endOf(event, object))];
  const known = ends.filter((end) => end !== null);
  if (known.length === 0 || known.some((end) => !Number.isFinite(end))) return null;
  return Math.floor(Math.max(...known) / day);
}

/** The last moment; null for an event without a time. */
function endOf(event: Parameters<typeof spanOf>[0], { zones }: EventObject): number | null {
  const span = spanOf(event, zones);
  if (!span) return null;
  if (span.frame.isDate) return Math.max(span.start, span.end - 1);
  const [start, end] = [span.start, span.end].map((wall) => momentIn(span.frame.zone, wallTimeOf(wall)));
  return Math.max(start!, end! - 1);
}

/** Infinite for a series without end. */
function masterEnd(object: EventObject): number | null {
  const { master, zones } = object;
  const start = master && timeOf(master, 'dtstart', zones);
  const single = master && endOf(master, object);
  if (!master || !start || single === null) return null;
  const begin = wallClock(start.wall);
  const rules = rulesOf(master, 'rrule', start);
  if (rules.some(({ rule, until }) => until === null && !rule.count)) return Number.POSITIVE_INFINITY;
  let last = begin;
  for (const { rule, until } of rules) {
    if (until !== null) last = Math.max(last, until);
    else {
      const starts = [...ruleStarts(rule, { start: begin, from: begin, to: latest, until: null })];
      // A count that nobody can follow to its end.
      if (starts.length > 0 && starts.length < (rule.count ?? 0)) return Number.POSITIVE_INFINITY;
      last = Math.max(last, starts.at(-1) ?? begin);
    }
  }
  if (master.hasProperty('rdate')) last = Math.max(last, lastDate(object));
  return single + (last - begin);
}

/** Of RDATE; what lies beyond the years phones know is none. */
function lastDate(object: EventObject): number {
  const found = occurrencesIn({ ...object, overrides: [] }, 0, latest);
  return found.at(-1)?.start ?? Number.NEGATIVE_INFINITY;
}
