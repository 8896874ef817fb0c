import type ICAL from 'ical.js';
import { momentOf } from '../calendar-time.js';
import { MalformedText } from '../pim/codec.js';
import { parameterOf, textOf } from '../calendar-values.js';
import { MeetingCalendar } from './meeting-calendar.js';
import { calendarAddress } from './people.js';

export const schedulingMethods = [
  'REQUEST',
  'REPLY',
  'CANCEL',
  'COUNTER',
  'DECLINECOUNTER',
  'REFRESH',
  'ADD',
] as const;
/** Methods of iTIP (RFC 5546 1.4) that are about one meeting and somebody else's part in it. */
export type SchedulingMethod = (typeof schedulingMethods)[number];

/** What somebody says of a meeting. */
export interface SchedulingMessage {
  readonly method: SchedulingMethod;
  readonly uid: string;
  readonly text: string;
  readonly sequence: number;
  /** DTSTAMP, milliseconds since 1970; 0 if it has none. */
  readonly stamp: number;
  /** Address; '' if iOS left it out (quirks 4.1). */
  readonly organizer: string;
  /** Addresses of ATTENDEE: of a REPLY or COUNTER the one who says it. */
  readonly attendees: readonly string[];
  /** Whose mail it may come in beside theirs: SENT-BY of the first ATTENDEE (RFC 5545 3.2.18); '' if nobody is named. */
  readonly sentBy: string;
  /** Original start, of a message that is about one occurrence alone. */
  readonly instance: Date | null;
  readonly recurring: boolean;
}

const isMethod = (method: string): method is SchedulingMethod =>
  (schedulingMethods as readonly string[]).includes(method);

export const sequenceOf = (event: ICAL.Component): number => Number(textOf(event, 'sequence')) || 0;

export function stampIn(calendar: MeetingCalendar, event: ICAL.Component): number {
  const stamp = calendar.time(event, 'dtstamp');
  return stamp ? momentOf(stamp).getTime() : 0;
}

/**
 * Reads the iTIP message in a calendar text. `method` is that of the part's Content-Type; the text's own counts first. Null
 * if it is none: no calendar, no method, no UID.
 */
export function readSchedulingMessage(text: string, method: string): SchedulingMessage | null {
  try {
    const calendar = MeetingCalendar.parse(text);
    const said = calendar.method || method.toUpperCase();
    const main = calendar.master ?? calendar.events[0];
    const { uid } = calendar;
    if (!main || uid === '' || !isMethod(said)) return null;
    const original =
      calendar.master || calendar.events.length > 1 ? null : calendar.time(main, 'recurrence-id');
    return {
      method: said,
      uid,
      text,
      sequence: sequenceOf(main),
      stamp: stampIn(calendar, main),
      organizer: calendarAddress(main.getFirstProperty('organizer')),
      attendees: main.getAllProperties('attendee').map(calendarAddress),
      sentBy: parameterOf(main.getFirstProperty('attendee'), 'sent-by').replace(/^mailto:/i, ''),
      instance: original ? momentOf(original) : null,
      recurring: calendar.isRecurring,
    };
  } catch (error) {
    if (error instanceof MalformedText) return null;
    throw error;
  }
}
