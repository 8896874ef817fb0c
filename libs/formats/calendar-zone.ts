import ICAL from 'ical.js';
import { rulePart } from './calendar-rule-parts.js';
import { textOf, valueOf, valuesOf } from './calendar-values.js';
import { utcRules, type TimeZoneRules, type TransitionRule } from './time-zone-blob.js';
import { transitionIn, wallClock, type WallTime } from './time-zone-clock.js';
import { ianaZone, rulesOfZone, stepsOfZone, weekdayRule } from './time-zone-rules.js';

/**
 * Zones of a calendar text. ICAL.Timezone would tell offsets, too, but expands every change up to the day asked for: one
 * SECONDLY rule in a hostile VTIMEZONE would keep it busy for days.
 */

/** A time zone that a calendar text uses. */
export interface Zone {
  /** The IANA zone it stands for; null for one that only its VTIMEZONE describes. */
  readonly iana: string | null;
  /** The rules by which its clocks go in this year, as phones are told them. */
  rules(year: number): TimeZoneRules;
  /** Minutes to add to UTC to get the wall time, at this moment (milliseconds since 1970). */
  offsetAt(utc: number): number;
}

export const utcZone: Zone = { iana: 'UTC', rules: () => utcRules, offsetAt: () => 0 };

/** A moment from which an offset (minutes) holds. */
interface OffsetStep {
  readonly from: number;
  readonly offset: number;
}

/** Offsets by the year of UTC, worked out once: a long series asks for thousands of moments. */
class OffsetTable {
  private readonly years = new Map<number, readonly OffsetStep[]>();
  private from = Number.POSITIVE_INFINITY;
  private to = Number.NEGATIVE_INFINITY;
  private steps: readonly OffsetStep[] = [];

  /** `stepsIn` gives those of a year in order; the first one holds from the year's beginning. */
  constructor(private readonly stepsIn: (year: number) => readonly OffsetStep[]) {}

  at(utc: number): number {
    if (!(utc >= this.from && utc < this.to)) this.turnTo(utc);
    let found = this.steps[0]?.offset ?? 0;
    for (const { from, offset } of this.steps) if (from <= utc) found = offset;
    return found;
  }

  private turnTo(utc: number): void {
    const year = new Date(utc).getUTCFullYear();
    let steps = this.years.get(year);
    if (!steps) {
      steps = this.stepsIn(year);
      if (this.years.size >= mostYears) this.years.clear();
      this.years.set(year, steps);
    }
    this.steps = steps;
    this.from = Date.UTC(year, 0, 1);
    this.to = Date.UTC(year + 1, 0, 1);
  }
}

const mostYears = 400;
const namedZones = new Map<string, Zone>();

/** A zone as Node's ICU knows it. */
export function namedZone(iana: string): Zone {
  const known = namedZones.get(iana);
  if (known) return known;
  const table = new OffsetTable((year) => stepsOfZone(iana, year));
  const made: Zone = { iana, rules: (year) => rulesOfZone(iana, year), offsetAt: (utc) => table.at(utc) };
  // Only names that Node knows come here, of which there are some hundreds.
  namedZones.set(iana, made);
  return made;
}

const minute = 60_000;
const day = 24 * 60 * minute;

/**
 * The moment (milliseconds since 1970) at which the clocks of this zone show this time. A time that comes twice is the first
 * one, one that is skipped is told by the clock before the change (RFC 5545 3.3.5).
 */
export function momentIn(zone: Zone, time: WallTime): number {
  const wall = wallClock(time);
  const before = zone.offsetAt(wall - day);
  const after = zone.offsetAt(wall + day);
  const byBefore = wall - before * minute;
  if (before === after || zone.offsetAt(byBefore) === before) return byBefore;
  const byAfter = wall - after * minute;
  return zone.offsetAt(byAfter) === after ? byAfter : byBefore;
}

/** What the clocks of this zone show at this moment, as if it were UTC. */
export const wallAt = (zone: Zone, utc: number): number => utc + zone.offsetAt(utc) * minute;

const mostZones = 50;
const mostObservances = 200;

/** Zones by the names a calendar uses. */
export class CalendarZones {
  private readonly defined = new Map<string, ICAL.Component>();
  private readonly known = new Map<string, Zone | null>();

  constructor(private readonly calendar: ICAL.Component) {
    for (const zone of calendar.getAllSubcomponents('vtimezone').slice(0, mostZones)) {
      const id = textOf(zone, 'tzid');
      if (id !== '') this.defined.set(id, zone);
    }
  }

  /** The zone named so: by its VTIMEZONE, else by its name. Null for a zone nobody knows. */
  zone(id: string): Zone | null {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const made = this.make(id);
    this.known.set(id, made);
    return made;
  }

  /**
   * The zone of times that name none: X-WR-TIMEZONE, else the only zone that is defined, else UTC. A gateway does not know where
   * the phone is, so that it could not do better for floating times.
   */
  defaultZone(): Zone {
    const [first] = this.defined.keys();
    const id = textOf(this.calendar, 'x-wr-timezone') || (first ?? '');
    return this.zone(id) ?? utcZone;
  }

  private make(id: string): Zone | null {
    const component = this.defined.get(id);
    const iana = ianaZone(id) ?? (component ? ianaZone(textOf(component, 'x-lic-location')) : null);
    const defined = component ? definedZone(component, iana) : null;
    if (defined) return defined;
    return iana === null ? null : namedZone(iana);
  }
}

/** Nearly all events of a calendar bring the same few definitions along: each is understood once. */
const understood = new Map<string, DefinedZone>();
const mostUnderstood = 200;
const longestUnderstood = 16_384;

/** Null for a VTIMEZONE in which nothing can be understood. */
function definedZone(component: ICAL.Component, iana: string | null): DefinedZone | null {
  const key = `${iana} ${JSON.stringify(component.jCal)}`;
  const known = understood.get(key);
  if (known) return known;
  const observances = observancesOf(component);
  if (observances.length === 0) return null;
  const made = new DefinedZone(observances, iana);
  if (key.length > longestUnderstood) return made;
  if (understood.size >= mostUnderstood) understood.clear();
  understood.set(key, made);
  return made;
}

/** One STANDARD or DAYLIGHT of a VTIMEZONE. Wall times are those that its clocks show until then. */
interface Observance {
  readonly daylight: boolean;
  /** Minutes from UTC, before and after it begins. */
  readonly from: number;
  readonly to: number;
  /** When it begins for the first time. */
  readonly start: number;
  /** When it begins besides. */
  readonly dates: readonly number[];
  /** How it comes again, up to and with that year; null where it does not. */
  readonly yearly: { readonly rule: TransitionRule; readonly until: number } | null;
}

/** A beginning of an observance: in UTC and in the wall time before it. */
interface Onset {
  readonly utc: number;
  readonly wall: number;
  readonly observance: Observance;
}

class DefinedZone implements Zone {
  private readonly years = new Map<number, readonly Onset[]>();
  private readonly ruled = new Map<number, TimeZoneRules>();
  private readonly table = new OffsetTable((year) => this.steps(year));

  constructor(
    private readonly observances: readonly Observance[],
    readonly iana: string | null,
  ) {}

  rules(year: number): TimeZoneRules {
    const known = this.ruled.get(year);
    if (known) return known;
    const made = this.makeRules(year);
    this.ruled.set(year, made);
    return made;
  }

  offsetAt(utc: number): number {
    return this.table.at(utc);
  }

  /** A zone may begin its year up to a day off UTC: what begins in this year of UTC may stand in the year around it. */
  private steps(year: number): readonly OffsetStep[] {
    const [from, to] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
    const around = [year - 1, year, year + 1].flatMap((one) => this.onsets(one));
    const before = around.findLast(({ utc }) => utc <= from);
    const within = around.filter(({ utc }) => utc > from && utc < to);
    return [
      { from, offset: before ? before.observance.to : this.offsetBefore(from) },
      ...within.map(({ utc, observance }) => ({ from: utc, offset: observance.to })),
    ];
  }

  /** Where nothing began for a year: what began last before, else what was the law before the first beginning. */
  private offsetBefore(utc: number): number {
    let last: Onset | null = null;
    let first: Onset | null = null;
    for (const observance of this.observances) {
      const until = observance.yearly
        ? transitionIn(Math.min(observance.yearly.until, 9999), observance.yearly.rule)
        : observance.start;
      for (const wall of [observance.start, until, ...observance.dates]) {
        const onset = { utc: wall - observance.from * minute, wall, observance };
        if (onset.utc <= utc && (!last || onset.utc >= last.utc)) last = onset;
        if (!first || onset.utc < first.utc) first = onset;
      }
    }
    return last ? last.observance.to : (first?.observance.from ?? 0);
  }

  private onsets(year: number): readonly Onset[] {
    const known = this.years.get(year);
    if (known) return known;
    const made = this.observances
      .flatMap((observance) => onsetsIn(year, observance))
      .sort((one, other) => one.utc - other.utc);
    this.years.set(year, made);
    return made;
  }

  private makeRules(year: number): TimeZoneRules {
    const onsets = this.onsets(year);
    const [standard, daylight] = [false, true].map((kind) =>
      onsets.findLast(({ observance }) => observance.daylight === kind),
    );
    if (!standard || !daylight) {
      const offset = this.offsetAt(Date.UTC(year, 11, 31));
      return { standardBias: -offset, daylightBias: -offset, transitions: null };
    }
    return {
      standardBias: -standard.observance.to,
      daylightBias: -daylight.observance.to,
      transitions: { standard: ruleOf(standard), daylight: ruleOf(daylight) },
    };
  }
}

const ruleOf = ({ observance, wall }: Onset): TransitionRule => observance.yearly?.rule ?? weekdayRule(wall);

function onsetsIn(year: number, observance: Observance): Onset[] {
  const { start, dates, yearly, from } = observance;
  const repeated = yearly && year <= yearly.until ? transitionIn(year, yearly.rule) : null;
  const walls = [
    ...[start, ...dates].filter((wall) => new Date(wall).getUTCFullYear() === year),
    ...(repeated !== null && repeated > start ? [repeated] : []),
  ];
  return walls.map((wall) => ({ utc: wall - from * minute, wall, observance }));
}

const observancesOf = (zone: ICAL.Component): Observance[] =>
  [
    ...zone.getAllSubcomponents('standard').slice(0, mostObservances),
    ...zone.getAllSubcomponents('daylight').slice(0, mostObservances),
  ].flatMap((component) => observance(component) ?? []);

/** Null for one that cannot be understood. */
function observance(component: ICAL.Component): Observance | null {
  const start = valueOf(component, 'dtstart');
  const from = minutesOf(component, 'tzoffsetfrom');
  const to = minutesOf(component, 'tzoffsetto');
  if (!(start instanceof ICAL.Time) || to === null) return null;
  const wall = wallClock(start);
  if (Number.isNaN(wall)) return null;
  return {
    daylight: component.name === 'daylight',
    from: from ?? to,
    to,
    start: wall,
    dates: dates(component),
    yearly: yearlyOf(valueOf(component, 'rrule'), wall),
  };
}

function minutesOf(component: ICAL.Component, name: string): number | null {
  const offset = valueOf(component, name);
  if (!(offset instanceof ICAL.UtcOffset)) return null;
  const minutes = Math.round(offset.toSeconds() / 60);
  return Math.abs(minutes) <= 24 * 60 ? minutes : null;
}

const dates = (component: ICAL.Component): number[] =>
  component
    .getAllProperties('rdate')
    .slice(0, mostObservances)
    .flatMap((property) => valuesOf(property).filter((value) => value instanceof ICAL.Time))
    .map(wallClock)
    .filter((wall) => !Number.isNaN(wall));

function yearlyOf(rrule: unknown, start: number): Observance['yearly'] {
  if (!(rrule instanceof ICAL.Recur)) return null;
  const rule = yearlyRule(rrule, start);
  return rule && { rule, until: rrule.until ? rrule.until.year : Number.POSITIVE_INFINITY };
}

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** The seven days in which the n-th weekday of a month lies; those that reach to its end have the last one. */
const weekOf = (monthDays: readonly number[]): number =>
  Math.max(...monthDays) > 28 ? 5 : Math.ceil(Math.min(...monthDays) / 7);

/** `FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU`, and the form with BYMONTHDAY that some write instead; else DTSTART's own day. */
function yearlyRule(rrule: ICAL.Recur, start: number): TransitionRule | null {
  if (rrule.freq !== 'YEARLY') return null;
  const own = weekdayRule(start);
  const month = Number(rulePart(rrule, 'BYMONTH')[0] ?? own.month);
  const match = /^([+-]?\d+)?(SU|MO|TU|WE|TH|FR|SA)$/.exec(rulePart(rrule, 'BYDAY')[0] ?? '');
  if (!match || !(month >= 1 && month <= 12)) return own;
  const monthDays = rulePart(rrule, 'BYMONTHDAY').map(Number);
  const nth = match[1] ? Number(match[1]) : monthDays.length > 0 ? weekOf(monthDays) : own.week;
  const week = nth < 0 ? 6 + nth : nth;
  return { ...own, month, dayOfWeek: weekdays.indexOf(match[2]!), week: Math.min(5, Math.max(1, week)) };
}
