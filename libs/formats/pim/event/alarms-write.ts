import ICAL from 'ical.js';
import { putText } from '../icalendar/properties.js';
import { momentOf, timeOf, wallTimeOf } from '../../calendar-time.js';
import { parameterOf, textOf, valueOf, wordOf } from '../../calendar-values.js';
import { CalendarZones, momentIn } from '../../calendar-zone.js';
import { spanOf } from './event-frame.js';

/** What a phone shows as Reminder: an alarm that shows or sounds, some time before the start or at it. */
export interface Reminder {
  readonly alarm: ICAL.Component;
  /** Before the start. */
  readonly minutes: number;
}

const mostAlarms = 100;
/** What is longer before is no reminder: Apple writes 1976 for "never". */
const mostMinutes = 366 * 24 * 60;

/**
 * The alarm that Reminder stands for: of several the nearest to the start. Alarms that mail somebody, ring after the start, or
 * repeat another one that was put off have no words in ActiveSync: they are kept, and not shown.
 */
export function reminderOf(event: ICAL.Component): Reminder | null {
  const shown = event
    .getAllSubcomponents('valarm')
    .slice(0, mostAlarms)
    .flatMap((alarm) => {
      const minutes = minutesBefore(event, alarm);
      return minutes === null ? [] : [{ alarm, minutes }];
    });
  return shown.reduce<Reminder | null>(
    (best, one) => (best && best.minutes <= one.minutes ? best : one),
    null,
  );
}

function minutesBefore(event: ICAL.Component, alarm: ICAL.Component): number | null {
  if (!['DISPLAY', 'AUDIO', ''].includes(wordOf(alarm, 'action'))) return null;
  // RFC 9074 7.1: one that was snoozed rings beside the one it belongs to.
  if (/^snooze$/i.test(parameterOf(alarm.getFirstProperty('related-to'), 'reltype'))) return null;
  const seconds = secondsBefore(event, alarm);
  if (seconds === null || seconds < 0 || seconds > mostMinutes * 60) return null;
  // Not the zero below zero.
  return Math.abs(Math.round(seconds / 60));
}

/** Before the start; null where nobody can tell. By the end or at a fixed moment it must be whole minutes. */
function secondsBefore(event: ICAL.Component, alarm: ICAL.Component): number | null {
  const trigger = alarm.getFirstProperty('trigger');
  const value = valueOf(alarm, 'trigger');
  const isDuration = value instanceof ICAL.Duration;
  if (isDuration && !/^end$/i.test(parameterOf(trigger, 'related'))) return -value.toSeconds();
  if (!isDuration && (!(value instanceof ICAL.Time) || event.hasProperty('rrule'))) return null;
  const zones = new CalendarZones(event.parent ?? new ICAL.Component('vcalendar'));
  const span = spanOf(event, zones);
  if (!span) return null;
  const [start, end] = [span.start, span.end].map((wall) => momentIn(span.frame.zone, wallTimeOf(wall)));
  const at = timeOf(alarm, 'trigger', zones);
  const rings = isDuration ? (span.finish ?? end!) + value.toSeconds() * 1000 : at && momentOf(at).getTime();
  const seconds = rings === null ? null : (start! - rings) / 1000;
  return seconds !== null && seconds % 60 === 0 ? seconds : null;
}

/**
 * Works in what a phone says of the reminder (trap 95): undefined keeps it, null takes it away, 0 is at the start. Only the
 * alarm that the phone was shown is touched, and of it only the time, so that what somebody knows of it (ACKNOWLEDGED, a
 * sound) stays.
 */
export function writeReminder(event: ICAL.Component, minutes: number | null | undefined): void {
  if (minutes === undefined) return;
  const shown = reminderOf(event);
  if (minutes === null || minutes < 0) {
    if (shown) event.removeSubcomponent(shown.alarm);
    return;
  }
  if (shown?.minutes === minutes) return;
  const trigger = ICAL.Duration.fromSeconds(-minutes * 60);
  const alarm = shown?.alarm ?? newAlarm(event);
  const property = alarm.getFirstProperty('trigger');
  if (property) {
    property.removeParameter('related');
    property.resetType('duration');
    property.setValue(trigger);
  } else alarm.addPropertyWithValue('trigger', trigger);
}

function newAlarm(event: ICAL.Component): ICAL.Component {
  const alarm = new ICAL.Component('valarm');
  putText(alarm, 'action', 'DISPLAY');
  // RFC 5545 3.6.6: an alarm that shows needs a text.
  putText(alarm, 'description', textOf(event, 'summary') || 'Reminder');
  event.addSubcomponent(alarm);
  return alarm;
}
