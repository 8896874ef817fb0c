import type ICAL from 'ical.js';
import { ruleStarts } from '../../calendar-rule-starts.js';
import { timeOf, timesOf, wallTimeOf, type CalendarTime } from '../../calendar-time.js';
import { momentIn, wallAt } from '../../calendar-zone.js';
import { wallClock } from '../../time-zone-clock.js';
import type { EventObject, EventOverride } from './calendar-object.js';
import { spanOf, wallInSeries, type EventSpan } from './event-frame.js';
import { rulesOf } from './recurrence-read.js';

/** One occurrence of an event; an event that does not come again has one. Moments are milliseconds since 1970. */
export interface EventOccurrence {
  /** When it would have been: what names it. */
  readonly original: number;
  readonly start: number;
  /** Behind its last moment. */
  readonly end: number;
  /** The override, or the master. */
  readonly event: ICAL.Component;
}

const day = 24 * 60 * 60_000;
/** Occurrences of one object that are told at most: years of one every hour. */
export const mostOccurrences = 20_000;

/** All occurrences that touch the span, in the order of their starts. Never throws; hostile rules end early. */
export function occurrencesIn(object: EventObject, from: number, to: number): EventOccurrence[] {
  const found = [
    ...(object.master ? masterOccurrences(object, object.master, { from, to, margin: day }) : []),
    ...object.overrides.flatMap((override) => overrideOccurrence(object, override) ?? []),
  ];
  return found
    .filter(({ start, end }) => start < to && (end > from || (end === start && start >= from)))
    .sort((one, other) => one.start - other.start)
    .slice(0, mostOccurrences);
}

/** The occurrence that would have begun at this moment (to the minute); null if there is none. */
export function occurrenceAt(object: EventObject, original: Date): EventOccurrence | null {
  const minute = Math.floor(original.getTime() / 60_000);
  const isIt = (at: number): boolean => Math.floor(at / 60_000) === minute;
  const override = object.overrides.find(({ at }) => isIt(at));
  if (override) return overrideOccurrence(object, override);
  if (!object.master) return null;
  const at = minute * 60_000;
  // One that is long, or of a series without end, is not looked for among those before it.
  const only = { from: at, to: at + 60_000, margin: 0 };
  return masterOccurrences(object, object.master, only).find((one) => isIt(one.original)) ?? null;
}

function overrideOccurrence(
  { zones, master }: EventObject,
  { event, original, at }: EventOverride,
): EventOccurrence | null {
  const span = spanOf(event, zones);
  if (span) return { original: at, ...momentsOf(span), event };
  // An override without a time of its own: when it would have been, as long as the others.
  const own = master && spanOf(master, zones);
  const start = momentIn(original.zone, original.wall);
  return own ? { original: at, start, end: start + own.end - own.start, event } : null;
}

function momentsOf({ start, end, frame, finish }: EventSpan): { start: number; end: number } {
  const begin = momentIn(frame.zone, wallTimeOf(start));
  return { start: begin, end: Math.max(begin, finish ?? momentIn(frame.zone, wallTimeOf(end))) };
}

interface Span {
  readonly from: number;
  readonly to: number;
  /** How much longer before it and behind it starts are looked for; 0: those that start in it only. */
  readonly margin: number;
}

/** Those of the master that no override stands for. */
function masterOccurrences(
  object: EventObject,
  master: ICAL.Component,
  { from, to, margin }: Span,
): EventOccurrence[] {
  const span = spanOf(master, object.zones);
  const start = timeOf(master, 'dtstart', object.zones);
  if (!span || !start) return [];
  const { frame } = span;
  const { start: begin, end: finish } = momentsOf(span);
  const length = frame.isDate ? span.end - span.start : finish - begin;
  const overridden = new Set(
    object.overrides.map(({ original }) => wallInSeries(original, span.start, start)),
  );
  const walls = seriesStarts(object, master, start, {
    from: wallAt(frame.zone, from) - (margin > 0 ? length + margin : 0),
    to: wallAt(frame.zone, to) + margin,
  });
  const occurrences: EventOccurrence[] = [];
  for (const wall of walls) {
    if (overridden.has(wall)) continue;
    const at = momentIn(frame.zone, wallTimeOf(wall));
    const end = frame.isDate ? momentIn(frame.zone, wallTimeOf(wall + length)) : at + length;
    occurrences.push({ original: at, start: at, end: Math.max(at, end), event: master });
    if (occurrences.length >= mostOccurrences) break;
  }
  return occurrences;
}

interface WallSpan {
  readonly from: number;
  readonly to: number;
}

/** The wall times at which the series starts, without those that EXDATE and EXRULE take away. */
export function seriesStarts(
  { zones }: EventObject,
  master: ICAL.Component,
  start: CalendarTime,
  { from, to }: WallSpan,
): number[] {
  const begin = wallClock(start.wall);
  const excluded = new Set(excludedStarts(master, start, zones));
  const wanted = { start: begin, from, to };
  for (const { rule, until } of rulesOf(master, 'exrule', start)) {
    for (const at of ruleStarts(rule, { ...wanted, until })) excluded.add(at);
  }
  const rules = rulesOf(master, 'rrule', start);
  const dates = master
    .getAllProperties('rdate')
    .flatMap((property) => timesOf(property, zones))
    .map((time) => wallInSeries(time, begin, start));
  const starts = new Set<number>([...(rules.length === 0 ? [begin] : []), ...dates]);
  for (const { rule, until } of rules) {
    for (const at of ruleStarts(rule, { ...wanted, until })) {
      starts.add(at);
      if (starts.size >= mostOccurrences) break;
    }
  }
  return [...starts]
    .filter((wall) => wall >= from && wall <= to && !excluded.has(wall))
    .sort((one, other) => one - other);
}

/** What EXDATE says, in the wall time of the series. */
export const excludedStarts = (
  master: ICAL.Component,
  start: CalendarTime,
  zones: EventObject['zones'],
): number[] =>
  master
    .getAllProperties('exdate')
    .flatMap((property) => timesOf(property, zones))
    .map((time) => wallInSeries(time, wallClock(start.wall), start));
