import ICAL from 'ical.js';
import type { TasksData } from '#eas';
import { timeOf, momentOf, wallTimeOf } from '../../calendar-time.js';
import { parameterOf, secondsOf } from '../../calendar-values.js';
import { momentIn, type CalendarZones, type Zone } from '../../calendar-zone.js';
import { wallClock } from '../../time-zone-clock.js';
import { added } from '../icalendar/properties.js';
import { utcTime, type StoredComponent } from '../icalendar/stored-component.js';

/** A date of a task as phones are told it: what a clock on the wall shows, dressed as UTC, and the moment itself. */
export interface TaskTime {
  readonly local: Date;
  readonly utc: Date;
}

export interface TaskTimes {
  readonly start: TaskTime | null;
  readonly due: TaskTime | null;
}

/** Minutes east of UTC in which a phone's local time was meant, where no zone in the text says so. */
const offsetParameter = 'x-activesync-offset';
/** On a DTSTART that is there only because a rule needs one (RFC 5545 3.8.2.4): phones see no start. */
const impliedParameter = 'x-activesync-implied';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Start and due time of a task; DURATION is an end, too. */
export function readTimes({ main, zones }: StoredComponent): TaskTimes {
  const start = readTime(main, 'dtstart', zones);
  const due = readTime(main, 'due', zones) ?? afterDuration(main, start);
  return { start: isImplied(main) ? null : start, due };
}

/** The time a series is counted from, shown or not. */
export const firstTime = ({ main, zones }: StoredComponent): TaskTime | null =>
  readTime(main, 'dtstart', zones);

const isImplied = (main: ICAL.Component): boolean =>
  main.getFirstProperty('dtstart')?.getParameter(impliedParameter) !== undefined;

function readTime(main: ICAL.Component, name: Name, zones: CalendarZones): TaskTime | null {
  const time = timeOf(main, name, zones);
  if (time === null) return null;
  const property = main.getFirstProperty(name);
  const hint = offsetOf(property);
  if (time.isUtc) {
    const utc = momentOf(time).getTime();
    const offset = hint ?? zoneOf(main, name, zones).offsetAt(utc);
    return { utc: new Date(utc), local: new Date(utc + offset * minute) };
  }
  const local = wallClock(time.wall);
  const isZoned = zones.zone(parameterOf(property, 'tzid')) !== null;
  const zone = isZoned ? time.zone : zoneOf(main, name, zones);
  const utc = hint === null || isZoned ? momentIn(zone, time.wall) : local - hint * minute;
  return { local: new Date(local), utc: new Date(utc) };
}

type Name = 'dtstart' | 'due';

/** The task's own zone: of its other time, else what the calendar says. */
const zoneOf = (main: ICAL.Component, name: Name, zones: CalendarZones): Zone =>
  zones.zone(parameterOf(main.getFirstProperty(name === 'due' ? 'dtstart' : 'due'), 'tzid')) ??
  zones.defaultZone();

function offsetOf(property: ICAL.Property | null): number | null {
  const value = parameterOf(property, offsetParameter);
  const minutes = /^-?\d{1,4}$/.test(value) ? Number(value) : NaN;
  return Math.abs(minutes) <= farthest ? minutes : null;
}

/** No clock on earth is farther from UTC; phones that send more have not set theirs. */
const farthest = 18 * 60;

function afterDuration(main: ICAL.Component, start: TaskTime | null): TaskTime | null {
  const seconds = secondsOf(main, 'duration');
  if (start === null || seconds === null || Math.abs(seconds) > longestDuration) return null;
  const move = (at: Date): Date => new Date(at.getTime() + seconds * 1000);
  return { local: move(start.local), utc: move(start.utc) };
}

/** Seconds of a thousand years: what is longer is no plan. */
const longestDuration = 1000 * 366 * 86_400;

/** What a phone says of a task's dates; undefined: nothing. */
export type SaidTimes = { readonly [K in keyof TaskTimes]: TaskTime | null | undefined };

/**
 * The pairs of a request. One without the other is completed: by the distance between the two of the other pair, else by
 * the one there is in the task. Outlook's "none" (the year 4501) is no date.
 */
export function saidTimes(data: TasksData, current: TaskTimes): SaidTimes {
  const start = [known(data.StartDate), known(data.UtcStartDate)] as const;
  const due = [known(data.DueDate), known(data.UtcDueDate)] as const;
  const offset = distance(...start) ?? distance(...due) ?? own(current.start) ?? own(current.due) ?? 0;
  return { start: paired(...start, offset), due: paired(...due, offset) };
}

type Said = Date | null | undefined;

const known = (at: Said): Said => {
  if (at === null || at === undefined) return at;
  const year = at.getUTCFullYear();
  return year < 1601 || year > 4500 ? null : new Date(Math.floor(at.getTime() / 1000) * 1000);
};

const distance = (local: Said, utc: Said): number | null =>
  local && utc ? Math.round((local.getTime() - utc.getTime()) / minute) : null;

const own = (time: TaskTime | null): number | null => (time === null ? null : distance(time.local, time.utc));

function paired(local: Said, utc: Said, offset: number): TaskTime | null | undefined {
  if (local) {
    const minutes = distance(local, utc) ?? offset;
    return { local, utc: new Date(local.getTime() - (Math.abs(minutes) > farthest ? 0 : minutes) * minute) };
  }
  if (utc) return { utc, local: new Date(utc.getTime() + offset * minute) };
  return local === undefined && utc === undefined ? undefined : null;
}

const isSame = (one: TaskTime | null, other: TaskTime | null): boolean =>
  one?.local.getTime() === other?.local.getTime() && one?.utc.getTime() === other?.utc.getTime();

/**
 * Makes these the dates of the task; one that is what it was keeps its form. A date at midnight of both is a day (VALUE=DATE),
 * which is all that Outlook and most phones know of a task; both have one type (RFC 5545 3.8.2.3).
 */
export function writeTimes(stored: StoredComponent, wanted: TaskTimes): void {
  const { main } = stored;
  const before = readTimes(stored);
  const changed = { start: !isSame(before.start, wanted.start), due: !isSame(before.due, wanted.due) };
  if (!changed.start && !changed.due) return;
  if (wanted.start === null && changed.start) main.removeAllProperties('dtstart');
  if (wanted.due === null) main.removeAllProperties('due');
  main.removeAllProperties('duration');
  const asDate = isForDates(stored, wanted, changed);
  for (const [name, time, isNew] of [
    ['dtstart', wanted.start, changed.start],
    ['due', wanted.due, changed.due],
  ] as const) {
    if (time === null || (!isNew && isDate(main, name) === asDate)) continue;
    writeTime(stored, name, time, asDate);
  }
}

function isForDates(
  { main }: StoredComponent,
  { start, due }: TaskTimes,
  changed: { readonly start: boolean; readonly due: boolean },
): boolean {
  const areDays = [start, due].every((time) => time === null || time.local.getTime() % day === 0);
  if (!areDays) return false;
  const staysTime =
    (start !== null && !changed.start && isDate(main, 'dtstart') === false) ||
    (due !== null && !changed.due && isDate(main, 'due') === false);
  return !staysTime;
}

const isDate = (main: ICAL.Component, name: Name): boolean | null => {
  const property = main.getFirstProperty(name);
  return property === null ? null : property.type === 'date';
};

function writeTime(stored: StoredComponent, name: Name, time: TaskTime, asDate: boolean): void {
  const { main, zones } = stored;
  const zone = asDate ? null : fittingZone(stored, name, time);
  const property = main.getFirstProperty(name) ?? added(main, name);
  for (const parameter of ['tzid', offsetParameter, impliedParameter]) property.removeParameter(parameter);
  property.resetType(asDate ? 'date' : 'date-time');
  if (asDate || zone !== null) property.setValue(wallTime(time.local, asDate));
  else property.setValue(utcTime(time.utc));
  if (zone !== null) property.setParameter('tzid', zone);
  if (isSame(readTime(main, name, zones), time)) return;
  property.setParameter(offsetParameter, String(distance(time.local, time.utc) ?? 0));
}

const wallTime = (local: Date, isDate: boolean): ICAL.Time =>
  new ICAL.Time({ ...wallTimeOf(local.getTime()), isDate }, ICAL.Timezone.localTimezone);

/** A zone the task uses already in which the wall shows this time at this moment. */
function fittingZone({ main, zones }: StoredComponent, name: Name, { local, utc }: TaskTime): string | null {
  for (const each of [name, 'dtstart', 'due'] as const) {
    const id = parameterOf(main.getFirstProperty(each), 'tzid');
    const zone = zones.zone(id);
    if (zone !== null && momentIn(zone, wallTimeOf(local.getTime())) === utc.getTime()) return id;
  }
  return null;
}

/** A rule needs a DTSTART, and this task has none of its own. */
export function implyStart(stored: StoredComponent, local: Date): void {
  const { due } = readTimes(stored);
  const offset = own(due) ?? 0;
  const asDate = local.getTime() % day === 0 && isDate(stored.main, 'due') !== false;
  writeTime(stored, 'dtstart', { local, utc: new Date(local.getTime() - offset * minute) }, asDate);
  stored.main.getFirstProperty('dtstart')?.setParameter(impliedParameter, 'TRUE');
}

/** Takes the start away again that only a rule needed. */
export function dropImpliedStart({ main }: StoredComponent): void {
  if (isImplied(main)) main.removeAllProperties('dtstart');
}

/** What a clock on the wall shows at this moment, dressed as UTC, in the zone a series of this task is counted in. */
export const localAt = (stored: StoredComponent, utc: number): number => utc + offsetAt(stored, utc) * minute;

/** The moment at which it shows this. */
export function momentAt(stored: StoredComponent, local: number): number {
  const zone = seriesZone(stored);
  return zone === null ? local - offsetAt(stored, local) * minute : momentIn(zone, wallTimeOf(local));
}

function offsetAt(stored: StoredComponent, utc: number): number {
  const zone = seriesZone(stored);
  return zone === null ? (own(firstTime(stored) ?? readTimes(stored).due) ?? 0) : zone.offsetAt(utc);
}

/** Null: only what the phone sent tells. */
function seriesZone({ main, zones }: StoredComponent): Zone | null {
  const [start, due] = (['dtstart', 'due'] as const).map((name) => main.getFirstProperty(name));
  const named =
    zones.zone(parameterOf(start ?? null, 'tzid')) ?? zones.zone(parameterOf(due ?? null, 'tzid'));
  return named ?? (offsetOf(start ?? due ?? null) === null ? zones.defaultZone() : null);
}
