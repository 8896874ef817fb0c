import { isDeepStrictEqual } from 'node:util';
import type ICAL from 'ical.js';
import type { ItemByClass } from '#eas';
import { timeOf } from '../../calendar-time.js';
import type { ReadContext } from '../codec.js';
import { readItemText } from '../icalendar/item-text.js';
import { itemBody } from '../item-body.js';
import type { EventObject } from './calendar-object.js';
import { spanOf, wallInSeries, type EventSpan } from './event-frame.js';
import { excludedStarts } from './expand.js';
import { momentFor, ownElements } from './own-elements.js';

type Item = ItemByClass['Calendar'];
type Exceptions = NonNullable<NonNullable<Item['Exceptions']>['Exception']>;
type Exception = Extract<Exceptions, readonly unknown[]>[number];

/** MS-ASCAL 6: what an Exceptions element may hold. The oldest are left out. */
const mostExceptions = 1000;

/**
 * The occurrences of a series that are otherwise or not at all, in the order of their original starts. Of a changed one only
 * what differs from the series is stated (trap 85).
 */
export function exceptionsOf(object: EventObject, span: EventSpan, context: ReadContext): Exception[] {
  const { master, zones } = object;
  const start = master && timeOf(master, 'dtstart', zones);
  if (!master || !start) return [];
  const exceptions = new Map<number, Exception>();
  for (const wall of excludedStarts(master, start, zones)) {
    exceptions.set(wall, { Deleted: true, ...originalStart(wall, span, context) });
  }
  if (object.overrides.length > 0) {
    const series = ownElements(object, master, span, context);
    for (const { event, original } of object.overrides) {
      const wall = wallInSeries(original, span.start, start);
      exceptions.set(wall, {
        ...originalStart(wall, span, context),
        ...differences(object, event, { wall, span, series }, context),
      });
    }
  }
  return [...exceptions.entries()]
    .sort(([one], [other]) => one - other)
    .slice(-mostExceptions)
    .map(([, exception]) => exception);
}

/** ExceptionStartTime up to 14.1, InstanceId after (trap 83). */
function originalStart(wall: number, { frame }: EventSpan, context: ReadContext): Exception {
  const moment = momentFor(wall, frame, context);
  if (context.view.protocolVersion < 160) return { ExceptionStartTime: moment };
  return { InstanceId: moment.toISOString().replace(/[-:]|\.\d+/g, '') };
}

interface Occurrence {
  readonly wall: number;
  readonly span: EventSpan;
  readonly series: Item;
}

/** What an element is called off with that the series has and the occurrence has not. */
const emptied = {
  Subject: '',
  Location: '',
  AirSyncBaseLocation: {},
  Categories: {},
  Attendees: {},
  Attachments: {},
  Reminder: null,
  OnlineMeetingConfLink: '',
  OnlineMeetingExternalLink: '',
} as const satisfies Partial<Item>;

function differences(
  object: EventObject,
  event: ICAL.Component,
  { wall, span, series }: Occurrence,
  context: ReadContext,
): Exception {
  // An override without a time of its own is when it would have been.
  const moved = spanOf(event, object.zones) ?? {
    ...span,
    start: wall,
    end: wall + span.end - span.start,
  };
  const own = ownElements(object, event, moved, context);
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(own)) {
    if (!isDeepStrictEqual(value, series[name as keyof Item])) told[name] = value;
  }
  for (const [name, value] of Object.entries(emptied)) {
    if (series[name as keyof Item] !== undefined && own[name as keyof Item] === undefined) told[name] = value;
  }
  // The times of the series are those of its first occurrence: of another one they are always stated.
  told['StartTime'] = own.StartTime;
  told['EndTime'] = own.EndTime;
  if (told['Body'] !== undefined && readItemText(event) === null) told['Body'] = itemBody(null, context.view);
  return inVersion(told, context);
}

/** MS-ASCAL 2.2.2.4: no Attendees in an exception up to 12.1; 2.2.2.38: no empty Reminder up to 14.0. */
function inVersion(exception: Exception, { view }: ReadContext): Exception {
  const { Attendees: people, Reminder: reminder, ...rest } = exception;
  return {
    ...rest,
    ...(people !== undefined && view.protocolVersion >= 140 ? { Attendees: people } : {}),
    ...(reminder !== undefined && (reminder !== null || clearsReminder(view.protocolVersion))
      ? { Reminder: reminder }
      : {}),
  };
}

/** Whether "no reminder", where the series has one, can be said in this version. */
export const clearsReminder = (protocolVersion: number): boolean => protocolVersion >= 141;
