import ICAL from 'ical.js';
import {
  recurrenceOf as patternOf,
  mostOccurrences,
  untilOf,
  type Recurrence,
} from '../../calendar-recurrence.js';
import { rulePart } from '../../calendar-rule-parts.js';
import { ruleStarts } from '../../calendar-rule-starts.js';
import { timeOf, weekdayOf, type CalendarTime } from '../../calendar-time.js';
import { wallAt } from '../../calendar-zone.js';
import { valuesOf } from '../../calendar-values.js';
import { wallClock } from '../../time-zone-clock.js';
import type { EventObject } from './calendar-object.js';

/** A rule of a series, with its end in the wall time of the series. */
export interface SeriesRule {
  readonly rule: ICAL.Recur;
  /** UNTIL as `ruleStarts` takes it; null where the rule has none. */
  readonly until: number | null;
}

/** All rules of this name (RRULE, EXRULE) that can be understood. */
export function rulesOf(event: ICAL.Component, name: 'rrule' | 'exrule', start: CalendarTime): SeriesRule[] {
  return event
    .getAllProperties(name)
    .slice(0, 20)
    .flatMap((property) => {
      const [value] = valuesOf(property);
      const rule = value instanceof ICAL.Recur ? value : ruleOfText(value);
      return rule?.freq ? [{ rule, until: wallUntil(rule, start) }] : [];
    });
}

/** EXRULE is no property that ical.js knows; a rule that it cannot read may be in small letters. */
function ruleOfText(value: unknown): ICAL.Recur | null {
  // RFC 7529: days of other calendars, which ical.js would take for ours.
  if (typeof value === 'string' && /(?:^|;)(?:RSCALE|SKIP)=/i.test(value)) return null;
  try {
    return typeof value === 'string' ? ICAL.Recur.fromString(value.toUpperCase()) : null;
  } catch {
    return null;
  }
}

/** A date means the whole of its day. */
function wallUntil(rule: ICAL.Recur, start: CalendarTime): number | null {
  if (rule.until?.isDate === true) {
    const { year, month, day } = rule.until;
    return wallClock({ year, month, day, hour: 23, minute: 59, second: 59 });
  }
  const until = untilOf(rule, start);
  return until && wallAt(start.zone, until.getTime());
}

/**
 * The Recurrence of a series (MS-ASCAL 2.2.2.37). Null for what is no series, and for one that ActiveSync has no words for
 * (trap 92): that one is told occurrence by occurrence.
 */
export function recurrenceOf(object: EventObject): Recurrence | null {
  const { master, zones } = object;
  if (!master || !isSayable(object)) return null;
  const start = timeOf(master, 'dtstart', zones);
  const [found] = start ? rulesOf(master, 'rrule', start) : [];
  if (!start || !found) return null;
  const first = { ...start.wall, weekday: weekdayOf(start.wall) };
  const pattern = patternOf(found.rule, first, endOf(found, start));
  return pattern && isUnknownTo(found.rule) ? null : pattern;
}

/** RFC 7529: other calendars, and other ways to leap over days that a month does not have. */
const isUnknownTo = (rule: ICAL.Recur): boolean =>
  ['RSCALE', 'SKIP'].some((name) => rulePart(rule, name).length > 0);

/** UNTIL; for a series of more occurrences than Occurrences can count, its last one. Never before the start. */
function endOf({ rule, until }: SeriesRule, start: CalendarTime): Date | null {
  const begin = wallClock(start.wall);
  if (until !== null) {
    const said = untilOf(rule, start);
    return said && new Date(Math.max(said.getTime(), momentOfWall(begin, start)));
  }
  if (!rule.count || rule.count <= mostOccurrences) return null;
  const starts = [...ruleStarts(rule, { start: begin, from: begin, to: latest, until: null })];
  // Of a count that nobody can follow to its end there is no end to tell.
  return starts.length < rule.count ? null : new Date(momentOfWall(starts.at(-1) ?? begin, start));
}

/** The end of the years that phones know. */
export const latest = Date.UTC(4500, 0, 1);

const momentOfWall = (wall: number, { zone }: CalendarTime): number =>
  wall - zone.offsetAt(wall - zone.offsetAt(wall) * 60_000) * 60_000;

/** One rule and nothing else makes the occurrences, and they are all of one kind. */
function isSayable({ master, overrides, zones }: EventObject): boolean {
  if (!master) return false;
  if (master.getAllProperties('rrule').length !== 1) return false;
  if (master.hasProperty('rdate') || master.hasProperty('exrule')) return false;
  const allDay = timeOf(master, 'dtstart', zones)?.isDate;
  return overrides.every(({ event }) => (timeOf(event, 'dtstart', zones)?.isDate ?? allDay) === allDay);
}

/** Whether the event comes more than once, in whatever words. A rule that nobody can read makes no series. */
export function isSeries({ master, overrides, zones }: EventObject): boolean {
  if (!master) return overrides.length > 1;
  if (master.hasProperty('rdate') || overrides.length > 0) return true;
  const start = master.hasProperty('rrule') ? timeOf(master, 'dtstart', zones) : null;
  return start !== null && rulesOf(master, 'rrule', start).length > 0;
}
