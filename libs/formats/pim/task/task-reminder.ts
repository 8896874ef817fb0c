import ICAL from 'ical.js';
import type { TasksData } from '#eas';
import { valueOf } from '../../calendar-values.js';
import { momentOfValue } from '../icalendar/moments.js';
import { added, putText, textOf } from '../icalendar/properties.js';
import { utcTime, type StoredComponent } from '../icalendar/stored-component.js';
import { firstTime, readTimes, type TaskTimes } from './task-times.js';

interface Alarm {
  readonly component: ICAL.Component;
  readonly at: Date;
}

/** When the phone is to remind of the task; null if it is not. */
export const reminderOf = (stored: StoredComponent): Date | null => shownAlarm(stored)?.at ?? null;

/** The first alarm a phone can stand in for; ActiveSync has one. */
function shownAlarm(stored: StoredComponent): Alarm | null {
  const alarms = shownAlarms(stored);
  return alarms.reduce<Alarm | null>((first, alarm) => (first && first.at <= alarm.at ? first : alarm), null);
}

/** Mails and programs that the server starts are none of a phone's business. */
const shown: ReadonlySet<string> = new Set(['DISPLAY', 'AUDIO', '']);

function shownAlarms(stored: StoredComponent): Alarm[] {
  const times: TaskTimes = { ...readTimes(stored), start: firstTime(stored) };
  return stored.main
    .getAllSubcomponents('valarm')
    .slice(0, mostAlarms)
    .flatMap((component) => {
      if (!shown.has(textOf(component, 'action').trim().toUpperCase())) return [];
      const at = alarmTime(component, times);
      return at === null || isAcknowledged(component, at) ? [] : [{ component, at }];
    });
}

const mostAlarms = 100;

function alarmTime(alarm: ICAL.Component, { start, due }: TaskTimes): Date | null {
  const trigger = alarm.getFirstProperty('trigger');
  const value = valueOf(alarm, 'trigger');
  if (!(value instanceof ICAL.Duration)) return momentOfValue(value);
  const related: unknown = trigger?.getParameter('related');
  const isEnd = typeof related === 'string' && related.toUpperCase() === 'END';
  // RFC 5545 3.8.6.3 wants the time it names; there are tasks with a due time only and alarms "before the start".
  const base = isEnd ? (due ?? start) : (start ?? due);
  const seconds = value.toSeconds();
  if (base === null || !(Math.abs(seconds) < 100 * 366 * 86_400)) return null;
  return new Date(base.utc.getTime() + seconds * 1000);
}

/** Somebody has seen it already (RFC 9074 6). */
function isAcknowledged(alarm: ICAL.Component, at: Date): boolean {
  const seen = momentOfValue(valueOf(alarm, 'acknowledged'));
  return seen !== null && seen >= at;
}

/**
 * Works in ReminderSet and ReminderTime. A new time moves the alarm that is shown, and the others stay; no reminder means
 * none of those the phone could have shown. Without a time the task's own is meant.
 */
export function writeReminder(
  stored: StoredComponent,
  { ReminderSet: isSet, ReminderTime: said }: Pick<TasksData, 'ReminderSet' | 'ReminderTime'>,
): void {
  const alarm = shownAlarm(stored);
  if (isSet === false) {
    for (const { component } of shownAlarms(stored)) stored.main.removeSubcomponent(component);
    return;
  }
  if (isSet === undefined && alarm === null) return;
  const at = seconds(said ?? alarm?.at ?? ownTime(stored));
  if (at === null || at.getTime() === alarm?.at.getTime()) return;
  ring(alarm?.component ?? newAlarm(stored.main), at);
}

function ownTime(stored: StoredComponent): Date | null {
  const { start, due } = readTimes(stored);
  return (due ?? start)?.utc ?? null;
}

function ring(alarm: ICAL.Component, at: Date): void {
  // The trigger's own parameters tell how it was counted from a date, which is over.
  alarm.removeAllProperties('trigger');
  alarm.removeAllProperties('acknowledged');
  const trigger = added(alarm, 'trigger');
  trigger.resetType('date-time');
  trigger.setValue(utcTime(at));
}

const seconds = (at: Date | null): Date | null =>
  at === null ? null : new Date(Math.floor(at.getTime() / 1000) * 1000);

function newAlarm(main: ICAL.Component): ICAL.Component {
  const alarm = new ICAL.Component('valarm');
  main.addSubcomponent(alarm);
  putText(alarm, 'action', 'DISPLAY');
  putText(alarm, 'description', textOf(main, 'summary') || 'Reminder');
  return alarm;
}
