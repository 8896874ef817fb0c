import ICAL from 'ical.js';
import { rulePart } from './calendar-rule-parts.js';
import { utcRules, type TimeZoneRules, type TransitionRule } from './time-zone-blob.js';
import { wallClock } from './time-zone-clock.js';
import { ianaZone, rulesOfZone, weekdayRule } from './time-zone-rules.js';

/**
 * The rules of a zone as a calendar text defines them. ICAL.Timezone would tell offsets, too, but expands every change up
 * to this day: one SECONDLY rule in a hostile VTIMEZONE would keep it busy for days.
 */

/** Zones by the names a calendar uses. */
export class CalendarZones {
  private readonly defined = new Map<string, ICAL.Component>();

  constructor(private readonly calendar: ICAL.Component) {
    for (const zone of calendar.getAllSubcomponents('vtimezone').slice(0, mostZones)) {
      const id = textOf(zone, 'tzid');
      if (id !== '') this.defined.set(id, zone);
    }
  }

  /** Rules of the zone named so, in this year: by its VTIMEZONE, else by its name. Null for a zone nobody knows. */
  rules(id: string, year: number): TimeZoneRules | null {
    const zone = this.defined.get(id);
    const defined = zone ? rulesOfDefinition(zone, year) : null;
    if (defined) return defined;
    const iana = ianaZone(id) ?? (zone ? ianaZone(textOf(zone, 'x-lic-location')) : null);
    return iana === null ? null : rulesOfZone(iana, year);
  }

  /** Rules for times that name no zone: X-WR-TIMEZONE, else the only zone that is defined, else UTC. */
  defaultRules(year: number): TimeZoneRules {
    const [first] = this.defined.keys();
    const id = textOf(this.calendar, 'x-wr-timezone') || (first ?? '');
    return this.rules(id, year) ?? utcRules;
  }
}

const mostZones = 50;
const mostObservances = 200;

export const textOf = (component: ICAL.Component, name: string): string => {
  const value: unknown = component.getFirstPropertyValue(name);
  return typeof value === 'string' ? value.trim() : '';
};

/** One STANDARD or DAYLIGHT of a VTIMEZONE, as far as it holds in the year asked for. */
interface Observance {
  readonly daylight: boolean;
  /** Minutes from UTC. */
  readonly offset: number;
  /** Since when it is the law, in wall time. */
  readonly since: number;
  /** Null where it begins once and does not come again. */
  readonly rule: TransitionRule | null;
}

function rulesOfDefinition(zone: ICAL.Component, year: number): TimeZoneRules | null {
  const observances = [
    ...zone.getAllSubcomponents('standard').slice(0, mostObservances),
    ...zone.getAllSubcomponents('daylight').slice(0, mostObservances),
  ].flatMap((component) => observance(component, year) ?? []);
  const latest = (daylight: boolean): Observance | undefined =>
    observances
      .filter((candidate) => candidate.daylight === daylight)
      .reduce<Observance | undefined>(
        (best, next) => (best && best.since >= next.since ? best : next),
        undefined,
      );
  const [standard, daylight] = [latest(false), latest(true)];
  const only = standard ?? daylight;
  if (!only) return null;
  if (standard?.rule && daylight?.rule) {
    return {
      standardBias: -standard.offset,
      daylightBias: -daylight.offset,
      transitions: { standard: standard.rule, daylight: daylight.rule },
    };
  }
  return { standardBias: -only.offset, daylightBias: -only.offset, transitions: null };
}

/** Null for one that does not hold in this year, or cannot be understood. */
function observance(component: ICAL.Component, year: number): Observance | null {
  const start: unknown = component.getFirstPropertyValue('dtstart');
  const offset: unknown = component.getFirstPropertyValue('tzoffsetto');
  if (!(start instanceof ICAL.Time) || !(offset instanceof ICAL.UtcOffset)) return null;
  const wall = wallClock(start);
  if (Number.isNaN(wall) || start.year > year) return null;
  const daylight = component.name === 'daylight';
  const minutes = Math.round(offset.toSeconds() / 60);
  if (Math.abs(minutes) > 24 * 60) return null;
  const rrule: unknown = component.getFirstPropertyValue('rrule');
  if (rrule instanceof ICAL.Recur) {
    if (rrule.until && rrule.until.year < year) return null;
    return { daylight, offset: minutes, since: wall, rule: yearlyRule(rrule, wall) };
  }
  const inYear = [start, ...dates(component)].find((date) => date.year === year);
  const rule = inYear ? weekdayRule(wallClock(inYear)) : null;
  return { daylight, offset: minutes, since: wall, rule };
}

function dates(component: ICAL.Component): ICAL.Time[] {
  return component
    .getAllProperties('rdate')
    .slice(0, mostObservances)
    .flatMap((property) =>
      property.getValues().filter((value): value is ICAL.Time => value instanceof ICAL.Time),
    );
}

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** `FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU`, and the form with BYMONTHDAY that some write instead; else DTSTART's own day. */
function yearlyRule(rrule: ICAL.Recur, start: number): TransitionRule | null {
  if (rrule.freq !== 'YEARLY') return null;
  const own = weekdayRule(start);
  const month = Number(rulePart(rrule, 'BYMONTH')[0] ?? own.month);
  const match = /^([+-]?\d+)?(SU|MO|TU|WE|TH|FR|SA)$/.exec(rulePart(rrule, 'BYDAY')[0] ?? '');
  if (!match || !(month >= 1 && month <= 12)) return own;
  const monthDays = rulePart(rrule, 'BYMONTHDAY').map(Number);
  const nth = match[1]
    ? Number(match[1])
    : monthDays.length > 0
      ? Math.ceil(Math.min(...monthDays) / 7)
      : own.week;
  const week = nth < 0 ? 6 + nth : nth;
  return { ...own, month, dayOfWeek: weekdays.indexOf(match[2]!), week: Math.min(5, Math.max(1, week)) };
}
