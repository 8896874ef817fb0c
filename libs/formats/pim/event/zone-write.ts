import ICAL from 'ical.js';
import { namedZone, type Zone } from '../../calendar-zone.js';
import { decodeTimeZone, type TimeZoneRules, type TransitionRule } from '../../time-zone-blob.js';
import { biasAt, transitionIn } from '../../time-zone-clock.js';
import { ianaZone, offsetOfZone, rulesOfZone } from '../../time-zone-rules.js';
import { wallTimeOf } from '../../calendar-time.js';
import { windowsZones } from '../../windows-zones.js';
import { utcFrame, type EventFrame } from './event-frame.js';

const minute = 60_000;

/** What a phone's Timezone says, and the years whose rules may be meant: the event's and this one. */
export interface ZoneWish {
  readonly blob: Uint8Array;
  readonly years: readonly number[];
}

/**
 * The frame of times in the zone a phone names by its rules. The zone the event is in stays if its clocks go by them (trap 81);
 * so it does for a blob of zeros, which TbSync sends for "I do not know" (quirks 4.5). Else the zone of the best known name
 * that goes by them; else a zone of our own that its VTIMEZONE describes.
 */
export function frameOfZone(wish: ZoneWish, current: EventFrame | null): EventFrame {
  const rules = wish.blob.every((byte) => byte === 0) ? null : decodeTimeZone(wish.blob);
  const timed = current && !current.isDate ? current : null;
  if (rules === null) return timed ?? utcFrame;
  if (timed && wish.years.some((year) => sameRules(timed.zone.rules(year), rules))) return timed;
  // An all-day event's zone only says where a phone's midnights are.
  if (rules.transitions === null && rules.standardBias === 0) return utcFrame;
  const name = zoneByRules(rules, wish, namesIn(wish.blob));
  if (name !== null) return { isDate: false, zone: namedZone(name), tzid: name, isUtc: false };
  return { isDate: false, zone: ruledZone(rules), tzid: nameOfRules(rules), isUtc: false };
}

export function sameRules(one: TimeZoneRules, other: TimeZoneRules): boolean {
  if (one.standardBias !== other.standardBias || one.daylightBias !== other.daylightBias) return false;
  if (one.transitions === null || other.transitions === null) return one.transitions === other.transitions;
  return (['standard', 'daylight'] as const).every((season) => {
    const [left, right] = [one.transitions![season], other.transitions![season]];
    return (['month', 'week', 'dayOfWeek', 'hour', 'minute', 'second'] as const).every(
      (part) => left[part] === right[part],
    );
  });
}

const nameSize = 64;
const namesAt = [4, 88] as const;

/** The names in a blob, where a phone fills them in. */
function namesIn(blob: Uint8Array): string[] {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  return namesAt
    .map((at) =>
      bytes
        .toString('utf16le', at, at + nameSize)
        .replace(/\0[^]*$/, '')
        .trim(),
    )
    .filter((name) => name !== '');
}

/** Zones that most people of their rules live in, so that nobody in Berlin is told to live in Monaco. */
const common = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
  'America/Halifax',
  'America/Sao_Paulo',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Athens',
  'Europe/Moscow',
  'Asia/Dubai',
  'Asia/Karachi',
  'Asia/Kolkata',
  'Asia/Bangkok',
  'Asia/Shanghai',
  'Asia/Tokyo',
  'Australia/Brisbane',
  'Australia/Sydney',
  'Pacific/Auckland',
] as const;

/** Every zone once, the better known first. Made when it is first needed: Node takes a while to tell its zones. */
let ordered: readonly string[] | null = null;

function zonesInOrder(): readonly string[] {
  ordered ??= [
    ...new Set([...common, ...Object.values(windowsZones), ...Intl.supportedValuesOf('timeZone')]),
  ];
  return ordered;
}

const found = new Map<string, string | null>();
const mostFound = 500;

function zoneByRules(rules: TimeZoneRules, { years }: ZoneWish, names: readonly string[]): string | null {
  for (const name of names) {
    const zone = ianaZone(name);
    if (zone !== null && years.some((year) => goesBy(zone, rules, year))) return zone;
  }
  const key = JSON.stringify([rules, years]);
  const known = found.get(key);
  if (known !== undefined) return known;
  const zone = years.reduce<string | null>(
    (best, year) => best ?? zonesInOrder().find((candidate) => goesBy(candidate, rules, year)) ?? null,
    null,
  );
  if (found.size >= mostFound) found.clear();
  found.set(key, zone);
  return zone;
}

/** Two moments are looked at first: a year's rules of a zone cost several hundred of them. */
function goesBy(zone: string, rules: TimeZoneRules, year: number): boolean {
  const probes = [Date.UTC(year, 0, 2), Date.UTC(year, 6, 2)];
  return (
    probes.every((moment) => offsetOfZone(zone, moment) === -biasAt(rules, moment)) &&
    sameRules(rulesOfZone(zone, year), rules)
  );
}

const ruledZone = (rules: TimeZoneRules): Zone => ({
  iana: null,
  rules: () => rules,
  offsetAt: (utc) => -biasAt(rules, utc),
});

const signed = (bias: number): string => {
  const minutes = Math.abs(bias);
  const digits = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${bias > 0 ? '-' : '+'}${digits.join('')}`;
};

/** A name for rules that no zone goes by: the same rules have the same name in every event. */
function nameOfRules({ standardBias, daylightBias, transitions }: TimeZoneRules): string {
  if (transitions === null) return `UTC${signed(standardBias)}`;
  const onset = ({ month, week, dayOfWeek, hour, minute: past, second }: TransitionRule): string =>
    [month, week, dayOfWeek, hour, past, second].join('.');
  const { standard, daylight } = transitions;
  return `UTC${signed(standardBias)} ${signed(daylightBias)} M${onset(daylight)} M${onset(standard)}`;
}

/**
 * Makes sure that the calendar defines the zone of this frame (RFC 5545 3.6.5: each TZID needs its VTIMEZONE). `years` are
 * the first and last year whose rules the event needs.
 */
export function defineZone(
  calendar: ICAL.Component,
  frame: EventFrame,
  years: readonly [number, number],
): void {
  const { tzid } = frame;
  if (tzid === null || frame.isDate) return;
  const definitions = calendar.getAllSubcomponents('vtimezone');
  if (definitions.some((zone) => zone.getFirstPropertyValue('tzid') === tzid)) return;
  const component = zoneComponent(tzid, frame.zone, years);
  // ical.js appends; a VTIMEZONE is expected before what uses it.
  const rest = calendar.getAllSubcomponents().filter((one) => one.name !== 'vtimezone');
  for (const one of rest) calendar.removeSubcomponent(one);
  calendar.addSubcomponent(component);
  for (const one of rest) calendar.addSubcomponent(one);
}

/** Years that go by the same rules. */
interface Era {
  readonly rules: TimeZoneRules;
  readonly first: number;
  last: number;
}

/** Years for which the rules of a zone are written down one by one. */
const mostYears = 30;
/** Where the first rules of a VTIMEZONE begin, by custom. */
const firstYear = 1970;

/** The VTIMEZONE of a zone: its rules in these years, the last ones without an end. */
export function zoneComponent(
  tzid: string,
  zone: Zone,
  [from, to]: readonly [number, number],
): ICAL.Component {
  const component = new ICAL.Component('vtimezone');
  component.addPropertyWithValue('tzid', tzid);
  const eras = erasOf(zone, from, Math.min(Math.max(from, to), from + mostYears));
  let offset = -(eras[0]?.rules.standardBias ?? 0);
  for (const [index, era] of eras.entries()) {
    const start = index === 0 ? Math.min(firstYear, era.first) : era.first;
    for (const observance of observancesOf(era, start, index === eras.length - 1, offset)) {
      component.addSubcomponent(observance);
    }
    offset = -era.rules.standardBias;
  }
  return component;
}

function erasOf(zone: Zone, from: number, to: number): Era[] {
  const eras: Era[] = [];
  for (let year = from; year <= to; year += 1) {
    const rules = zone.rules(year);
    const current = eras.at(-1);
    if (current && sameRules(current.rules, rules)) current.last = year;
    else eras.push({ rules, first: year, last: year });
  }
  return eras;
}

function observancesOf(
  { rules, last }: Era,
  start: number,
  endless: boolean,
  before: number,
): ICAL.Component[] {
  const { standardBias, daylightBias, transitions } = rules;
  if (transitions === null) {
    return [observance('standard', Date.UTC(start, 0, 1), before, -standardBias, null)];
  }
  return (['standard', 'daylight'] as const).map((season) => {
    const rule = transitions[season];
    const [from, to] =
      season === 'standard' ? [-daylightBias, -standardBias] : [-standardBias, -daylightBias];
    const until = endless ? null : transitionIn(last, rule) - from * minute;
    return observance(season, transitionIn(start, rule), from, to, { rule, until });
  });
}

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;

/** Offsets are minutes from UTC; `onset` is a wall time, `until` a moment. */
function observance(
  season: 'standard' | 'daylight',
  onset: number,
  from: number,
  to: number,
  yearly: { readonly rule: TransitionRule; readonly until: number | null } | null,
): ICAL.Component {
  const component = new ICAL.Component(season);
  component.addPropertyWithValue('dtstart', new ICAL.Time(wallTimeOf(onset), ICAL.Timezone.localTimezone));
  component.addPropertyWithValue('tzoffsetfrom', ICAL.UtcOffset.fromSeconds(from * 60));
  component.addPropertyWithValue('tzoffsetto', ICAL.UtcOffset.fromSeconds(to * 60));
  if (yearly) {
    const { month, week, dayOfWeek } = yearly.rule;
    const until =
      yearly.until === null
        ? ''
        : `;UNTIL=${new Date(yearly.until).toISOString().replace(/[-:]|\.\d+/g, '')}`;
    const rule = `FREQ=YEARLY;BYMONTH=${month};BYDAY=${week === 5 ? -1 : week}${weekdays[dayOfWeek]}${until}`;
    component.addPropertyWithValue('rrule', ICAL.Recur.fromString(rule));
  }
  return component;
}
