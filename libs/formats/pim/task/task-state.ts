import type ICAL from 'ical.js';
import type { TasksData } from '#eas';
import { BackendError } from '#backend';
import { valueOf } from '../../calendar-values.js';
import { momentOfValue } from '../icalendar/moments.js';
import { integerOf, putInteger, putText, textOf } from '../icalendar/properties.js';
import { putMoment } from '../icalendar/stored-component.js';

/** STATUS is the last word where there is one; a cancelled task is nothing to do any more. */
export function isComplete(main: ICAL.Component): boolean {
  const status = textOf(main, 'status').trim().toUpperCase();
  if (status !== '') return status === 'COMPLETED' || status === 'CANCELLED';
  return main.hasProperty('completed') || integerOf(main, 'percent-complete') === 100;
}

/** When it was done: DateCompleted has to be there if Complete is 1 (MS-ASTASK 2.2.2.8). */
export function completedAt(main: ICAL.Component): Date {
  for (const name of ['completed', 'last-modified', 'dtstamp', 'due', 'created']) {
    const at = momentOfValue(valueOf(main, name));
    if (at !== null) return at;
  }
  return new Date(0);
}

/** Complete and DateCompleted go together (trap 100). A phone that does not say when says it is now. */
export function writeCompletion(
  main: ICAL.Component,
  { Complete: complete, DateCompleted: at }: Pick<TasksData, 'Complete' | 'DateCompleted'>,
  now: Date,
): void {
  const before = isComplete(main);
  if (complete === undefined) return;
  if (!complete) {
    if (!before) return;
    putText(main, 'status', 'NEEDS-ACTION');
    main.removeAllProperties('completed');
    main.removeAllProperties('percent-complete');
    return;
  }
  const when = at ? new Date(Math.floor(at.getTime() / 1000) * 1000) : null;
  if (before && (when === null || when.getTime() === completedAt(main).getTime())) return;
  putMoment(main, 'completed', when ?? now);
  if (before && textOf(main, 'status') !== '') return;
  putText(main, 'status', 'COMPLETED');
  putInteger(main, 'percent-complete', 100);
}

/** Numbers outside of 0 to 2 are kept and told again (MS-ASTASK 2.2.2.14). */
const otherImportance = 'x-activesync-importance';

/** Importance (0 low, 1 normal, 2 high) of PRIORITY (RFC 5545 3.8.1.9). */
export function importanceOf(main: ICAL.Component): number {
  const other = integerOf(main, otherImportance);
  if (other !== null) return other;
  const priority = integerOf(main, 'priority') ?? 0;
  if (priority >= 1 && priority <= 4) return 2;
  return priority >= 6 && priority <= 9 ? 0 : 1;
}

const priorities: Readonly<Record<number, number>> = { 0: 9, 1: 5, 2: 1 };

export function writeImportance(main: ICAL.Component, importance: number): void {
  if (importance === importanceOf(main)) return;
  const priority = priorities[importance];
  putInteger(main, otherImportance, priority === undefined ? importance : null);
  if (priority !== undefined) putInteger(main, 'priority', priority);
}

/** Tells "personal" from "private", which are one class in iCalendar. */
const personal = 'x-activesync-sensitivity';

/** Sensitivity (0 normal, 1 personal, 2 private, 3 confidential) of CLASS. What is none of them counts as private (RFC 5545 3.8.1.3). */
export function sensitivityOf(main: ICAL.Component): number {
  switch (textOf(main, 'class').trim().toUpperCase()) {
    case '':
    case 'PUBLIC':
      return 0;
    case 'CONFIDENTIAL':
      return 3;
    default:
      return main.getFirstProperty('class')?.getParameter(personal) === '1' ? 1 : 2;
  }
}

const classes = ['PUBLIC', 'PRIVATE', 'PRIVATE', 'CONFIDENTIAL'] as const;

export function writeSensitivity(main: ICAL.Component, sensitivity: number): void {
  const word = classes[sensitivity];
  if (word === undefined) {
    throw new BackendError('invalid', `no Sensitivity ${sensitivity}`, { reason: 'sensitivity' });
  }
  if (sensitivity === sensitivityOf(main)) return;
  putText(main, 'class', word);
  const property = main.getFirstProperty('class');
  if (sensitivity === 1) property?.setParameter(personal, '1');
  else property?.removeParameter(personal);
}
