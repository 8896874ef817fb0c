import { parseDateTime, type ItemByClass, type ItemDataByClass } from '#eas';
import { BackendError } from '#backend';
import type { ReadContext, WriteContext, WrittenText } from '../codec.js';
import type { EventObject } from './calendar-object.js';
import { reminderOf } from './alarms-write.js';
import { spanOf, type EventSpan } from './event-frame.js';
import { clearsReminder } from './exceptions-read.js';
import { invalidEvent } from './invalid-event.js';
import { ownElements } from './own-elements.js';
import { writeOwn, type OwnData } from './own-write.js';
import type { Series } from './occurrences-write.js';
import { momentOfWall, wallOfMoment, wantedSpan, writeSpan, type SpanData } from './span-write.js';

type Data = ItemDataByClass['Calendar'];
type Item = ItemByClass['Calendar'];
type ExceptionData = NonNullable<NonNullable<Data['Exceptions']>['Exception']>[number];

const day = 24 * 60 * 60_000;

/** What a change of exceptions needs to know. */
export interface ExceptionsWork {
  readonly object: EventObject;
  readonly series: Series;
  readonly context: WriteContext;
  readonly reading: ReadContext;
  /** When the series was, before this change: a phone may name occurrences by what they were. */
  readonly before: EventSpan;
}

const gone = (original: Date): BackendError =>
  new BackendError('gone', `the series has no occurrence ${original.toISOString()}`);

/**
 * The list of exceptions that a phone up to 14.1 sends within the series (trap 83): one that is not in it stays as it is. An
 * exception is stated as a whole, so that what it leaves out is as in the series (trap 85); but not the text, the people
 * and the files, which many phones never say of an occurrence.
 */
export function writeExceptions(list: readonly ExceptionData[], work: ExceptionsWork): void {
  for (const exception of list) {
    const moment = exception.ExceptionStartTime ?? momentOfInstance(exception.InstanceId);
    if (!moment) throw invalidEvent('an Exception that does not say which occurrence it is about');
    const original = originalOf(moment, work);
    if (exception.Deleted === true) {
      if (original !== null) work.series.exclude(original);
      continue;
    }
    if (original === null) throw invalidEvent(`no occurrence ${moment.toISOString()} to be changed`);
    // Where somebody wrote both, the phone was shown the override: the EXDATE beside it is not its to take away.
    if (!work.series.override(original)) work.series.include(original);
    writeOccurrence(original, inherited(exception, original, work), work);
  }
}

const momentOfInstance = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : (parseDateTime(text) ?? undefined);

/**
 * The original start a phone means. iOS names a moved occurrence by where it is now (quirks 4.1), and phones name occurrences
 * of a series that they move in the same request by the old times. Null if there is nothing it could mean.
 */
function originalOf(moment: Date, { series, before, object }: ExceptionsWork): number | null {
  const wall = wallOfMoment(moment, series.span.frame);
  const days = Math.round((wallOfMoment(moment, before.frame) - before.start) / day);
  for (const candidate of [wall, series.span.start + days * day]) {
    if (series.override(candidate) || series.isExcluded(candidate) || series.isOccurrence(candidate)) {
      return candidate;
    }
  }
  const moved = series.overrides().find(({ event }) => {
    const span = spanOf(event, object.zones);
    return span && momentOfWall(span.start, span.frame) === moment.getTime();
  });
  if (moved) return moved.original;
  const midnight = Math.floor(wall / day) * day;
  const [sameDay] = series.startsIn(midnight, midnight + day - 1);
  return sameDay ?? null;
}

/** Elements of an exception that are as in the series where it leaves them out. */
function inherited(exception: ExceptionData, original: number, work: ExceptionsWork): ExceptionData {
  const { object, series, reading } = work;
  const told = ownElements(object, series.master, series.span, reading);
  const { start, end, frame } = series.span;
  const from = new Date(momentOfWall(original, frame));
  const begins = exception.StartTime ?? from;
  const length = momentOfWall(end, frame) - momentOfWall(start, frame);
  return {
    Subject: told.Subject,
    Location: told.Location ?? '',
    Categories: { Category: categoriesOf(told) },
    Sensitivity: told.Sensitivity,
    // What the series has without a phone's doing (4, elsewhere) no phone may say.
    ...(exception.BusyStatus === undefined && (told.BusyStatus ?? 4) <= 3
      ? { BusyStatus: told.BusyStatus }
      : {}),
    Reminder: inheritedReminder(original, told, work),
    ...exception,
    StartTime: begins,
    EndTime: exception.EndTime ?? new Date(begins.getTime() + length),
    AllDayEvent: frame.isDate,
  };
}

/** A phone that could not be told that this occurrence has no reminder does not mean to give it one. */
function inheritedReminder(
  original: number,
  told: Item,
  { series, context }: ExceptionsWork,
): number | null | undefined {
  const stored = series.override(original)?.event;
  const wasTold = clearsReminder(context.manner.protocolVersion) || !stored || reminderOf(stored) !== null;
  return wasTold ? (told.Reminder ?? null) : undefined;
}

const categoriesOf = ({ Categories: told }: Item): string[] =>
  Array.isArray(told?.Category) ? told.Category.filter((one): one is string => typeof one === 'string') : [];

/**
 * The change of one occurrence by its InstanceId (16.0 and later): what it does not state stays. Throws `gone` for what is no
 * occurrence, `invalid` for what only a series can have (trap 84).
 */
export function changeOccurrence(instance: Date, data: Data, work: ExceptionsWork): WrittenText['files'] {
  const { series } = work;
  if (data.Timezone !== undefined) throw invalidEvent('a Timezone within an exception');
  if (data.Exceptions !== undefined) throw invalidEvent('Exceptions within an exception');
  if (data.Recurrence?.Type !== undefined) throw invalidEvent('a Recurrence within an exception');
  if (data.AllDayEvent !== undefined && data.AllDayEvent !== series.span.frame.isDate) {
    throw invalidEvent('AllDayEvent of an exception differs from its series');
  }
  return writeOccurrence(existing(instance, series), data, work);
}

/** Its original start, as the series has it. */
export function existing(instance: Date, series: Series): number {
  const original = wallOfMoment(instance, series.span.frame);
  if (series.override(original)) return original;
  if (series.isExcluded(original) || !series.isOccurrence(original)) throw gone(instance);
  return original;
}

/** Writes an occurrence's own component; an occurrence that is as its series gets none. */
function writeOccurrence(
  original: number,
  data: OwnData & SpanData,
  { object, series, context, reading }: ExceptionsWork,
): WrittenText['files'] {
  const stored = series.override(original)?.event;
  const event = stored ?? series.newOverride(original);
  const pristine = event.toString();
  const span = spanOf(event, object.zones) ?? occurrenceSpan(original, series.span);
  const told = ownElements(object, event, span, reading);
  const after = wantedSpan({ ...data, Timezone: undefined }, told, span, context.now);
  if (after !== span) writeSpan(event, span, after);
  const files = writeOwn(event, data, told, context);
  if (!stored && event.toString() !== pristine) series.add(event);
  return files;
}

const occurrenceSpan = (original: number, { start, end, frame }: EventSpan): EventSpan => ({
  frame,
  start: original,
  end: original + end - start,
});
