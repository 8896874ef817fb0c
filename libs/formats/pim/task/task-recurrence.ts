import ICAL from 'ical.js';
import type { TasksData, TasksItem } from '#eas';
import { BackendError } from '#backend';
import { recurrenceOf } from '../../calendar-recurrence.js';
import { wallTimeOf } from '../../calendar-time.js';
import { valueOf } from '../../calendar-values.js';
import { wallClock } from '../../time-zone-clock.js';
import { utcFrame } from '../event/event-frame.js';
import { ruleOf, ruleText, writeRule, type RuleText } from '../event/recurrence-write.js';
import { momentOfValue } from '../icalendar/moments.js';
import { added, putText, textOf } from '../icalendar/properties.js';
import { putMoment, type StoredComponent } from '../icalendar/stored-component.js';
import { dropImpliedStart, firstTime, implyStart, localAt, momentAt, readTimes } from './task-times.js';

type Recurrence = NonNullable<TasksItem['Recurrence']>;
type RecurrenceData = NonNullable<TasksData['Recurrence']>;

/** A task is made anew when it is done, not by the calendar (MS-ASTASK 2.2.2.21); RRULE has no word for it. */
const regenerate = 'x-activesync-regenerate';
/**
 * The rule of an occurrence that is done and was taken out of its series (DeadOccur, MS-ASTASK 2.2.2.11). As an RRULE it would
 * make a second series of it in every other program.
 */
const deadRule = 'x-activesync-rrule';
/** Start of a Recurrence that is not the task's own start. */
const otherStart = 'x-activesync-recurrence-start';

const day = 24 * 60 * 60_000;

/** `unsayable`: there is a rule that ActiveSync has no words for; phones see a single task. */
export function readRecurrence(stored: StoredComponent): Recurrence | 'unsayable' | null {
  const { main } = stored;
  const dead = textOf(main, deadRule);
  if (!main.hasProperty('rrule') && !main.hasProperty('rdate') && dead === '') return null;
  const rule = dead === '' ? valueOf(main, 'rrule') : parsedRule(dead);
  const first = firstTime(stored) ?? readTimes(stored).due;
  const isMore = main.hasProperty('rdate') || main.getAllProperties('rrule').length > 1;
  if (!(rule instanceof ICAL.Recur) || first === null || isMore) return 'unsayable';
  const { local } = first;
  const said = recurrenceOf(
    rule,
    { ...wallTimeOf(local.getTime()), weekday: local.getUTCDay() },
    shownUntil(stored, rule, local),
  );
  if (said === null) return 'unsayable';
  const { IsLeapMonth = false, ...elements } = said;
  return {
    ...elements,
    ...(said.CalendarType === undefined ? {} : { IsLeapMonth }),
    Start: storedStart(main) ?? local,
    Regenerate: textOf(main, regenerate) === '1',
    DeadOccur: dead !== '',
  };
}

const storedStart = (main: ICAL.Component): Date | null => momentOfValue(valueOf(main, otherStart));

function parsedRule(text: string): ICAL.Recur | null {
  try {
    return ICAL.Recur.fromString(text);
  } catch {
    return null;
  }
}

/** The last day of a series as phones are told it: local, like Start (MS-ASTASK 2.2.2.25), at midnight. */
function shownUntil(stored: StoredComponent, { until }: ICAL.Recur, start: Date): Date | null {
  if (!until) return null;
  const wall = wallClock(until);
  if (Number.isNaN(wall)) return null;
  const local = !until.isDate && until.zone === ICAL.Timezone.utcTimezone ? localAt(stored, wall) : wall;
  const time = timeOfDay(local);
  return new Date(time === timeOfDay(start.getTime()) || time === lastSecond ? local - time : local);
}

const timeOfDay = (local: number): number => ((local % day) + day) % day;
const lastSecond = day - 1000;

/**
 * Works in what a phone says of the recurrence. `{}` or `cleared` make a single task of a series, but not of one that the phone
 * never saw. Throws `invalid` for a Recurrence without Type or Start (MS-ASTASK 2.2.2.29, 3.2.5.3.3) and for patterns that
 * break the rules.
 */
export function writeRecurrence(
  stored: StoredComponent,
  said: RecurrenceData | undefined,
  omitted: 'kept' | 'cleared',
): void {
  const known = readRecurrence(stored);
  const shown = known === 'unsayable' ? null : known;
  if (said === undefined || Object.values(said).every((value) => value === undefined)) {
    if (shown !== null && (said !== undefined || omitted === 'cleared')) endSeries(stored);
    return;
  }
  if (said.Type === undefined || said.Start === undefined) {
    throw new BackendError('invalid', 'a Recurrence without Type or Start', { reason: 'recurrence' });
  }
  if (shown !== null && saysSame(stored, shown, said)) return;
  if (known === 'unsayable') stored.main.removeAllProperties('rdate');
  replaceRule(stored, said, shown, said.Start);
}

function replaceRule(
  stored: StoredComponent,
  said: RecurrenceData,
  shown: Recurrence | null,
  start: Date,
): void {
  const { main } = stored;
  wakeRule(main);
  writeStart(stored, start);
  // A week that begins on Monday is said by silence in an RRULE, so that the one it had must not be left standing.
  const keepsWeek = said.FirstDayOfWeek === undefined || said.FirstDayOfWeek === shown?.FirstDayOfWeek;
  writeRule(main, ruleTextOf(stored, said), shown !== null && keepsWeek ? ruleTextOf(stored, shown) : null);
  putText(main, regenerate, said.Regenerate === true ? '1' : '');
  if (said.DeadOccur === true) killRule(main);
}

function saysSame(stored: StoredComponent, shown: Recurrence, said: RecurrenceData): boolean {
  return (
    shown.Start?.getTime() === said.Start?.getTime() &&
    shown.Regenerate === (said.Regenerate ?? false) &&
    shown.DeadOccur === (said.DeadOccur ?? false) &&
    ruleText(ruleTextOf(stored, { FirstDayOfWeek: shown.FirstDayOfWeek, ...said })) ===
      ruleText(ruleTextOf(stored, shown))
  );
}

/** Start may be another one than the task's own (trap 100). */
function writeStart(stored: StoredComponent, said: Date): void {
  const { start } = readTimes(stored);
  const local = new Date(Math.floor(said.getTime() / 1000) * 1000);
  if (start === null) {
    if (firstTime(stored)?.local.getTime() !== local.getTime()) implyStart(stored, local);
    stored.main.removeAllProperties(otherStart);
    return;
  }
  if (local.getTime() === start.local.getTime()) stored.main.removeAllProperties(otherStart);
  else if (storedStart(stored.main)?.getTime() !== local.getTime()) {
    putMoment(stored.main, otherStart, local);
  }
}

function ruleTextOf(stored: StoredComponent, said: Recurrence | RecurrenceData): RuleText {
  const start = firstTime(stored)?.local.getTime() ?? said.Start?.getTime() ?? 0;
  const { Until: until, Type = 0, Start: _start, Regenerate: _again, DeadOccur: _dead, ...rest } = said;
  const rule = ruleOf({ Type, ...rest }, start, utcFrame);
  // MS-ASTASK 3.2.5.3.4: of both ends Occurrences is the one that holds.
  return until === undefined || rule.end !== ''
    ? rule
    : { ...rule, end: `UNTIL=${untilOf(stored, until, start)}` };
}

/** A midnight means the whole day: up to the occurrence on it. */
function untilOf(stored: StoredComponent, until: Date, start: number): string {
  const last = until.getTime() - (until.getTime() % 1000);
  if (stored.main.getFirstProperty('dtstart')?.type === 'date') {
    return compact(last).slice(0, 8);
  }
  const local = timeOfDay(last) === 0 ? last + timeOfDay(start) : last;
  return `${compact(momentAt(stored, local))}Z`;
}

const compact = (time: number): string =>
  new Date(time)
    .toISOString()
    .replace(/[-:]|\.\d+Z$/g, '')
    .slice(0, 15);

function wakeRule(main: ICAL.Component): void {
  const rule = parsedRule(textOf(main, deadRule));
  if (rule !== null && textOf(main, deadRule) !== '') added(main, 'rrule').setValue(rule);
  main.removeAllProperties(deadRule);
}

function killRule(main: ICAL.Component): void {
  const rule = valueOf(main, 'rrule');
  if (!(rule instanceof ICAL.Recur)) return;
  putText(main, deadRule, rule.toString());
  main.removeAllProperties('rrule');
}

function endSeries(stored: StoredComponent): void {
  const { calendar, main } = stored;
  for (const name of ['rrule', 'exdate', 'exrule', deadRule, regenerate, otherStart])
    main.removeAllProperties(name);
  dropImpliedStart(stored);
  const uid = textOf(main, 'uid');
  for (const other of calendar.getAllSubcomponents('vtodo')) {
    if (other !== main && other.hasProperty('recurrence-id') && textOf(other, 'uid') === uid) {
      calendar.removeSubcomponent(other);
    }
  }
}
