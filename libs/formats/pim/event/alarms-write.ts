import ICAL from 'ical.js';
import { putText } from '../icalendar/properties.js';
import { textOf, valueOf, wordOf } from '../../calendar-values.js';

/** What a phone shows as Reminder: an alarm that shows or sounds, some time before the start or at it. */
export interface Reminder {
  readonly alarm: ICAL.Component;
  /** Before the start. */
  readonly minutes: number;
}

const mostAlarms = 100;

/**
 * The alarm that Reminder stands for: of several the earliest one to ring counts, in the order of the text. Alarms that mail
 * somebody, ring at a fixed moment, after the start or by the end have no words in ActiveSync: they are kept, and not shown.
 */
export function reminderOf(event: ICAL.Component): Reminder | null {
  for (const alarm of event.getAllSubcomponents('valarm').slice(0, mostAlarms)) {
    const minutes = minutesBefore(alarm);
    if (minutes !== null) return { alarm, minutes };
  }
  return null;
}

function minutesBefore(alarm: ICAL.Component): number | null {
  if (!['DISPLAY', 'AUDIO', ''].includes(wordOf(alarm, 'action'))) return null;
  const trigger = alarm.getFirstProperty('trigger');
  const related: unknown = trigger?.getParameter('related');
  const value = valueOf(alarm, 'trigger');
  if (!(value instanceof ICAL.Duration) || (typeof related === 'string' && /^end$/i.test(related)))
    return null;
  const seconds = value.toSeconds();
  return seconds <= 0 ? Math.max(0, Math.round(-seconds / 60)) : null;
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
  if (property) property.setValue(trigger);
  else alarm.addPropertyWithValue('trigger', trigger);
}

function newAlarm(event: ICAL.Component): ICAL.Component {
  const alarm = new ICAL.Component('valarm');
  putText(alarm, 'action', 'DISPLAY');
  // RFC 5545 3.6.6: an alarm that shows needs a text.
  putText(alarm, 'description', textOf(event, 'summary') || 'Reminder');
  event.addSubcomponent(alarm);
  return alarm;
}
