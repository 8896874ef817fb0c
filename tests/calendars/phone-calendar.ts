import type { CalendarItem, ItemByClass } from '#eas';
import { biasAt, decodeTimeZone, toUtc } from '#formats';

type Item = ItemByClass['Calendar'];
type Recurrence = NonNullable<CalendarItem['Recurrence']>;
type Exceptions = NonNullable<NonNullable<CalendarItem['Exceptions']>['Exception']>;
type Exception = Extract<Exceptions, readonly unknown[]>[number];

const day = 24 * 60 * 60_000;
/** A phone looks no further than this for the next occurrence. */
const mostDays = 12 * 366;

/**
 * When a phone's calendar shows an item, as phones do it: day for day, by nothing but the words of MS-ASCAL and the rules in
 * the blob. It has nothing in common with how Godwit reads rules. At most `most` starts.
 */
export function shownStarts(item: Item, most: number): string[] {
  const clock = clockOf(item);
  const first = clock.wall(item.StartTime!.getTime());
  const exceptions = exceptionsOf(item);
  const shown: number[] = exceptions.flatMap(({ Deleted, StartTime }) =>
    Deleted === true || !StartTime ? [] : [StartTime.getTime()],
  );
  const special = new Set(exceptions.map((exception) => originalOf(exception)));
  let left = most + special.size;
  for (const wall of item.Recurrence ? recurring(item.Recurrence, first, clock) : [first]) {
    if (left-- <= 0) break;
    const moment = clock.moment(wall);
    if (!special.has(moment)) shown.push(moment);
  }
  return shown
    .sort((one, other) => one - other)
    .slice(0, most)
    .map((moment) => clock.text(moment));
}

const exceptionsOf = ({ Exceptions: list }: Item): readonly Exception[] =>
  Array.isArray(list?.Exception) ? (list.Exception as Exception[]) : [];

const originalOf = ({ ExceptionStartTime: moment, InstanceId: id }: Exception): number =>
  moment
    ? moment.getTime()
    : Date.parse(id!.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** How a phone turns moments into days and times. */
interface Clock {
  wall(moment: number): number;
  moment(wall: number): number;
  text(moment: number): string;
}

/** From 16.0 on an all-day event has no zone: its moments are its dates. */
function clockOf({ Timezone: blob, AllDayEvent: allDay }: Item): Clock {
  const rules = blob ? decodeTimeZone(blob) : null;
  const wall = (moment: number): number => (rules ? moment - biasAt(rules, moment) * 60_000 : moment);
  return {
    wall,
    moment: (time) => (rules ? toUtc(rules, wallTimeOf(time)).getTime() : time),
    text: (moment) =>
      allDay === true
        ? new Date(wall(moment)).toISOString().slice(0, 10)
        : `${new Date(moment).toISOString().slice(0, 16)}Z`,
  };
}

function wallTimeOf(wall: number): Parameters<typeof toUtc>[1] {
  const date = new Date(wall);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/** The starts of a Recurrence (MS-ASCAL 2.2.2.37.1) in wall time. */
function* recurring(recurrence: Recurrence, first: number, clock: Clock): Generator<number> {
  const { Occurrences = Number.POSITIVE_INFINITY, Until } = recurrence;
  const begin = Math.floor(first / day);
  let left = Occurrences;
  for (let number = begin; number < begin + mostDays && left > 0; number += 1) {
    const wall = number * day + (first - begin * day);
    if (Until && clock.moment(wall) > Until.getTime()) return;
    if (!isDay(recurrence, number, begin)) continue;
    left -= 1;
    yield wall;
  }
}

/** 1 January 1970 was a Thursday. */
const weekday = (number: number): number => (((number + 4) % 7) + 7) % 7;

function isDay(recurrence: Recurrence, number: number, begin: number): boolean {
  const { Type, Interval = 1, DayOfWeek = 127, FirstDayOfWeek = 0 } = recurrence;
  const [date, start] = [new Date(number * day), new Date(begin * day)];
  const months =
    (date.getUTCFullYear() - start.getUTCFullYear()) * 12 + date.getUTCMonth() - start.getUTCMonth();
  const inMonth = months % (Type! >= 5 ? Interval * 12 : Interval) === 0;
  const isMonth = Type! < 5 || date.getUTCMonth() + 1 === recurrence.MonthOfYear;
  const isWeekday = (DayOfWeek & (1 << weekday(number))) !== 0;
  switch (Type) {
    case 0:
      return (number - begin) % Interval === 0 && isWeekday;
    case 1: {
      const week = (one: number): number => Math.floor((one - ((weekday(one) - FirstDayOfWeek + 7) % 7)) / 7);
      return isWeekday && (week(number) - week(begin)) % Interval === 0;
    }
    case 2:
      return inMonth && date.getUTCDate() === recurrence.DayOfMonth;
    case 5:
      return isMonth && inMonth && date.getUTCDate() === recurrence.DayOfMonth;
    case 3:
    case 6:
      return isMonth && inMonth && isWeekday && isNth(recurrence, number);
    default:
      throw new Error(`Recurrence of Type ${Type}`);
  }
}

/** "The n-th of these days in the month"; 5 is the last one. */
function isNth({ DayOfWeek: mask = 0, WeekOfMonth: week = 0 }: Recurrence, number: number): boolean {
  const date = new Date(number * day);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const days = Array.from(
    { length: new Date(Date.UTC(year, month + 1, 0)).getUTCDate() },
    (_, index) => Date.UTC(year, month, index + 1) / day,
  );
  const those = days.filter((one) => (mask & (1 << weekday(one))) !== 0);
  return (week === 5 ? those.at(-1) : those[week - 1]) === number;
}
