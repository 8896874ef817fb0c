import { utcRules, type TimeZoneRules, type TransitionRule } from './time-zone-blob.js';
import { transitionIn } from './time-zone-clock.js';
import { windowsZones } from './windows-zones.js';

const minute = 60_000;
const hour = 60 * minute;
const millisecondsPerDay = 24 * hour;

const byWindowsName = new Map(
  Object.entries(windowsZones).map(([name, zone]) => [name.toLowerCase(), zone] as const),
);

/**
 * The IANA zone somebody's name of a time zone means: an IANA name, also behind a vendor's prefix
 * (`/freeassociation.sourceforge.net/Europe/Berlin`), or a Windows name. Null for a name nobody knows.
 */
export function ianaZone(name: string): string | null {
  const trimmed = name.trim().replace(/^"|"$/g, '');
  if (trimmed === '' || trimmed.length > 200) return null;
  const windows = byWindowsName.get(trimmed.toLowerCase());
  if (windows !== undefined) return windows;
  const segments = trimmed.split('/').filter((segment) => segment !== '');
  for (const count of [segments.length, 3, 2]) {
    const zone = count <= segments.length ? segments.slice(-count).join('/') : '';
    if (zone !== '' && offsets.knows(zone)) return zone;
  }
  return null;
}

/** Offsets of IANA zones as Node's ICU knows them. */
class ZoneOffsets {
  private readonly formats = new Map<string, Intl.DateTimeFormat | null>();

  knows(zone: string): boolean {
    return this.format(zone) !== null;
  }

  /** Minutes to add to UTC to get the wall time. */
  at(zone: string, utc: number): number {
    const text = this.format(zone)?.format(utc) ?? '';
    const match = /GMT([+-])(\d{1,2}):?(\d{2})?/.exec(text);
    if (!match) return 0;
    const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
    return match[1] === '-' ? -minutes : minutes;
  }

  private format(zone: string): Intl.DateTimeFormat | null {
    const known = this.formats.get(zone);
    if (known !== undefined) return known;
    const made = zoneFormat(zone);
    // Names come out of mails: what is no zone is not remembered.
    if (made !== null) this.formats.set(zone, made);
    return made;
  }
}

function zoneFormat(zone: string): Intl.DateTimeFormat | null {
  // Node also takes offsets for zones: `+01` is no name anybody meant.
  if (!/^[a-z]/i.test(zone)) return null;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    return null;
  }
}

const offsets = new ZoneOffsets();

/** Years after the asked one in which a rule is tried: that tells "the fourth" from "the last" Sunday. */
const yearsTried = 6;
/** Outside of these years the rules of the nearest one hold. */
const firstYear = 1970;
const lastYear = 2100;
const remembered = new Map<string, TimeZoneRules>();
const mostRemembered = 1000;

/**
 * The rules by which this IANA zone's clocks go in this year. A year whose clocks do not change exactly twice has no rules
 * that a phone could be told; it gets the offset of its end.
 */
export function rulesOfZone(zone: string, year: number): TimeZoneRules {
  if (!offsets.knows(zone)) return utcRules;
  const asked = Math.min(lastYear, Math.max(firstYear, Math.trunc(year) || firstYear));
  const key = `${zone} ${asked}`;
  const known = remembered.get(key);
  if (known) return known;
  const made = makeRules(zone, asked);
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(key, made);
  return made;
}

function makeRules(zone: string, year: number): TimeZoneRules {
  const changes = changesIn(zone, year);
  const [first, second] = changes;
  if (changes.length !== 2 || !first || !second || first.before !== second.after) {
    const bias = -offsets.at(zone, Date.UTC(year + 1, 0, 1) - 1);
    return { standardBias: bias, daylightBias: bias, transitions: null };
  }
  const [daylight, standard] = first.after > first.before ? [first, second] : [second, first];
  const following = Array.from({ length: yearsTried }, (_, index) => changesIn(zone, year + 1 + index));
  return {
    standardBias: -standard.after,
    daylightBias: -daylight.after,
    transitions: {
      standard: ruleOf(standard, following),
      daylight: ruleOf(daylight, following),
    },
  };
}

interface Change {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Offsets in minutes. */
  readonly before: number;
  readonly after: number;
}

const rememberedChanges = new Map<string, readonly Change[]>();
const mostRememberedChanges = 4000;

/** All changes of a zone's offset within a year of its wall time. */
function changesIn(zone: string, year: number): readonly Change[] {
  const key = `${zone} ${year}`;
  const known = rememberedChanges.get(key);
  if (known) return known;
  const made = findChanges(zone, year);
  if (rememberedChanges.size >= mostRememberedChanges) rememberedChanges.clear();
  rememberedChanges.set(key, made);
  return made;
}

/** From when on which offset (minutes) holds in a year of UTC: the first one from the year's beginning. */
export function stepsOfZone(
  zone: string,
  year: number,
): { readonly from: number; readonly offset: number }[] {
  const [from, to] = [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)];
  const known = year >= firstYear && year <= lastYear;
  const around = known
    ? [...changesIn(zone, year - 1), ...changesIn(zone, year), ...changesIn(zone, year + 1)]
    : [];
  return [
    { from, offset: offsetOfZone(zone, from) },
    ...around.filter(({ at }) => at > from && at < to).map(({ at, after }) => ({ from: at, offset: after })),
  ];
}

/** Minutes to add to UTC to get the wall time of an IANA zone at this moment; 0 for a zone nobody knows. */
export function offsetOfZone(zone: string, utc: number): number {
  const year = new Date(utc).getUTCFullYear();
  if (!(year >= firstYear && year <= lastYear)) return offsets.knows(zone) ? offsets.at(zone, utc) : 0;
  // The zone's year may begin a day before or after that of UTC, and nothing changes around New Year in most years.
  const around = [...changesIn(zone, year - 1), ...changesIn(zone, year), ...changesIn(zone, year + 1)];
  const last = around.findLast(({ at }) => at <= utc);
  if (last) return last.after;
  return around[0]?.before ?? yearsOffset(zone, year);
}

const rememberedOffsets = new Map<string, number>();

/** Of a year without any change. */
function yearsOffset(zone: string, year: number): number {
  const key = `${zone} ${year}`;
  const known = rememberedOffsets.get(key);
  if (known !== undefined) return known;
  const made = offsets.knows(zone) ? offsets.at(zone, Date.UTC(year, 6, 1)) : 0;
  if (rememberedOffsets.size >= mostRememberedChanges) rememberedOffsets.clear();
  rememberedOffsets.set(key, made);
  return made;
}

/** Found by looking once a week and then halving. */
function findChanges(zone: string, year: number): Change[] {
  if (!offsets.knows(zone)) return [];
  const changes: Change[] = [];
  const end = Date.UTC(year + 1, 0, 1) - offsets.at(zone, Date.UTC(year + 1, 0, 1)) * minute;
  let from = Date.UTC(year, 0, 1) - offsets.at(zone, Date.UTC(year, 0, 1)) * minute;
  let before = offsets.at(zone, from - 1);
  for (; from < end; from += 7 * millisecondsPerDay) {
    const to = Math.min(end, from + 7 * millisecondsPerDay);
    const after = offsets.at(zone, to - 1);
    if (after !== before) changes.push({ at: changeBetween(zone, from - 1, to - 1, before), before, after });
    before = after;
  }
  return changes;
}

function changeBetween(zone: string, from: number, to: number, before: number): number {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsets.at(zone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function ruleOf(change: Change, following: readonly (readonly Change[])[]): TransitionRule {
  const wall = change.at + change.before * minute;
  const rule = weekdayRule(wall);
  const last = { ...rule, week: 5 };
  if (rule.week < 4 || transitionIn(new Date(wall).getUTCFullYear(), last) !== wall) return rule;
  const kept = (candidate: TransitionRule): number =>
    following.filter((changes) =>
      changes.some(({ at, before }) => {
        const wallAt = at + before * minute;
        return transitionIn(new Date(wallAt).getUTCFullYear(), candidate) === wallAt;
      }),
    ).length;
  return rule.week === 5 || kept(last) >= kept(rule) ? last : rule;
}

/** The n-th weekday that this wall time is on. */
export function weekdayRule(wall: number): TransitionRule {
  const date = new Date(wall);
  return {
    month: date.getUTCMonth() + 1,
    week: Math.ceil(date.getUTCDate() / 7),
    dayOfWeek: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}
